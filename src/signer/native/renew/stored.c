/* One stored certificate to the bytes to be signed anew. */
#include "renew/stored.h"

#include "base45/base45_decode.h"
#include "cbor/cbor_read.h"
#include "deflate/deflate_table.h"
#include "deflate/inflate.h"
#include "verify/cose_read.h"
#include <string.h>

enum {
    PREFIX_BYTES = 4,
    KID_BYTES = 8,
    SECOND_US = 1000000,
    COMPRESSED_MAX = DCC_COSE_MAX + 32, /* a stream that only stores has 11 bytes more */
    TEXT_MAX = PREFIX_BYTES + COMPRESSED_MAX / 2 * 3,
    DCC_MAX = DCC_PAYLOAD_MAX - DCC_CLAIMS_MAX,
    ISSUER = 1,
    EXPIRES_AT = 4,
    ISSUED_AT = 6,
    HCERT = 259, /* of -1 - 259 */
    EU_DCC = 1,
};

_Static_assert(DEFLATE_SUFFIX_BYTES == DCC_COSE_TAIL, "a text ends where its DCC does");

#define CBOR_NEGATIVE 0x20

typedef struct {
    inflate_input streams[STORED_TOGETHER];
    inflated found[STORED_TOGETHER];
    uint8_t compressed[STORED_TOGETHER * COMPRESSED_MAX + ZLIB_TEXT_SLACK]; /* one behind the other */
    uint8_t message[STORED_TOGETHER][DCC_COSE_MAX];
} stored_scratch;

size_t stored_scratch_bytes(void) {
    return sizeof(stored_scratch);
}

/* The terms under which the row says that it was issued; the name of the issuer is of no use here. Gives 0
 * where a row cannot be right. */
static int read_terms(const dcc_issuer *now, const stored_row *row, dcc_issuer *then) {
    if (!row->hc1.bytes || !row->uvci.bytes || !row->kid.bytes || row->kid.length != KID_BYTES ||
        row->uvci.length > DCC_UVCI_MAX)
        return 0;
    if (row->issued_at_us < 0 || row->issued_at_us % SECOND_US || row->expires_at_us < 0 ||
        row->expires_at_us % SECOND_US) /* null is less than 0 */
        return 0;
    *then = (dcc_issuer){.country = now->country,
                         .issued_at = (uint64_t)row->issued_at_us / SECOND_US,
                         .expires_at = (uint64_t)row->expires_at_us / SECOND_US};
    memcpy(then->kid, row->kid.bytes, KID_BYTES);
    return 1;
}

/* The zlib stream in the text, to `out`, which holds COMPRESSED_MAX bytes; without bytes if there is none. */
static inflate_input read_stream(dcc_text text, uint8_t *out) {
    static const inflate_input NONE = {NULL, 0};
    if (!text.bytes || text.length < PREFIX_BYTES || text.length > TEXT_MAX ||
        memcmp(text.bytes, "HC1:", PREFIX_BYTES) != 0)
        return NONE;
    size_t n = base45_decode(text.bytes + PREFIX_BYTES, text.length - PREFIX_BYTES, out);
    return n == BASE45_WRONG ? NONE : (inflate_input){out, n};
}

void stored_read(const stored_row *rows, size_t n_rows, stored_message *messages, void *scratch) {
    stored_scratch *s = scratch;
    uint8_t *end = s->compressed;
    for (size_t i = 0; i < n_rows; i++) {
        s->streams[i] = read_stream(rows[i].hc1, end);
        end += s->streams[i].length;
    }
    zlib_inflate_many(s->streams, n_rows, s->message[0], sizeof s->message[0], s->found);
    for (size_t i = 0; i < n_rows; i++) {
        const inflated *found = &s->found[i];
        size_t length = found->length == INFLATE_UNREAD ? 0 : found->length;
        messages[i] = (stored_message){s->message[i], length, found->text};
    }
}

/* The DCC of a message that is what dcc_cose writes, with the kid and the claims of `then`, of a vaccination
 * in its country under this UVCI: all around it and what it begins with is written anew and compared. Its
 * `bytes` are NULL where there is none. */
static dcc_text find_dcc(const dcc_issuer *then, dcc_text uvci, const stored_message *message) {
    static const dcc_text NONE = {NULL, 0};
    uint8_t head[DCC_COSE_HEAD_MAX + DCC_CLAIMS_MAX + DCC_HEAD_MAX];
    if (message->length <= sizeof head + DCC_COSE_TAIL)
        return NONE;
    const uint8_t *signature = message->bytes + message->length - DCC_COSE_TAIL;
    for (size_t shorter = 0; shorter < 3; shorter++) { /* the head of the payload tells its length */
        size_t payload_length = message->length - DCC_COSE_TAIL - (DCC_COSE_HEAD_MAX - shorter);
        size_t n = dcc_cose_head(then, payload_length, head);
        if (n + shorter != DCC_COSE_HEAD_MAX)
            continue;
        size_t n_claims = dcc_claims_head(then, head + n);
        size_t n_dcc = dcc_head(then->country, uvci, head + n + n_claims);
        if (memcmp(message->bytes, head, n + n_claims + n_dcc) != 0 ||
            memcmp(signature, "\x58\x40", 2) != 0 || payload_length - n_claims > DCC_MAX)
            return NONE;
        return (dcc_text){message->bytes + n + n_claims, (uint32_t)(payload_length - n_claims)};
    }
    return NONE;
}

static int reads_number(cbor_reader *in, uint64_t label, uint64_t value) {
    return cbor_read_head(in, CBOR_UINT) == label && cbor_read_wide_head(in, CBOR_UINT) == value;
}

int stored_corresponds(const dcc_issuer *issuer, const uint8_t *dcc, size_t dcc_length, const uint8_t *bytes,
                       size_t n) {
    cose_parts parts;
    if (!cose_read_signed(bytes, n, &parts) || memcmp(parts.kid, issuer->kid, KID_BYTES) != 0)
        return 0;
    cbor_reader in = {parts.payload, parts.payload + parts.payload_length};
    if (cbor_read_head(&in, CBOR_MAP) != 4 || cbor_read_head(&in, CBOR_UINT) != ISSUER)
        return 0;
    cbor_text country = cbor_read_string(&in, CBOR_TEXT);
    if (country.length != 2 || memcmp(country.bytes, issuer->country.bytes, 2) != 0)
        return 0;
    return reads_number(&in, EXPIRES_AT, issuer->expires_at) &&
           reads_number(&in, ISSUED_AT, issuer->issued_at) && cbor_read_head(&in, CBOR_NEGATIVE) == HCERT &&
           cbor_read_head(&in, CBOR_MAP) == 1 && cbor_read_head(&in, CBOR_UINT) == EU_DCC &&
           (size_t)(in.end - in.next) == dcc_length && memcmp(in.next, dcc, dcc_length) == 0;
}

size_t stored_signed_bytes(const dcc_issuer *issuer, const stored_row *row, stored_message *message,
                           uint8_t *out, uint32_t *payload_at) {
    dcc_issuer then;
    if (!read_terms(issuer, row, &then))
        return STORED_DAMAGED;
    dcc_text dcc = find_dcc(&then, row->uvci, message);
    if (!dcc.bytes)
        return STORED_DAMAGED;
    if (message->text.n_bytes > dcc.length) /* it begins in the claims, which change */
        message->text = (zlib_text){0};
    size_t length = dcc_signed_again(issuer, dcc.bytes, dcc.length, out, payload_at);
    return stored_corresponds(issuer, dcc.bytes, dcc.length, out, length) ? length : STORED_FAULT;
}
