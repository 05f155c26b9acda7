/* Heads and strings of deterministic CBOR, RFC 8949 section 4.2.1: shortest form, definite length. */
#ifndef SIGNER_CBOR_H
#define SIGNER_CBOR_H

#include <stdint.h>
#include <string.h>

enum {
    CBOR_UINT = 0x00,
    CBOR_BYTES = 0x40,
    CBOR_TEXT = 0x60,
    CBOR_ARRAY = 0x80,
    CBOR_MAP = 0xa0,
    CBOR_TAG = 0xc0
};

/* Writes the head of an item and gives the place behind it: 1, 2, 3, 5 or 9 bytes. */
static inline uint8_t *cbor_head(uint8_t *out, uint8_t major, uint64_t value) {
    if (value < 24) {
        *out = (uint8_t)(major | value);
        return out + 1;
    }
    unsigned extra = value <= 0xff ? 1 : value <= 0xffff ? 2 : value <= 0xffffffff ? 4 : 8;
    *out++ = (uint8_t)(major | (extra == 1 ? 24 : extra == 2 ? 25 : extra == 4 ? 26 : 27));
    for (unsigned shift = 8 * extra; shift != 0; shift -= 8)
        *out++ = (uint8_t)(value >> (shift - 8));
    return out;
}

static inline uint8_t *cbor_string(uint8_t *out, uint8_t major, const void *bytes, size_t length) {
    out = cbor_head(out, major, length);
    memcpy(out, bytes, length);
    return out + length;
}

#endif
