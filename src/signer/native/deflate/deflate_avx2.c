/* zlib streams with AVX2 for the checksum and BMI2 for the shifts of the bit buffer. */
#include "cpu/cpu.h"

#ifdef SIGNER_X86_64

#pragma GCC push_options
#pragma GCC target("avx2,bmi,bmi2")
#include "deflate/deflate_impl.h"
#include "deflate/zlib_stream.h"
#include <immintrin.h>

#define ADLER_BASE 65521u
#define STEP 32u         /* bytes a vector */
#define ADLER_STEPS 128u /* so few that no sum passes 2^32 */

static uint32_t sum_of_lanes(__m256i lanes) {
    __m128i four = _mm_add_epi32(_mm256_castsi256_si128(lanes), _mm256_extracti128_si256(lanes, 1));
    __m128i two = _mm_add_epi32(four, _mm_shuffle_epi32(four, 0x4e));
    return (uint32_t)_mm_cvtsi128_si32(_mm_add_epi32(two, _mm_shuffle_epi32(two, 0xb1)));
}

static const uint8_t WEIGHTS[STEP] = {32, 31, 30, 29, 28, 27, 26, 25, 24, 23, 22, 21, 20, 19, 18, 17,
                                      16, 15, 14, 13, 12, 11, 10, 9,  8,  7,  6,  5,  4,  3,  2,  1};

/* Sums of four bytes each times their places from the end of the vector. */
static inline __m256i weigh(__m256i bytes) {
    __m256i weights = _mm256_loadu_si256((const __m256i *)WEIGHTS);
    return _mm256_madd_epi16(_mm256_maddubs_epi16(bytes, weights), _mm256_set1_epi16(1));
}

/* Takes `n_steps` <= ADLER_STEPS vectors into the two sums. */
static inline void adler_steps(uint32_t *a, uint32_t *b, const uint8_t *input, size_t n_steps) {
    const __m256i zero = _mm256_setzero_si256();
    __m256i sum = zero;      /* of bytes */
    __m256i sums = zero;     /* of `sum` before each step: every byte in it counts STEP times more */
    __m256i weighted = zero; /* of bytes times their place from the end of their vector */
    for (size_t i = 0; i < n_steps; i++) {
        __m256i bytes = _mm256_loadu_si256((const __m256i *)(input + STEP * i));
        sums = _mm256_add_epi32(sums, sum);
        sum = _mm256_add_epi32(sum, _mm256_sad_epu8(bytes, zero));
        weighted = _mm256_add_epi32(weighted, weigh(bytes));
    }
    weighted = _mm256_add_epi32(weighted, _mm256_slli_epi32(sums, 5)); /* times STEP */
    uint64_t gained = (uint64_t)STEP * n_steps * *a + sum_of_lanes(weighted);
    *b = (uint32_t)((*b + gained) % ADLER_BASE);
    *a = (*a + sum_of_lanes(sum)) % ADLER_BASE;
}

/* Takes the last n < STEP of STEP bytes and more, those before masked away. */
static inline void adler_rest(uint32_t *a, uint32_t *b, const uint8_t *end, size_t n) {
    static const uint8_t BEHIND[2 * STEP] = {
        [STEP] = 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
        255,          255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
    };
    __m256i bytes = _mm256_and_si256(_mm256_loadu_si256((const __m256i *)(end - STEP)),
                                     _mm256_loadu_si256((const __m256i *)(BEHIND + n)));
    *b += (uint32_t)n * *a + sum_of_lanes(weigh(bytes)); /* under 2^22 */
    *a += sum_of_lanes(_mm256_sad_epu8(bytes, _mm256_setzero_si256()));
}

uint32_t adler32_avx2(const uint8_t *input, size_t n) {
    uint32_t a = 1, b = 0;
    if (n < STEP)
        return adler32_portable(input, n);
    const uint8_t *end = input + n;
    for (size_t n_left = n / STEP; n_left != 0;) {
        size_t n_steps = n_left < ADLER_STEPS ? n_left : ADLER_STEPS;
        adler_steps(&a, &b, input, n_steps);
        input += STEP * n_steps;
        n_left -= n_steps;
    }
    adler_rest(&a, &b, end, n % STEP);
    return b % ADLER_BASE << 16 | a % ADLER_BASE;
}

size_t zlib_compress_avx2(const uint8_t *input, size_t n, const zlib_text *text, uint8_t *output) {
    return shorter_stream(input, n, text, output, adler32_avx2(input, n));
}

#pragma GCC pop_options
#endif
