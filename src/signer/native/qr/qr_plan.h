/* The parts of a plan, each worked out by a file of its own, in this order. */
#ifndef SIGNER_QR_PLAN_H
#define SIGNER_QR_PLAN_H

#include "qr/qr_impl.h"

/* Where the two copies of bit i of the format information go (7.9.1, figure 25). */
typedef struct {
    uint8_t row, column;
} qr_module;
qr_module qr_format_module(unsigned side, unsigned copy, unsigned i);

/* Fills plan->fixed_columns; sets the bits of all modules that carry no codeword in `taken`, as columns. */
void qr_plan_fixed(qr_plan *plan, qr_lines taken);

void qr_plan_masks(qr_plan *plan, const qr_lines taken);
void qr_plan_runs(qr_plan *plan, const qr_lines taken);
void qr_plan_parity(qr_plan *plan);

/* What `place` makes of the stream of codewords: the even and the odd bits (counted from 0), and the same of
 * the reversed stream; in each the first bit lowest. */
enum { QR_EVEN, QR_ODD, QR_REVERSED_EVEN, QR_REVERSED_ODD, QR_HALVES };
#define QR_HALF_BYTES 1920 /* of half a stream with its slack */

/* Module (row, column) of lines held as columns. */
static inline int qr_module_at(const qr_lines columns, unsigned row, unsigned column) {
    return columns[column][row >> 6] >> (row & 63) & 1;
}

#endif
