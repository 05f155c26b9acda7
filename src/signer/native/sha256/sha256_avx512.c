/* The SHA-256 compression function in 16 lanes of AVX-512, FIPS 180-4 section 6.2.2. */
#include "cpu/cpu.h"
#ifdef SIGNER_X86_64
#include "sha256/sha256_impl.h"

#ifdef SIGNER_EMULATE_AVX512
#include "emulated_avx512.h"
#else
#pragma GCC push_options
#pragma GCC target("avx512f,avx512bw,avx512dq,avx512vl")
#include <immintrin.h>
#endif

#define INLINE static inline __attribute__((always_inline))

/* Truth tables for ternary logic: bit 4x + 2y + z is the function's value. */
#define XOR3 0x96
#define CHOOSE 0xca
#define MAJORITY 0xe8

/* The functions of section 4.1.2. */
INLINE __m512i big_sigma0(__m512i x) {
    return _mm512_ternarylogic_epi32(_mm512_ror_epi32(x, 2), _mm512_ror_epi32(x, 13), _mm512_ror_epi32(x, 22),
                                     XOR3);
}
INLINE __m512i big_sigma1(__m512i x) {
    return _mm512_ternarylogic_epi32(_mm512_ror_epi32(x, 6), _mm512_ror_epi32(x, 11), _mm512_ror_epi32(x, 25),
                                     XOR3);
}
INLINE __m512i small_sigma0(__m512i x) {
    return _mm512_ternarylogic_epi32(_mm512_ror_epi32(x, 7), _mm512_ror_epi32(x, 18), _mm512_srli_epi32(x, 3),
                                     XOR3);
}
INLINE __m512i small_sigma1(__m512i x) {
    return _mm512_ternarylogic_epi32(_mm512_ror_epi32(x, 17), _mm512_ror_epi32(x, 19),
                                     _mm512_srli_epi32(x, 10), XOR3);
}

/* One round, `word` being the schedule's word plus the constant. The state's variables change roles, not
 * places. */
INLINE void round_of(__m512i a, __m512i b, __m512i c, __m512i *d, __m512i e, __m512i f, __m512i g, __m512i *h,
                     __m512i word) {
    __m512i sum =
        _mm512_add_epi32(_mm512_add_epi32(*h, word),
                         _mm512_add_epi32(big_sigma1(e), _mm512_ternarylogic_epi32(e, f, g, CHOOSE)));
    *d = _mm512_add_epi32(*d, sum);
    *h = _mm512_add_epi32(sum, _mm512_add_epi32(big_sigma0(a), _mm512_ternarylogic_epi32(a, b, c, MAJORITY)));
}

/* Round `i` of 0..63 on s[8]: variable number v of the standard (a = 0) stands in s[(v - i) mod 8]. */
INLINE void round_number(__m512i s[8], const __m512i w[16], int i, uint32_t constant) {
    const int a = 64 - i;
    round_of(s[a % 8], s[(a + 1) % 8], s[(a + 2) % 8], &s[(a + 3) % 8], s[(a + 4) % 8], s[(a + 5) % 8],
             s[(a + 6) % 8], &s[(a + 7) % 8], _mm512_add_epi32(w[i % 16], _mm512_set1_epi32((int)constant)));
}

/* Puts word i + 16 of the schedule in the place of word i. */
INLINE void schedule_word(__m512i w[16], int i) {
    const __m512i near = _mm512_add_epi32(small_sigma0(w[(i + 1) % 16]), small_sigma1(w[(i + 14) % 16]));
    w[i % 16] = _mm512_add_epi32(_mm512_add_epi32(w[i % 16], w[(i + 9) % 16]), near);
}

/* Absorbs a block of 16 words a lane, which are used up. */
INLINE void compress(uint32_t *state, __m512i w[16]) {
    __m512i s[8];
    for (int i = 0; i < 8; i++)
        s[i] = _mm512_load_si512(state + 16 * i);
    for (int first = 0; first < 48; first += 16)
#pragma GCC unroll 16
        for (int i = 0; i < 16; i++) {
            round_number(s, w, i, SHA256_CONSTANTS[first + i]);
            schedule_word(w, i);
        }
#pragma GCC unroll 16
    for (int i = 0; i < 16; i++)
        round_number(s, w, i, SHA256_CONSTANTS[48 + i]);
    for (int i = 0; i < 8; i++)
        _mm512_store_si512(state + 16 * i, _mm512_add_epi32(s[i], _mm512_load_si512(state + 16 * i)));
}

/* Turns 16 rows of 16 words into 16 columns: first within quarters of 4 by 4 words, then the quarters. */
INLINE void transpose(__m512i w[16]) {
    __m512i t[16];
    for (int i = 0; i < 16; i += 4) {
        const __m512i low01 = _mm512_unpacklo_epi32(w[i], w[i + 1]),
                      low23 = _mm512_unpacklo_epi32(w[i + 2], w[i + 3]);
        const __m512i high01 = _mm512_unpackhi_epi32(w[i], w[i + 1]);
        const __m512i high23 = _mm512_unpackhi_epi32(w[i + 2], w[i + 3]);
        t[i] = _mm512_unpacklo_epi64(low01, low23);
        t[i + 1] = _mm512_unpackhi_epi64(low01, low23);
        t[i + 2] = _mm512_unpacklo_epi64(high01, high23);
        t[i + 3] = _mm512_unpackhi_epi64(high01, high23);
    }
    for (int i = 0; i < 4; i++) {
        const __m512i even01 = _mm512_shuffle_i32x4(t[i], t[i + 4], 0x88);
        const __m512i even23 = _mm512_shuffle_i32x4(t[i + 8], t[i + 12], 0x88);
        const __m512i odd01 = _mm512_shuffle_i32x4(t[i], t[i + 4], 0xdd);
        const __m512i odd23 = _mm512_shuffle_i32x4(t[i + 8], t[i + 12], 0xdd);
        w[i] = _mm512_shuffle_i32x4(even01, even23, 0x88);
        w[i + 4] = _mm512_shuffle_i32x4(odd01, odd23, 0x88);
        w[i + 8] = _mm512_shuffle_i32x4(even01, even23, 0xdd);
        w[i + 12] = _mm512_shuffle_i32x4(odd01, odd23, 0xdd);
    }
}

void sha256_blocks_avx512(uint32_t *state, const uint8_t *const *blocks, size_t n_blocks) {
    const __m512i big_endian =
        _mm512_broadcast_i32x4(_mm_set_epi8(12, 13, 14, 15, 8, 9, 10, 11, 4, 5, 6, 7, 0, 1, 2, 3));
    for (size_t offset = 0; offset < 64 * n_blocks; offset += 64) {
        __m512i w[16];
        for (int lane = 0; lane < 16; lane++)
            w[lane] = _mm512_shuffle_epi8(_mm512_loadu_si512(blocks[lane] + offset), big_endian);
        transpose(w);
        compress(state, w);
    }
}

void sha256_sixteen_avx512(uint32_t state[8][16], const uint32_t words[16][16]) {
    __m512i w[16];
    for (int i = 0; i < 16; i++)
        w[i] = _mm512_load_si512(words[i]);
    compress(state[0], w);
}

#ifndef SIGNER_EMULATE_AVX512
#pragma GCC pop_options
#endif
#endif
