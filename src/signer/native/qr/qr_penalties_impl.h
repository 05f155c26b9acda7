/* The penalties of the eight masks (ISO 18004 section 7.8.3), for every level of processors to compile in its
 * own way; QR_VECTOR_BYTES says how wide its registers are.
 *
 * A lane is a strip of one masked symbol: 32 lines that lie across those walked along, side by side. So each
 * rule is a few logical operations on the last lines, and the modules that meet it are bits, which are added
 * up by carry-save adders. Starts of runs lie five lines apart at least and patterns six: four lines of them
 * are gathered before they are added. */
#ifndef SIGNER_QR_PENALTIES_IMPL_H
#define SIGNER_QR_PENALTIES_IMPL_H

#include "qr/qr_impl.h"
#include <stdlib.h>

typedef uint32_t vector __attribute__((vector_size(QR_VECTOR_BYTES), may_alias));
enum { LANES = QR_VECTOR_BYTES / sizeof(uint32_t) };

/* How many bits of each lane were 1: ones + 2 twos + 4 fours in bits, 8 eights in numbers. */
typedef struct {
    vector ones, twos, fours, eights;
} tally;

/* Of all strips, in both directions. */
typedef struct {
    tally not_in_run; /* modules that do not end five of one colour */
    tally run_starts; /* that end the first five of a run */
    tally not_block;  /* that do not end a square of four of one colour */
    tally patterns, dark;
    uint32_t n_run, n_block; /* lines that were looked at for the first and the third */
} counts;

#define BEFORE 12 /* light lines before a symbol, and behind it */
#define BEHIND 8
typedef vector strip_lines[BEFORE + QR_SIDE_MAX + BEHIND];

/* *sum, a and b: the lower bit of their number to *sum, the upper one is given back. */
static inline vector add(vector *sum, vector a, vector b) {
    vector either = *sum ^ a, carry = (*sum & a) | (either & b);
    *sum = either ^ b;
    return carry;
}

/* Numbers of bits in each byte. */
static inline vector bits_in_bytes(vector x) {
    x -= x >> 1 & 0x55555555;
    x = (x & 0x33333333) + (x >> 2 & 0x33333333);
    return (x + (x >> 4)) & 0x0f0f0f0f;
}

static inline vector sum_of_bytes(vector x) {
    x = (x & 0x00ff00ff) + (x >> 8 & 0x00ff00ff);
    return (x + (x >> 16)) & 0xffff;
}

/* Adds bits[0..n), n a multiple of 8 and less than 256. */
static inline void tally_add(tally *to, const vector *bits, unsigned n) {
    tally sum = *to;
    vector eights_in_bytes = {0};
    for (unsigned i = 0; i < n; i += 8) {
        vector twos1 = add(&sum.ones, bits[i], bits[i + 1]), twos2 = add(&sum.ones, bits[i + 2], bits[i + 3]);
        vector twos3 = add(&sum.ones, bits[i + 4], bits[i + 5]),
               twos4 = add(&sum.ones, bits[i + 6], bits[i + 7]);
        vector fours1 = add(&sum.twos, twos1, twos2), fours2 = add(&sum.twos, twos3, twos4);
        eights_in_bytes += bits_in_bytes(add(&sum.fours, fours1, fours2));
    }
    sum.eights += sum_of_bytes(eights_in_bytes);
    *to = sum;
}

static inline vector tally_total(const tally *of) {
    vector ones = sum_of_bytes(bits_in_bytes(of->ones)), twos = sum_of_bytes(bits_in_bytes(of->twos));
    return ones + 2 * twos + 4 * sum_of_bytes(bits_in_bytes(of->fours)) + 8 * of->eights;
}

static inline unsigned up_to_eight(unsigned n) {
    return (n + 7) / 8 * 8;
}

/* Rule 1. There are 4 k + 1 lines that can end a run of five. */
static inline void count_runs(counts *to, const vector *line, unsigned n) {
    vector not_in_run[QR_SIDE_MAX + 8], starts[QR_SIDE_MAX / 4 + 8];
    vector change = line[3] ^ line[2], changes = change | (line[2] ^ line[1]); /* of two lines */
    vector changes_before = (line[2] ^ line[1]) | (line[1] ^ line[0]), before = ~(vector){0}, start = {0};
    unsigned n_runs = 0, n_starts = 0;
    for (unsigned i = 4; i < n; i++) {
        vector next = line[i] ^ line[i - 1], next_changes = next | change;
        vector now = next_changes | changes_before;
        not_in_run[n_runs++] = now;
        start |= before & ~now;
        if (i % 4 == 0 && i > 4) {
            starts[n_starts++] = start;
            start = (vector){0};
        }
        change = next;
        changes_before = changes;
        changes = next_changes;
        before = now;
    }
    while (n_runs % 8)
        not_in_run[n_runs++] = ~(vector){0};
    while (n_starts % 8)
        starts[n_starts++] = (vector){0};
    tally_add(&to->not_in_run, not_in_run, n_runs);
    tally_add(&to->run_starts, starts, n_starts);
    to->n_run += n_runs;
}

/* Rule 2, along rows: a square has no edge in either row and no change between the left two modules. */
static inline void count_blocks(counts *to, const vector *line, const vector *edges, unsigned n) {
    vector not_block[QR_SIDE_MAX + 8];
    unsigned n_blocks = 0;
    for (unsigned i = 1; i < n; i++)
        not_block[n_blocks++] = edges[i] | edges[i - 1] | (line[i] ^ line[i - 1]);
    while (n_blocks % 8)
        not_block[n_blocks++] = ~(vector){0};
    tally_add(&to->not_block, not_block, n_blocks);
    to->n_block += n_blocks;
}

