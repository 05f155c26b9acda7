/* Data codewords to the interleaved stream (ISO 18004 sections 7.5.2 and 7.6), for every level of processors
 * to compile in its own way. */
#ifndef SIGNER_QR_BLOCKS_IMPL_H
#define SIGNER_QR_BLOCKS_IMPL_H

#include "qr/byte_order.h"
#include "qr/qr_impl.h"

/* The remainder of a block, shifted to its end, by the generator polynomial; the first codeword lowest. */
typedef struct {
    uint64_t words[4];
} qr_remainder;

static inline void shift_out(qr_remainder *rest, unsigned bits) {
    for (unsigned i = 0; i < 3; i++)
        rest->words[i] = rest->words[i] >> bits | rest->words[i + 1] << (64 - bits);
    rest->words[3] >>= bits;
}

static inline void add_words(qr_remainder *rest, const uint64_t words[4]) {
    for (unsigned i = 0; i < 4; i++)
        rest->words[i] ^= words[i];
}

static inline qr_remainder divide(const qr_plan *plan, const uint8_t *block, unsigned n) {
    qr_remainder rest = {{0}};
    unsigned i = 0;
    if (n % 2)
        add_words(&rest, plan->feedback[0][block[i++]]);
    for (; i < n; i += 2) {
        unsigned first = block[i] ^ (rest.words[0] & 0xff),
                 second = block[i + 1] ^ (rest.words[0] >> 8 & 0xff);
        shift_out(&rest, 16);
        add_words(&rest, plan->feedback[1][first]);
        add_words(&rest, plan->feedback[0][second]);
    }
    return rest;
}

static inline void interleave(const qr_plan *plan, const uint8_t *data, uint8_t *stream) {
    unsigned n_blocks = plan->n_blocks, short_data = plan->long_data - 1u;
    for (unsigned block = 0; block < n_blocks; block++) {
        int is_long = block >= plan->n_short;
        unsigned n = short_data + (unsigned)is_long;
        uint8_t parity[32];
        qr_remainder rest = divide(plan, data, n);
        for (unsigned i = 0; i < 4; i++)
            store_lowest_first(parity + 8 * i, rest.words[i]);
        for (unsigned i = 0; i < short_data; i++)
            stream[i * n_blocks + block] = data[i];
        if (is_long)
            stream[short_data * n_blocks + block - plan->n_short] = data[short_data];
        for (unsigned i = 0; i < plan->n_parity; i++)
            stream[plan->n_data + i * n_blocks + block] = parity[i];
        data += n;
    }
}

#endif
