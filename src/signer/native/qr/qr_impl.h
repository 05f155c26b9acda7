/* Between the stages of qr_encode: the plan of a version at a level, and the steps that depend on the
 * processor. */
#ifndef SIGNER_QR_IMPL_H
#define SIGNER_QR_IMPL_H

#include "qr/qr.h"

#define QR_CODEWORDS_MAX 3706 /* of version 40, all kinds together */
#define QR_BLOCK_DATA_MAX 123 /* data codewords of a block: version 27 at level L has most (table 9) */
#define QR_PARITY_MAX 30      /* error correction codewords of a block */
#define QR_BLOCKS_MAX 81
#define QR_MASKS 8
#define QR_SEGMENTS_MAX 1408
#define QR_SLACK                                                                                             \
    64 /* bytes before and behind a stream of codewords that steps may read, and write behind it */

/* Columns of modules, as rows are held: bit row & 63 of columns[column][row >> 6]. */
typedef uint64_t qr_lines[QR_SIDE_MAX][QR_WORDS];

/* The same word of the eight masked symbols. */
typedef uint64_t qr_lanes[QR_MASKS] __attribute__((aligned(64)));

/* A run of rows of a pair of columns of the zigzag (7.7.3) that takes consecutive bits of the stream. */
typedef struct {
    uint16_t first_bit; /* of the stream, or of the reversed stream for a pair that is read upwards */
    uint8_t right_column, first_row, n_rows; /* n_rows <= 32 */
    uint8_t upwards;
    uint8_t columns; /* 3 both (two bits a row), 1 the right one only, 2 the left one only */
} qr_segment;

/* All that is the same for every text of a version and level. */
typedef struct {
    uint8_t version, level, side, words; /* words in which a row fits: 1 to 3 */
    uint16_t n_codewords, n_data;        /* n_data of them carry data, the others error correction */
    uint8_t n_blocks, n_short, n_parity; /* the first n_short blocks have one data codeword less */
    uint8_t long_data;                   /* data codewords of a long block */
    uint16_t n_segments;
    qr_segment segments[QR_SEGMENTS_MAX];
    qr_lines fixed_columns;                       /* dark modules that no text changes, without the format */
    qr_lanes mask_rows[QR_SIDE_MAX][QR_WORDS];    /* to be added (xor) to a symbol without mask and format: */
    qr_lanes mask_columns[QR_SIDE_MAX][QR_WORDS]; /* each of the masks, with its format information */
    /* For products by 8x8 matrices over GF(2): [i][j] takes codeword i of a long block to its share in parity
     * codeword j, as GF2P8AFFINEQB wants the matrix. */
    uint64_t parity_matrices[QR_BLOCK_DATA_MAX][32];
} qr_plan;

void qr_plan_init(qr_plan *plan, unsigned version, qr_level level);

/* The steps that each level of processors does its own way, all to the same bytes. */
typedef struct {
    /* The data codewords to the interleaved stream of data and error correction (7.5, 7.6). */
    void (*interleave)(const qr_plan *plan, const uint8_t *data, uint8_t *stream);
    /* Columns to rows. */
    void (*transpose)(const qr_plan *plan, const qr_lines columns, qr_lines rows);
    /* The penalty of each mask (7.8.3), of the third rule only the patterns whose unit is one module. */
    void (*penalties)(const qr_plan *plan, const qr_lines columns, const qr_lines rows,
                      uint32_t penalty[QR_MASKS]);
} qr_steps;

extern const qr_steps qr_portable, qr_avx2, qr_avx512;

#endif
