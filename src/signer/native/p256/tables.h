/* Odd multiples of a point of P-256, which is the generator or a public key. */
#ifndef SIGNER_P256_TABLES_H
#define SIGNER_P256_TABLES_H

#include "p256/field.h"

typedef struct {
    u256 x, y;
} affine_point;

extern const affine_point P256_GENERATOR; /* not in Montgomery form */

/* Whether both coordinates, not in Montgomery form, are below p and the point lies on the curve. */
int p256_is_on_curve(const affine_point *point);

/* Fills points[i * n_windows + j] = (2 i + 1) 2^(window_bits j) P for i < n_odd, j < n_windows, in Montgomery
 * form (R = 2^256), of a point P on the curve, which is not. n_windows <= 64. */
void p256_odd_multiples(affine_point *points, const affine_point *point, int n_windows, int window_bits,
                        int n_odd);

#endif
