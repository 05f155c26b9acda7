/* One character from and to UTF-8, well-formed sequences only (the Unicode Standard, table 3-7). */
#ifndef SIGNER_NAMES_UTF8_H
#define SIGNER_NAMES_UTF8_H

#include <stdint.h>

static inline unsigned is_continuation(uint8_t byte) {
    return (byte & 0xC0) == 0x80;
}

/* The character of the three bytes at `at` to *character; gives 3, or 0 for overlong forms and surrogates. */
static inline unsigned utf8_read_three(const uint8_t *at, uint32_t *character) {
    uint32_t found = (at[0] & 0x0Fu) << 12 | (at[1] & 0x3Fu) << 6 | (at[2] & 0x3Fu);
    *character = found;
    return is_continuation(at[1]) && is_continuation(at[2]) && found >= 0x800 && found >> 11 != 0xD800 >> 11
               ? 3
               : 0;
}

/* The same for four bytes. */
static inline unsigned utf8_read_four(const uint8_t *at, uint32_t *character) {
    uint32_t found = (at[0] & 0x07u) << 18 | (at[1] & 0x3Fu) << 12 | (at[2] & 0x3Fu) << 6 | (at[3] & 0x3Fu);
    *character = found;
    return is_continuation(at[1]) && is_continuation(at[2]) && is_continuation(at[3]) && found >= 0x10000 &&
                   found <= 0x10FFFF
               ? 4
               : 0;
}

/* The first character of `available` bytes (at least one) to *character; gives the bytes it takes, or 0 if
 * malformed. */
static inline unsigned utf8_read(const uint8_t *at, uint64_t available, uint32_t *character) {
    uint8_t lead = at[0];
    if (lead < 0x80) {
        *character = lead;
        return 1;
    }
    if (lead >= 0xC2 && lead < 0xE0 && available >= 2) {
        *character = (lead & 0x1Fu) << 6 | (at[1] & 0x3Fu);
        return is_continuation(at[1]) ? 2 : 0;
    }
    if (lead >= 0xE0 && lead < 0xF0 && available >= 3)
        return utf8_read_three(at, character);
    if (lead >= 0xF0 && lead < 0xF5 && available >= 4)
        return utf8_read_four(at, character);
    return 0;
}

/* Writes a character below U+10000 to up to three bytes at `to`; gives their number. */
static inline unsigned utf8_write(uint8_t *to, uint32_t character) {
    if (character < 0x80) {
        to[0] = (uint8_t)character;
        return 1;
    }
    if (character < 0x800) {
        to[0] = (uint8_t)(0xC0 | character >> 6);
        to[1] = (uint8_t)(0x80 | (character & 0x3F));
        return 2;
    }
    to[0] = (uint8_t)(0xE0 | character >> 12);
    to[1] = (uint8_t)(0x80 | (character >> 6 & 0x3F));
    to[2] = (uint8_t)(0x80 | (character & 0x3F));
    return 3;
}

#endif
