/* PNG files of QR symbols: grayscale of one bit, one IDAT chunk, one deflate block with a code of its own.
 *
 * Each row of modules is written once, as literals; a match repeats it `scale` - 1 times and goes on into the
 * next row as far as that is white. What no symbol changes, up to the first literal and from the last one on,
 * is made once for each version. */
#ifndef SIGNER_PNG_H
#define SIGNER_PNG_H

#include "picture/crc32.h"
#include "picture/dynamic_block.h"
#include "picture/picture.h"

#define PNG_GROUP 8       /* modules looked up at once: `scale` whole bytes */
#define PNG_GROUP_BITS 56 /* of their literals at most, so that one flush is enough */
#define PNG_ROW_BYTES_MAX ((QR_SIDE_MAX + 2 * PICTURE_QUIET_ZONE_MAX) * PICTURE_SCALE_MAX / 8)
#define PNG_MATCH_BITS (15 + 5 + 1 + 7) /* of a match and its distance, at most a row of pixels */

/* Where the modules of a row are. A row of pixels is a filter byte, `left` white bytes, the groups, the first
 * of them starting with `shift` light modules, and `right` white bytes. */
typedef struct {
    unsigned scale, quiet_zone, side;
    unsigned stride; /* bytes of a row of pixels */
    unsigned shift;  /* light modules before the symbol in the first group */
    unsigned n_groups;
    unsigned left, right;
    unsigned skipped;    /* bytes of the first group that are white and not written */
    unsigned last_bytes; /* of the last group that reach into the symbol */
} png_layout;

/* The literals of a group, and what their bytes add to the sums of Adler-32: weighted ones count a byte as
 * often as bytes stand from it to the end of the group. */
typedef struct {
    uint64_t bits;
    uint32_t weighted;
    uint16_t sum;
    uint16_t n_bits;
} png_group;

/* The sums of Adler-32 (RFC 1950 section 8.2) before they are reduced: `a` without its 1. */
typedef struct {
    uint64_t sum, weighted;
} png_sums;

/* The most matches that repeat `bytes`. */
#define PNG_MATCHES(bytes) ((bytes) / BLOCK_MATCH_MAX + 2)
#define PNG_ZONE_MATCHES                                                                                     \
    PNG_MATCHES(((PICTURE_QUIET_ZONE_MAX + 1) * PICTURE_SCALE_MAX + 1) * (PNG_ROW_BYTES_MAX + 1))
#define PNG_END_BYTES 12   /* IEND */
#define PNG_START_BYTES 43 /* signature, IHDR, and IDAT up to the zlib header */
#define PNG_HEAD_BYTES                                                                                       \
    (PNG_START_BYTES + BLOCK_HEAD_BYTES + (PNG_ZONE_MATCHES + 4) * PNG_MATCH_BITS / 8 + BIT_WRITER_SLACK)
#define PNG_BOTTOM_BYTES ((PNG_ZONE_MATCHES + 4) * PNG_MATCH_BITS / 8 + BIT_WRITER_SLACK)
#define PNG_ROW_END_BYTES                                                                                    \
    (PNG_MATCHES(PICTURE_SCALE_MAX * (PNG_ROW_BYTES_MAX + 1)) * PNG_MATCH_BITS / 8 + 2 * BIT_WRITER_SLACK)

/* All that symbols of one version have in common. Strings of bits end in zero bits up to a multiple of 56. */
typedef struct {
    png_layout layout;
    unsigned groups_a_flush; /* 1, 2 or 4 */
    png_group first[256], middle[256], last[256];
    png_sums ground;   /* of the whole picture as if all bytes of groups were 0 */
    uint32_t head_crc; /* state of the IDAT chunk's CRC behind the whole bytes of `head` */
    unsigned head_bits, row_end_bits, bottom_bits;
    uint8_t head[PNG_HEAD_BYTES];       /* the file up to the first group of the first row */
    uint8_t row_end[PNG_ROW_END_BYTES]; /* from the last group of a row to the first one of the next */
    uint8_t bottom[PNG_BOTTOM_BYTES];   /* from the last group of the last row to the end of the block */
    uint8_t end[PNG_END_BYTES];         /* the chunk behind IDAT */
} png_template;

void png_template_init(png_template *template, const crc32_tables *crc, unsigned version, unsigned scale,
                       unsigned quiet_zone);

/* Bytes that a file may take, with the slack of wide stores. */
size_t png_bound(unsigned side, unsigned scale, unsigned quiet_zone);

/* Writes the file and gives its length. */
size_t png_write(const png_template *template, const crc32_tables *crc, const qr_symbol *symbol,
                 uint8_t *out);

#endif
