/* Base45 with AVX2: 32 bytes to 48 characters a step. */
#include "base45/base45_impl.h"
#include "cpu/cpu.h"

#ifdef SIGNER_X86_64

#pragma GCC push_options
#pragma GCC target("avx2,bmi,bmi2")
#include <immintrin.h>

#define STEP 32 /* bytes */

/* value / 45 for 16-bit values: 46604 is 2^21 / 45 rounded up, exact up to 65535. */
static inline __m256i divide_by_45(__m256i value) {
    return _mm256_srli_epi16(_mm256_mulhi_epu16(value, _mm256_set1_epi16((short)46604)), 5);
}

static inline __m256i remainder_of_45(__m256i value, __m256i quotient) {
    return _mm256_sub_epi16(value, _mm256_mullo_epi16(quotient, _mm256_set1_epi16(45)));
}

/* Digits 0..44 to characters: '0' on from 0, 'A' on from 10, the nine signs from 36. */
static inline __m256i characters(__m256i digits) {
    const __m256i signs = _mm256_broadcastsi128_si256(
        _mm_setr_epi8(' ', '$', '%', '*', '+', '-', '.', '/', ':', 0, 0, 0, 0, 0, 0, 0));
    __m256i is_letter = _mm256_cmpgt_epi8(digits, _mm256_set1_epi8(9));
    __m256i is_sign = _mm256_cmpgt_epi8(digits, _mm256_set1_epi8(35));
    __m256i first = _mm256_blendv_epi8(_mm256_set1_epi8('0'), _mm256_set1_epi8('A' - 10), is_letter);
    __m256i sign = _mm256_shuffle_epi8(signs, _mm256_sub_epi8(digits, _mm256_set1_epi8(36)));
    return _mm256_blendv_epi8(_mm256_add_epi8(digits, first), sign, is_sign);
}

/* Stores the 12 characters of each 128-bit half, and 4 bytes of nothing behind them. */
static inline void store_24(uint8_t *out, __m256i digits, size_t high_half_at) {
    const __m256i first_three_of_four =
        _mm256_broadcastsi128_si256(_mm_setr_epi8(0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, -1, -1, -1, -1));
    __m256i text = _mm256_shuffle_epi8(characters(digits), first_three_of_four);
    _mm_storeu_si128((__m128i *)out, _mm256_castsi256_si128(text));
    _mm_storeu_si128((__m128i *)(out + high_half_at), _mm256_extracti128_si256(text, 1));
}

/* 32 bytes to 48 characters, and 4 bytes of nothing behind them. */
static inline void encode_step(const uint8_t *input, uint8_t *out) {
    const __m256i swap_pairs =
        _mm256_broadcastsi128_si256(_mm_setr_epi8(1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10, 13, 12, 15, 14));
    __m256i value = _mm256_shuffle_epi8(_mm256_loadu_si256((const __m256i *)input), swap_pairs);
    __m256i upper = divide_by_45(value), high = divide_by_45(upper);
    __m256i low = remainder_of_45(value, upper), middle = remainder_of_45(upper, high);
    __m256i low_and_middle = _mm256_or_si256(low, _mm256_slli_epi16(middle, 8));
    /* Unpacked within halves: bytes 0..7 and 16..23 in the first, 8..15 and 24..31 in the second. */
    __m256i first = _mm256_unpacklo_epi16(low_and_middle, high);
    __m256i second = _mm256_unpackhi_epi16(low_and_middle, high);
    __m256i lower_half = _mm256_permute2x128_si256(first, second, 0x20);
    __m256i upper_half = _mm256_permute2x128_si256(first, second, 0x31);
    store_24(out, lower_half, 12);
    store_24(out + 24, upper_half, 12);
}

size_t base45_encode_avx2(const uint8_t *input, size_t n, uint8_t *output) {
    if (n < STEP)
        return base45_encode_portable(input, n, output);
    size_t i = 0;
    for (; i + STEP <= n; i += STEP)
        encode_step(input + i, output + i / 2 * 3);
    if (i + 2 <= n) { /* once more over the last 32 whole pairs' bytes: what was written is written again */
        i = n - n % 2 - STEP;
        encode_step(input + i, output + i / 2 * 3);
        i += STEP;
    }
    return i / 2 * 3 + base45_encode_portable(input + i, n - i, output + i / 2 * 3);
}

#pragma GCC pop_options
#endif
