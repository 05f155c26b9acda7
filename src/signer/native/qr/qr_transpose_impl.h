/* Columns of modules to rows, for every level of processors to compile in its own way. */
#ifndef SIGNER_QR_TRANSPOSE_IMPL_H
#define SIGNER_QR_TRANSPOSE_IMPL_H

#include "qr/qr_impl.h"

/* Exchanges the bits in `mask` of the second of two words `distance` apart with those of the first one that
 * lie `distance` higher. */
static inline void exchange_squares(uint64_t square[64], unsigned distance, uint64_t mask) {
    for (unsigned i = 0; i < 64; i += 2 * distance)
        for (unsigned k = i; k < i + distance; k++) {
            uint64_t changes = (square[k] >> distance ^ square[k + distance]) & mask;
            square[k] ^= changes << distance;
            square[k + distance] ^= changes;
        }
}

static inline void transpose_square(uint64_t square[64]) {
    exchange_squares(square, 32, 0x00000000ffffffff);
    exchange_squares(square, 16, 0x0000ffff0000ffff);
    exchange_squares(square, 8, 0x00ff00ff00ff00ff);
    exchange_squares(square, 4, 0x0f0f0f0f0f0f0f0f);
    exchange_squares(square, 2, 0x3333333333333333);
    exchange_squares(square, 1, 0x5555555555555555);
}

static inline void transpose(const qr_plan *plan, const qr_lines columns, qr_lines rows) {
    for (unsigned across = 0; across < plan->words; across++)
        for (unsigned down = 0; down < plan->words; down++) {
            unsigned n_columns = plan->side - 64 * across, n_rows = plan->side - 64 * down;
            uint64_t square[64] = {0};
            for (unsigned i = 0; i < 64 && i < n_columns; i++)
                square[i] = columns[64 * across + i][down];
            transpose_square(square);
            for (unsigned i = 0; i < 64 && i < n_rows; i++)
                rows[64 * down + i][across] = square[i];
        }
}

#endif
