/* Facts of ISO/IEC 18004:2015 about versions and levels: the two typed tables, and what follows from them. */
#ifndef SIGNER_QR_STANDARD_H
#define SIGNER_QR_STANDARD_H

#include "qr/qr.h"

#define QR_ALIGNMENTS_MAX 7

/* Error correction codewords of a block, and blocks (table 9). */
unsigned qr_parity_codewords(unsigned version, qr_level level);
unsigned qr_blocks(unsigned version, qr_level level);

/* Modules in a side of the symbol (6.3.2). */
unsigned qr_side(unsigned version);

/* Codewords that fit into the modules that are not fixed (table 1), and those of them that carry data. */
unsigned qr_codewords(unsigned version);
unsigned qr_data_codewords(unsigned version, qr_level level);

/* Bits of the character count indicator in alphanumeric mode (table 3). */
unsigned qr_count_bits(unsigned version);

/* Bits of n alphanumeric characters with mode and count (7.4.4). */
size_t qr_text_bits(unsigned version, size_t n);

/* Rows, and columns, of the centres of alignment patterns (table E.1); gives how many, QR_ALIGNMENTS_MAX at
 * most. */
unsigned qr_alignments(unsigned version, uint8_t *centres);

/* The 15 bits of format information (7.9.1) and the 18 of version information (7.10). */
unsigned qr_format_information(qr_level level, unsigned mask);
unsigned qr_version_information(unsigned version);

/* Whether a mask reverses the module at (row, column) (table 10). */
int qr_mask_at(unsigned mask, unsigned row, unsigned column);

/* Product in GF(256) modulo x^8 + x^4 + x^3 + x^2 + 1 (7.5.2). */
uint8_t qr_multiply(uint8_t a, uint8_t b);

/* The generator polynomial with roots 1, a, .. a^(n-1) (annex A): coefficients of x^(n-1) down to x^0. */
void qr_generator(unsigned n, uint8_t *coefficients);

#endif
