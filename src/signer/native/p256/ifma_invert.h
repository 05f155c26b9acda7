/* Inverses modulo p and n of eight numbers at a time, and of many by one inversion (Montgomery's trick).
 * Included by one file only, behind ifma_field.h. */
#ifndef SIGNER_P256_IFMA_INVERT_H
#define SIGNER_P256_IFMA_INVERT_H

#include "p256/ifma_field.h"

enum { CHAINS = 4 }; /* products that are built side by side, so that their latencies overlap */

/* Not inlined, for the long chains of an inversion, which wait for each product anyway. */
static __attribute__((noinline)) field8 square_times(field8 a, int times) {
    for (int i = 0; i < times; i++)
        a = square_mod_p(&a);
    return a;
}

static __attribute__((noinline)) field8 times_p(const field8 a, const field8 b) {
    return multiply_mod_p(&a, &b);
}

static __attribute__((noinline)) field8 times_n(const field8 a, const field8 b) {
    return multiply_mod_n(&a, &b);
}

/* a^(p-2); the exponent is read off p - 2 = 2^256 - 2^224 + 2^192 + 2^96 - 3 */
static field8 invert_mod_p(const field8 a) {
    field8 ones2 = times_p(square_times(a, 1), a);
    field8 ones4 = times_p(square_times(ones2, 2), ones2);
    field8 ones8 = times_p(square_times(ones4, 4), ones4);
    field8 ones16 = times_p(square_times(ones8, 8), ones8);
    field8 ones32 = times_p(square_times(ones16, 16), ones16);
    field8 r = times_p(square_times(ones32, 32), a);
    r = times_p(square_times(r, 128), ones32);
    r = times_p(square_times(r, 32), ones32);
    r = times_p(square_times(r, 16), ones16);
    r = times_p(square_times(r, 8), ones8);
    r = times_p(square_times(r, 4), ones4);
    r = times_p(square_times(r, 2), ones2);
    return times_p(square_times(r, 2), a);
}

/* a^(n-2); the exponent is public, so that its digits may choose the factor */
static field8 invert_mod_n(const field8 a) {
    field8 power[16];
    power[1] = a;
    for (int i = 2; i < 16; i++)
        power[i] = times_n(power[i - 1], a);
    field8 r = power[15];
    for (int bit = 248; bit >= 0; bit -= 4) {
        for (int i = 0; i < 4; i++)
            r = times_n(r, r);
        uint64_t word = bit < 64 ? P256_N.w[0] - 2 : P256_N.w[bit / 64];
        unsigned digit = word >> (bit % 64) & 15;
        if (digit != 0)
            r = times_n(r, power[digit]);
    }
    return r;
}

typedef field8 binary_operation(const field8 a, const field8 b);
typedef field8 unary_operation(const field8 a);

/* Replaces each of the four products by its inverse, by one inversion. */
static void invert_chains(field8 chain[CHAINS], binary_operation *times, unary_operation *invert) {
    field8 first = times(chain[0], chain[1]), second = times(chain[2], chain[3]);
    field8 inverse = invert(times(first, second));
    field8 of_first = times(inverse, second), of_second = times(inverse, first);
    field8 old[CHAINS] = {chain[0], chain[1], chain[2], chain[3]};
    chain[0] = times(of_first, old[1]);
    chain[1] = times(of_first, old[0]);
    chain[2] = times(of_second, old[3]);
    chain[3] = times(of_second, old[2]);
}

#endif
