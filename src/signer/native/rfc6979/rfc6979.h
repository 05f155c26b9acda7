/* Deterministic nonces for ECDSA with SHA-256 over a 256-bit order, RFC 6979 section 3.2.
 *
 * Constant time in key, digests and accepted nonces; a rejected candidate (chance 2^-32 for P-256) costs one
 * more round for its lane, which tells nothing of the nonce that is then accepted. No allocation. Inputs and
 * outputs may not overlap; byte arrays need no alignment. */
#ifndef SIGNER_RFC6979_H
#define SIGNER_RFC6979_H

#include <stddef.h>
#include <stdint.h>

/* Private key and group order with what can be absorbed beforehand. Wipe it after use. */
typedef struct {
    uint8_t scalar[32]; /* int2octets(x), big endian */
    uint8_t order[32];  /* q, big endian, 2^255 < q < 2^256 */
    uint32_t inner[8];  /* after the ipad of K = 0 and V || 0x00 || x[0..30] */
    uint32_t outer[8];  /* after the opad of K = 0 */
} rfc6979_key;

/* The order of P-256, big endian. */
extern const uint8_t RFC6979_P256_ORDER[32];

void rfc6979_select(unsigned features);

/* `scalar` and `order` are 32 bytes, big endian. Tests pass other orders, to see candidates rejected. */
void rfc6979_init(rfc6979_key *key, const uint8_t scalar[32], const uint8_t order[32]);

void rfc6979_wipe(rfc6979_key *key);

/* Nonces in 1..q-1, big endian, for `n` digests (h1, not yet reduced). The caller wipes `nonces`. */
void rfc6979_nonces(const rfc6979_key *key, size_t n, const uint8_t (*digests)[32], uint8_t (*nonces)[32]);

#endif
