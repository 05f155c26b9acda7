/* The steps of QR symbols in portable C; vectors of 16 bytes become whatever the processor has. */
#define QR_VECTOR_BYTES 16
#include "qr/qr_blocks_impl.h"
#include "qr/qr_penalties_impl.h"
#include "qr/qr_transpose_impl.h"

static void interleave_portable(const qr_plan *plan, const uint8_t *data, uint8_t *stream) {
    interleave(plan, data, stream);
}

static void transpose_portable(const qr_plan *plan, const qr_lines columns, qr_lines rows) {
    transpose(plan, columns, rows);
}

static void penalties_portable(const qr_plan *plan, const qr_lines columns, const qr_lines rows,
                               uint32_t penalty[QR_MASKS]) {
    penalties(plan, columns, rows, penalty);
}

const qr_steps qr_portable = {interleave_portable, transpose_portable, penalties_portable};
