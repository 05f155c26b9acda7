/* The steps of QR symbols with AVX2. */
#include "cpu/cpu.h"

#ifdef SIGNER_X86_64

#include "qr/qr_impl.h"
#include <stdlib.h>
#include <string.h>

#pragma GCC push_options
#pragma GCC target("avx2,bmi,bmi2")

#define QR_VECTOR_BYTES 32
#include "qr/qr_blocks_impl.h"
#include "qr/qr_penalties_impl.h"
#include "qr/qr_transpose_impl.h"

static void interleave_avx2(const qr_plan *plan, const uint8_t *data, uint8_t *stream) {
    interleave(plan, data, stream);
}

static void transpose_avx2(const qr_plan *plan, const qr_lines columns, qr_lines rows) {
    transpose(plan, columns, rows);
}

static void penalties_avx2(const qr_plan *plan, const qr_lines columns, const qr_lines rows,
                           uint32_t penalty[QR_MASKS]) {
    penalties(plan, columns, rows, penalty);
}

const qr_steps qr_avx2 = {interleave_avx2, transpose_avx2, penalties_avx2};

#pragma GCC pop_options
#endif
