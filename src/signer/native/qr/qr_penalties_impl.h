/* The penalties of the eight masks (ISO 18004 section 7.8.3), for every level of processors to compile in its
 * own way; QR_VECTOR_BYTES says how wide its registers are.
 *
 * A lane is a strip of one masked symbol, 32 lines that lie across those walked along. So each rule is a few
 * logical operations on the last lines, and the modules that meet it are bits, to be counted. After the first
 * line there are 4 version + 16 more, taken four at a time: starts of runs lie five lines apart at least, and
 * patterns six, so that those of four lines go into one vector. */
#ifndef SIGNER_QR_PENALTIES_IMPL_H
#define SIGNER_QR_PENALTIES_IMPL_H

#include "qr/qr_impl.h"
#include "qr/qr_tally_impl.h"
#include <stdlib.h>

#define BEFORE 12 /* light lines before a symbol, and behind it, that a rule looks at */
#define BEHIND 4

typedef vector strip_lines[BEFORE + QR_SIDE_MAX + BEHIND];
typedef vector strip_groups[QR_SIDE_MAX / 4 + 8]; /* a vector for four lines each */
typedef uint32_t strip_words[QR_SIDE_MAX];

/* What is known of LANES masked symbols. Of lines, the tallies count the fours that the adders give. */
typedef struct {
    adder run_lines, block_lines, dark_lines;
    tally not_in_run; /* modules that do not end five of one colour */
    tally run_starts; /* that end the first five of a run */
    tally not_block;  /* that do not end a square of four of one colour */
    tally patterns, dark;
} counts;

/* Of the last lines of a walk. */
typedef struct {
    vector line, change, changes, changes_before; /* of the last line, of two, and of the two before those */
} run_walk;

/* Takes the next line, and gives the modules that do not end a run of five. */
static inline vector next_not_in_run(run_walk *walk, vector line) {
    vector change = line ^ walk->line, changes = change | walk->change,
           not_in_run = changes | walk->changes_before;
    *walk = (run_walk){line, change, changes, walk->changes};
    return not_in_run;
}

static inline vector masked(const qr_strip *masks, const uint32_t *words, size_t i, size_t lane) {
    return *(const vector *)&masks[i][lane] ^ words[i];
}

/* Rule 1, and the masked lines for the others. */
static inline void count_runs(counts *to, const uint32_t *words, const qr_strip *masks, size_t lane, size_t n,
                              vector *lines) {
    strip_groups fours, starts;
    vector all = ~(vector){0}, before = all;
    run_walk walk = {masked(masks, words, 0, lane), all, all, all};
    adder sum = to->run_lines;
    size_t n_groups = 0;
    lines[0] = walk.line;
    for (size_t i = 1; i < n; i += 4) {
        vector a = next_not_in_run(&walk, lines[i] = masked(masks, words, i, lane));
        vector b = next_not_in_run(&walk, lines[i + 1] = masked(masks, words, i + 1, lane));
        vector c = next_not_in_run(&walk, lines[i + 2] = masked(masks, words, i + 2, lane));
        vector d = next_not_in_run(&walk, lines[i + 3] = masked(masks, words, i + 3, lane));
        starts[n_groups] = (before & ~a) | (a & ~b) | (b & ~c) | (c & ~d);
        fours[n_groups++] = add_four(&sum, a, b, c, d);
        before = d;
    }
    to->run_lines = sum;
    tally_add(&to->not_in_run, fours, n_groups);
    tally_add(&to->run_starts, starts, n_groups);
}

/* Rule 2, along rows: a square has no edge in either row and no change between its left two modules. */
static inline void count_blocks(counts *to, const uint32_t *words, const qr_strip *masks, size_t lane,
                                size_t n, const vector *lines) {
    strip_groups fours;
    adder sum = to->block_lines;
    size_t n_groups = 0;
    vector before = masked(masks, words, 0, lane);
    for (size_t i = 1; i < n; i += 4) {
        const vector *line = lines + i;
        vector a = masked(masks, words, i, lane), b = masked(masks, words, i + 1, lane);
        vector c = masked(masks, words, i + 2, lane), d = masked(masks, words, i + 3, lane);
        fours[n_groups++] = add_four(&sum, before | a | (line[-1] ^ line[0]), a | b | (line[0] ^ line[1]),
                                     b | c | (line[1] ^ line[2]), c | d | (line[2] ^ line[3]));
        before = d;
    }
    to->block_lines = sum;
    tally_add(&to->not_block, fours, n_groups);
}

/* Compilers would carry lines from one group to the next in registers, of which there are too few. */
#define READ_AGAIN(lines) __asm__ volatile("" : : "r"(lines) : "memory")

