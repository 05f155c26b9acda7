/* Eight numbers modulo p or n of P-256 at a time, in five limbs of 52 bits, for AVX512-IFMA.
 *
 * Limbs are always in 0..2^52-1 between operations, so that a number is below 2^260; it need not be reduced.
 * Bounds are given as multiples of the modulus. Products are Montgomery products with R = 2^260: for a < A p
 * and b < B p the product is below (A B / 16 + 1) p. Constant time. Included by one file only, after the
 * intrinsics. */
#ifndef SIGNER_P256_IFMA_FIELD_H
#define SIGNER_P256_IFMA_FIELD_H

#include "p256/field.h"

typedef __m512i lanes;

typedef struct {
    lanes limb[5];
} field8;

#define LIMB_MASK 0xfffffffffffff
#define BROADCAST(word) _mm512_set1_epi64((long long)(word))
#define ADD _mm512_add_epi64
#define SUBTRACT _mm512_sub_epi64
#define AND _mm512_and_si512
#define LOW_MULTIPLY_ADD _mm512_madd52lo_epu64
#define HIGH_MULTIPLY_ADD _mm512_madd52hi_epu64

static const uint64_t P52[5] = {0xfffffffffffff, 0x00fffffffffff, 0, 0x0001000000000, 0x0ffffffff0000};
static const uint64_t N52[5] = {0x9cac2fc632551, 0xada7179e84f3b, 0xfffffffbce6fa, 0x0000fffffffff,
                                0x0ffffffff0000};

INLINE field8 field8_broadcast(const uint64_t limbs[5]) {
    field8 r;
    for (int i = 0; i < 5; i++)
        r.limb[i] = BROADCAST(limbs[i]);
    return r;
}

/* Brings limbs 0..3 into range by signed carries; the value, and so the last limb, is not negative. */
INLINE void carry_signed(field8 *a) {
    for (int i = 0; i < 4; i++) {
        a->limb[i + 1] = ADD(a->limb[i + 1], _mm512_srai_epi64(a->limb[i], 52));
        a->limb[i] = AND(a->limb[i], BROADCAST(LIMB_MASK));
    }
}

/* t[5..9], whose limbs are sums below 2^63, as a number in range */
INLINE field8 upper_half(lanes t[10]) {
    field8 r;
    for (int i = 5; i < 9; i++) {
        t[i + 1] = ADD(t[i + 1], _mm512_srli_epi64(t[i], 52));
        r.limb[i - 5] = AND(t[i], BROADCAST(LIMB_MASK));
    }
    r.limb[4] = t[9];
    return r;
}

INLINE void full_product(lanes t[10], const field8 *a, const field8 *b) {
    for (int i = 0; i < 10; i++)
        t[i] = _mm512_setzero_si512();
#pragma GCC unroll 5
    for (int i = 0; i < 5; i++) {
#pragma GCC unroll 5
        for (int j = 0; j < 5; j++)
            t[i + j] = LOW_MULTIPLY_ADD(t[i + j], a->limb[i], b->limb[j]);
#pragma GCC unroll 5
        for (int j = 0; j < 5; j++)
            t[i + j + 1] = HIGH_MULTIPLY_ADD(t[i + j + 1], a->limb[i], b->limb[j]);
    }
}

INLINE void full_square(lanes t[10], const field8 *a) {
    for (int i = 0; i < 10; i++)
        t[i] = _mm512_setzero_si512();
#pragma GCC unroll 5
    for (int i = 0; i < 5; i++)
#pragma GCC unroll 5
        for (int j = i + 1; j < 5; j++) {
            t[i + j] = LOW_MULTIPLY_ADD(t[i + j], a->limb[i], a->limb[j]);
            t[i + j + 1] = HIGH_MULTIPLY_ADD(t[i + j + 1], a->limb[i], a->limb[j]);
        }
    for (int i = 1; i < 9; i++)
        t[i] = ADD(t[i], t[i]);
#pragma GCC unroll 5
    for (int i = 0; i < 5; i++) {
        t[2 * i] = LOW_MULTIPLY_ADD(t[2 * i], a->limb[i], a->limb[i]);
        t[2 * i + 1] = HIGH_MULTIPLY_ADD(t[2 * i + 1], a->limb[i], a->limb[i]);
    }
}

/* Montgomery reduction modulo p. As p = -1 mod 2^52, a limb is cleared by adding itself times p, that is
 * itself times p + 1 = 2^96 + 2^192 + (2^256 - 2^224), whose bits lie in limbs 1, 3 and 4, less itself. */
INLINE field8 reduce_mod_p(lanes t[10]) {
    const lanes at_96 = BROADCAST(1ull << 44), at_192 = BROADCAST(1ull << 36),
                at_224 = BROADCAST(0xffffffff0000);
#pragma GCC unroll 5
    for (int i = 0; i < 5; i++) {
        lanes m = t[i]; /* of a factor the multiplication reads 52 bits only */
        t[i + 1] = ADD(t[i + 1], _mm512_srli_epi64(t[i], 52));
        t[i + 1] = LOW_MULTIPLY_ADD(t[i + 1], m, at_96);
        t[i + 2] = HIGH_MULTIPLY_ADD(t[i + 2], m, at_96);
        t[i + 3] = LOW_MULTIPLY_ADD(t[i + 3], m, at_192);
        t[i + 4] = HIGH_MULTIPLY_ADD(t[i + 4], m, at_192);
        t[i + 4] = LOW_MULTIPLY_ADD(t[i + 4], m, at_224);
        t[i + 5] = HIGH_MULTIPLY_ADD(t[i + 5], m, at_224);
    }
    return upper_half(t);
}

