/* The parts of a COSE_Sign1 message as most issuers write it. */
#include "verify/cose_read.h"
#include "cbor/cbor_read.h"

enum { ALGORITHM = 1, KID = 4, KID_BYTES = 8, SIGNATURE_BYTES = 64, ES256 = 6 /* of -1 - 6 */ };

#define CBOR_NEGATIVE 0x20

/* {1: -7, 4: kid}; each key once. */
static int read_header(cose_parts *parts) {
    cbor_reader in = {parts->header, parts->header + parts->header_length};
    int has_algorithm = 0;
    parts->kid = NULL;
    if (cbor_read_head(&in, CBOR_MAP) != 2)
        return 0;
    for (int i = 0; i < 2; i++) {
        uint64_t label = cbor_read_head(&in, CBOR_UINT);
        if (label == ALGORITHM && !has_algorithm)
            has_algorithm = cbor_read_head(&in, CBOR_NEGATIVE) == ES256;
        else if (label == KID && !parts->kid) {
            cbor_text kid = cbor_read_string(&in, CBOR_BYTES);
            parts->kid = kid.length == KID_BYTES ? kid.bytes : NULL;
        }
    }
    return in.next && in.next == in.end && has_algorithm && parts->kid;
}

int cose_read(const uint8_t *message, size_t n, cose_parts *parts) {
    cbor_reader in = {message, message + n};
    if (cbor_read_head(&in, CBOR_TAG) != 18 || cbor_read_head(&in, CBOR_ARRAY) != 4)
        return 0;
    cbor_text header = cbor_read_string(&in, CBOR_BYTES);
    if (cbor_next_major(&in) != CBOR_MAP || cbor_read_head(&in, CBOR_MAP) != 0)
        return 0;
    cbor_text payload = cbor_read_string(&in, CBOR_BYTES);
    cbor_text signature = cbor_read_string(&in, CBOR_BYTES);
    if (!in.next || in.next != in.end || signature.length != SIGNATURE_BYTES)
        return 0;
    *parts = (cose_parts){header.bytes, payload.bytes, signature.bytes, NULL, header.length, payload.length};
    return read_header(parts);
}

size_t cose_signed_bytes(const cose_parts *parts, uint8_t *out) {
    static const uint8_t CONTEXT[] = "\x84\x6aSignature1"; /* an array of four begins */
    uint8_t *end = (uint8_t *)memcpy(out, CONTEXT, sizeof CONTEXT - 1) + sizeof CONTEXT - 1;
    end = cbor_string(end, CBOR_BYTES, parts->header, parts->header_length);
    *end++ = CBOR_BYTES;
    end = cbor_string(end, CBOR_BYTES, parts->payload, parts->payload_length);
    return (size_t)(end - out);
}

int cose_read_signed(const uint8_t *bytes, size_t n, cose_parts *parts) {
    cbor_reader in = {bytes, bytes + n};
    if (cbor_read_head(&in, CBOR_ARRAY) != 4)
        return 0;
    cbor_text context = cbor_read_string(&in, CBOR_TEXT);
    cbor_text header = cbor_read_string(&in, CBOR_BYTES);
    cbor_text more = cbor_read_string(&in, CBOR_BYTES);
    cbor_text payload = cbor_read_string(&in, CBOR_BYTES);
    if (!in.next || in.next != in.end || !cbor_is(context, "Signature1") || more.length != 0)
        return 0;
    *parts = (cose_parts){header.bytes, payload.bytes, NULL, NULL, header.length, payload.length};
    return read_header(parts);
}
