/* SHA-256 (FIPS 180-4) and HMAC-SHA-256 (RFC 2104) over many messages at once.
 *
 * Time depends on lengths only, never on contents. No allocation. Outputs may not overlap inputs. */
#ifndef SIGNER_SHA256_H
#define SIGNER_SHA256_H

#include <stddef.h>
#include <stdint.h>

/* Chooses the implementation for `features` (CPU_ bits). Every one gives the same bytes. */
void sha256_select(unsigned features);

/* Runs `n_blocks` blocks of 64 bytes through the compression function; state in host order. */
void sha256_compress(uint32_t state[8], const uint8_t *blocks, size_t n_blocks);

/* The initial state, FIPS 180-4 section 5.3.3. */
extern const uint32_t SHA256_INITIAL[8];

/* Digests of `n` messages of any lengths. */
void sha256_many(size_t n, const uint8_t *const *messages, const uint32_t *lengths, uint8_t (*digests)[32]);

/* A MAC key with both pads absorbed. */
typedef struct {
    uint32_t inner[8], outer[8];
} hmac_sha256_key;

void hmac_sha256_init(hmac_sha256_key *key, const uint8_t *secret, size_t length);

/* MACs of `n` messages of any lengths under one key. */
void hmac_sha256_many(const hmac_sha256_key *key, size_t n, const uint8_t *const *messages,
                      const uint32_t *lengths, uint8_t (*macs)[32]);

#endif
