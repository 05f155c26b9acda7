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

/* The same word of all lines, for 64 lines that lie across them, and light modules on both sides. */
enum { MARGIN = 16 };
typedef uint64_t stack[MARGIN + QR_SIDE_MAX + MARGIN];

/* Marks in starts[i] the lines across in which line i may begin the middle run of a pattern: two light
 * modules lie before it, and either the runs are those of unit two, or it has nine dark modules at least and
 * a third light one before it. */
static void find_starts(const stack modules, unsigned n, uint64_t *restrict starts) {
    stack dark, light; /* two such modules from there on */
    for (unsigned i = 0; i < n + 2 * MARGIN - 1; i++) {
        dark[i] = modules[i] & modules[i + 1];
        light[i] = ~(modules[i] | modules[i + 1]);
    }
    for (unsigned i = 0, at = MARGIN; i < n; i++, at++) {
        uint64_t six = light[at - 2] & dark[at] & dark[at + 2] & dark[at + 4];
        uint64_t unit_two = dark[at - 4] & light[at + 6] & dark[at + 8];
        uint64_t unit_three = ~modules[at - 3] & dark[at + 6] & modules[at + 8];
        starts[i] = six & (unit_two | unit_three);
    }
}

static uint32_t patterns_in_word(const qr_plan *plan, const qr_lines lines, const qr_lines across,
                                 unsigned word) {
    stack modules = {0};
    uint64_t starts[QR_SIDE_MAX];
    uint32_t n = 0;
    for (unsigned i = 0; i < plan->side; i++)
        modules[MARGIN + i] = lines[i][word];
    find_starts(modules, plan->side, starts);
    for (unsigned i = 0; i < plan->side; i++)
        for (uint64_t left = starts[i]; left; left &= left - 1) {
            line in = {across[64 * word + (unsigned)__builtin_ctzll(left)], plan->side};
            n += patterns_about(&in, (int)i);
        }
    return n;
}

uint32_t qr_wide_patterns(const qr_plan *plan, const qr_lines columns, const qr_lines rows) {
    uint32_t n = 0;
    for (unsigned word = 0; word < plan->words; word++)
        n += patterns_in_word(plan, rows, columns, word) + patterns_in_word(plan, columns, rows, word);
    return WEIGHT * n;
}
