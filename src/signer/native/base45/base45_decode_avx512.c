/* Bytes of a base45 text with AVX512-VBMI: 48 characters to 32 bytes a step. */
#include "base45/base45_decode.h"
#include "base45/base45_impl.h"
#include "cpu/cpu.h"

#ifdef SIGNER_X86_64

#pragma GCC push_options
#include "base45/base45_avx512.h"

#define STEP 48                                           /* characters */
#define NO 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff /* characters that are not in the alphabet */

/* The digit of each character below 0x80 (RFC 9285, table 1): a look-up takes it by the lowest seven bits. */
static const uint8_t DIGITS[128] = {
    NO,   NO,   NO,   NO,                                                                     /* up to 0x1f */
    36,   0xff, 0xff, 0xff, 37, 38, 0xff, 0xff, 0xff, 0xff, 39, 40,   0xff, 41,   42,   43,   /* ' ' to '/' */
    0,    1,    2,    3,    4,  5,  6,    7,    8,    9,    44, 0xff, 0xff, 0xff, 0xff, 0xff, /* '0' to '?' */
    0xff, 10,   11,   12,   13, 14, 15,   16,   17,   18,   19, 20,   21,   22,   23,   24,   /* '@' to 'O' */
    25,   26,   27,   28,   29, 30, 31,   32,   33,   34,   35, 0xff, 0xff, 0xff, 0xff, 0xff, /* 'P' to '_' */
    NO,   NO,   NO,   NO,
};

/* Three digits to four bytes, of which the last is masked away. */
#define GROUP(g) 3 * (g), 3 * (g) + 1, 3 * (g) + 2, 0
#define GROUPS(g) GROUP(g), GROUP((g) + 1), GROUP((g) + 2), GROUP((g) + 3)
static const uint8_t GROUPS_OF_FOUR[64] = {GROUPS(0), GROUPS(4), GROUPS(8), GROUPS(12)};
#define THREE_OF_FOUR 0x7777777777777777

/* The low two bytes of four, the higher first. */
#define LOW(g) 4 * (g) + 1, 4 * (g)
#define LOWS(g) LOW(g), LOW((g) + 1), LOW((g) + 2), LOW((g) + 3)
static const uint8_t LOW_TWO_SWAPPED[64] = {LOWS(0), LOWS(4), LOWS(8), LOWS(12)};

/* The values of groups of three digits; a right one has 16 bits. */
static inline __m512i values(__m512i digits) {
    const __m512i low_weights = _mm512_set1_epi32(45 << 8 | 1 | 1 << 16),
                  high_weights = _mm512_set1_epi32(2025 << 16 | 1);
    __m512i groups = _mm512_maskz_permutexvar_epi8(THREE_OF_FOUR, load(GROUPS_OF_FOUR), digits);
    return _mm512_madd_epi16(_mm512_maddubs_epi16(groups, low_weights), high_weights);
}

/* Takes n <= STEP characters, whole groups, to their bytes. Bits are added to *wrong where there are others
 * than of the alphabet, as the highest of bytes, and to *seen those of the values. */
static inline void decode_step(const uint8_t *text, size_t n, uint8_t *out, __m512i *wrong, __m512i *seen) {
    const __mmask64 taken = ((__mmask64)1 << n) - 1, written = ((__mmask64)1 << n / 3 * 2) - 1;
    __m512i characters = _mm512_mask_loadu_epi8(_mm512_set1_epi8('0'), taken, (const void *)text);
    __m512i digits = _mm512_permutex2var_epi8(load(DIGITS), characters, load(DIGITS + 64));
    __m512i value = values(digits);
    *wrong = _mm512_or_si512(*wrong, _mm512_or_si512(characters, digits));
    *seen = _mm512_or_si512(*seen, value);
    _mm512_mask_storeu_epi8((void *)out, written, _mm512_permutexvar_epi8(load(LOW_TWO_SWAPPED), value));
}

size_t base45_decode_avx512(const uint8_t *text, size_t n, uint8_t *out) {
    const size_t n_rest = n % 3, n_grouped = n - n_rest;
    __m512i wrong = _mm512_setzero_si512(), seen = wrong;
    size_t at = 0;
    for (; at + STEP <= n_grouped; at += STEP)
        decode_step(text + at, STEP, out + at / 3 * 2, &wrong, &seen);
    if (at < n_grouped)
        decode_step(text + at, n_grouped - at, out + at / 3 * 2, &wrong, &seen);
    size_t n_last = base45_decode_portable(text + n_grouped, n_rest, out + n_grouped / 3 * 2);
    if (n_last == BASE45_WRONG || _mm512_movepi8_mask(wrong) ||
        _mm512_test_epi32_mask(seen, _mm512_set1_epi32((int)0xffff0000)))
        return BASE45_WRONG;
    return n_grouped / 3 * 2 + n_last;
}

#pragma GCC pop_options
#endif
