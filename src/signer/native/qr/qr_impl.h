/* Between the stages of qr_encode: the plan of a version at a level, the stages, and the steps that depend on
 * the processor. */
#ifndef SIGNER_QR_IMPL_H
#define SIGNER_QR_IMPL_H

#include "qr/qr.h"

#define QR_CODEWORDS_MAX 3706 /* of version 40, all kinds together */
#define QR_DATA_MAX 2956      /* of version 40 at level L, those that carry data */
#define QR_BLOCK_DATA_MAX 123 /* data codewords of a block: version 27 at level L has most (table 9) */
#define QR_PARITY_MAX 30      /* error correction codewords of a block */
#define QR_BLOCKS_MAX 81
#define QR_MASKS 8
#define QR_STRIPS 6      /* of 32 modules, in which a line fits */
#define QR_RUNS_MAX 1280 /* version 40 has 1252, and most */
#define QR_SLACK 64      /* bytes before and behind a stream that steps may read, and write behind it */

/* Lines of modules: rows as in qr_symbol, or columns, module (row, column) then being bit row & 63 of
 * columns[column][row >> 6]. Bits at and past `side` are 0, lines past `side` undefined. */
typedef uint64_t qr_lines[QR_SIDE_MAX][QR_WORDS];

/* The same word of the eight masked symbols. */
typedef uint64_t qr_lanes[QR_MASKS] __attribute__((aligned(64)));

/* The same strip of a line of the eight masked symbols. */
typedef uint32_t qr_strip[QR_MASKS] __attribute__((aligned(32)));
typedef qr_strip qr_strips[QR_STRIPS][QR_SIDE_MAX];

/* A run of modules in a column that takes consecutive bits of one of the four streams of `place`. */
typedef struct {
    uint16_t first_byte; /* of all four streams, one behind the other */
    uint8_t column, word;
    uint8_t skip, up, down; /* shifts: 8 bytes of the stream down, up, and down again are the run in place */
} qr_run;

/* All that is the same for every text of a version and level. To be aligned to 64. */
typedef struct {
    uint8_t version, level, side, words; /* words in which a row fits: 1 to 3 */
    uint16_t n_codewords, n_data;        /* n_data of them carry data, the others error correction */
    uint8_t n_blocks, n_short, n_parity; /* the first n_short blocks have one data codeword less */
    uint8_t long_data;                   /* data codewords of a long block */
    uint16_t n_runs;
    qr_run runs[QR_RUNS_MAX];
    qr_lines fixed_columns; /* dark modules that no text changes, without the format */
    /* To be added (xor) to a symbol without mask and format: each of the masks, with its format. */
    qr_lines masks[QR_MASKS], masks_as_columns[QR_MASKS];
    qr_lanes mask_rows[QR_SIDE_MAX][QR_WORDS], mask_columns[QR_SIDE_MAX][QR_WORDS];
    /* The same for penalties. Modules outside the symbol alternate down the lines, so that no rule counts
     * them. In row_edges, a bit is the sum of a module of row_strips and the next one of its row, and 1 where
     * there is no next one. */
    qr_strips row_strips, column_strips, row_edges;
    /* What a codeword that leaves the register of the divider adds to the n_parity next ones, the first of
     * them lowest: for the one that leaves last, and the one before it. */
    uint64_t feedback[2][256][4] __attribute__((aligned(32)));
    /* For products by 8x8 matrices over GF(2): [i][j] takes codeword i of a long block (codeword i - 1 of a
     * short one) to its share in parity codeword j, the first of the stream being j = 0. As GF2P8AFFINEQB
     * wants the matrix: the row for output bit k in byte 7 - k. Columns past n_parity are 0. */
    uint64_t parity_matrices[QR_BLOCK_DATA_MAX][32];
} qr_plan;

void qr_plan_init(qr_plan *plan, unsigned version, qr_level level);

/* The steps that each level of processors does its own way, all to the same bytes. */
typedef struct {
    /* The data codewords to the interleaved stream of data and error correction (7.5, 7.6). */
    void (*interleave)(const qr_plan *plan, const uint8_t *data, uint8_t *stream);
    /* The fixed modules and the stream of codewords, in columns (7.7.3). May write QR_SLACK bytes behind it.
     */
    void (*place)(const qr_plan *plan, uint8_t *stream, qr_lines columns);
    /* Columns to rows. */
    void (*transpose)(const qr_plan *plan, const qr_lines columns, qr_lines rows);
    /* The penalty of each mask (7.8.3), of the third rule only the patterns whose unit is one module. */
    void (*penalties)(const qr_plan *plan, const qr_lines columns, const qr_lines rows,
                      uint32_t penalty[QR_MASKS]);
    /* What the third rule adds for patterns whose unit is two modules or more, in a finished symbol. */
    uint32_t (*wide_patterns)(const qr_plan *plan, const qr_lines columns, const qr_lines rows);
} qr_steps;

extern const qr_steps qr_portable, qr_avx2, qr_avx512;

/* The data codewords of text[0..n), which must not be longer than the plan's symbol holds: QR_OK or
 * QR_CHARACTER. Writes up to QR_SLACK bytes behind them. */
qr_status qr_text_codewords(const qr_plan *plan, const uint8_t *text, size_t n, uint8_t *data);

#endif
