/* Bits of a deflate stream, first bit lowest (RFC 1951 section 3.1.1), through a 64-bit buffer. */
#ifndef SIGNER_BIT_WRITER_H
#define SIGNER_BIT_WRITER_H

#include "cpu/byte_order.h"

#define BITS_A_COPY 56     /* whole bytes, and fewer than what is left of 64 bits behind up to 7 that wait */
#define BIT_WRITER_SLACK 8 /* bytes that a flush may write past the last one used */

typedef struct {
    uint64_t waiting;   /* bits not yet written, nothing above them */
    unsigned n_waiting; /* under 8 after a flush */
    uint8_t *next;
} bit_writer;

/* Adds `n` bits. Between two flushes there is room for 56. */
static inline void bits_add(bit_writer *bits, uint64_t value, unsigned n) {
    bits->waiting |= value << bits->n_waiting;
    bits->n_waiting += n;
}

/* Writes the whole bytes among the waiting bits. */
static inline void bits_flush(bit_writer *bits) {
    store_lowest_first(bits->next, bits->waiting);
    unsigned n_whole = bits->n_waiting & ~7u;
    bits->next += n_whole / 8;
    bits->waiting >>= n_whole;
    bits->n_waiting &= 7;
}

/* Adds bits that stand in `bytes` from first_bit < 8 on, one or more; 7 bytes behind them are read too.
 * After a flush, and with one. */
static inline void bits_copy(bit_writer *bits, const uint8_t *bytes, unsigned first_bit, size_t n) {
    const uint64_t most = (1ull << BITS_A_COPY) - 1;
    const unsigned n_waiting = bits->n_waiting;
    uint64_t waiting = bits->waiting;
    uint8_t *next = bits->next;
    for (; n > BITS_A_COPY; n -= BITS_A_COPY, bytes += BITS_A_COPY / 8, next += BITS_A_COPY / 8) {
        waiting |= (load_lowest_first(bytes) >> first_bit & most) << n_waiting;
        store_lowest_first(next, waiting);
        waiting >>= BITS_A_COPY;
    }
    *bits = (bit_writer){waiting, n_waiting, next};
    bits_add(bits, load_lowest_first(bytes) >> first_bit & ((1ull << n) - 1), (unsigned)n);
    bits_flush(bits);
}

/* Fills the last byte with zero bits, and gives the place behind it. After a flush. */
static inline uint8_t *bits_align(bit_writer *bits) {
    *bits->next = (uint8_t)bits->waiting;
    return bits->next + (bits->n_waiting != 0);
}

#endif
