/* Points of eight signatures at a time, and their sums by shared inversions (Montgomery's trick): a first
 * pass puts the differences of pairs into chains of products, and a second one, backwards from the inverses
 * of the chains, adds. Included by one file only, behind ifma_field.h. */
#ifndef SIGNER_P256_IFMA_POINTS_H
#define SIGNER_P256_IFMA_POINTS_H

#include "p256/ifma_field.h"

typedef struct {
    field8 x, y;
} point8;

/* what the addition of a pair of points needs besides the first of them: the differences of the second from
 * it, and the product of the x differences before */
typedef struct {
    field8 x_difference, y_difference, before;
} pair8;

/* The differences of `a` and `b`; that of x goes into one of the chains. */
INLINE void put_pair(pair8 *pair, const point8 *a, const point8 *b, field8 *chain) {
    pair->x_difference = subtract_mod_p(&b->x, &a->x);
    pair->y_difference = subtract_mod_p(&b->y, &a->y);
    pair->before = *chain;
    *chain = multiply_mod_p(chain, &pair->x_difference);
}

/* A pair's second point is to be added to its first, `a`; *inverse is 1 / the product of the differences of
 * its chain up to this one, and then up to the one before. */
typedef struct {
    point8 *a;
    const pair8 *pair;
    field8 *inverse;
} addition8;

/* The slope's square less the x of both points: slope^2 - 2 x_a - (x_b - x_a). */
INLINE field8 x_of_sum(const addition8 *of, const field8 *slope) {
    field8 x = square_mod_p(slope);
    for (int i = 0; i < 5; i++) { /* at most 9.1 p are taken away */
        lanes both = ADD(ADD(of->a->x.limb[i], of->a->x.limb[i]), of->pair->x_difference.limb[i]);
        x.limb[i] = ADD(SUBTRACT(x.limb[i], both), BROADCAST(11 * P52[i]));
    }
    fold_mod_p(&x);
    return x;
}

INLINE field8 y_of_sum(const addition8 *of, const field8 *slope, const field8 *x) {
    field8 across = subtract_mod_p(&of->a->x, x), y = multiply_mod_p(&across, slope);
    for (int i = 0; i < 5; i++)
        y.limb[i] = ADD(SUBTRACT(y.limb[i], of->a->y.limb[i]), BROADCAST(3 * P52[i]));
    fold_mod_p(&y);
    return y;
}

/* One or two additions. Products of one that wait for each other stand between those of the other, which do
 * not. Points have coordinates < 2.01 p, differences are < 5.02 p, chains < 1.5 p, the slope is < 1.4 p, its
 * square < 1.2 p. */
INLINE void add_side_by_side(const addition8 *additions, int n, int with_y) {
    field8 slope[2], x[2];
#pragma GCC unroll 2
    for (int j = 0; j < n; j++) {
        const addition8 *of = &additions[j];
        slope[j] = multiply_mod_p(of->inverse, &of->pair->before);
        *of->inverse = multiply_mod_p(of->inverse, &of->pair->x_difference);
    }
#pragma GCC unroll 2
    for (int j = 0; j < n; j++)
        slope[j] = multiply_mod_p(&additions[j].pair->y_difference, &slope[j]);
#pragma GCC unroll 2
    for (int j = 0; j < n; j++)
        x[j] = x_of_sum(&additions[j], &slope[j]);
#pragma GCC unroll 2
    for (int j = 0; j < n; j++) {
        if (with_y)
            additions[j].a->y = y_of_sum(&additions[j], &slope[j], &x[j]);
        additions[j].a->x = x[j];
    }
}

#endif
