/* The parts of a COSE_Sign1 message as most issuers write it: tag 18, the protected header {1: -7, 4: kid} in
 * either order, nothing unprotected, and a signature of 64 bytes (RFC 9052 section 4.2). */
#ifndef SIGNER_COSE_READ_H
#define SIGNER_COSE_READ_H

#include <stddef.h>
#include <stdint.h>

typedef struct {
    const uint8_t *header, *payload, *signature, *kid; /* in the message; 64 bytes, 8 bytes */
    size_t header_length, payload_length;
} cose_parts;

/* Gives 1 where message[0..n) is such a message, and else 0: then nothing is said of it. */
int cose_read(const uint8_t *message, size_t n, cose_parts *parts);

/* Bytes that the Sig_structure has more than header and payload, at most. */
#define COSE_SIGNED_AROUND 32

/* Writes the Sig_structure ["Signature1", header, h'', payload] (RFC 9052 section 4.4); gives its length. */
size_t cose_signed_bytes(const cose_parts *parts, uint8_t *out);

/* Reads such a Sig_structure; parts->signature is NULL. Gives 1, or 0 where bytes[0..n) is none. */
int cose_read_signed(const uint8_t *bytes, size_t n, cose_parts *parts);

#endif
