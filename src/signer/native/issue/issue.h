/* Rows of the shots table to certificates: all stages in their order, over chunks that stay in the cache. */
#ifndef SIGNER_ISSUE_H
#define SIGNER_ISSUE_H

#include "p256/p256.h"
#include "rfc6979/rfc6979.h"
#include "sha256/sha256.h"
#include "shots/shots.h"

#define ISSUE_CHUNK P256_BATCH /* rows a call takes at most */

/* Columns of an Arrow array: `offset` counts rows before the first; validity is a bit map or NULL for no
 * nulls. */
typedef struct {
    const uint8_t *validity;
    const int32_t *offsets;
    const uint8_t *bytes;
    int64_t n_bytes; /* behind `bytes`; a text whose offsets lie outside counts as null */
    int64_t offset;
} text_column;

typedef struct {
    const uint8_t *validity;
    const int32_t *values;
    int64_t offset;
} number_column;

typedef struct {
    text_column shot_id, person_id, full_name, date_of_birth, vaccine, province, district, facility;
    number_column dose_number, doses_in_series, vaccinated_on;
    text_column supersedes; /* offsets is NULL where no row supersedes anything */
} shot_columns;

/* What signs, and under which terms. Holds secrets: wipe it after use. */
typedef struct {
    uint8_t scalar[32];
    rfc6979_key nonce_key;
    hmac_sha256_key uvci_key, person_key;
    dcc_issuer issuer;
    shot_rules rules;
    int uvci_checksum;
} issue_terms;

/* Where results go, with room for all rows of the batch, and for the worst case of one more chunk in `hc1`
 * and `vaccine`. The issued rows are appended at n_issued, the refused ones at n_refused. Texts end where the
 * next offset says; offsets[0] is 0. */
typedef struct {
    size_t n_issued, n_refused;
    int32_t *issued_row, *uvci_offsets, *vaccine_offsets, *hc1_offsets;
    uint8_t *uvci, *vaccine, *hc1;
    uint8_t (*person_key)[16],
        (*signature_hash)[16]; /* first 16 bytes of the MAC of person_id, of SHA-256(r) */
    int32_t *refused_row;
    uint8_t *refused_reason, *refused_field;
} issue_output;

/* Bytes that a chunk may add to `hc1` at most, the slack of wide stores included. */
size_t issue_hc1_bound(void);

/* Bytes of scratch for issue_chunk, to be aligned to 64. It holds secrets between calls: wipe it at the end.
 */
size_t issue_scratch_bytes(void);

/* Issues rows first..first + n - 1 of the columns, n <= ISSUE_CHUNK. `is_duplicate` has a byte for each row
 * of the batch, or is NULL. Gives the number of signatures that could not be made, which is 0 but for a fault
 * of the machine: nothing of the output may be used then. */
size_t issue_chunk(const issue_terms *terms, const shot_columns *columns, size_t first, size_t n,
                   const uint8_t *is_duplicate, issue_output *out, void *scratch);

/* The same rows, of the output only row, uvci and vaccine, and the refused ones; nothing is signed. */
void issue_uvcis(const issue_terms *terms, const shot_columns *columns, size_t first, size_t n,
                 issue_output *out, void *scratch);

#endif
