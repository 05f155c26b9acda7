/* P-256 verifying in portable C, the same for every processor.
 *
 * x(u1 G + u2 Q) is to be r, for u1 = h / s and u2 = r / s. Each of u1 and u2 (or its negative, whichever is
 * odd) is written with 32 odd signed digits of 8 bits, and each digit picks a point from the table of G or of
 * Q. The points are added window by window, affine, for all signatures of the batch at a time, with one
 * inversion for a window of all (Montgomery's trick).
 *
 * Two points of equal x cannot be added so. A stranger can choose r and s to bring that about: such a
 * signature is marked, goes on with a difference of one, and does not fit. */
#include "p256/p256_verify.h"
#include "p256/field.h"
#include "p256/tables.h"

enum {
    WINDOW_BITS = 8,
    N_WINDOWS = 32,
    N_ODD = 1 << (WINDOW_BITS - 1),
    CHAINS = 4, /* products that are built side by side, so that their latencies overlap */
};

struct p256_key {
    affine_point rows[N_WINDOWS][N_ODD]; /* (2 i + 1) 2^(8 window) Q */
};

static p256_key base; /* the same of G */

typedef struct {
    affine_point sum[P256_VERIFY_BATCH];
    u256 difference[P256_VERIFY_BATCH]; /* of the x of what is added */
    u256 before[P256_VERIFY_BATCH];     /* product of the differences of the chain before this one */
    u256 s[P256_VERIFY_BATCH], r[P256_VERIFY_BATCH];
    uint8_t digits[2][N_WINDOWS][P256_VERIFY_BATCH]; /* of u1 and of u2, (digit + 255) / 2 */
    uint64_t negative[2][P256_VERIFY_BATCH];         /* all ones where the digits are those of -u */
    uint8_t doubtful[P256_VERIFY_BATCH];
} batch_scratch;

static void fill(p256_key *key, const affine_point *point) {
    static affine_point multiples[N_ODD][N_WINDOWS];
    p256_odd_multiples(&multiples[0][0], point, N_WINDOWS, WINDOW_BITS, N_ODD);
    for (int window = 0; window < N_WINDOWS; window++) /* a row stays in the L1 cache while it is used */
        for (int i = 0; i < N_ODD; i++)
            key->rows[window][i] = multiples[i][window];
}

size_t p256_key_bytes(void) {
    return sizeof(p256_key);
}

int p256_key_init(p256_key *key, const uint8_t point[64]) {
    static int base_ready;
    affine_point q;
    u256_load(&q.x, point);
    u256_load(&q.y, point + 32);
    if (!p256_is_on_curve(&q))
        return -1;
    if (!base_ready)
        fill(&base, &P256_GENERATOR);
    base_ready = 1;
    fill(key, &q);
    return 0;
}

size_t p256_verify_scratch_bytes(void) {
    return (sizeof(batch_scratch) + 63) / 64 * 64;
}

static int is_scalar(const u256 *value) {
    u256 difference;
    return !u256_zero_mask(value) && u256_subtract(&difference, value, &P256_N);
}

/* Loads r and s; where one is not in 1..n-1, the signature is marked and both become 1. */
static void load(batch_scratch *b, size_t at, const uint8_t signature[64]) {
    const u256 one = {{1, 0, 0, 0}};
    u256_load(&b->r[at], signature);
    u256_load(&b->s[at], signature + 32);
    b->doubtful[at] = !is_scalar(&b->r[at]) || !is_scalar(&b->s[at]);
    if (b->doubtful[at])
        b->r[at] = b->s[at] = one;
}

/* s[at] becomes s R, before[at] the product of those before it; gives 1 / the product of all, times R. */
static u256 invert_all(batch_scratch *b, size_t n) {
    const u256 r_squared = {{0x83244c95be79eea2, 0x4699799c49bd6fa6, 0x2845b2392b6bec59, 0x66e12d94f3d95620}};
    u256 product = {0};
    for (size_t at = 0; at < n; at++) {
        p256_order_multiply(&b->s[at], &b->s[at], &r_squared);
        b->before[at] = product;
        if (at == 0)
            product = b->s[0];
        else
            p256_order_multiply(&product, &product, &b->s[at]);
    }
    p256_order_invert(&product, &product);
    return product;
}

/* Byte j of (u + 2^256 - 1) / 2 for odd u is (digit j + 255) / 2. u is in 1..n-1. */
static void put_digits(batch_scratch *b, int which, size_t at, const u256 *u) {
    u256 odd = *u;
    b->negative[which][at] = (u->w[0] & 1) - 1;
    if (b->negative[which][at])
        (void)u256_subtract(&odd, &P256_N, u);
    for (int word = 0; word < 4; word++) {
        uint64_t upper = word < 3 ? odd.w[word + 1] << 63 : (uint64_t)1 << 63;
        uint64_t bits = odd.w[word] >> 1 | upper;
        for (int byte = 0; byte < 8; byte++)
            b->digits[which][8 * word + byte][at] = (uint8_t)(bits >> (8 * byte));
    }
}

