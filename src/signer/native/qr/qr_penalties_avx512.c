/* The penalties of the eight masks with AVX-512 (ISO 18004 7.8.3): the symbol under mask m is in lane m.
 *
 * A strip is 64 bits of each line (row or column) of the symbol in all masks. Windows that go down the lines
 * tell of 512 places at once whether a pattern ends there. Patterns that cannot end twice within four lines
 * in one place are gathered over four lines before they are counted. */
#include "cpu/cpu.h"
#include "qr/qr_avx512.h"
#include <stdlib.h>

#ifdef SIGNER_X86_64

#pragma GCC push_options
#ifdef SIGNER_EMULATE_AVX512
#include "emulated_avx512.h"
#else
#pragma GCC target("avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi,avx512vbmi2,avx512vpopcntdq,gfni")
#pragma GCC target("avx2,bmi,bmi2")
#include <immintrin.h>
#endif

#define WORD_BITS 64
#define STEP 4    /* lines; a side is a multiple of four, and one */
#define BEFORE 12 /* light lines outside that the window of a finder reaches back */
#define BEHIND 7  /* and forward, up to the end of a step */
#define STRIP_LINES (BEFORE + QR_SIDE_MAX + BEHIND)

/* Functions of three bits a, b, c for VPTERNLOG: bit 4a + 2b + c of the number is the result. */
enum {
    ALL_LIGHT = 0x01,
    ALL_DARK = 0x80,
    ALL_SAME = 0x81,
    ALL = 0x80,
    NONE = 0x01,
    MIDDLE_ONLY = 0x04,
    SUM = 0x96,
    DIFFERENT_OR = 0xbe, /* a ^ b | c */
    OR_BOTH = 0xf8,      /* a | b & c */
    OR_WITHOUT = 0xf4,   /* a | b & ~c */
};
#define OF_THREE _mm512_ternarylogic_epi64

/* Line i of the symbol is lines[BEFORE + i]. */
typedef struct {
    __m512i lines[STRIP_LINES];
} strip;

/* Counts of all masks. */
typedef struct {
    __m512i run_points, blocks, finders, dark;
} tally;

static inline __m512i plus_ones(__m512i count, __m512i bits) {
    return _mm512_add_epi64(count, _mm512_popcnt_epi64(bits));
}

static inline __m512i spread(uint64_t word) {
    return _mm512_set1_epi64((long long)word);
}

/* Word w of the lines of the symbol under all masks. */
static void mask_lines(const qr_lines lines, const qr_lanes (*masks)[QR_WORDS], size_t w, size_t side,
                       strip *out) {
    for (size_t i = 0; i < BEFORE; i++)
        out->lines[i] = _mm512_setzero_si512();
    for (size_t i = 0; i < side; i++)
        out->lines[BEFORE + i] =
            _mm512_xor_si512(_mm512_load_si512((const void *)masks[i][w]), spread(lines[i][w]));
    for (size_t i = 0; i < BEHIND; i++)
        out->lines[BEFORE + side + i] = _mm512_setzero_si512();
}

/* Adds as mask_lines gives them, where at most half of the word is in use, to the empty half of a strip. */
static void join_lines(const qr_lines lines, const qr_lanes (*masks)[QR_WORDS], size_t w, size_t side,
                       strip *to) {
    for (size_t i = 0; i < side; i++) {
        __m512i mask = _mm512_slli_epi64(_mm512_load_si512((const void *)masks[i][w]), WORD_BITS / 2);
        __m512i *line = &to->lines[BEFORE + i];
        *line = OF_THREE(*line, mask, spread(lines[i][w] << WORD_BITS / 2), SUM);
    }
}

/* Rule 1, down the lines: a run of n >= 5 modules of one colour costs n - 2 points: one for each place where
 * five such modules end, and two for the first of these. Runs begin with the first line, so what is before it
 * differs from it. */
static void count_runs(const strip *in, size_t side, __m512i inside, tally *sum) {
    const __m512i *lines = in->lines + BEFORE;
    __m512i zero = _mm512_setzero_si512(), points = zero;
    __m512i second = lines[0], first = _mm512_xor_si512(second, spread(~(uint64_t)0));
    __m512i same_1 = zero, same_2 = zero, five_before = zero; /* one and two lines ago */
    for (size_t i = 1; i < side; i += STEP) {
        __m512i begins = zero;
#pragma GCC unroll 4
        for (size_t k = i; k < i + STEP; k++) {
            __m512i same = OF_THREE(first, second, lines[k], ALL_SAME);
            __m512i five = OF_THREE(same, same_2, inside, ALL);
            points = plus_ones(points, five);
            begins = OF_THREE(begins, five, five_before, OR_WITHOUT);
            first = second, second = lines[k];
            same_2 = same_1, same_1 = same, five_before = five;
        }
        begins = _mm512_popcnt_epi64(begins);
        points = _mm512_add_epi64(points, _mm512_add_epi64(begins, begins));
    }
    sum->run_points = _mm512_add_epi64(sum->run_points, points);
}

/* Rule 3, down the lines: 1:1:3:1:1 modules between light ones, once for each side on which these are four or
 * more. Looked for three lines after its nine lines; 0 is light:
 *     000  010 111 010  000
 *      |    |   |   |    `- light, this line
 *      |    |   |   `- lone, 3 lines ago
 *      |    |   `- dark, 6 lines ago
 *      |    `- lone, 9 lines ago
 *      `- light, 12 lines ago */