INLINE field8 multiply_mod_p(const field8 *a, const field8 *b) {
    lanes t[10];
    full_product(t, a, b);
    return reduce_mod_p(t);
}

INLINE field8 square_mod_p(const field8 *a) {
    lanes t[10];
    full_square(t, a);
    return reduce_mod_p(t);
}

/* a * b / 2^260 modulo the group order n */
INLINE field8 multiply_mod_n(const field8 *a, const field8 *b) {
    const lanes minus_inverse = BROADCAST(0x1c8aaee00bc4f), zero = _mm512_setzero_si512(); /* -1/n mod 2^52 */
    lanes t[10];
    full_product(t, a, b);
#pragma GCC unroll 5
    for (int i = 0; i < 5; i++) {
        lanes m = LOW_MULTIPLY_ADD(zero, t[i], minus_inverse);
#pragma GCC unroll 5
        for (int j = 0; j < 5; j++) {
            t[i + j] = LOW_MULTIPLY_ADD(t[i + j], m, BROADCAST(N52[j]));
            t[i + j + 1] = HIGH_MULTIPLY_ADD(t[i + j + 1], m, BROADCAST(N52[j]));
        }
        t[i + 1] = ADD(t[i + 1], _mm512_srli_epi64(t[i], 52));
    }
    return upper_half(t);
}

/* a - b + 3 p, for b < 3 p and a < 12 p */
INLINE field8 subtract_mod_p(const field8 *a, const field8 *b) {
    field8 r;
    for (int i = 0; i < 5; i++)
        r.limb[i] = ADD(SUBTRACT(a->limb[i], b->limb[i]), BROADCAST(3 * P52[i]));
    carry_signed(&r);
    return r;
}

/* A number below 2.01 p congruent to a, whose limbs may be signed, below 2^58, and whose value is in
 * 0..2^260. What stands above 2^256 is q, and 2^256 = 2^224 - 2^192 - 2^96 + 1 modulo p. The carries of the
 * lower limbs are not yet in q, so that the rest may lie up to 2^214 outside 0..2^256: p is added, and no
 * lane turns negative. */
INLINE void fold_mod_p(field8 *a) {
    lanes q = _mm512_srai_epi64(a->limb[4], 48);
    a->limb[4] = ADD(AND(a->limb[4], BROADCAST(0xffffffffffff)), _mm512_slli_epi64(q, 16));
    a->limb[3] = SUBTRACT(a->limb[3], _mm512_slli_epi64(q, 36));
    a->limb[1] = SUBTRACT(a->limb[1], _mm512_slli_epi64(q, 44));
    a->limb[0] = ADD(a->limb[0], q);
    for (int i = 0; i < 5; i++)
        a->limb[i] = ADD(a->limb[i], BROADCAST(P52[i]));
    carry_signed(a);
}

/* a - modulus where that is not negative */
INLINE void reduce_once(field8 *a, const uint64_t modulus[5]) {
    field8 reduced;
    for (int i = 0; i < 5; i++)
        reduced.limb[i] = SUBTRACT(a->limb[i], BROADCAST(modulus[i]));
    carry_signed(&reduced);
    __mmask8 negative = _mm512_movepi64_mask(reduced.limb[4]);
    for (int i = 0; i < 5; i++)
        a->limb[i] = _mm512_mask_blend_epi64(negative, reduced.limb[i], a->limb[i]);
}

/* four 64-bit words, little endian, to limbs and back; the value is below 2^256 */
INLINE field8 field8_from_words(const lanes word[4]) {
    field8 r;
    r.limb[0] = AND(word[0], BROADCAST(LIMB_MASK));
    r.limb[1] = AND(_mm512_or_si512(_mm512_srli_epi64(word[0], 52), _mm512_slli_epi64(word[1], 12)),
                    BROADCAST(LIMB_MASK));
    r.limb[2] = AND(_mm512_or_si512(_mm512_srli_epi64(word[1], 40), _mm512_slli_epi64(word[2], 24)),
                    BROADCAST(LIMB_MASK));
    r.limb[3] = AND(_mm512_or_si512(_mm512_srli_epi64(word[2], 28), _mm512_slli_epi64(word[3], 36)),
                    BROADCAST(LIMB_MASK));
    r.limb[4] = _mm512_srli_epi64(word[3], 16);
    return r;
}

INLINE void field8_to_words(lanes word[4], const field8 *a) {
    word[0] = _mm512_or_si512(a->limb[0], _mm512_slli_epi64(a->limb[1], 52));
    word[1] = _mm512_or_si512(_mm512_srli_epi64(a->limb[1], 12), _mm512_slli_epi64(a->limb[2], 40));
    word[2] = _mm512_or_si512(_mm512_srli_epi64(a->limb[2], 24), _mm512_slli_epi64(a->limb[3], 28));
    word[3] = _mm512_or_si512(_mm512_srli_epi64(a->limb[3], 36), _mm512_slli_epi64(a->limb[4], 16));
}

#endif
