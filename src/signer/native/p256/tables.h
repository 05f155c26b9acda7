/* Odd multiples of the base point of P-256, computed at start from the generator. */
#ifndef SIGNER_P256_TABLES_H
#define SIGNER_P256_TABLES_H

#include "p256/field.h"

typedef struct {
    u256 x, y;
} affine_point;

/* Fills points[i * n_windows + j] = (2 i + 1) 2^(window_bits j) G for i < n_odd, j < n_windows, in Montgomery
 * form (R = 2^256). n_windows <= 64. */
void p256_odd_multiples(affine_point *points, int n_windows, int window_bits, int n_odd);

#endif
