/* Data codewords to the interleaved stream (ISO 18004 sections 7.5.2 and 7.6), for every level of processors
 * to compile in its own way. */
#ifndef SIGNER_QR_BLOCKS_IMPL_H
#define SIGNER_QR_BLOCKS_IMPL_H

#include "cpu/byte_order.h"
#include "qr/qr_impl.h"

/* The remainder of a block, shifted to its end, by the generator polynomial: 32 codewords, the first one
 * lowest. */
typedef uint64_t half_remainder __attribute__((vector_size(16), may_alias));
typedef struct {
    half_remainder first, last;
} remainder_of_block;

/* Without its lowest `bits`. */
static inline remainder_of_block shifted_out(remainder_of_block rest, unsigned bits) {
    half_remainder next = {rest.first[1], rest.last[0]}, next_to_last = {rest.last[1], 0};
    return (remainder_of_block){rest.first >> bits | next << (64 - bits),
                                rest.last >> bits | next_to_last << (64 - bits)};
}

static inline remainder_of_block feed_one(const qr_plan *plan, remainder_of_block rest, uint8_t codeword) {
    const half_remainder *add = (const half_remainder *)plan->feedback[0][codeword ^ (rest.first[0] & 0xff)];
    remainder_of_block next = shifted_out(rest, 8);
    return (remainder_of_block){next.first ^ add[0], next.last ^ add[1]};
}

static inline remainder_of_block feed_two(const qr_plan *plan, remainder_of_block rest,
                                          const uint8_t *codewords) {
    uint64_t leaving = rest.first[0];
    const half_remainder *far = (const half_remainder *)plan->feedback[1][codewords[0] ^ (leaving & 0xff)];
    const half_remainder *near =
        (const half_remainder *)plan->feedback[0][codewords[1] ^ (leaving >> 8 & 0xff)];
    remainder_of_block next = shifted_out(rest, 16);
    return (remainder_of_block){next.first ^ (far[0] ^ near[0]), next.last ^ (far[1] ^ near[1])};
}

/* Where the data codewords of a block begin. */
static inline const uint8_t *block_of(const qr_plan *plan, const uint8_t *data, size_t block) {
    size_t n_long_before = block < plan->n_short ? 0 : block - plan->n_short;
    return data + block * (plan->long_data - 1u) + n_long_before;
}

#define BLOCKS_AT_ONCE 4 /* as each step of a division waits for the one before it */

/* The remainders of BLOCKS_AT_ONCE blocks from `block` on; of the last block again when there are no more. */
static inline void divide(const qr_plan *plan, const uint8_t *data, size_t block,
                          remainder_of_block rest[BLOCKS_AT_ONCE]) {
    const uint8_t *next[BLOCKS_AT_ONCE];
    size_t n_pairs = (plan->long_data - 1u) / 2;
    for (size_t i = 0; i < BLOCKS_AT_ONCE; i++) {
        size_t at = block + i < plan->n_blocks ? block + i : plan->n_blocks - 1u;
        next[i] = block_of(plan, data, at);
        rest[i] = (remainder_of_block){{0}, {0}};
        for (size_t n = plan->long_data - (at < plan->n_short); n > 2 * n_pairs; n--) /* twice at most */
            rest[i] = feed_one(plan, rest[i], *next[i]++);
    }
    for (size_t pair = 0; pair < n_pairs; pair++)
        for (size_t i = 0; i < BLOCKS_AT_ONCE; i++)
            rest[i] = feed_two(plan, rest[i], next[i] + 2 * pair);
}

static inline void interleave_data(const qr_plan *plan, const uint8_t *data, uint8_t *stream) {
    size_t n_blocks = plan->n_blocks, short_data = plan->long_data - 1u;
    for (size_t block = 0; block < n_blocks; block++) {
        const uint8_t *from = block_of(plan, data, block);
        for (size_t i = 0; i < short_data; i++)
            stream[i * n_blocks + block] = from[i];
        if (block >= plan->n_short)
            stream[short_data * n_blocks + block - plan->n_short] = from[short_data];
    }
}

static inline void interleave_parity(const qr_plan *plan, const remainder_of_block *rest, size_t block,
                                     uint8_t *stream) {
    uint8_t parity[32], *out = stream + plan->n_data + block;
    for (size_t i = 0; i < 2; i++) {
        store_lowest_first(parity + 8 * i, rest->first[i]);
        store_lowest_first(parity + 16 + 8 * i, rest->last[i]);
    }
    for (size_t i = 0; i < plan->n_parity; i++)
        out[i * plan->n_blocks] = parity[i];
}

static void interleave(const qr_plan *plan, const uint8_t *data, uint8_t *stream) {
    interleave_data(plan, data, stream);
    for (size_t block = 0; block < plan->n_blocks; block += BLOCKS_AT_ONCE) {
        remainder_of_block rest[BLOCKS_AT_ONCE];
        divide(plan, data, block, rest);
        for (size_t i = 0; i < BLOCKS_AT_ONCE && block + i < plan->n_blocks; i++)
            interleave_parity(plan, &rest[i], block + i, stream);
    }
}

#endif
