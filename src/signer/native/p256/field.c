/* Inverses modulo the field prime and the group order of P-256, by Fermat's little theorem. */
#include "p256/field.h"

static void square_times(u256 *out, const u256 *a, int times) {
    p256_field_square(out, a);
    for (int i = 1; i < times; i++)
        p256_field_square(out, out);
}

/* p - 2 = 2^256 - 2^224 + 2^192 + 2^96 - 3: runs of 32, 31 zeros and a one, 96 zeros, 94 ones, 0, 1. */
void p256_field_invert(u256 *out, const u256 *a) {
    u256 ones2, ones4, ones8, ones16, ones32, r; /* onesN = a^(2^N - 1) */
    square_times(&r, a, 1);
    p256_field_multiply(&ones2, &r, a);
    square_times(&r, &ones2, 2);
    p256_field_multiply(&ones4, &r, &ones2);
    square_times(&r, &ones4, 4);
    p256_field_multiply(&ones8, &r, &ones4);
    square_times(&r, &ones8, 8);
    p256_field_multiply(&ones16, &r, &ones8);
    square_times(&r, &ones16, 16);
    p256_field_multiply(&ones32, &r, &ones16);
    square_times(&r, &ones32, 32);
    p256_field_multiply(&r, &r, a);
    const struct {
        int squares;
        const u256 *factor;
    } rest[] = {{128, &ones32}, {32, &ones32}, {16, &ones16}, {8, &ones8}, {4, &ones4}, {2, &ones2}, {2, a}};
    for (unsigned i = 0; i < sizeof rest / sizeof rest[0]; i++) {
        square_times(&r, &r, rest[i].squares);
        p256_field_multiply(&r, &r, rest[i].factor);
    }
    *out = r;
}

/* The exponent n - 2 is public, so that its digits may choose the factor. */
void p256_order_invert(u256 *out, const u256 *a) {
    u256 power[16], r;
    power[1] = *a;
    for (int i = 2; i < 16; i++)
        p256_order_multiply(&power[i], &power[i - 1], a);
    r = power[15];
    for (int bit = 248; bit >= 0; bit -= 4) {
        for (int i = 0; i < 4; i++)
            p256_order_multiply(&r, &r, &r);
        uint64_t word = bit < 64 ? P256_N.w[0] - 2 : P256_N.w[bit / 64];
        unsigned digit = word >> (bit % 64) & 15;
        if (digit != 0)
            p256_order_multiply(&r, &r, &power[digit]);
    }
    *out = r;
}
