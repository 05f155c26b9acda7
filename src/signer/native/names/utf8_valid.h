/* Whether bytes are UTF-8: well-formed sequences only (the Unicode Standard, table 3-7), two instructions a
 * byte and no branch, as nobody foresees which letters have marks. Included by one
 * file only; names/utf8.h reads the characters. GNU C, for the ranges. */
#ifndef SIGNER_NAMES_UTF8_VALID_H
#define SIGNER_NAMES_UTF8_VALID_H

#include <stddef.h>
#include <stdint.h>

/* What the next byte must be: nothing helps, any character's first, or one of so many that continue; behind
 * E0, ED, F0 and F4 the next of them is of a smaller range. A state is a shift: by it, each byte's entry has
 * the state behind it in its lowest six bits. */
enum {
    BAD = 0, /* where an entry says nothing */
    FIRST = 6,
    ONE = 12,
    TWO = 18,
    THREE = 24,
    AFTER_E0 = 30,
    AFTER_ED = 36,
    AFTER_F0 = 42,
    AFTER_F4 = 48
};
#define GO(from, to) ((uint64_t)(to) << (from))
#define CONTINUES (GO(ONE, FIRST) | GO(TWO, ONE) | GO(THREE, TWO))

static const uint64_t UTF8_NEXT[256] = {
    [0x00 ... 0x7f] = GO(FIRST, FIRST),
    [0x80 ... 0x8f] = CONTINUES | GO(AFTER_ED, ONE) | GO(AFTER_F4, TWO),
    [0x90 ... 0x9f] = CONTINUES | GO(AFTER_ED, ONE) | GO(AFTER_F0, TWO),
    [0xa0 ... 0xbf] = CONTINUES | GO(AFTER_E0, ONE) | GO(AFTER_F0, TWO),
    [0xc2 ... 0xdf] = GO(FIRST, ONE),
    [0xe0] = GO(FIRST, AFTER_E0),
    [0xe1 ... 0xec] = GO(FIRST, TWO),
    [0xed] = GO(FIRST, AFTER_ED),
    [0xee ... 0xef] = GO(FIRST, TWO),
    [0xf0] = GO(FIRST, AFTER_F0),
    [0xf1 ... 0xf3] = GO(FIRST, THREE),
    [0xf4] = GO(FIRST, AFTER_F4),
};

static inline int utf8_is_valid(const uint8_t *bytes, size_t n) {
    uint64_t state = FIRST;
    for (const uint8_t *end = bytes + n; bytes != end; bytes++)
        state = UTF8_NEXT[*bytes] >> (state & 63);
    return (state & 63) == FIRST;
}

#endif
