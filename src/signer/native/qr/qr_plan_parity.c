/* The plan's tables of the Reed-Solomon code (ISO 18004 section 7.5.2). */
#include "qr/qr_plan.h"
#include "qr/qr_standard.h"
#include <string.h>

/* Parity codewords of a block, the first one first. */
typedef uint8_t parity[32];

static void scale(parity out, const parity of, unsigned n, uint8_t factor) {
    memset(out, 0, sizeof(parity));
    for (unsigned j = 0; j < n; j++)
        out[j] = qr_multiply(of[j], factor);
}

/* The share in parity of a codeword that stands one place further from the end of its block. */
static void step_away(parity share, const parity generator, unsigned n) {
    uint8_t leaving = share[0];
    memmove(share, share + 1, n - 1);
    share[n - 1] = 0;
    for (unsigned j = 0; j < n; j++)
        share[j] ^= qr_multiply(leaving, generator[j]);
}

static void pack(uint64_t words[4], const parity codewords) {
    for (unsigned j = 0; j < sizeof(parity); j++)
        words[j / 8] = (j % 8 ? words[j / 8] : 0) | (uint64_t)codewords[j] << j % 8 * 8;
}

static void fill_feedback(qr_plan *plan, const parity generator) {
    parity share;
    for (unsigned value = 0; value < 256; value++) {
        scale(share, generator, plan->n_parity, (uint8_t)value);
        pack(plan->feedback[0][value], share);
        step_away(share, generator, plan->n_parity);
        pack(plan->feedback[1][value], share);
    }
}

/* The 8x8 matrix of the product with a constant: input bit b counts for output bit k. */
static uint64_t matrix_of(uint8_t factor) {
    uint64_t matrix = 0;
    for (unsigned b = 0; b < 8; b++) {
        uint8_t product = qr_multiply(factor, (uint8_t)(1u << b));
        for (unsigned k = 0; k < 8; k++)
            matrix |= (uint64_t)(product >> k & 1) << (8 * (7 - k) + b);
    }
    return matrix;
}

void qr_plan_parity(qr_plan *plan) {
    parity generator = {0}, share;
    qr_generator(plan->n_parity, generator);
    fill_feedback(plan, generator);
    memcpy(share, generator, sizeof share);
    for (unsigned i = plan->long_data; i-- > 0;) {
        for (unsigned j = 0; j < 32; j++)
            plan->parity_matrices[i][j] = matrix_of(share[j]);
        step_away(share, generator, plan->n_parity);
    }
}
