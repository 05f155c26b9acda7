/* Decoding of strangers' texts: within the bounds of exact buffers, and sound inputs come out as they went
 * in. */
#include "fuzz.h"

#include "base45/base45.h"
#include "base45/base45_decode.h"
#include "base45/base45_impl.h"
#include "deflate/deflate.h"
#include "deflate/inflate.h"
#include "verify/cose_read.h"
#include "verify/dcc_read.h"
#include <string.h>

/* A payload of each kind (RFC 8392, schema 1.3), and the message around one, up to its payload. */
#define CLAIMS "\xa4\x01\x62VN\x04\x1a\x64\x37\x91\x61\x06\x1a\x62\x57\x7f\x31\x39\x01\x03\xa1\x01\xa4"
#define PERSON                                                                                               \
    "\x63"                                                                                                   \
    "dob\x6a"                                                                                                \
    "1988-02-29\x63nam\xa4\x62"                                                                              \
    "fn\x68Nguy\xe1\xbb\x85n\x63"                                                                            \
    "fnt\x66NGUYEN\x62gn\x63"                                                                                \
    "Duy\x63gnt\x63"                                                                                         \
    "DUY\x63ver\x65"                                                                                         \
    "1.3.0"
static const char VACCINATION[] = CLAIMS "\x61v\x81\xaa\x62"
                                         "ci\x6fURN:UVCI:01:VN:\x62"
                                         "co\x62VN\x62"
                                         "dn\x02\x62"
                                         "dt\x6a"
                                         "2021-11-20\x62is\x63MoH\x62ma\x6dORG-100030215\x62mp\x6c"
                                         "EU/1/20/1528\x62sd\x02\x62tg\x69"
                                         "840539006\x62vp\x6a"
                                         "1119349007" PERSON;
static const char RECOVERY[] = CLAIMS "\x61r\x81\xa7\x62"
                                      "ci\x6fURN:UVCI:01:VN:\x62"
                                      "co\x62VN\x62"
                                      "df\x6a"
                                      "2022-01-11\x62"
                                      "du\x6a"
                                      "2022-06-30\x62"
                                      "fr\x6a"
                                      "2022-01-01\x62is\x63MoH\x62tg\x69"
                                      "840539006" PERSON;
static const char MESSAGE[] = "\xd2\x84\x4d\xa2\x01\x26\x04\x48kidkidki\xa0\x50"
                              "a short payload!\x58\x40"
                              "signaturesignaturesignaturesignaturesignaturesignaturesignature!";

/* An exact copy with up to three bytes changed, left out or put in. */
static fuzz_text edited(const uint8_t *bytes, size_t length) {
    uint8_t *copy = malloc(length + 3);
    CHECK(copy != NULL);
    memcpy(copy, bytes, length);
    for (uint32_t left = fuzz_under(4); left > 0 && length > 1; left--) {
        size_t at = fuzz_under((uint32_t)length);
        switch (fuzz_under(4)) {
        case 0:
            memmove(copy + at, copy + at + 1, --length - at);
            break;
        case 1:
            memmove(copy + at + 1, copy + at, length++ - at);
            copy[at] = (uint8_t)fuzz_under(256);
            break;
        default:
            copy[at] ^= (uint8_t)(1u << fuzz_under(8));
        }
    }
    fuzz_text text = {fuzz_exact(copy, length), length};
    free(copy);
    return text;
}

/* Of any bytes, or of those whose codes are short, so that their streams have the trained code. */
static fuzz_text inflate_text(void) {
    fuzz_text text = fuzz_bytes(fuzz_under(1500));
    if (fuzz_under(2))
        for (size_t at = 0; at < text.length; at++)
            text.bytes[at] = (uint8_t)('0' + text.bytes[at] % 10);
    return text;
}

