/* Numbers modulo the field prime p and the group order n of P-256, in four 64-bit words, little endian, fully
 * reduced.
 *
 * Constant time: no branch and no index depends on a value. Products are Montgomery products with R = 2^256:
 * the product of a and b is a * b / R. Outputs may alias inputs. Constants: SP 800-186 section 3.2.1.3. */
#ifndef SIGNER_P256_FIELD_H
#define SIGNER_P256_FIELD_H

#include "cpu/cpu.h"
#include <stdint.h>
#include <string.h>
#ifdef SIGNER_X86_64
#include <x86intrin.h>
#endif

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "u256_load and u256_store are written for little-endian processors"
#endif

typedef unsigned __int128 u128;

typedef struct {
    uint64_t w[4];
} u256;

#define INLINE static inline __attribute__((always_inline))

static const u256 P256_P = {{0xffffffffffffffff, 0x00000000ffffffff, 0, 0xffffffff00000001}};
static const u256 P256_N = {{0xf3b9cac2fc632551, 0xbce6faada7179e84, 0xffffffffffffffff, 0xffffffff00000000}};
static const u256 P256_ONE = {{1, 0xffffffff00000000, 0xffffffffffffffff, 0xfffffffe}}; /* R mod p */

#ifdef SIGNER_X86_64
/* GCC makes carry chains of these, and not of the plain form below. */
INLINE uint64_t add_carry(uint64_t a, uint64_t b, uint64_t *carry) {
    unsigned long long sum;
    *carry = _addcarry_u64((unsigned char)*carry, a, b, &sum);
    return sum;
}

INLINE uint64_t subtract_borrow(uint64_t a, uint64_t b, uint64_t *borrow) {
    unsigned long long difference;
    *borrow = _subborrow_u64((unsigned char)*borrow, a, b, &difference);
    return difference;
}
#else
INLINE uint64_t add_carry(uint64_t a, uint64_t b, uint64_t *carry) {
    u128 sum = (u128)a + b + *carry;
    *carry = (uint64_t)(sum >> 64);
    return (uint64_t)sum;
}

INLINE uint64_t subtract_borrow(uint64_t a, uint64_t b, uint64_t *borrow) {
    u128 difference = (u128)a - b - *borrow;
    *borrow = (uint64_t)(difference >> 64) & 1;
    return (uint64_t)difference;
}
#endif

/* a - b, and the borrow: 1 where a < b */
INLINE uint64_t u256_subtract(u256 *out, const u256 *a, const u256 *b) {
    uint64_t borrow = 0;
    for (int i = 0; i < 4; i++)
        out->w[i] = subtract_borrow(a->w[i], b->w[i], &borrow);
    return borrow;
}

/* `yes` where mask is all ones, `no` where it is zero */
INLINE void u256_select(u256 *out, uint64_t mask, const u256 *yes, const u256 *no) {
    for (int i = 0; i < 4; i++)
        out->w[i] = no->w[i] ^ (mask & (yes->w[i] ^ no->w[i]));
}

/* (carry, a) - modulus where that is not negative; the value is below twice the modulus */
INLINE void u256_reduce_once(u256 *out, const u256 *a, uint64_t carry, const u256 *modulus) {
    u256 reduced;
    uint64_t borrow = u256_subtract(&reduced, a, modulus);
    u256_select(out, 0 - (borrow & ~carry & 1), a, &reduced);
}

/* all ones where a is zero */
INLINE uint64_t u256_zero_mask(const u256 *a) {
    uint64_t any = a->w[0] | a->w[1] | a->w[2] | a->w[3];
    return ((any | (0 - any)) >> 63) - 1;
}

INLINE void u256_add_mod(u256 *out, const u256 *a, const u256 *b, const u256 *modulus) {
    u256 sum;
    uint64_t carry = 0;
    for (int i = 0; i < 4; i++)
        sum.w[i] = add_carry(a->w[i], b->w[i], &carry);
    u256_reduce_once(out, &sum, carry, modulus);
}

