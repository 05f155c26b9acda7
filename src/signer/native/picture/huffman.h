/* Huffman codes as deflate wants them (RFC 1951 section 3.2.2). */
#ifndef SIGNER_HUFFMAN_H
#define SIGNER_HUFFMAN_H

#include <stdint.h>

#define HUFFMAN_SYMBOLS_MAX 286
#define HUFFMAN_BITS_MAX 15 /* of a code */

/* Code lengths of at most `limit` <= HUFFMAN_BITS_MAX bits for frequency[0..n), n <= HUFFMAN_SYMBOLS_MAX,
 * into lengths[0..n): 0 for frequency 0. At least two symbols occur, 2^limit at most, and the sum of all
 * frequencies is under 2^32. Shortest codes unless `limit` is in their way; then no longer quite. */
void huffman_lengths(const uint32_t *frequency, unsigned n, unsigned limit, uint8_t *lengths);

/* The codes of lengths[0..n), their first bit lowest, into codes[0..n); those of length 0 stay as they are.
 * No length is over HUFFMAN_BITS_MAX, and together they are the lengths of a code: huffman_lengths gives
 * such. */
void huffman_codes(const uint8_t *lengths, unsigned n, uint16_t *codes);

#endif
