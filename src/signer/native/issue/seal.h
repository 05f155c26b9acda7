/* Bytes to be signed to certificates: the stages that issuing and renewing share. */
#ifndef SIGNER_SEAL_H
#define SIGNER_SEAL_H

#include "deflate/deflate.h"
#include "p256/p256.h"
#include "rfc6979/rfc6979.h"
#include "shots/shots.h"

#define ISSUE_CHUNK P256_BATCH /* rows a call takes at most */

/* What signs, and in whose name. Holds secrets: wipe it after use. */
typedef struct {
    uint8_t scalar[32];
    rfc6979_key nonce_key;
    dcc_issuer issuer;
} seal_terms;

/* One chunk between the stages, as a struct of arrays; index = place among the rows that passed the checks.
 */
typedef struct {
    const uint8_t *message[ISSUE_CHUNK];
    uint32_t length[ISSUE_CHUNK];
    uint32_t payload_at[ISSUE_CHUNK];
    uint8_t hash[ISSUE_CHUNK][32];
    uint8_t nonce[ISSUE_CHUNK][32];
    uint8_t signature[ISSUE_CHUNK][64];
    uint8_t cose[DCC_COSE_MAX];
    uint8_t arena[ISSUE_CHUNK * DCC_SIGNED_MAX]; /* messages of a stage, one behind the other */
} seal_chunk;

/* Where results go, with room for all rows of the batch, and for the worst case of one more chunk in `hc1`.
 * The sealed rows are appended at n_sealed, the refused ones at n_refused. Texts end where the next offset
 * says; offsets[0] is 0. */
typedef struct {
    size_t n_sealed, n_refused;
    int32_t *sealed_row, *hc1_offsets;
    uint8_t *hc1;
    uint8_t (*signature_hash)[16]; /* first 16 bytes of SHA-256(r) */
    int32_t *refused_row;
    uint8_t *refused_reason, *refused_field;
} seal_output;

/* Bytes that a chunk may add to `hc1` at most, the slack of wide stores included. */
size_t seal_hc1_bound(void);

/* Bytes of scratch for seal_messages, to be aligned to 64. */
size_t seal_scratch_bytes(void);

/* Signs the n <= ISSUE_CHUNK messages of the chunk, Sig_structures whose payloads begin at payload_at, and
 * appends their certificates, whose rows stand at sealed_row already. `texts` are those of the streams that
 * had the same DCCs before, or NULL. Gives the number of signatures that could not be made, which is 0 but
 * for a fault of the machine: nothing of the output may be used then. Chunk and scratch hold secrets between
 * calls: wipe them at the end. */
size_t seal_messages(const seal_terms *terms, size_t n, seal_chunk *c, const zlib_text *texts,
                     seal_output *out, void *scratch);

/* Appends a refusal. */
void seal_refuse(seal_output *out, size_t row, shot_verdict verdict);

#endif
