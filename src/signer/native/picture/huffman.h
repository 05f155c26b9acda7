/* Huffman codes as deflate wants them (RFC 1951 section 3.2.2). */
#ifndef SIGNER_HUFFMAN_H
#define SIGNER_HUFFMAN_H

#include <stdint.h>

#define HUFFMAN_SYMBOLS_MAX 286
#define HUFFMAN_BITS_MAX 15

/* Code lengths of at most `limit` bits for n symbols, 0 for those of frequency 0. At least two symbols occur,
 * 2^limit at most, and the sum of all frequencies is under 2^32. */
void huffman_lengths(const uint32_t *frequency, unsigned n, unsigned limit, uint8_t *lengths);

/* The codes of these lengths, their first bit lowest. */
void huffman_codes(const uint8_t *lengths, unsigned n, uint16_t *codes);

#endif
