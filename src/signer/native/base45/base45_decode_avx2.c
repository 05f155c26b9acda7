/* Bytes of a base45 text with AVX2: 24 characters to 16 bytes a step. */
#include "base45/base45_decode.h"
#include "base45/base45_impl.h"
#include "cpu/cpu.h"

#ifdef SIGNER_X86_64

#pragma GCC push_options
#pragma GCC target("avx2,bmi,bmi2")
#include <immintrin.h>

#define STEP 24      /* characters, twelve in each half */
#define STEP_READ 28 /* characters that a step reads: each half takes in the four behind its own */
#define STEP_BYTES 16
#define NONE (-1) /* a character that is not in the alphabet */

/* The digits of characters, by RFC 9285, table 1. The highest bit of a byte in *wrong is set where there is
 * none: by the tables from ' ' to '@', which stands for '?' in its table, and before and behind by comparing.
 */
static inline __m256i digits(__m256i text, __m256i *wrong) {
    const __m256i from_space = _mm256_broadcastsi128_si256(
        _mm_setr_epi8(36, NONE, NONE, NONE, 37, 38, NONE, NONE, NONE, NONE, 39, 40, NONE, 41, 42, 43));
    const __m256i from_zero = _mm256_broadcastsi128_si256(
        _mm_setr_epi8(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 44, NONE, NONE, NONE, NONE, NONE));
    __m256i no_farther = _mm256_adds_epi8(text, _mm256_set1_epi8(0x7f - '?')); /* 0x7f from '?' on */
    __m256i is_behind_slash = _mm256_cmpgt_epi8(text, _mm256_set1_epi8('/'));
    __m256i is_letter = _mm256_cmpgt_epi8(text, _mm256_set1_epi8('@'));
    __m256i sign_or_digit = _mm256_blendv_epi8(_mm256_shuffle_epi8(from_space, text),
                                               _mm256_shuffle_epi8(from_zero, no_farther), is_behind_slash);
    __m256i letter = _mm256_sub_epi8(text, _mm256_set1_epi8('A' - 10));
    __m256i found = _mm256_blendv_epi8(sign_or_digit, letter, is_letter);
    __m256i is_before_space = _mm256_cmpgt_epi8(_mm256_set1_epi8(' '), text); /* bytes from 0x80 on too */
    __m256i is_behind_z = _mm256_cmpgt_epi8(text, _mm256_set1_epi8('Z'));
    *wrong = _mm256_or_si256(_mm256_or_si256(*wrong, found), _mm256_or_si256(is_before_space, is_behind_z));
    return found;
}

/* The values of eight groups of three digits, which stand in the first twelve bytes of each half. */
static inline __m256i values(__m256i digits) {
    const __m256i three_and_none =
        _mm256_broadcastsi128_si256(_mm_setr_epi8(0, 1, 2, -1, 3, 4, 5, -1, 6, 7, 8, -1, 9, 10, 11, -1));
    const __m256i low_weights = _mm256_set1_epi32(45 << 8 | 1 | 1 << 16),
                  high_weights = _mm256_set1_epi32(2025 << 16 | 1);
    __m256i groups = _mm256_shuffle_epi8(digits, three_and_none);
    return _mm256_madd_epi16(_mm256_maddubs_epi16(groups, low_weights), high_weights);
}

/* 24 characters to 16 bytes. The values are added to the bits of *seen: no right one has more than 16. */
static inline void decode_step(const uint8_t *text, uint8_t *out, __m256i *wrong, __m256i *seen) {
    const __m256i low_two_swapped =
        _mm256_broadcastsi128_si256(_mm_setr_epi8(1, 0, 5, 4, 9, 8, 13, 12, -1, -1, -1, -1, -1, -1, -1, -1));
    __m256i halves = _mm256_inserti128_si256(_mm256_castsi128_si256(_mm_loadu_si128((const __m128i *)text)),
                                             _mm_loadu_si128((const __m128i *)(text + STEP / 2)), 1);
    __m256i value = values(digits(halves, wrong));
    *seen = _mm256_or_si256(*seen, value);
    __m256i bytes = _mm256_permute4x64_epi64(_mm256_shuffle_epi8(value, low_two_swapped), 0x08);
    _mm_storeu_si128((__m128i *)out, _mm256_castsi256_si128(bytes));
}

size_t base45_decode_avx2(const uint8_t *text, size_t n, uint8_t *out) {
    __m256i wrong = _mm256_setzero_si256(), seen = wrong;
    size_t n_written = 0;
    for (; n >= STEP_READ; n -= STEP, text += STEP, n_written += STEP_BYTES)
        decode_step(text, out + n_written, &wrong, &seen);
    size_t n_last = base45_decode_portable(text, n, out + n_written);
    if (n_last == BASE45_WRONG || _mm256_movemask_epi8(wrong) ||
        !_mm256_testz_si256(seen, _mm256_set1_epi32((int)0xffff0000)))
        return BASE45_WRONG;
    return n_written + n_last;
}

#pragma GCC pop_options
#endif