/* Rule 3: 1:1:3:1:1 of single modules, a light one on both sides, and four on one; both count. */
static inline void count_patterns(counts *to, const vector *lines, size_t n) {
    strip_lines three_lines; /* 0 where three lines are light */
    strip_groups before, behind;
    vector *three = three_lines + BEFORE, first_halves[4] = {{0}}; /* light, dark, light, dark, so far */
    size_t n_groups = 0;
    for (const vector *line = lines - 7; line < lines + n + BEHIND; line++)
        three[line - lines] = line[0] | line[-1] | line[-2];
    for (size_t i = 1; i < n; i += 4) {
        vector any_before = {0}, any_behind = {0};
        for (size_t k = 0; k < 4; k++) {
            const vector *end = lines + i + k, *light = three + i + k; /* the last dark line */
            vector half = end[0] & ~end[-1] & end[-2], pattern = half & end[-3] & ~end[1] & first_halves[k];
            first_halves[k] = half & ~end[-3];
            any_before |= pattern & ~light[-8];
            any_behind |= pattern & ~light[4];
        }
        before[n_groups] = any_before;
        behind[n_groups++] = any_behind;
        READ_AGAIN(lines);
        READ_AGAIN(three);
    }
    tally_add(&to->patterns, before, n_groups);
    tally_add(&to->patterns, behind, n_groups);
}

/* Rule 4. */
static inline void count_dark(counts *to, const vector *lines, size_t n) {
    strip_groups fours;
    size_t n_groups = 0;
    for (const vector *line = lines - 3; line < lines + n; line += 4)
        fours[n_groups++] = add_four(&to->dark_lines, line[0], line[1], line[2], line[3]);
    tally_add(&to->dark, fours, n_groups);
}

static inline void take_strip(const qr_lines lines, size_t strip, size_t n, strip_words words) {
    for (size_t i = 0; i < n; i++)
        words[i] = (uint32_t)(lines[i][strip / 2] >> strip % 2 * 32);
}

/* As qr_plan's row_edges. */
static inline void take_edges(const qr_lines rows, size_t strip, size_t n, strip_words words) {
    int is_last = 32 * (strip + 1) >= n; /* then the last module has no edge: the masks have it */
    uint32_t inside = is_last ? (UINT32_C(1) << (n - 32 * strip - 1)) - 1 : UINT32_MAX;
    size_t next = is_last ? strip / 2 : (strip + 1) / 2;
    for (size_t i = 0; i < n; i++) {
        uint64_t low = rows[i][strip / 2], high = rows[i][next];
        uint64_t word = strip % 2 ? low >> 32 | high << 32 : low;
        words[i] = (uint32_t)(word ^ word >> 1) & inside;
    }
}

/* Rule 4: how many whole steps of five per cent the share of dark modules lies off one half, 10 for each. */
static inline uint32_t imbalance(uint32_t dark, uint32_t side) {
    int total = (int)(side * side), off = abs((int)dark * 20 - total * 10);
    return (uint32_t)((off + total - 1) / total - 1) * 10;
}

static inline void weigh(const counts *of, uint32_t side, uint32_t *penalty) {
    uint32_t n_strips = (side + 31) / 32, n_modules = n_strips * 32 * (side - 1);
    vector not_in_run = adder_total(&of->run_lines) + 4 * tally_total(&of->not_in_run);
    vector not_block = adder_total(&of->block_lines) + 4 * tally_total(&of->not_block);
    vector sum = 2 * n_modules - not_in_run + 2 * tally_total(&of->run_starts) + 3 * (n_modules - not_block) +
                 40 * tally_total(&of->patterns);
    vector dark = adder_total(&of->dark_lines) + 4 * tally_total(&of->dark);
    uint32_t outside = (n_strips * 32 - side) * (side / 2); /* every second one is dark */
    for (size_t lane = 0; lane < LANES; lane++)
        penalty[lane] = sum[lane] + imbalance(dark[lane] - outside, side);
}

static void penalties(const qr_plan *plan, const qr_lines columns, const qr_lines rows,
                      uint32_t penalty[QR_MASKS]) {
    counts found[QR_MASKS / LANES] = {0};
    strip_lines margins_and_lines;
    strip_words down, across, edges;
    size_t n = plan->side;
    vector *lines = margins_and_lines + BEFORE;
    for (size_t i = 0; i < BEFORE; i++)
        margins_and_lines[i] = (vector){0};
    for (size_t i = 0; i < BEHIND; i++)
        lines[n + i] = (vector){0};
    for (size_t strip = 0; 32 * strip < n; strip++) {
        take_strip(columns, strip, n, down);
        take_strip(rows, strip, n, across);
        take_edges(rows, strip, n, edges);
        for (size_t lane = 0; lane < QR_MASKS; lane += LANES) {
            counts *to = &found[lane / LANES];
            count_runs(to, down, plan->column_strips[strip], lane, n, lines);
            count_patterns(to, lines, n);
            count_runs(to, across, plan->row_strips[strip], lane, n, lines);
            count_patterns(to, lines, n);
            count_blocks(to, edges, plan->row_edges[strip], lane, n, lines);
            count_dark(to, lines, n);
        }
    }
    for (size_t lane = 0; lane < QR_MASKS; lane += LANES)
        weigh(&found[lane / LANES], (uint32_t)n, penalty + lane);
}

#endif
