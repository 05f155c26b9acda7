/* The plan of a version at a level: sizes and fixed modules (ISO 18004 section 6.3, 7.9, 7.10). */
#include "qr/qr_plan.h"
#include "qr/qr_standard.h"
#include <stdlib.h>
#include <string.h>

typedef struct {
    unsigned side;
    uint64_t (*dark)[QR_WORDS], (*taken)[QR_WORDS];
} canvas;

static void set_module(const canvas *on, unsigned row, unsigned column, int dark) {
    uint64_t bit = (uint64_t)1 << (row & 63), *word = &on->dark[column][row >> 6];
    *word = dark ? *word | bit : *word & ~bit;
    on->taken[column][row >> 6] |= bit;
}

static void draw_timing(const canvas *on) {
    for (unsigned i = 0; i < on->side; i++) {
        set_module(on, 6, i, i % 2 == 0);
        set_module(on, i, 6, i % 2 == 0);
    }
}

/* Squares about a centre, as far as they lie in the symbol; bit d of `dark` is the colour at distance d. */
static void draw_squares(const canvas *on, int row, int column, int n, unsigned dark) {
    int side = (int)on->side;
    for (int r = row - n; r <= row + n; r++)
        for (int c = column - n; c <= column + n; c++) {
            int down = abs(r - row), across = abs(c - column), distance = down > across ? down : across;
            if (r >= 0 && r < side && c >= 0 && c < side)
                set_module(on, (unsigned)r, (unsigned)c, dark >> distance & 1);
        }
}

static void draw_finders(const canvas *on) {
    const unsigned dark = 0x0b; /* with their separators, at distance 4 */
    int far = (int)on->side - 4;
    draw_squares(on, 3, 3, 4, dark);
    draw_squares(on, 3, far, 4, dark);
    draw_squares(on, far, 3, 4, dark);
}

static void draw_alignments(const canvas *on, unsigned version) {
    uint8_t centres[QR_ALIGNMENTS_MAX];
    unsigned n = qr_alignments(version, centres);
    for (unsigned i = 0; i < n; i++)
        for (unsigned j = 0; j < n; j++) {
            int is_finder = (i == 0 && j == 0) || (i == 0 && j == n - 1) || (i == n - 1 && j == 0);
            if (!is_finder)
                draw_squares(on, centres[i], centres[j], 2, 0x05);
        }
}

static void draw_version(const canvas *on, unsigned version) {
    unsigned information = version >= 7 ? qr_version_information(version) : 0;
    for (unsigned i = 0; version >= 7 && i < 18; i++) {
        unsigned near = i / 3, far = on->side - 11 + i % 3;
        set_module(on, near, far, information >> i & 1);
        set_module(on, far, near, information >> i & 1);
    }
}

qr_module qr_format_module(unsigned side, unsigned copy, unsigned i) {
    unsigned row, column;
    if (copy == 0) { /* about the upper left finder, upwards from the timing row */
        row = i < 6 ? i : i < 8 ? i + 1 : 8;
        column = i < 8 ? 8 : i == 8 ? 7 : 14 - i;
    } else { /* the lower bits below the upper right one, the higher ones beside the lower left one */
        row = i < 8 ? 8 : side - 15 + i;
        column = i < 8 ? side - 1 - i : 8;
    }
    return (qr_module){(uint8_t)row, (uint8_t)column};
}

static void keep_format_free(const canvas *on) {
    for (unsigned i = 0; i < 30; i++) {
        qr_module at = qr_format_module(on->side, i / 15, i % 15);
        set_module(on, at.row, at.column, 0);
    }
    set_module(on, on->side - 8, 8, 1);
}

void qr_plan_fixed(qr_plan *plan, qr_lines taken) {
    canvas on = {plan->side, plan->fixed_columns, taken};
    memset(plan->fixed_columns, 0, sizeof(qr_lines));
    memset(taken, 0, sizeof(qr_lines));
    draw_timing(&on);
    draw_finders(&on);
    draw_alignments(&on, plan->version);
    draw_version(&on, plan->version);
    keep_format_free(&on);
}

static void count_blocks(qr_plan *plan, unsigned version, qr_level level) {
    unsigned n_data = qr_data_codewords(version, level), n_blocks = qr_blocks(version, level);
    plan->n_codewords = (uint16_t)qr_codewords(version);
    plan->n_data = (uint16_t)n_data;
    plan->n_blocks = (uint8_t)n_blocks;
    plan->n_short = (uint8_t)((n_blocks - n_data % n_blocks) % n_blocks);
    plan->n_parity = (uint8_t)qr_parity_codewords(version, level);
    plan->long_data = (uint8_t)((n_data + n_blocks - 1) / n_blocks);
}

void qr_plan_init(qr_plan *plan, unsigned version, qr_level level) {
    qr_lines taken;
    plan->version = (uint8_t)version;
    plan->level = (uint8_t)level;
    plan->side = (uint8_t)qr_side(version);
    plan->words = (uint8_t)((plan->side + 63) / 64);
    count_blocks(plan, version, level);
    qr_plan_fixed(plan, taken);
    qr_plan_masks(plan, (const uint64_t(*)[QR_WORDS])taken);
    qr_plan_runs(plan, (const uint64_t(*)[QR_WORDS])taken);
    qr_plan_parity(plan);
}
