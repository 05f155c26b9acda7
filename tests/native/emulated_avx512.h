/* AVX-512 intrinsics in plain C, so that machines without AVX-512 can walk the kernels written for it.
 *
 * Semantics: Intel 64 and IA-32 Architectures Software Developer's Manual, volume 2. Slow on purpose: one
 * loop an instruction. Aligned loads and stores abort on misaligned addresses, and masked ones touch no byte
 * that is masked out, so a sanitizer sees what the processor would fault on. The real names are taken over at
 * the end by macros, which is why this may follow or precede the compiler's own headers. */
#ifndef SIGNER_EMULATED_AVX512_H
#define SIGNER_EMULATED_AVX512_H

#include <immintrin.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef union {
    uint8_t u8[64];
    uint16_t u16[32];
    uint32_t u32[16];
    uint64_t u64[8];
    int8_t i8[64];
    int16_t i16[32];
    int32_t i32[16];
    int64_t i64[8];
} __attribute__((aligned(64))) emulated_m512i;

#define EMULATED static inline __attribute__((unused))
#define EMULATED_LANES(bits) (512 / (bits))
#define EMULATED_BIT(mask, i) ((uint64_t)(mask) >> (i) & 1)

/* Builds a function of two vectors, lane by lane, of lanes `a` and `b`. */
#define EMULATED_BINARY(name, type, bits, expression)                                                        \
    EMULATED emulated_m512i emulated_##name(emulated_m512i x, emulated_m512i y) {                            \
        emulated_m512i result;                                                                               \
        for (int i = 0; i < EMULATED_LANES(bits); i++) {                                                     \
            type##bits##_t a = x.u##bits[i], b = y.u##bits[i];                                               \
            result.u##bits[i] = (uint##bits##_t)(expression);                                                \
        }                                                                                                    \
        return result;                                                                                       \
    }

/* Builds a function of a vector and a count, lane by lane. */
#define EMULATED_COUNT(name, type, bits, expression)                                                         \
    EMULATED emulated_m512i emulated_##name(emulated_m512i x, unsigned n) {                                  \
        emulated_m512i result;                                                                               \
        for (int i = 0; i < EMULATED_LANES(bits); i++) {                                                     \
            type##bits##_t a = x.u##bits[i];                                                                 \
            result.u##bits[i] = (uint##bits##_t)(expression);                                                \
        }                                                                                                    \
        return result;                                                                                       \
    }

