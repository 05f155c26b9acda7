/* Verifying of ECDSA signatures over P-256 (FIPS 186-5 section 6.4.2) in batches, under keys with tables.
 *
 * Nothing here is secret: time depends on all inputs. What fits does fit; of what does not, nothing is said:
 * beside wrong signatures these are the few for which the sums below meet two points of equal x. No
 * allocation. Inputs, outputs and scratch may not overlap; byte arrays need no alignment. */
#ifndef SIGNER_P256_VERIFY_H
#define SIGNER_P256_VERIFY_H

#include <stddef.h>
#include <stdint.h>

#define P256_VERIFY_BATCH 512 /* signatures a call takes at most; under 64 much of the gain is lost */

/* Multiples of a public key: 256 KiB, and as long to make as 400 signatures take. */
typedef struct p256_key p256_key;

/* Bytes of a p256_key, to be aligned to 64. */
size_t p256_key_bytes(void);

/* Makes the table of the public key x || y, big endian. Gives 0, or -1 where that is no point of the curve.
 * Not for two threads at once. */
int p256_key_init(p256_key *key, const uint8_t point[64]);

/* Bytes of scratch for p256_verify, to be aligned to 64. */
size_t p256_verify_scratch_bytes(void);

/* Sets fits[i] to 1 where signatures[i], r || s, is one over digests[i] under *keys[i], and else to 0, for
 * i < n <= P256_VERIFY_BATCH. A key has been made before. */
void p256_verify(size_t n, const p256_key *const *keys, const uint8_t (*digests)[32],
                 const uint8_t (*signatures)[64], uint8_t *fits, void *scratch);

#endif