/* The digits of u1 = h / s and u2 = r / s. No sum of digits is 0, so a signature with u1 = 0 is marked. */
static void split(batch_scratch *b, size_t n, const uint8_t (*digests)[32]) {
    u256 inverse = invert_all(b, n), own = inverse, u;
    for (size_t at = n; at-- > 0;) {
        if (at > 0) {
            p256_order_multiply(&own, &inverse, &b->before[at]);
            p256_order_multiply(&inverse, &inverse, &b->s[at]);
        } else
            own = inverse;
        p256_order_multiply(&u, &own, &b->r[at]);
        put_digits(b, 1, at, &u);
        u256_load(&u, digests[at]);
        u256_reduce_once(&u, &u, 0, &P256_N);
        p256_order_multiply(&u, &own, &u);
        if (u256_zero_mask(&u)) {
            b->doubtful[at] = 1;
            u.w[0] = 1;
        }
        put_digits(b, 0, at, &u);
    }
}

INLINE const affine_point *entry_of(const affine_point row[N_ODD], uint8_t bits) {
    return &row[bits & 0x80 ? bits & 0x7f : 0x7f - bits];
}

/* y of the point that the digit stands for, with the sign of digit and scalar */
INLINE void signed_y(u256 *out, const affine_point *entry, uint8_t bits, uint64_t negative) {
    u256 opposite;
    (void)u256_subtract(&opposite, &P256_P, &entry->y); /* y is never 0: the order is odd */
    u256_select(out, negative ^ ((uint64_t)(bits >> 7) - 1), &opposite, &entry->y);
}

static void invert_chains(u256 chain[CHAINS]) {
    u256 before[CHAINS], product = chain[0], own;
    for (int i = 1; i < CHAINS; i++) {
        before[i] = product;
        p256_field_multiply(&product, &product, &chain[i]);
    }
    p256_field_invert(&product, &product);
    for (int i = CHAINS - 1; i > 0; i--) {
        p256_field_multiply(&own, &product, &before[i]);
        p256_field_multiply(&product, &product, &chain[i]);
        chain[i] = own;
    }
    chain[0] = product;
}

/* Adds the entry to the sum, given 1 / the difference of their x. */
INLINE void add_into(affine_point *sum, const u256 *x_added, const u256 *y_added, const u256 *inverse) {
    u256 slope, x, y;
    p256_field_subtract(&slope, y_added, &sum->y);
    p256_field_multiply(&slope, &slope, inverse);
    p256_field_square(&x, &slope);
    p256_field_subtract(&x, &x, &sum->x);
    p256_field_subtract(&x, &x, x_added);
    p256_field_subtract(&y, &sum->x, &x);
    p256_field_multiply(&y, &y, &slope);
    p256_field_subtract(&sum->y, &y, &sum->y);
    sum->x = x;
}

/* Adds the points of one window of G (`which` 0) or of the keys (1) to all sums. */
static void add_window(batch_scratch *b, size_t n, const p256_key *const *keys, int which, int window) {
    const uint8_t *digits = b->digits[which][window];
    u256 chain[CHAINS] = {P256_ONE, P256_ONE, P256_ONE, P256_ONE};
    for (size_t at = 0; at < n; at++) {
        const p256_key *key = which ? keys[at] : &base;
        p256_field_subtract(&b->difference[at], &entry_of(key->rows[window], digits[at])->x, &b->sum[at].x);
        if (u256_zero_mask(&b->difference[at])) {
            b->doubtful[at] = 1;
            b->difference[at] = P256_ONE;
        }
        b->before[at] = chain[at % CHAINS];
        p256_field_multiply(&chain[at % CHAINS], &chain[at % CHAINS], &b->difference[at]);
    }
    invert_chains(chain);
    for (size_t at = n; at-- > 0;) {
        const p256_key *key = which ? keys[at] : &base;
        const affine_point *entry = entry_of(key->rows[window], digits[at]);
        u256 own, y;
        p256_field_multiply(&own, &chain[at % CHAINS], &b->before[at]);
        p256_field_multiply(&chain[at % CHAINS], &chain[at % CHAINS], &b->difference[at]);
        signed_y(&y, entry, digits[at], b->negative[which][at]);
        add_into(&b->sum[at], &entry->x, &y, &own);
    }
}

static void add_all(batch_scratch *b, size_t n, const p256_key *const *keys) {
    for (size_t at = 0; at < n; at++) {
        uint8_t bits = b->digits[0][0][at];
        const affine_point *entry = entry_of(base.rows[0], bits);
        b->sum[at].x = entry->x;
        signed_y(&b->sum[at].y, entry, bits, b->negative[0][at]);
    }
    for (int window = 1; window < N_WINDOWS; window++)
        add_window(b, n, keys, 0, window);
    for (int window = 0; window < N_WINDOWS; window++)
        add_window(b, n, keys, 1, window);
}

void p256_verify(size_t n, const p256_key *const *keys, const uint8_t (*digests)[32],
                 const uint8_t (*signatures)[64], uint8_t *fits, void *scratch) {
    batch_scratch *b = scratch;
    const u256 one = {{1, 0, 0, 0}};
    if (n == 0)
        return;
    for (size_t at = 0; at < n; at++)
        load(b, at, signatures[at]);
    split(b, n, digests);
    add_all(b, n, keys);
    for (size_t at = 0; at < n; at++) {
        u256 x;
        p256_field_multiply(&x, &b->sum[at].x, &one); /* out of Montgomery form */
        u256_reduce_once(&x, &x, 0, &P256_N);         /* x can be n or more, and r is x modulo n */
        fits[at] = !b->doubtful[at] && memcmp(&x, &b->r[at], sizeof x) == 0;
    }
}
