/* The plan's eight masks with their format information (ISO 18004 sections 7.8 and 7.9), in every shape that
 * a step wants them in. */
#include "qr/qr_plan.h"
#include "qr/qr_standard.h"
#include <string.h>

static void set_bits(qr_plan *plan, unsigned mask, unsigned row, unsigned column) {
    plan->masks[mask][row][column >> 6] |= (uint64_t)1 << (column & 63);
    plan->masks_as_columns[mask][column][row >> 6] |= (uint64_t)1 << (row & 63);
}

static void draw_mask(qr_plan *plan, const qr_lines taken, unsigned mask) {
    for (unsigned row = 0; row < plan->side; row++)
        for (unsigned column = 0; column < plan->side; column++)
            if (!qr_module_at(taken, row, column) && qr_mask_at(mask, row, column))
                set_bits(plan, mask, row, column);
    unsigned format = qr_format_information((qr_level)plan->level, mask);
    for (unsigned i = 0; i < 30; i++) {
        qr_module at = qr_format_module(plan->side, i / 15, i % 15);
        if (format >> i % 15 & 1)
            set_bits(plan, mask, at.row, at.column);
    }
}

static void fill_lanes(qr_plan *plan, unsigned mask) {
    for (unsigned line = 0; line < plan->side; line++)
        for (unsigned word = 0; word < plan->words; word++) {
            plan->mask_rows[line][word][mask] = plan->masks[mask][line][word];
            plan->mask_columns[line][word][mask] = plan->masks_as_columns[mask][line][word];
        }
}

/* The bits of a strip that lie at or past `end` of its line. */
static uint32_t bits_past(unsigned strip, unsigned end) {
    return end <= 32 * strip ? UINT32_MAX : end >= 32 * strip + 32 ? 0 : UINT32_MAX << (end - 32 * strip);
}

static uint32_t strip_of(const uint64_t *line, unsigned strip) {
    return (uint32_t)(line[strip / 2] >> strip % 2 * 32);
}

static void fill_strips(qr_strips strips, const qr_plan *plan, unsigned mask, const qr_lines lines) {
    for (unsigned strip = 0; 32 * strip < plan->side; strip++)
        for (unsigned i = 0; i < plan->side; i++) {
            uint32_t outside = i % 2 ? bits_past(strip, plan->side) : 0;
            strips[strip][i][mask] = strip_of(lines[i], strip) | outside;
        }
}

static void fill_edges(qr_plan *plan, unsigned mask) {
    for (unsigned row = 0; row < plan->side; row++) {
        const uint64_t *line = plan->masks[mask][row];
        for (unsigned strip = 0; 32 * strip < plan->side; strip++) {
            uint32_t next = strip + 1 < 2 * QR_WORDS ? strip_of(line, strip + 1) : 0;
            uint32_t here = strip_of(line, strip), edges = here ^ (here >> 1 | next << 31);
            plan->row_edges[strip][row][mask] = edges | bits_past(strip, plan->side - 1u);
        }
    }
}

void qr_plan_masks(qr_plan *plan, const qr_lines taken) {
    memset(plan->masks, 0, sizeof plan->masks);
    memset(plan->masks_as_columns, 0, sizeof plan->masks_as_columns);
    for (unsigned mask = 0; mask < QR_MASKS; mask++) {
        draw_mask(plan, taken, mask);
        fill_lanes(plan, mask);
        fill_strips(plan->row_strips, plan, mask, (const uint64_t(*)[QR_WORDS])plan->masks[mask]);
        fill_strips(plan->column_strips, plan, mask,
                    (const uint64_t(*)[QR_WORDS])plan->masks_as_columns[mask]);
        fill_edges(plan, mask);
    }
}