/* Builds a comparison of two vectors, and the same under a mask. */
#define EMULATED_COMPARE(name, type, bits, expression)                                                       \
    EMULATED __mmask##bits##_lanes emulated_##name(emulated_m512i x, emulated_m512i y) {                     \
        uint64_t result = 0;                                                                                 \
        for (int i = 0; i < EMULATED_LANES(bits); i++) {                                                     \
            type##bits##_t a = x.u##bits[i], b = y.u##bits[i];                                               \
            result |= (uint64_t)((expression) ? 1 : 0) << i;                                                 \
        }                                                                                                    \
        return (__mmask##bits##_lanes)result;                                                                \
    }                                                                                                        \
    EMULATED __mmask##bits##_lanes emulated_mask_##name(__mmask##bits##_lanes k, emulated_m512i x,           \
                                                        emulated_m512i y) {                                  \
        return (__mmask##bits##_lanes)(k & emulated_##name(x, y));                                           \
    }

#define __mmask8_lanes __mmask64
#define __mmask16_lanes __mmask32
#define __mmask32_lanes __mmask16
#define __mmask64_lanes __mmask8

/* --- constants, loads, stores
 * ------------------------------------------------------------------------------------ */

EMULATED void emulated_check_aligned(const void *address) {
    if ((uintptr_t)address % 64 != 0)
        abort();
}

EMULATED emulated_m512i emulated_loadu(const void *address) {
    emulated_m512i result;
    memcpy(&result, address, 64);
    return result;
}

EMULATED emulated_m512i emulated_load(const void *address) {
    emulated_check_aligned(address);
    return emulated_loadu(address);
}

EMULATED void emulated_storeu(void *address, emulated_m512i x) {
    memcpy(address, &x, 64);
}

EMULATED void emulated_store(void *address, emulated_m512i x) {
    emulated_check_aligned(address);
    emulated_storeu(address, x);
}

EMULATED emulated_m512i emulated_setzero(void) {
    emulated_m512i result;
    memset(&result, 0, 64);
    return result;
}

EMULATED emulated_m512i emulated_set_epi64(long long h, long long g, long long f, long long e, long long d,
                                           long long c, long long b, long long a) {
    return (emulated_m512i){.i64 = {a, b, c, d, e, f, g, h}};
}

EMULATED emulated_m512i emulated_setr_epi64(long long a, long long b, long long c, long long d, long long e,
                                            long long f, long long g, long long h) {
    return (emulated_m512i){.i64 = {a, b, c, d, e, f, g, h}};
}

EMULATED emulated_m512i emulated_setr_epi32(int a, int b, int c, int d, int e, int f, int g, int h, int i,
                                            int j, int k, int l, int m, int n, int o, int p) {
    return (emulated_m512i){.i32 = {a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p}};
}

EMULATED emulated_m512i emulated_set_epi32(int p, int o, int n, int m, int l, int k, int j, int i, int h,
                                           int g, int f, int e, int d, int c, int b, int a) {
    return (emulated_m512i){.i32 = {a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p}};
}

/* What every lane width has: set1, blends, masked loads and stores, permutations of one and of two vectors.
 */
#define EMULATED_WIDTH(bits, scalar)                                                                         \
    EMULATED emulated_m512i emulated_set1_epi##bits(scalar a) {                                              \
        emulated_m512i result;                                                                               \
        for (int i = 0; i < EMULATED_LANES(bits); i++)                                                       \
            result.i##bits[i] = (int##bits##_t)a;                                                            \
        return result;                                                                                       \
    }                                                                                                        \
    EMULATED emulated_m512i emulated_mask_mov_epi##bits(emulated_m512i source, __mmask##bits##_lanes k,      \
                                                        emulated_m512i x) {                                  \
        for (int i = 0; i < EMULATED_LANES(bits); i++)                                                       \
            if (EMULATED_BIT(k, i))                                                                          \
                source.u##bits[i] = x.u##bits[i];                                                            \
        return source;                                                                                       \
    }                                                                                                        \
    EMULATED emulated_m512i emulated_maskz_mov_epi##bits(__mmask##bits##_lanes k, emulated_m512i x) {        \
        return emulated_mask_mov_epi##bits(emulated_setzero(), k, x);                                        \
    }                                                                                                        \
    EMULATED emulated_m512i emulated_mask_blend_epi##bits(__mmask##bits##_lanes k, emulated_m512i x,         \
                                                          emulated_m512i y) {                                \
        return emulated_mask_mov_epi##bits(x, k, y);                                                         \
    }                                                                                                        \
    EMULATED emulated_m512i emulated_mask_set1_epi##bits(emulated_m512i source, __mmask##bits##_lanes k,     \
                                                         scalar a) {                                         \
        return emulated_mask_mov_epi##bits(source, k, emulated_set1_epi##bits(a));                           \
    }                                                                                                        \
    EMULATED emulated_m512i emulated_maskz_set1_epi##bits(__mmask##bits##_lanes k, scalar a) {               \
        return emulated_maskz_mov_epi##bits(k, emulated_set1_epi##bits(a));                                  \
    }                                                                                                        \
    EMULATED emulated_m512i emulated_mask_loadu_epi##bits(emulated_m512i source, __mmask##bits##_lanes k,    \
                                                          const void *address) {                             \
        for (int i = 0; i < EMULATED_LANES(bits); i++)                                                       \
            if (EMULATED_BIT(k, i))                                                                          \
                memcpy(&source.u##bits[i], (const uint8_t *)address + i * (bits / 8), bits / 8);             \
        return source;                                                                                       \
    }                                                                                                        \
    EMULATED emulated_m512i emulated_maskz_loadu_epi##bits(__mmask##bits##_lanes k, const void *address) {   \
        return emulated_mask_loadu_epi##bits(emulated_setzero(), k, address);                                \
    }                                                                                                        \
    EMULATED void emulated_mask_storeu_epi##bits(void *address, __mmask##bits##_lanes k, emulated_m512i x) { \
        for (int i = 0; i < EMULATED_LANES(bits); i++)                                                       \
            if (EMULATED_BIT(k, i))                                                                          \
                memcpy((uint8_t *)address + i * (bits / 8), &x.u##bits[i], bits / 8);                        \
    }                                                                                                        \
    EMULATED emulated_m512i emulated_permutexvar_epi##bits(emulated_m512i indices, emulated_m512i x) {       \
        emulated_m512i result;                                                                               \
        for (int i = 0; i < EMULATED_LANES(bits); i++)                                                       \
            result.u##bits[i] = x.u##bits[indices.u##bits[i] % EMULATED_LANES(bits)];                        \
        return result;                                                                                       \
    }                                                                                                        \
    EMULATED emulated_m512i emulated_maskz_permutexvar_epi##bits(__mmask##bits##_lanes k,                    \
                                                                 emulated_m512i indices, emulated_m512i x) { \
        return emulated_maskz_mov_epi##bits(k, emulated_permutexvar_epi##bits(indices, x));                  \
    }                                                                                                        \
    EMULATED emulated_m512i emulated_mask_permutexvar_epi##bits(                                             \
        emulated_m512i source, __mmask##bits##_lanes k, emulated_m512i indices, emulated_m512i x) {          \
        return emulated_mask_mov_epi##bits(source, k, emulated_permutexvar_epi##bits(indices, x));           \
    }                                                                                                        \
    EMULATED emulated_m512i emulated_permutex2var_epi##bits(emulated_m512i x, emulated_m512i indices,        \
                                                            emulated_m512i y) {                              \
        emulated_m512i result;                                                                               \
        for (int i = 0; i < EMULATED_LANES(bits); i++) {                                                     \
            unsigned index = indices.u##bits[i] % (2 * EMULATED_LANES(bits));                                \
            unsigned lane = index % EMULATED_LANES(bits);                                                    \
            result.u##bits[i] = index < EMULATED_LANES(bits) ? x.u##bits[lane] : y.u##bits[lane];            \
        }                                                                                                    \
        return result;                                                                                       \
    }                                                                                                        \
    EMULATED emulated_m512i emulated_maskz_permutex2var_epi##bits(                                           \
        __mmask##bits##_lanes k, emulated_m512i x, emulated_m512i indices, emulated_m512i y) {               \
        return emulated_maskz_mov_epi##bits(k, emulated_permutex2var_epi##bits(x, indices, y));              \
    }                                                                                                        \
    EMULATED emulated_m512i emulated_maskz_compress_epi##bits(__mmask##bits##_lanes k, emulated_m512i x) {   \
        emulated_m512i result = emulated_setzero();                                                          \
        for (int i = 0, kept = 0; i < EMULATED_LANES(bits); i++)                                             \
            if (EMULATED_BIT(k, i))                                                                          \
                result.u##bits[kept++] = x.u##bits[i];                                                       \
        return result;                                                                                       \
    }                                                                                                        \
    EMULATED void emulated_mask_compressstoreu_epi##bits(void *address, __mmask##bits##_lanes k,             \
                                                         emulated_m512i x) {                                 \
        emulated_m512i packed = emulated_maskz_compress_epi##bits(k, x);                                     \
        memcpy(address, &packed, (size_t)__builtin_popcountll(k) * (bits / 8));                              \
    }

EMULATED_WIDTH(8, char)
EMULATED_WIDTH(16, short)
EMULATED_WIDTH(32, int)
EMULATED_WIDTH(64, long long)

#include "emulated_avx512_lanes.h"
#include "emulated_avx512_names.h"

#endif
