/* Bits of a deflate stream, first bit lowest (RFC 1951 section 3.1.1), through a 64-bit buffer. */
#ifndef SIGNER_BIT_READER_H
#define SIGNER_BIT_READER_H

#include "cpu/byte_order.h"

#define BITS_MISSING (-1)

/* `held` bits wait in `bits`, the first one lowest; past the end of the stream nothing is added. */
typedef struct {
    const uint8_t *next, *end;
    uint64_t bits;
    unsigned held;
} bit_reader;

/* Up to 56 bits and more, where at least 8 bytes are left. Bits above the `held` ones may be there already:
 * those of the next byte, which are put in once more. */
static inline void refill_fast(bit_reader *in) {
    in->bits |= load_lowest_first(in->next) << in->held;
    in->next += (63 - in->held) / 8;
    in->held |= 56;
}

static inline void refill(bit_reader *in) {
    if (in->held <= 56 && in->end - in->next >= 8) {
        refill_fast(in);
        return;
    }
    while (in->held <= 56 && in->next != in->end) {
        in->bits |= (uint64_t)*in->next++ << in->held;
        in->held += 8;
    }
}

static inline void drop(bit_reader *in, unsigned n) {
    in->bits >>= n;
    in->held -= n;
}

/* The next n <= 16 bits as a number, or BITS_MISSING where the stream ends. */
static inline int take(bit_reader *in, unsigned n) {
    refill(in);
    if (in->held < n)
        return BITS_MISSING;
    int value = (int)(in->bits & ((1u << n) - 1));
    drop(in, n);
    return value;
}

#endif
