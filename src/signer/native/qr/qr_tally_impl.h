/* Numbers of bits in the lanes of many vectors, by carry-save adders, for every level of processors to
 * compile in its own way; QR_VECTOR_BYTES says how wide its registers are. */
#ifndef SIGNER_QR_TALLY_IMPL_H
#define SIGNER_QR_TALLY_IMPL_H

#include <stddef.h>
#include <stdint.h>

typedef uint32_t vector __attribute__((vector_size(QR_VECTOR_BYTES), may_alias));
enum { LANES = QR_VECTOR_BYTES / sizeof(uint32_t) };

/* Of every bit of a vector, how often it was 1, the whole fours left out. */
typedef struct {
    vector ones, twos;
} adder;

/* *sum, a and b: the lower bit of their number to *sum, the upper one is given back. */
static inline vector add(vector *sum, vector a, vector b) {
    vector either = *sum ^ a, carry = (*sum & a) | (either & b);
    *sum = either ^ b;
    return carry;
}

/* Gives back the bits that are four more. */
static inline vector add_four(adder *sum, vector a, vector b, vector c, vector d) {
    vector first = add(&sum->ones, a, b), second = add(&sum->ones, c, d);
    return add(&sum->twos, first, second);
}

/* Numbers of bits in each byte. */
static inline vector bits_in_bytes(vector x) {
    x -= x >> 1 & 0x55555555;
    x = (x & 0x33333333) + (x >> 2 & 0x33333333);
    return (x + (x >> 4)) & 0x0f0f0f0f;
}

static inline vector sum_of_bytes(vector x) {
    x = (x & 0x00ff00ff) + (x >> 8 & 0x00ff00ff);
    return (x + (x >> 16)) & 0xffff;
}

static inline vector adder_total(const adder *of) {
    return sum_of_bytes(bits_in_bytes(of->ones)) + 2 * sum_of_bytes(bits_in_bytes(of->twos));
}

/* Numbers of bits in each lane: eights, and what is still in the adders. */
typedef struct {
    adder small;
    vector fours, eights;
} tally;

/* Adds bits[0..n) and zeros up to the next multiple of eight, for which there must be room. n is 248 at most:
 * a byte counts up to 8 for every eight of them. */
static inline void tally_add(tally *to, vector *bits, size_t n) {
    tally sum = *to;
    vector eights_in_bytes = {0};
    while (n % 8)
        bits[n++] = (vector){0};
    for (const vector *end = bits + n; bits < end; bits += 8) {
        vector first = add_four(&sum.small, bits[0], bits[1], bits[2], bits[3]);
        vector second = add_four(&sum.small, bits[4], bits[5], bits[6], bits[7]);
        eights_in_bytes += bits_in_bytes(add(&sum.fours, first, second));
    }
    sum.eights += sum_of_bytes(eights_in_bytes);
    *to = sum;
}

static inline vector tally_total(const tally *of) {
    return adder_total(&of->small) + 4 * sum_of_bytes(bits_in_bytes(of->fours)) + 8 * of->eights;
}

#endif
