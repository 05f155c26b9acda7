/* ECDSA over P-256 in batches under one key (FIPS 186-5 section 6.4.1; RFC 8152 section 8.1 for r || s).
 *
 * Constant time in key and nonces: no branch and no index depends on either. No allocation. Inputs, outputs
 * and scratch may not overlap; byte arrays need no alignment. */
#ifndef SIGNER_P256_H
#define SIGNER_P256_H

#include <stddef.h>
#include <stdint.h>

#define P256_BATCH 512 /* signatures a call does at most; under 64 much of the gain is lost */

/* Builds the tables of multiples of the base point, once per process, and chooses the implementation. */
void p256_select(unsigned features);

/* Whether a private key lies in 1..n-1, in constant time but for the answer. */
int p256_is_scalar(const uint8_t scalar[32]);

/* Bytes of scratch for p256_sign, to be aligned to 64; the same for every implementation. */
size_t p256_scratch_bytes(void);

/* Signs `n` <= P256_BATCH digests, big endian and not reduced, with one nonce each in 1..q-1 and the key
 * `scalar`. signatures[i] = r || s, big endian. Returns the number of signatures that failed (nonce 0 or >=
 * q, r = 0 or s = 0); those are all zero. Scratch holds secrets between calls: wipe it when the last batch is
 * done. */
size_t p256_sign(const uint8_t scalar[32], size_t n, const uint8_t (*digests)[32],
                 const uint8_t (*nonces)[32], uint8_t (*signatures)[64], void *scratch);

#endif
