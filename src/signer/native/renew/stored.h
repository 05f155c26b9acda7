/* One stored certificate to the bytes to be signed anew: its payload with other times, under another kid.
 *
 * Stored texts may hold anything: all is read within bounds, and what is not laid out as `issue` writes it,
 * up to the country in the DCC, is damaged. What the DCC says behind that is taken over unread: the caller
 * knows that the file is the issuer's own. No allocation; outputs overlap no input. Nothing here is secret.
 */
#ifndef SIGNER_STORED_H
#define SIGNER_STORED_H

#include "cbor/dcc.h"
#include "deflate/deflate.h"
#include "p256/p256.h"

/* A row of the certificates as it comes from the table; `bytes` is NULL for null. */
typedef struct {
    dcc_text hc1, kid, uvci;
    int64_t issued_at_us, expires_at_us; /* microseconds since 1970; null is STORED_NULL */
} stored_row;

typedef struct {
    const uint8_t *bytes;
    size_t length;
    zlib_text text; /* in the stream that it was read from */
} stored_message;

#define STORED_TOGETHER P256_BATCH /* rows that are read in one call at most */
#define STORED_NULL INT64_MIN
#define STORED_DAMAGED ((size_t)0)  /* unreadable, or not what the row says */
#define STORED_FAULT ((size_t) - 1) /* what was built is not what was to be built: a fault of the machine */

/* Bytes of scratch. */
size_t stored_scratch_bytes(void);

/* Reads the messages, COSE_Sign1, in the texts of up to STORED_TOGETHER rows. They live in `scratch` until
 * the next call; the length of one that is unreadable is 0. */
void stored_read(const stored_row *rows, size_t n_rows, stored_message *messages, void *scratch);

/* Takes the certificate with kid, times and UVCI of a row, of the country of `issuer`, from its message, and
 * writes its Sig_structure with the kid and the times of `issuer` to `out`, which holds DCC_SIGNED_MAX bytes.
 * Gives its length, and *payload_at as dcc_signed_bytes; the message keeps its text where it is of the
 * certificate alone. Or STORED_DAMAGED or STORED_FAULT: then `out` may not be signed. */
size_t stored_signed_bytes(const dcc_issuer *issuer, const stored_row *row, stored_message *message,
                           uint8_t *out, uint32_t *payload_at);

/* Whether bytes[0..n), read back by the verifier's readers, are a Sig_structure of the kid, country and times
 * of `issuer` around this very DCC. */
int stored_corresponds(const dcc_issuer *issuer, const uint8_t *dcc, size_t dcc_length, const uint8_t *bytes,
                       size_t n);

#endif
