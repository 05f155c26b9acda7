/* The deflate block of a PNG file outside the symbol, and the code that it shares with the symbol. */
#ifndef SIGNER_PNG_BLOCK_H
#define SIGNER_PNG_BLOCK_H

#include "picture/png.h"

/* The codes of a block; frequencies are in units of 1/256 of a picture. */
typedef struct {
    uint32_t frequency[BLOCK_SYMBOLS];
    uint8_t lengths[BLOCK_SYMBOLS], distance_lengths[BLOCK_DISTANCES];
    uint16_t codes[BLOCK_SYMBOLS], distance_codes[BLOCK_DISTANCES];
} block_code;

/* Where symbols of the block go: into `bits`, or while that is NULL into the frequencies of the code. */
typedef struct {
    block_code *code;
    bit_writer *bits;
    uint32_t times; /* that the symbols are in a picture */
} block_sink;

/* The file's upper quiet zone, and the first row of modules up to its first group. */
void png_add_top(block_sink *sink, const png_layout *layout);

/* From the last group of a row of modules to the first one of the next. */
void png_add_row_end(block_sink *sink, const png_layout *layout);

/* From the last group of the last row to the end of the block. */
void png_add_bottom(block_sink *sink, const png_layout *layout);

/* Makes the literal code out of its frequencies so far and those of the groups, and fills the tables of
 * groups. */
void png_make_groups(png_template *template, block_code *code);

#endif