static void count_finders(const strip *in, size_t side, tally *sum) {
    __m512i zero = _mm512_setzero_si512(), count = zero;
    __m512i light[STRIP_LINES], lone[STRIP_LINES]; /* of three lines, where they end */
    for (size_t i = 0; i < BEFORE; i++) {
        light[i] = spread(~(uint64_t)0);
        lone[i] = zero;
    }
    for (size_t i = BEFORE; i <= BEFORE + side + 3; i += STEP) {
        __m512i after_light = zero, before_light = zero;
#pragma GCC unroll 4
        for (size_t k = i; k < i + STEP; k++) {
            const __m512i *line = in->lines + k;
            light[k] = OF_THREE(line[-2], line[-1], line[0], ALL_LIGHT);
            lone[k] = OF_THREE(line[-2], line[-1], line[0], MIDDLE_ONLY);
            __m512i dark = OF_THREE(line[-8], line[-7], line[-6], ALL_DARK);
            __m512i finder = OF_THREE(lone[k - 9], dark, lone[k - 3], ALL);
            after_light = OF_THREE(after_light, finder, light[k - 12], OR_BOTH);
            before_light = OF_THREE(before_light, finder, light[k], OR_BOTH);
        }
        count = plus_ones(plus_ones(count, after_light), before_light);
    }
    sum->finders = _mm512_add_epi64(sum->finders, count);
}

/* Rules 2 and 4: squares of 2 x 2 modules of one colour by their lower left module, and dark modules.
 * `next` is the strip to the right, `alone` has the columns without a right neighbour. */
static void count_blocks(const strip *in, const strip *next, size_t side, uint64_t alone, tally *sum) {
    const __m512i edge = spread(alone);
    __m512i blocks = sum->blocks, dark = sum->dark;
    __m512i above = _mm512_setzero_si512(), differs_above = spread(~(uint64_t)0);
    for (size_t i = BEFORE; i < BEFORE + side; i++) {
        __m512i line = in->lines[i], right = _mm512_shrdi_epi64(line, next->lines[i], 1);
        __m512i differs = OF_THREE(line, right, edge, DIFFERENT_OR);
        blocks = plus_ones(blocks, OF_THREE(differs, differs_above, _mm512_xor_si512(line, above), NONE));
        dark = plus_ones(dark, line);
        above = line, differs_above = differs;
    }
    sum->blocks = blocks, sum->dark = dark;
}

/* Ones in the bits of word w below bit n of the line. */
static inline uint64_t bits_below(size_t n, size_t w) {
    return n >= WORD_BITS * (w + 1) ? ~(uint64_t)0 : ((uint64_t)1 << n % WORD_BITS) - 1;
}

static void count_lines(const strip *in, size_t side, uint64_t inside, tally *sum) {
    count_runs(in, side, spread(inside), sum);
    count_finders(in, side, sum);
}

static tally count_all(const qr_plan *plan, const qr_lines columns, const qr_lines rows) {
    strip of_rows[QR_WORDS], of_columns;
    __m512i zero = _mm512_setzero_si512();
    tally sum = {zero, zero, zero, zero};
    size_t side = plan->side, last = plan->words - 1u;
    uint64_t inside_last = bits_below(side, last);
    for (size_t w = 0; w <= last; w++)
        mask_lines(rows, plan->mask_rows, w, side, &of_rows[w]);
    for (size_t w = 0; w <= last; w++)
        count_blocks(&of_rows[w], &of_rows[w < last ? w + 1 : w], side, ~bits_below(side - 1, w), &sum);
    for (size_t w = 0; w < last; w++) {
        mask_lines(columns, plan->mask_columns, w, side, &of_columns);
        count_lines(&of_rows[w], side, ~(uint64_t)0, &sum);
        count_lines(&of_columns, side, ~(uint64_t)0, &sum);
    }
    if (inside_last >> WORD_BITS / 2 == 0) { /* one strip for the last words of rows and of columns */
        join_lines(columns, plan->mask_columns, last, side, &of_rows[last]);
        inside_last |= inside_last << WORD_BITS / 2;
    } else {
        mask_lines(columns, plan->mask_columns, last, side, &of_columns);
        count_lines(&of_columns, side, inside_last, &sum);
    }
    count_lines(&of_rows[last], side, inside_last, &sum);
    return sum;
}

/* Rule 4: ten points for each full 5 % that the dark modules are off one half of all. */
static uint32_t dark_points(uint64_t n_dark, size_t side) {
    long all = (long)(side * side), off = labs((long)n_dark * 20 - all * 10);
    return (uint32_t)((off + all - 1) / all - 1) * 10;
}

void qr_penalties_avx512(const qr_plan *plan, const qr_lines columns, const qr_lines rows,
                         uint32_t penalty[QR_MASKS]) {
    uint64_t run_points[QR_MASKS], blocks[QR_MASKS], finders[QR_MASKS], dark[QR_MASKS];
    tally sum = count_all(plan, columns, rows);
    _mm512_storeu_si512((void *)run_points, sum.run_points);
    _mm512_storeu_si512((void *)blocks, sum.blocks);
    _mm512_storeu_si512((void *)finders, sum.finders);
    _mm512_storeu_si512((void *)dark, sum.dark);
    for (size_t m = 0; m < QR_MASKS; m++)
        penalty[m] =
            (uint32_t)(run_points[m] + 3 * blocks[m] + 40 * finders[m]) + dark_points(dark[m], plan->side);
}

#pragma GCC pop_options
#endif
