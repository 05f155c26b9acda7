/* Between the files of the AVX-512 level of the QR kernel. */
#ifndef SIGNER_QR_AVX512_H
#define SIGNER_QR_AVX512_H

#include "qr/qr_impl.h"

/* Steps of qr_steps. */
void qr_transpose_avx512(const qr_plan *plan, const qr_lines columns, qr_lines rows);
void qr_penalties_avx512(const qr_plan *plan, const qr_lines columns, const qr_lines rows,
                         uint32_t penalty[QR_MASKS]);

/* Takes 8 x 8 bytes to their transpose, in VPERMB. */
#define QR_TRANSPOSED_ROW(i) i, 8 + (i), 16 + (i), 24 + (i), 32 + (i), 40 + (i), 48 + (i), 56 + (i)
#define QR_TRANSPOSED                                                                                        \
    {QR_TRANSPOSED_ROW(0), QR_TRANSPOSED_ROW(1), QR_TRANSPOSED_ROW(2), QR_TRANSPOSED_ROW(3),                 \
     QR_TRANSPOSED_ROW(4), QR_TRANSPOSED_ROW(5), QR_TRANSPOSED_ROW(6), QR_TRANSPOSED_ROW(7)}

#endif