static inline vector dark_light_dark(const vector *end) {
    return end[0] & ~end[-1] & end[-2];
}

/* Rule 3: 1:1:3:1:1 of single modules, a light one on both sides, and four on one; both count. */
static inline void count_patterns(counts *to, const vector *line, unsigned n) {
    vector patterns[QR_SIDE_MAX / 2 + 8], four_lines[QR_SIDE_MAX + 8]; /* 0 where four lines are light */
    vector *four = four_lines + 4, ends[4];                            /* those four lines before */
    unsigned n_patterns = 0;
    for (unsigned k = 0; k < 4; k++)
        ends[k] = dark_light_dark(line + 1 + k);
    for (int i = -2; i < (int)n + 4; i++)
        four[i] = line[i] | line[i - 1] | line[i - 2] | line[i - 3];
    for (unsigned i = 5; i < n; i += 4) {
        vector before = {0}, behind = {0};
        for (unsigned k = 0; k < 4; k++) {
            const vector *end = line + i + k; /* the last dark line */
            vector three = dark_light_dark(end), pattern = three & end[-3] & ends[k] & ~(end[1] | end[-7]);
            ends[k] = three;
            before |= pattern & ~four[(int)(i + k) - 7];
            behind |= pattern & ~four[i + k + 4];
        }
        patterns[n_patterns++] = before;
        patterns[n_patterns++] = behind;
    }
    while (n_patterns % 8)
        patterns[n_patterns++] = (vector){0};
    tally_add(&to->patterns, patterns, n_patterns);
}

/* The same strip of all lines. */
typedef uint32_t strip_words[QR_SIDE_MAX];

static inline void mask_lines(vector *line, const uint32_t *words, const qr_strip *masks, unsigned lane,
                              unsigned n) {
    for (unsigned i = 0; i < n; i++)
        line[i] = *(const vector *)&masks[i][lane] ^ words[i];
}

static inline void take_strip(const qr_lines lines, unsigned strip, unsigned n, strip_words words) {
    for (unsigned i = 0; i < n; i++)
        words[i] = (uint32_t)(lines[i][strip / 2] >> strip % 2 * 32);
}

static inline void take_edges(const qr_lines rows, unsigned strip, unsigned n, strip_words words) {
    for (unsigned i = 0; i < n; i++) {
        const uint64_t *row = rows[i];
        uint64_t low = row[strip / 2], high = 32 * (strip + 1) < n ? row[(strip + 1) / 2] : 0;
        uint64_t word = strip % 2 ? low >> 32 | high << 32 : low;
        words[i] = (uint32_t)(word ^ word >> 1);
        if (n - 32 * strip <= 32) /* the last module has no edge, which the masks have marked */
            words[i] &= ~(UINT32_C(1) << (n - 32 * strip - 1));
    }
}

static inline void count_columns(counts *to, const qr_plan *plan, const qr_lines columns, unsigned strip,
                                 unsigned lane) {
    strip_lines lines;
    strip_words words;
    unsigned n = plan->side;
    vector *line = lines + BEFORE;
    for (unsigned i = 0; i < BEFORE; i++)
        lines[i] = (vector){0};
    for (unsigned i = 0; i < BEHIND; i++)
        line[n + i] = (vector){0};
    take_strip(columns, strip, n, words);
    mask_lines(line, words, plan->column_strips[strip], lane, n);
    count_runs(to, line, n);
    count_patterns(to, line, n);
}

static inline void count_rows(counts *to, const qr_plan *plan, const qr_lines rows, unsigned strip,
                              unsigned lane) {
    strip_lines lines, edges;
    strip_words words;
    unsigned n = plan->side;
    vector *line = lines + BEFORE;
    for (unsigned i = 0; i < BEFORE; i++)
        lines[i] = (vector){0};
    for (unsigned i = 0; i < BEHIND; i++)
        line[n + i] = (vector){0};
    take_strip(rows, strip, n, words);
    mask_lines(line, words, plan->row_strips[strip], lane, n);
    count_runs(to, line, n);
    count_patterns(to, line, n);
    tally_add(&to->dark, line, up_to_eight(n));
    take_edges(rows, strip, n, words);
    mask_lines(edges, words, plan->row_edges[strip], lane, n);
    count_blocks(to, line, edges, n);
}

/* Rule 4: how many whole steps of five per cent the share of dark modules lies off one half, 10 for each. */
static inline uint32_t imbalance(uint32_t dark, uint32_t side) {
    int total = (int)(side * side), off = abs((int)dark * 20 - total * 10);
    return (uint32_t)((off + total - 1) / total - 1) * 10;
}

static inline void weigh(const counts *of, unsigned side, uint32_t *penalty) {
    vector runs = 32 * of->n_run - tally_total(&of->not_in_run) + 2 * tally_total(&of->run_starts);
    vector blocks = 32 * of->n_block - tally_total(&of->not_block);
    vector sum = runs + 3 * blocks + 40 * tally_total(&of->patterns), dark = tally_total(&of->dark);
    uint32_t outside = ((side + 31) / 32 * 32 - side) * (side / 2); /* every second one is dark */
    for (unsigned lane = 0; lane < LANES; lane++)
        penalty[lane] = sum[lane] + imbalance(dark[lane] - outside, side);
}

static inline void penalties(const qr_plan *plan, const qr_lines columns, const qr_lines rows,
                             uint32_t penalty[QR_MASKS]) {
    for (unsigned lane = 0; lane < QR_MASKS; lane += LANES) {
        counts found = {0};
        for (unsigned strip = 0; 32 * strip < plan->side; strip++) {
            count_columns(&found, plan, columns, strip, lane);
            count_rows(&found, plan, rows, strip, lane);
        }
        weigh(&found, plan->side, penalty + lane);
    }
}

#endif
