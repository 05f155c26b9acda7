/* Base45 with AVX512-VBMI: 64 bytes to 96 characters a step. */
#include "base45/base45_impl.h"
#include "cpu/cpu.h"

#ifdef SIGNER_X86_64

#pragma GCC push_options
#include "base45/base45_avx512.h"

#define STEP 64      /* bytes */
#define STEP_TEXT 96 /* characters */

/* Padded to a register. */
static const uint8_t ALPHABET[64] = BASE45_ALPHABET;

/* The two bytes of each pair, swapped within the 16 bytes of their lane. */
static const uint8_t SWAP_PAIRS[64] = {
    1,  0,  3,  2,  5,  4,  7,  6,  9,  8,  11, 10, 13, 12, 15, 14, 1,  0,  3,  2,  5,  4,
    7,  6,  9,  8,  11, 10, 13, 12, 15, 14, 1,  0,  3,  2,  5,  4,  7,  6,  9,  8,  11, 10,
    13, 12, 15, 14, 1,  0,  3,  2,  5,  4,  7,  6,  9,  8,  11, 10, 13, 12, 15, 14,
};

/* Where the characters come from: pair p has its low digits in bytes 2p and 2p + 1 of the first source, and
 * its high digit in byte 2p of the second, which is 64 + 2p. */
#define PAIR(p) 2 * (p), 2 * (p) + 1, 64 + 2 * (p)
#define FOUR_PAIRS(p) PAIR(p), PAIR((p) + 1), PAIR((p) + 2), PAIR((p) + 3)
static const uint8_t ORDER[STEP_TEXT + 32] = {
    FOUR_PAIRS(0),  FOUR_PAIRS(4),  FOUR_PAIRS(8),  FOUR_PAIRS(12),
    FOUR_PAIRS(16), FOUR_PAIRS(20), FOUR_PAIRS(24), FOUR_PAIRS(28),
};

/* value / 45 for 16-bit values: 46604 is 2^21 / 45 rounded up, exact up to 65535. */
static inline __m512i divide_by_45(__m512i value) {
    return _mm512_srli_epi16(_mm512_mulhi_epu16(value, _mm512_set1_epi16((short)46604)), 5);
}

static inline __m512i remainder_of_45(__m512i value, __m512i quotient) {
    return _mm512_sub_epi16(value, _mm512_mullo_epi16(quotient, _mm512_set1_epi16(45)));
}

/* 64 bytes to 96 characters, and 32 bytes of nothing behind them. */
static inline void encode_step(__m512i bytes, uint8_t *out) {
    __m512i value = _mm512_shuffle_epi8(bytes, load(SWAP_PAIRS));
    __m512i upper = divide_by_45(value), high = divide_by_45(upper);
    __m512i low = remainder_of_45(value, upper), middle = remainder_of_45(upper, high);
    __m512i low_and_middle = _mm512_or_si512(low, _mm512_slli_epi16(middle, 8));
    __m512i first = _mm512_permutex2var_epi8(low_and_middle, load(ORDER), high);
    __m512i second = _mm512_permutex2var_epi8(low_and_middle, load(ORDER + 64), high);
    _mm512_storeu_si512((void *)out, _mm512_permutexvar_epi8(first, load(ALPHABET)));
    _mm512_storeu_si512((void *)(out + 64), _mm512_permutexvar_epi8(second, load(ALPHABET)));
}

size_t base45_encode_avx512(const uint8_t *input, size_t n, uint8_t *output) {
    size_t i = 0;
    for (; i + STEP <= n; i += STEP)
        encode_step(load(input + i), output + i / 2 * 3);
    if (i < n) {
        __mmask64 rest = ((__mmask64)1 << (n - i)) - 1;
        encode_step(_mm512_maskz_loadu_epi8(rest, (const void *)(input + i)), output + i / 2 * 3);
        if (n % 2) /* a last odd byte is a number of its own, not the high byte of a pair */
            base45_encode_portable(input + n - 1, 1, output + n / 2 * 3);
    }
    return n / 2 * 3 + n % 2 * 2;
}

#pragma GCC pop_options
#endif
