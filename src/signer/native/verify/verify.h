/* HC1 texts to those that are genuine and in force: all layers, over chunks that stay in the cache.
 *
 * What is found valid is valid and has no marks. Of all else nothing is said, and the verifier in Python must
 * look at it. */
#ifndef SIGNER_VERIFY_H
#define SIGNER_VERIFY_H

#include "p256/p256_verify.h"
#include "verify/dcc_marks.h"
#include <stddef.h>
#include <stdint.h>

#define VERIFY_CHUNK P256_VERIFY_BATCH /* rows a call takes at most */
#define VERIFY_MESSAGE_MAX 4096        /* bytes of a message, compressed or not; certificates have 500 */

/* A DSC in force whose kid no other trusted one has; `kinds` are the DCC_ bits that it may sign, and what it
 * signs is issued and expires from not_before to not_after, in seconds since 1970. */
typedef struct {
    uint8_t kid[8], country[2];
    unsigned kinds;
    int64_t not_before, not_after;
} verify_signer;

/* The signers by ascending kid, the time of the check in microseconds since 1970, the latest day, YYYY-MM-DD,
 * that lies in the past anywhere, and the codes that are not marked. */
typedef struct {
    const verify_signer *signers;
    size_t n_signers;
    int64_t at_us;
    uint8_t latest_day[10];
    dcc_value_sets value_sets;
} verify_terms;

/* A string column of Arrow from its first row on; `validity` is a bit map from bit `validity_offset`, or
 * NULL. */
typedef struct {
    const uint8_t *validity;
    const int32_t *offsets;
    const uint8_t *bytes;
    int64_t validity_offset;
} verify_texts;

/* For each row the index of its signer, or -1 where nothing can be said; times in seconds since 1970. */
typedef struct {
    int32_t *signer;
    int64_t *issued_at, *expires_at;
} verify_rows;

/* The first 16 bytes of SHA-256 of issuer and identifier, of the identifier, and of r, as the EU gateway
 * lists what is revoked: COUNTRYCODEUCI, UCI, and SIGNATURE of ES256. */
typedef struct {
    uint8_t (*country_uci)[16], (*uci)[16], (*signature)[16];
} verify_hashes;

/* Bytes of scratch, to be aligned to 64. */
size_t verify_scratch_bytes(void);

/* Reads rows first..first + n - 1, n <= VERIFY_CHUNK, and fills `rows` as if all signatures fitted. What was
 * read stays in `scratch`. */
void verify_read(const verify_terms *terms, const verify_texts *texts, size_t first, size_t n,
                 const verify_rows *rows, void *scratch);

/* Hashes what verify_read has just read, 0 for rows of which nothing can be said. To be called before
 * verify_check. */
void verify_hash(size_t first, size_t n, const verify_rows *rows, const verify_hashes *hashes, void *scratch);

/* Then sets signer to -1 where a signature does not fit, or where keys[signer] is NULL. */
void verify_check(const p256_key *const *keys, size_t first, size_t n, const verify_rows *rows,
                  void *scratch);

#endif
