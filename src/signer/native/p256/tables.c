/* Odd multiples of a point of P-256, which is the generator or a public key. Nothing here is secret. */
#include "p256/tables.h"

enum { MAX_WINDOWS = 64 };

/* SP 800-186 section 3.2.1.3 */
const affine_point P256_GENERATOR = {
    {{0xf4a13945d898c296, 0x77037d812deb33a0, 0xf8bce6e563a440f2, 0x6b17d1f2e12c4247}},
    {{0xcbb6406837bf51f5, 0x2bce33576b315ece, 0x8ee7eb4a7c0f9e16, 0x4fe342e2fe1a7f9b}},
};
static const u256 R_SQUARED = {{3, 0xfffffffbffffffff, 0xfffffffffffffffe, 0x00000004fffffffd}}; /* mod p */

/* The chord or tangent of slope `numerator / denominator` through a and b meets the curve in -(a + b). */
static void add_with_slope(affine_point *out, const affine_point *a, const u256 *b_x, const u256 *numerator,
                           const u256 *inverse) {
    u256 slope, x, y;
    p256_field_multiply(&slope, numerator, inverse);
    p256_field_square(&x, &slope);
    p256_field_subtract(&x, &x, &a->x);
    p256_field_subtract(&x, &x, b_x);
    p256_field_subtract(&y, &a->x, &x);
    p256_field_multiply(&y, &y, &slope);
    p256_field_subtract(&out->y, &y, &a->y);
    out->x = x;
}

static void double_point(affine_point *out, const affine_point *a) {
    u256 numerator, denominator, three = P256_ONE;
    u256_add_mod(&three, &three, &P256_ONE, &P256_P);
    u256_add_mod(&three, &three, &P256_ONE, &P256_P);
    p256_field_square(&numerator, &a->x); /* 3 (x^2 - 1), as the curve's a is -3 */
    p256_field_subtract(&numerator, &numerator, &P256_ONE);
    p256_field_multiply(&numerator, &numerator, &three);
    u256_add_mod(&denominator, &a->y, &a->y, &P256_P);
    p256_field_invert(&denominator, &denominator);
    add_with_slope(out, a, &a->x, &numerator, &denominator);
}

/* out[j] = a[j] + b[j] for j < n, with one inversion for all */
static void add_points(affine_point *out, const affine_point *a, const affine_point *b, int n) {
    u256 difference[MAX_WINDOWS], before[MAX_WINDOWS], product = P256_ONE, inverse;
    for (int j = 0; j < n; j++) {
        p256_field_subtract(&difference[j], &b[j].x, &a[j].x);
        before[j] = product;
        p256_field_multiply(&product, &product, &difference[j]);
    }
    p256_field_invert(&inverse, &product);
    for (int j = n - 1; j >= 0; j--) {
        u256 numerator, own;
        p256_field_multiply(&own, &inverse, &before[j]);
        p256_field_multiply(&inverse, &inverse, &difference[j]);
        p256_field_subtract(&numerator, &b[j].y, &a[j].y);
        add_with_slope(&out[j], &a[j], &b[j].x, &numerator, &own);
    }
}

int p256_is_on_curve(const affine_point *point) {
    /* SP 800-186 section 3.2.1.3 */
    const u256 b = {{0x3bce3c3e27d2604b, 0x651d06b0cc53b0f6, 0xb3ebbd55769886bc, 0x5ac635d8aa3a93e7}};
    u256 x, y, sum, difference, of_b;
    if (!u256_subtract(&difference, &point->x, &P256_P) || !u256_subtract(&difference, &point->y, &P256_P))
        return 0;
    p256_field_multiply(&x, &point->x, &R_SQUARED);
    p256_field_multiply(&y, &point->y, &R_SQUARED);
    p256_field_multiply(&of_b, &b, &R_SQUARED);
    p256_field_square(&sum, &x); /* y^2 = (x^2 - 3) x + b */
    for (int i = 0; i < 3; i++)
        p256_field_subtract(&sum, &sum, &P256_ONE);
    p256_field_multiply(&sum, &sum, &x);
    u256_add_mod(&sum, &sum, &of_b, &P256_P);
    p256_field_square(&y, &y);
    return memcmp(&y, &sum, sizeof y) == 0;
}

void p256_odd_multiples(affine_point *points, const affine_point *point, int n_windows, int window_bits,
                        int n_odd) {
    affine_point doubled[MAX_WINDOWS], base;
    p256_field_multiply(&base.x, &point->x, &R_SQUARED);
    p256_field_multiply(&base.y, &point->y, &R_SQUARED);
    for (int j = 0; j < n_windows; j++) {
        points[j] = base;
        double_point(&doubled[j], &base);
        base = doubled[j];
        for (int bit = 1; bit < window_bits; bit++)
            double_point(&base, &base);
    }
    for (int i = 1; i < n_odd; i++)
        add_points(&points[i * n_windows], &points[(i - 1) * n_windows], doubled, n_windows);
}
