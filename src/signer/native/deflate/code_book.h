/* The Huffman codes of deflate (RFC 1951 section 3.2.2) as tables, to read symbols by. */
#ifndef SIGNER_CODE_BOOK_H
#define SIGNER_CODE_BOOK_H

#include "deflate/bit_reader.h"
#include "deflate/deflate_table.h"

enum {
    FAST_BITS = 11, /* the longest of the trained code */
    MOST_BITS = 15,
    LENGTH_BITS = 6, /* of an entry: what a shift of 64 bits takes without a mask */
    LENGTH_MASK = (1 << LENGTH_BITS) - 1,
    LITERALS = 288,
    DISTANCES = 32,
    END_OF_BLOCK = 256,
    WRONG = BITS_MISSING,
    PAIR_BITS = 13, /* two in three look-ups find a pair; more bits find few more */
    FIXED_BITS = 9, /* the longest of the fixed code, whose literals are too long for pairs */
};
_Static_assert(FAST_BITS >= DEFLATE_MAX_BITS, "every symbol of the trained code is in its fast table");

typedef struct {
    uint16_t fast[1 << FAST_BITS]; /* symbol * 64 + length; 0 where the code is longer, or none */
    uint16_t count[MOST_BITS + 1]; /* codes of each length */
    uint16_t symbols[LITERALS];    /* in the order of their codes */
} code_book;

/* The one or two literals that the next PAIR_BITS bits begin with. What the next look-up waits for is kept
 * apart, so that it stays in the nearest cache. */
typedef struct {
    unsigned mask;                 /* of the bits that are looked up: as many as PAIR_BITS, or fewer */
    uint8_t found[1 << PAIR_BITS]; /* number of literals * 64 + their length; 0 where another symbol comes */
    uint8_t literals[1 << PAIR_BITS][2];
} pair_book;

/* The code's bits from the last to the first: deflate puts them in that order. */
static inline unsigned reversed(unsigned code, unsigned length) {
    code = (code & 0x5555) << 1 | (code >> 1 & 0x5555);
    code = (code & 0x3333) << 2 | (code >> 2 & 0x3333);
    code = (code & 0x0f0f) << 4 | (code >> 4 & 0x0f0f);
    code = (code & 0x00ff) << 8 | (code >> 8 & 0x00ff);
    return code >> (16 - length);
}

/* RFC 1951 section 3.2.2. Gives the share of all codes that is left over, in units of the longest code; WRONG
 * where there are too many. */
static inline int make_book(code_book *book, const uint8_t *lengths, unsigned n) {
    uint16_t next_code[MOST_BITS + 1], place[MOST_BITS + 2] = {0};
    int left = 1 << MOST_BITS;
    memset(book->count, 0, sizeof book->count);
    memset(book->fast, 0, sizeof book->fast);
    for (unsigned i = 0; i < n; i++)
        book->count[lengths[i]]++;
    book->count[0] = 0;
    for (unsigned length = 1, code = 0; length <= MOST_BITS; length++) {
        code = (code + book->count[length - 1]) << 1;
        next_code[length] = (uint16_t)code;
        place[length + 1] = place[length] + book->count[length];
        left -= book->count[length] << (MOST_BITS - length);
    }
    if (left < 0)
        return WRONG;
    for (unsigned i = 0; i < n; i++) {
        unsigned length = lengths[i];
        if (length == 0)
            continue;
        book->symbols[place[length]++] = (uint16_t)i;
        unsigned code = reversed(next_code[length]++, length);
        for (; length <= FAST_BITS && code < 1 << FAST_BITS; code += 1u << length)
            book->fast[code] = (uint16_t)(i << LENGTH_BITS | length);
    }
    return left;
}

/* A symbol whose code is not in the fast table, or WRONG. */
static inline int decode_long(bit_reader *in, const code_book *book) {
    unsigned code = 0, first = 0, place = 0;
    for (unsigned length = 1; length <= MOST_BITS && length <= in->held; length++) {
        code = code << 1 | (unsigned)(in->bits >> (length - 1) & 1);
        if (code - first < book->count[length]) {
            drop(in, length);
            return book->symbols[place + code - first];
        }
        place += book->count[length];
        first = (first + book->count[length]) << 1;
    }
    return WRONG;
}

static inline int decode(bit_reader *in, const code_book *book) {
    refill(in);
    unsigned entry = book->fast[in->bits & ((1 << FAST_BITS) - 1)], length = entry & LENGTH_MASK;
    if (length == 0)
        return decode_long(in, book);
    if (length > in->held)
        return WRONG;
    drop(in, length);
    return (int)(entry >> LENGTH_BITS);
}

static inline int is_literal(unsigned entry) {
    return entry != 0 && entry < END_OF_BLOCK << LENGTH_BITS;
}

/* Of a code whose longest symbol has FAST_BITS and n_bits at most. */
static inline void make_pairs(pair_book *pairs, const code_book *book, unsigned n_bits) {
    pairs->mask = (1u << n_bits) - 1;
    for (unsigned bits = 0; bits <= pairs->mask; bits++) {
        unsigned first = book->fast[bits & ((1 << FAST_BITS) - 1)], length = first & LENGTH_MASK;
        if (!is_literal(first))
            continue;
        unsigned second = book->fast[bits >> length & ((1 << FAST_BITS) - 1)];
        unsigned both = length + (second & LENGTH_MASK);
        int is_pair = is_literal(second) && both <= n_bits;
        pairs->found[bits] = (uint8_t)(is_pair ? 2 << LENGTH_BITS | both : 1 << LENGTH_BITS | length);
        pairs->literals[bits][0] = (uint8_t)(first >> LENGTH_BITS);
        pairs->literals[bits][1] = (uint8_t)(second >> LENGTH_BITS);
    }
}

#endif