/* A stream and a damaged one beside each other and their like, in any order: each is read as by itself. */
static void check_many(const fuzz_text *whole, const fuzz_text *damaged, const fuzz_text *text,
                       const uint8_t *read_alone, size_t n_damaged, size_t room) {
    enum { MOST = 9, STORED_MORE = 11 }; /* over two groups of lanes; what a stream without a text has more */
    size_t n = fuzz_under(MOST + 1);
    inflate_input streams[MOST];
    inflated found[MOST];
    int is_whole[MOST];
    uint8_t *out = malloc(MOST * room);
    CHECK(out != NULL || room == 0);
    for (size_t i = 0; i < n; i++) {
        is_whole[i] = fuzz_under(4) > 0;
        const fuzz_text *stream = is_whole[i] ? whole : damaged;
        streams[i] = (inflate_input){stream->bytes, stream->length};
    }
    zlib_inflate_many(streams, n, out, room, found);
    for (size_t i = 0; i < n; i++) {
        CHECK(found[i].length == (is_whole[i] ? text->length : n_damaged));
        CHECK(found[i].length == INFLATE_UNREAD ||
              !memcmp(out + i * room, is_whole[i] ? text->bytes : read_alone, found[i].length));
        CHECK(!is_whole[i] || whole->length >= text->length + STORED_MORE || found[i].text.n_bits);
    }
    free(out);
}

static void inflate_round(void) {
    fuzz_text text = inflate_text();
    uint8_t *stream = malloc(zlib_bound(text.length));
    CHECK(stream != NULL);
    size_t length = zlib_compress(text.bytes, text.length, stream);
    fuzz_text damaged = edited(stream, length);
    size_t room = text.length + fuzz_under(3);
    uint8_t *out = malloc(room);
    CHECK(out != NULL || room == 0);
    CHECK(zlib_inflate(stream, length, out, room) == text.length && !memcmp(out, text.bytes, text.length));
    size_t n = zlib_inflate(damaged.bytes, damaged.length, out, room);
    CHECK(n == INFLATE_UNREAD || n <= room);
    check_many(&(fuzz_text){stream, length}, &damaged, &text, out, n, room);
    free(out);
    free(damaged.bytes);
    free(stream);
    free(text.bytes);
}

static void base45_round(void) {
    fuzz_text bytes = fuzz_bytes(fuzz_under(300));
    uint8_t *text = malloc(base45_bound(bytes.length)), *out = malloc(bytes.length + 4);
    CHECK(text && out);
    size_t length = base45_encode(bytes.bytes, bytes.length, text);
    CHECK(base45_decode(text, length, out) == bytes.length && !memcmp(out, bytes.bytes, bytes.length));
    fuzz_text damaged = edited(text, length);
    size_t n_right = damaged.length / 3 * 2 + (damaged.length % 3 == 2);
    uint8_t *exact = malloc(n_right + 1), *portable = malloc(n_right + 1);
    CHECK(exact && portable);
    size_t n = base45_decode(damaged.bytes, damaged.length, exact);
    CHECK(n == BASE45_WRONG || n == n_right);
    CHECK(n == base45_decode_portable(damaged.bytes, damaged.length, portable));
    CHECK(n == BASE45_WRONG || !memcmp(exact, portable, n));
    free(portable);
    free(exact);
    free(damaged.bytes);
    free(out);
    free(text);
    free(bytes.bytes);
}

static void cbor_round(void) {
    dcc_claims claims;
    cose_parts parts;
    CHECK(dcc_read((const uint8_t *)VACCINATION, sizeof VACCINATION - 1, &claims));
    CHECK(claims.kind == DCC_VACCINATION && claims.issued_at == 0x62577f31 &&
          claims.expires_at == 0x64379161);
    CHECK(dcc_read((const uint8_t *)RECOVERY, sizeof RECOVERY - 1, &claims) && claims.kind == DCC_RECOVERY);
    fuzz_text payload = fuzz_under(2) ? edited((const uint8_t *)VACCINATION, sizeof VACCINATION - 1)
                                      : edited((const uint8_t *)RECOVERY, sizeof RECOVERY - 1);
    (void)dcc_read(payload.bytes, payload.length, &claims);
    free(payload.bytes);
    CHECK(cose_read((const uint8_t *)MESSAGE, sizeof MESSAGE - 1, &parts));
    fuzz_text message = edited((const uint8_t *)MESSAGE, sizeof MESSAGE - 1);
    if (cose_read(message.bytes, message.length, &parts)) {
        size_t most = parts.header_length + parts.payload_length + COSE_SIGNED_AROUND;
        uint8_t *out = malloc(most);
        CHECK(out && cose_signed_bytes(&parts, out) <= most);
        CHECK(!memcmp(out, "\x84\x6aSignature1", 12));
        free(out);
    }
    free(message.bytes);
}

void fuzz_verify(unsigned features) {
    deflate_select(features);
    base45_select(features);
    inflate_init();
    inflate_round();
    base45_round();
    for (int i = 0; i < 10; i++)
        cbor_round();
}
