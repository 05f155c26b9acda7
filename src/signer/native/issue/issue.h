/* Rows of the shots table to certificates: all stages in their order, over chunks that stay in the cache. */
#ifndef SIGNER_ISSUE_H
#define SIGNER_ISSUE_H

#include "issue/columns.h"
#include "issue/seal.h"
#include "sha256/sha256.h"

typedef struct {
    text_column shot_id, person_id, full_name, date_of_birth, vaccine, province, district, facility;
    number_column dose_number, doses_in_series, vaccinated_on;
    text_column supersedes; /* offsets is NULL where no row supersedes anything */
} shot_columns;

/* What signs, and under which terms. Holds secrets: wipe it after use, and *seal. */
typedef struct {
    const seal_terms *seal;
    hmac_sha256_key uvci_key, person_key;
    shot_rules rules;
    int uvci_checksum;
} issue_terms;

/* The certificates, and what else issuing makes of their rows, with room for all rows of the batch, and for
 * the worst case of one more chunk in `vaccine`. */
typedef struct {
    seal_output *sealed;
    int32_t *uvci_offsets, *vaccine_offsets;
    uint8_t *uvci, *vaccine;
    uint8_t (*person_key)[16]; /* first 16 bytes of the MAC of person_id */
} issue_output;

/* Bytes of scratch for issue_chunk, to be aligned to 64. It holds secrets between calls: wipe it at the end.
 */
size_t issue_scratch_bytes(void);

/* Issues rows first..first + n - 1 of the columns, n <= ISSUE_CHUNK. `is_duplicate` has a byte for each row
 * of the batch, or is NULL. Gives the number of signatures that could not be made, which is 0 but for a fault
 * of the machine: nothing of the output may be used then. */
size_t issue_chunk(const issue_terms *terms, const shot_columns *columns, size_t first, size_t n,
                   const uint8_t *is_duplicate, const issue_output *out, void *scratch);

/* The same rows, of the output only row, uvci and vaccine, and the refused ones; nothing is signed. */
void issue_uvcis(const issue_terms *terms, const shot_columns *columns, size_t first, size_t n,
                 const issue_output *out, void *scratch);

#endif
