/* The third penalty rule for patterns whose unit is wider than a module (ISO 18004 section 7.8.3.1): rare, so
 * found by a filter and counted run by run. For every level of processors to compile in its own way;
 * QR_VECTOR_BYTES says how wide its registers are. */
#ifndef SIGNER_QR_WIDE_PATTERNS_IMPL_H
#define SIGNER_QR_WIDE_PATTERNS_IMPL_H

#include "qr/qr_impl.h"

#define WEIGHT 40 /* N3 of table 11 */

typedef struct {
    const uint64_t *modules;
    int side;
} line;

static int is_dark(const line *in, int i) {
    return i >= 0 && i < in->side && in->modules[i >> 6] >> (i & 63) & 1;
}

/* Modules of one colour from `i` on in the direction of `step`, no more than `limit`. Outside all is light.
 */
static int run_length(const line *in, int i, int step, int dark, int limit) {
    int n = 0;
    while (n < limit && is_dark(in, i + n * step) == dark)
        n++;
    return n;
}

/* The light modules behind the runs light, dark of `unit` modules each that go from `i` in the direction of
 * `step`, as far as they matter; 0 if the runs are others. */
static int light_behind(const line *in, int i, int step, int unit) {
    if (run_length(in, i, step, 0, unit + 1) != unit)
        return 0;
    if (run_length(in, i + unit * step, step, 1, unit + 1) != unit)
        return 0;
    return run_length(in, i + 2 * unit * step, step, 0, 4 * unit);
}

/* Patterns 1:1:3:1:1 about the run of dark modules that begins at `first`: one for each side that has four
 * light units, if the other one has a unit at least. */
static uint32_t patterns_about(const line *in, int first) {
    int length = run_length(in, first, 1, 1, in->side), unit = length / 3;
    if (length % 3 != 0)
        return 0;
    int before = light_behind(in, first - 1, -1, unit), behind = light_behind(in, first + length, 1, unit);
    if (before < unit || behind < unit)
        return 0;
    return (uint32_t)(before >= 4 * unit) + (uint32_t)(behind >= 4 * unit);
}

/* Words of each row, and behind them the same words of each column; light modules before the first line and
 * behind the last one. */
typedef uint64_t words_of_both __attribute__((vector_size(QR_VECTOR_BYTES)));
enum {
    WORDS = QR_VECTOR_BYTES / 16, /* of a line */
    MARGIN = 16 /* the filter looks 4 lines back, and 11 forward from up to 3 lines behind the last */
};
typedef words_of_both stack[MARGIN + QR_SIDE_MAX + MARGIN];

/* Marks the lines across in which `line` may begin the middle run of a pattern: two light modules lie before
 * it, and either the runs are those of unit two, or three light modules lie before it and nine dark ones and
 * three light ones, or twelve dark ones, follow. `both` and `either` tell which of a line and the next one
 * are dark. */
static inline words_of_both starts_at(const words_of_both *line, const words_of_both *both,
                                      const words_of_both *either) {
    words_of_both six = both[0] & both[2] & both[4] & ~either[-2];
    words_of_both unit_two = both[-4] & both[8] & ~either[6];
    words_of_both unit_three = line[8] & ~(either[9] | line[11]), wider = both[8] & both[10];
    return six & (unit_two | (both[6] & ~line[-3] & (unit_three | wider)));
}

static inline words_of_both load_line(const uint64_t row[QR_WORDS], const uint64_t column[QR_WORDS],
                                      size_t word) {
    words_of_both line = {0};
    for (size_t i = 0; i < WORDS && word + i < QR_WORDS; i++) {
        line[i] = row[word + i];
        line[WORDS + i] = column[word + i];
    }
    return line;
}

static void load_lines(const qr_plan *plan, const qr_lines columns, const qr_lines rows, size_t word,
                       stack modules) {
    for (size_t i = 0; i < MARGIN; i++)
        modules[i] = modules[MARGIN + plan->side + i] = (words_of_both){0};
    for (size_t i = 0; i < plan->side; i++)
        modules[MARGIN + i] = load_line(rows[i], columns[i], word);
}

static uint32_t patterns_from(const qr_plan *plan, const qr_lines across, size_t word, size_t i,
                              uint64_t starts) {
    uint32_t n = 0;
    for (; starts; starts &= starts - 1) {
        line in = {across[64 * word + (unsigned)__builtin_ctzll(starts)], plan->side};
        n += patterns_about(&in, (int)i);
    }
    return n;
}

static uint32_t patterns_in_words(const qr_plan *plan, const qr_lines columns, const qr_lines rows,
                                  size_t word) {
    stack modules, both_dark, either_dark;
    uint32_t n = 0;
    load_lines(plan, columns, rows, word, modules);
    for (size_t i = 0; i < plan->side + 2 * MARGIN - 1u; i++) {
        both_dark[i] = modules[i] & modules[i + 1];
        either_dark[i] = modules[i] | modules[i + 1];
    }
    for (size_t i = 0; i < plan->side; i += 4) { /* three lines of the margin too, in which nothing starts */
        const words_of_both *line = modules + MARGIN + i, *both = both_dark + MARGIN + i,
                            *either = either_dark + MARGIN + i;
        words_of_both starts[4], any = {0};
        uint64_t found = 0;
        for (size_t k = 0; k < 4; k++)
            any |= starts[k] = starts_at(line + k, both + k, either + k);
        for (size_t w = 0; w < 2 * WORDS; w++)
            found |= any[w];
        for (size_t k = 0; found && k < 4; k++)
            for (size_t w = 0; w < WORDS; w++) /* a row's modules lie in columns, and the other way round */
                n += patterns_from(plan, columns, word + w, i + k, starts[k][w]) +
                     patterns_from(plan, rows, word + w, i + k, starts[k][WORDS + w]);
    }
    return n;
}

static uint32_t wide_patterns(const qr_plan *plan, const qr_lines columns, const qr_lines rows) {
    uint32_t n = 0;
    for (size_t word = 0; word < plan->words; word += WORDS)
        n += patterns_in_words(plan, columns, rows, word);
    return WEIGHT * n;
}

#endif
