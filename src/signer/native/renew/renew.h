/* Stored certificates signed anew: all stages in their order, over chunks that stay in the cache. */
#ifndef SIGNER_RENEW_H
#define SIGNER_RENEW_H

#include "issue/columns.h"
#include "issue/seal.h"

typedef struct {
    text_column hc1, kid, uvci;
    time_column issued_at, expires_at;
} certificate_columns;

/* Bytes of scratch for renew_chunk, to be aligned to 64. It holds secrets between calls: wipe it at the end.
 */
size_t renew_scratch_bytes(void);

/* Bytes for what renew_chunk reads, to be aligned to 64: apart from the scratch, as nothing in them is secret
 * and need be wiped. */
size_t renew_reading_bytes(void);

/* Renews rows first..first + n - 1 of the columns, n <= ISSUE_CHUNK. Gives the number of certificates that
 * could not be built or signed, which is 0 but for a fault of the machine: nothing of the output may be used
 * then. */
size_t renew_chunk(const seal_terms *terms, const certificate_columns *columns, size_t first, size_t n,
                   seal_output *out, void *scratch, void *reading);

#endif
