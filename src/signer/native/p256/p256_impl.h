/* What the implementations of P-256 signing share; not for users of the kernel. */
#ifndef SIGNER_P256_IMPL_H
#define SIGNER_P256_IMPL_H

#include "p256/field.h"
#include "p256/p256.h"

typedef size_t p256_sign_function(const uint8_t scalar[32], size_t n, const uint8_t (*digests)[32],
                                  const uint8_t (*nonces)[32], uint8_t (*signatures)[64], void *scratch);

void p256_portable_init(void);
size_t p256_portable_scratch_bytes(void);
p256_sign_function p256_portable_sign;

void p256_ifma_init(void);
size_t p256_ifma_scratch_bytes(void);
p256_sign_function p256_ifma_sign;

/* Loads a nonce. Where it is not in 1..n-1, `nonce` becomes 1 and the mask that is given back is all ones. */
INLINE uint64_t p256_load_nonce(u256 *nonce, const uint8_t big_endian[32]) {
    u256 value, difference;
    const u256 one = {{1, 0, 0, 0}};
    u256_load(&value, big_endian);
    uint64_t below_order = 0 - u256_subtract(&difference, &value, &P256_N);
    uint64_t bad = u256_zero_mask(&value) | ~below_order;
    u256_select(nonce, bad, &one, &value);
    return bad;
}

/* The nonce or its negative, whichever is odd: both give a point with the same x. */
INLINE void p256_odd_nonce(u256 *odd, const u256 *nonce) {
    u256 negative;
    (void)u256_subtract(&negative, &P256_N, nonce);
    u256_select(odd, 0 - (nonce->w[0] & 1), nonce, &negative);
}

#endif
