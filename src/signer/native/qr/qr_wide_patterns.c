/* The third penalty rule for patterns whose unit is wider than a module (ISO 18004 section 7.8.3.1): rare, so
 * found by a filter and counted run by run. */
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

/* Two words of each line, and light modules before the first line and behind the last one. */
typedef uint64_t two_words __attribute__((vector_size(16)));
enum { MARGIN = 12 }; /* of which the filter reads four lines before a line, and twelve behind the last */
typedef two_words stack[MARGIN + QR_SIDE_MAX + MARGIN];

/* Marks the lines across in which `line` may begin the middle run of a pattern: two light modules lie before
 * it, and either the runs are those of unit two, or it has nine dark modules at least and a third light one
 * before it. `both` and `either` tell which of a line and the next one are dark. */
static inline two_words starts_at(const two_words *line, const two_words *both, const two_words *either) {
    two_words six = both[0] & both[2] & both[4] & ~either[-2];
    two_words unit_two = both[-4] & both[8] & ~either[6], unit_three = both[6] & line[8] & ~line[-3];
    return six & (unit_two | unit_three);
}

static void load_lines(const qr_plan *plan, const qr_lines lines, size_t word, stack modules) {
    size_t has_second = word + 1 < plan->words;
    for (size_t i = 0; i < MARGIN; i++)
        modules[i] = modules[MARGIN + plan->side + i] = (two_words){0};
    for (size_t i = 0; i < plan->side; i++)
        modules[MARGIN + i] = (two_words){lines[i][word], has_second ? lines[i][word + 1] : 0};
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

static uint32_t patterns_in_words(const qr_plan *plan, const qr_lines lines, const qr_lines across,
                                  size_t word) {
    stack modules, both_dark, either_dark;
    uint32_t n = 0;
    load_lines(plan, lines, word, modules);
    for (size_t i = 0; i < plan->side + 2 * MARGIN - 1u; i++) {
        both_dark[i] = modules[i] & modules[i + 1];
        either_dark[i] = modules[i] | modules[i + 1];
    }
    for (size_t i = 0; i < plan->side; i += 4) { /* three lines of the margin too, in which nothing starts */
        const two_words *line = modules + MARGIN + i, *both = both_dark + MARGIN + i,
                        *either = either_dark + MARGIN + i;
        two_words starts[4], any = {0};
        for (size_t k = 0; k < 4; k++)
            any |= starts[k] = starts_at(line + k, both + k, either + k);
        if (any[0] | any[1])
            for (size_t k = 0; k < 4; k++)
                n += patterns_from(plan, across, word, i + k, starts[k][0]) +
                     patterns_from(plan, across, word + 1, i + k, starts[k][1]);
    }
    return n;
}

uint32_t qr_wide_patterns(const qr_plan *plan, const qr_lines columns, const qr_lines rows) {
    uint32_t n = 0;
    for (size_t word = 0; word < plan->words; word += 2)
        n += patterns_in_words(plan, rows, columns, word) + patterns_in_words(plan, columns, rows, word);
    return WEIGHT * n;
}