INLINE void p256_field_subtract(u256 *out, const u256 *a, const u256 *b) {
    u256 difference;
    uint64_t mask = 0 - u256_subtract(&difference, a, b), carry = 0;
    out->w[0] = add_carry(difference.w[0], mask, &carry);
    out->w[1] = add_carry(difference.w[1], mask & P256_P.w[1], &carry);
    out->w[2] = add_carry(difference.w[2], 0, &carry);
    out->w[3] = add_carry(difference.w[3], mask & P256_P.w[3], &carry);
}

/* One Montgomery round modulo p. With m = t[0], t + m p ends in a zero word, which falls away; by the form of
 * p = 2^256 - 2^224 + 2^192 + 2^96 - 1 the product m p needs shifts only. */
INLINE void p256_reduce_word(uint64_t t[5]) {
    uint64_t m = t[0], carry = 0, borrow = 0;
    uint64_t low = subtract_borrow(m, m << 32, &borrow), high = m - (m >> 32) - borrow;
    t[0] = add_carry(t[1], m << 32, &carry);
    t[1] = add_carry(t[2], m >> 32, &carry);
    t[2] = add_carry(t[3], low, &carry);
    t[3] = add_carry(t[4], high, &carry);
    t[4] = carry;
}

/* t += a * word, and the carry out: the low halves in one carry chain, the high halves in another */
INLINE uint64_t add_row(uint64_t t[5], const u256 *a, uint64_t word) {
    uint64_t low[4], high[4], carry = 0, top = 0;
#pragma GCC unroll 4
    for (int j = 0; j < 4; j++) {
        u128 product = (u128)a->w[j] * word;
        low[j] = (uint64_t)product;
        high[j] = (uint64_t)(product >> 64);
    }
#pragma GCC unroll 4
    for (int j = 0; j < 4; j++)
        t[j] = add_carry(t[j], low[j], &carry);
    t[4] = add_carry(t[4], 0, &carry);
    top = carry;
    carry = 0;
#pragma GCC unroll 4
    for (int j = 0; j < 4; j++)
        t[j + 1] = add_carry(t[j + 1], high[j], &carry);
    return top + carry;
}

INLINE void p256_field_multiply(u256 *out, const u256 *a, const u256 *b) {
    uint64_t t[5] = {0};
#pragma GCC unroll 4
    for (int i = 0; i < 4; i++) {
        (void)add_row(t, a, b->w[i]); /* no carry out: t < 2 p before, and a < p */
        p256_reduce_word(t);
    }
    u256 value = {{t[0], t[1], t[2], t[3]}};
    u256_reduce_once(out, &value, t[4], &P256_P);
}

INLINE void p256_field_square(u256 *out, const u256 *a) {
    p256_field_multiply(out, a, a);
}

/* Montgomery product modulo the group order: a word is cleared by m = t[0] * (-1/n mod 2^64). */
INLINE void p256_order_multiply(u256 *out, const u256 *a, const u256 *b) {
    uint64_t t[5] = {0};
    for (int i = 0; i < 4; i++) {
        (void)add_row(t, a, b->w[i]);
        uint64_t top = add_row(t, &P256_N, t[0] * 0xccd1c8aaee00bc4f);
        memmove(t, t + 1, 4 * sizeof t[0]);
        t[4] = top;
    }
    u256 value = {{t[0], t[1], t[2], t[3]}};
    u256_reduce_once(out, &value, t[4], &P256_N);
}

/* 1/a modulo p in Montgomery form, by a^(p-2); 0 for 0 */
void p256_field_invert(u256 *out, const u256 *a);

/* 1/a modulo n in Montgomery form, by a^(n-2); 0 for 0 */
void p256_order_invert(u256 *out, const u256 *a);

INLINE void u256_load(u256 *out, const uint8_t big_endian[32]) {
    for (int i = 0; i < 4; i++) {
        uint64_t word;
        memcpy(&word, big_endian + 24 - 8 * i, 8);
        out->w[i] = __builtin_bswap64(word);
    }
}

INLINE void u256_store(uint8_t big_endian[32], const u256 *a) {
    for (int i = 0; i < 4; i++) {
        uint64_t word = __builtin_bswap64(a->w[i]);
        memcpy(big_endian + 24 - 8 * i, &word, 8);
    }
}

#endif
