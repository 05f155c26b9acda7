/* Deflate blocks with codes of their own (RFC 1951 sections 3.2.5 and 3.2.7). */
#ifndef SIGNER_DYNAMIC_BLOCK_H
#define SIGNER_DYNAMIC_BLOCK_H

#include "deflate/bit_writer.h"
#include <stdint.h>

#define BLOCK_SYMBOLS 286 /* literals, the end of the block, lengths of matches */
#define BLOCK_DISTANCES 30
#define BLOCK_END 256
#define BLOCK_MATCH_MIN 3
#define BLOCK_MATCH_MAX 258
#define BLOCK_HEAD_BYTES 580 /* at most: 17 bits, 19 lengths of 3 bits and 316 of at most 14 */

/* A symbol and the extra bits that tell it from the other numbers which share the symbol. */
typedef struct {
    uint16_t symbol, extra;
    uint8_t n_extra;
} block_symbol;

/* The symbol of a match of `length`, 3..258. */
block_symbol block_length_symbol(unsigned length);

/* The symbol of a match at `distance`, 1..32768. */
block_symbol block_distance_symbol(unsigned distance);

/* Writes the head of a last block with these code lengths, 0 for symbols that it has not: up to 15 bits, the
 * end of the block (256) and one distance at least have a code. The writer was just flushed, has room for
 * BLOCK_HEAD_BYTES and its slack, and is flushed again. */
void block_add_head(bit_writer *bits, const uint8_t lengths[BLOCK_SYMBOLS],
                    const uint8_t distance_lengths[BLOCK_DISTANCES]);

#endif
