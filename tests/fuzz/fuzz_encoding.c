/* Hash, zlib and base45: within their bounds, and the same bytes from every implementation. */
#include "fuzz.h"

#include "base45/base45.h"
#include "deflate/deflate.h"
#include "deflate/deflate_table.h"
#include "deflate/inflate.h"
#include "sha256/sha256.h"
#include <string.h>

/* Letters and signs as they are common in payloads, so that the trained code pays. */
static const char *const PIECES[] = {
    "\xd2\x84\x4d\xa2\x01\x26\x04\x48",
    "URN:UVCI:01:VN:",
    "1119349007",
    "EU/1/20/1528",
    "2021-08-16",
    "NGUYEN<BAO<DUY",
    "Nguyễn",
    "840539006",
    "\xa4\x62\x64\x6e\x01",
    "ORG-100030215",
};

/* Mostly as long as certificates are, sometimes over a stored block of 65,535 bytes. */
static fuzz_text message(void) {
    if (fuzz_under(3))
        return fuzz_assembled(PIECES, sizeof PIECES / sizeof *PIECES);
    return fuzz_bytes(fuzz_under(500) ? fuzz_under(1200) : 65500 + fuzz_under(70000));
}

void fuzz_sha256(unsigned features) {
    enum { MOST = 40 }; /* over two groups of sixteen lanes */
    size_t n = fuzz_under(MOST + 1);
    uint8_t *messages[MOST], (*digests)[32] = malloc(32 * n), (*expected)[32] = malloc(32 * n);
    uint32_t lengths[MOST];
    CHECK(digests && expected);
    for (size_t i = 0; i < n; i++) {
        fuzz_text text = fuzz_bytes(fuzz_under(300));
        messages[i] = text.bytes;
        lengths[i] = (uint32_t)text.length;
    }
    sha256_select(features);
    sha256_many(n, (const uint8_t *const *)messages, lengths, digests);
    sha256_select(0);
    sha256_many(n, (const uint8_t *const *)messages, lengths, expected);
    CHECK(n == 0 || !memcmp(digests, expected, 32 * n));
    for (size_t i = 0; i < n; i++)
        free(messages[i]);
    free(digests);
    free(expected);
}

/* Other first and last bytes around the text of a stream, whose last bits are followed by what must be there.
 */
static void check_again(fuzz_text text, const uint8_t *stream, size_t length) {
    fuzz_text other = {fuzz_exact(text.bytes, text.length), text.length};
    uint8_t *padded = malloc(length + ZLIB_TEXT_SLACK), *out = malloc(text.length);
    uint8_t *again = malloc(zlib_bound(text.length)), *expected = malloc(zlib_bound(text.length));
    CHECK(padded && (out || !text.length) && again && expected);
    memcpy(padded, stream, length);
    inflated found;
    zlib_inflate_many(&(inflate_input){padded, length}, 1, out, text.length, &found);
    CHECK(found.length == text.length);
    for (size_t i = 0; i < text.length; i++)
        if (i < DEFLATE_PREFIX_BYTES || i + DEFLATE_SUFFIX_BYTES >= text.length)
            other.bytes[i] = (uint8_t)fuzz_under(256);
    size_t n = zlib_compress(other.bytes, other.length, expected);
    CHECK(n == zlib_compress_again(other.bytes, other.length, &found.text, again));
    CHECK(!memcmp(again, expected, n));
    free(other.bytes), free(padded), free(out), free(again), free(expected);
}

void fuzz_deflate(unsigned features) {
    fuzz_text text = message();
    uint8_t *stream = malloc(zlib_bound(text.length)), *expected = malloc(zlib_bound(text.length));
    CHECK(stream && expected);
    deflate_select(features);
    size_t length = zlib_compress(text.bytes, text.length, stream);
    deflate_select(0);
    CHECK(length == zlib_compress(text.bytes, text.length, expected));
    CHECK(length <= zlib_bound(text.length) && !memcmp(stream, expected, length));
    CHECK((stream[0] << 8 | stream[1]) % 31 == 0);
    inflate_init();
    deflate_select(features);
    check_again(text, stream, length);
    free(stream);
    free(expected);
    free(text.bytes);
}

/* Value of the character in RFC 9285, table 1. */
static unsigned value_of(uint8_t character) {
    static const char alphabet[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
    const char *at = memchr(alphabet, character, 45);
    CHECK(at != NULL);
    return (unsigned)(at - alphabet);
}

static void check_decodes(const uint8_t *text, size_t length, fuzz_text bytes) {
    CHECK(length == bytes.length / 2 * 3 + bytes.length % 2 * 2);
    for (size_t i = 0; i < bytes.length / 2; i++) {
        const uint8_t *three = text + 3 * i;
        unsigned value = value_of(three[0]) + 45 * value_of(three[1]) + 45 * 45 * value_of(three[2]);
        CHECK(value == (unsigned)(bytes.bytes[2 * i] << 8 | bytes.bytes[2 * i + 1]));
    }
    if (bytes.length % 2)
        CHECK(value_of(text[length - 2]) + 45 * value_of(text[length - 1]) == bytes.bytes[bytes.length - 1]);
}

void fuzz_base45(unsigned features) {
    fuzz_text bytes = message();
    const unsigned walked[] = {0, features};
    for (size_t i = 0; i < 2; i++) {
        uint8_t *text = malloc(base45_bound(bytes.length));
        CHECK(text != NULL);
        base45_select(walked[i]);
        size_t length = base45_encode(bytes.bytes, bytes.length, text);
        CHECK(length <= base45_bound(bytes.length));
        check_decodes(text, length, bytes);
        free(text);
    }
    free(bytes.bytes);
}
