/* P-256 signing in portable C.
 *
 * The nonce k (or n - k, whichever is odd) is written with 43 odd signed digits of 6 bits; each digit picks a
 * point from a table that is read whole. The 43 points of each signature are added in a tree, affine, with
 * one inversion per level for the whole chunk (Montgomery's trick).
 *
 * No addition meets two points of equal x, that is parts a (lower windows) and b with a = b or a = -b modulo
 * n:
 * - a + b and a - b are not 0, since every digit is odd and so |a| < |b|.
 * - Without window 0 both parts are even, and so are a + b and a - b, which lie between -2 n and 2 n: they
 * are not n or -n, which is odd.
 * - With window 0, but before the last addition, they are below 2^192.
 * - The last addition joins windows 0..31 and 32..42, b = 2^192 m with m odd and positive, and a + b = k. Not
 * a + b = n, as k < n. b - a = n would make k = n + 2 a, so a < 0 and m = floor(n / 2^192), which is even. */
#include "cpu/wipe.h"
#include "p256/p256_impl.h"
#include "p256/tables.h"

enum {
    WINDOW_BITS = 6,
    N_WINDOWS = 43,
    N_ODD = 1 << (WINDOW_BITS - 1),
    CHUNK = 64, /* signatures whose points stay in the L2 cache */
    N_PAIRS = N_WINDOWS / 2,
};

static struct {
    affine_point points[N_ODD][N_WINDOWS];
} table;

typedef struct {
    affine_point points[N_WINDOWS][CHUNK];
    u256 difference[N_PAIRS][CHUNK]; /* of the x of a pair */
    u256 before[N_PAIRS][CHUNK];     /* product of all differences before this one */
    u256 nonce[CHUNK], nonce_before[CHUNK];
    uint64_t bad[CHUNK];
} chunk_scratch;

void p256_portable_init(void) {
    p256_odd_multiples(&table.points[0][0], &P256_GENERATOR, N_WINDOWS, WINDOW_BITS, N_ODD);
}

size_t p256_portable_scratch_bytes(void) {
    return sizeof(chunk_scratch);
}

/* The point of a digit: `bits` = (digit + 2^6 - 1) / 2, so that the upper half stands for positive digits. */
INLINE void look_up(affine_point *out, int window, uint64_t bits) {
    uint64_t positive = 0 - (bits >> (WINDOW_BITS - 1));
    uint64_t index = (bits ^ ~positive) & (N_ODD - 1);
    affine_point found = {0};
    for (uint64_t i = 0; i < N_ODD; i++) {
        uint64_t mask = ((i ^ index) - 1) >> 63;
        mask = 0 - mask;
        const affine_point *entry = &table.points[i][window];
        for (int w = 0; w < 4; w++) {
            found.x.w[w] |= entry->x.w[w] & mask;
            found.y.w[w] |= entry->y.w[w] & mask;
        }
    }
    u256 negative;
    (void)u256_subtract(&negative, &P256_P, &found.y); /* y is never 0: the order is odd */
    out->x = found.x;
    u256_select(&out->y, positive, &found.y, &negative);
}

/* Digit j of k is 2 v_j - 63 for the 6-bit digits v_j of v = (k + 2^258 - 1) / 2. */
static void look_up_digits(chunk_scratch *s, size_t at, const u256 *nonce) {
    u256 odd;
    p256_odd_nonce(&odd, nonce);
    uint64_t v[6];
    for (int i = 0; i < 3; i++)
        v[i] = odd.w[i] >> 1 | odd.w[i + 1] << 63;
    v[3] = odd.w[3] >> 1;
    v[4] = (uint64_t)1 << (WINDOW_BITS * N_WINDOWS - 1 - 256);
    v[5] = 0;
    for (int j = 0; j < N_WINDOWS; j++) {
        int word = WINDOW_BITS * j / 64, bit = WINDOW_BITS * j % 64;
        uint64_t bits = v[word] >> bit;
        if (bit > 64 - WINDOW_BITS)
            bits |= v[word + 1] << (64 - bit);
        look_up(&s->points[j][at], j, bits & ((1 << WINDOW_BITS) - 1));
    }
    wipe(&odd, sizeof odd);
    wipe(v, sizeof v);
}

/* a = a + b, given 1 / (b.x - a.x); the last addition of a signature needs no y */
INLINE void add_into(affine_point *a, const affine_point *b, const u256 *inverse, int with_y) {
    u256 slope, x, y;
    p256_field_subtract(&slope, &b->y, &a->y);
    p256_field_multiply(&slope, &slope, inverse);
    p256_field_square(&x, &slope);
    p256_field_subtract(&x, &x, &a->x);
    p256_field_subtract(&x, &x, &b->x);
    if (with_y) {
        p256_field_subtract(&y, &a->x, &x);
        p256_field_multiply(&y, &y, &slope);
        p256_field_subtract(&a->y, &y, &a->y);
    }
    a->x = x;
}

/* Adds the points of windows 2i and 2i + 1 for each of `n_pairs` i; the sums move to window i. */
static void add_pairs(chunk_scratch *s, size_t n, int n_pairs, int with_y) {
    u256 product[2] = {P256_ONE, P256_ONE}, inverse[2], both; /* two chains, to overlap their latencies */
    for (int i = 0; i < n_pairs; i++)
        for (size_t at = 0; at < n; at++) {
            p256_field_subtract(&s->difference[i][at], &s->points[2 * i + 1][at].x, &s->points[2 * i][at].x);
            s->before[i][at] = product[at & 1];
            p256_field_multiply(&product[at & 1], &product[at & 1], &s->difference[i][at]);
        }
    p256_field_multiply(&both, &product[0], &product[1]);
    p256_field_invert(&both, &both);
    p256_field_multiply(&inverse[0], &both, &product[1]);
    p256_field_multiply(&inverse[1], &both, &product[0]);
    for (int i = n_pairs - 1; i >= 0; i--)
        for (size_t at = n; at-- > 0;) {
            u256 own;
            p256_field_multiply(&own, &inverse[at & 1], &s->before[i][at]);
            p256_field_multiply(&inverse[at & 1], &inverse[at & 1], &s->difference[i][at]);
            add_into(&s->points[2 * i][at], &s->points[2 * i + 1][at], &own, with_y);
        }
    for (int i = 1; i < n_pairs; i++)
        memcpy(s->points[i], s->points[2 * i], n * sizeof s->points[0][0]);
    wipe(inverse, sizeof inverse);
}

/* points[0] = k G for every signature of the chunk; only x is right */
static void multiply_base(chunk_scratch *s, size_t n) {
    for (int left = N_WINDOWS; left > 1; left = (left + 1) / 2) {
        add_pairs(s, n, left / 2, left > 2);
        if (left & 1)
            memcpy(s->points[left / 2], s->points[left - 1], n * sizeof s->points[0][0]);
    }
}

static const u256 R_SQUARED_MOD_N = {
    {0x83244c95be79eea2, 0x4699799c49bd6fa6, 0x2845b2392b6bec59, 0x66e12d94f3d95620}};

/* nonce[at] becomes k R, nonce_before[at] the product of those before it; gives 1 / the product of all. */
static u256 invert_nonces(chunk_scratch *s, size_t n) {
    u256 product = {0};
    for (size_t at = 0; at < n; at++) {
        p256_order_multiply(&s->nonce[at], &s->nonce[at], &R_SQUARED_MOD_N);
        s->nonce_before[at] = product;
        if (at == 0)
            product = s->nonce[0];
        else
            p256_order_multiply(&product, &product, &s->nonce[at]);
    }
    p256_order_invert(&product, &product);
    return product;
}

/* s = (h + r d) / k, FIPS 186-5 section 6.4.1; gives all ones where r or s is 0 */
static uint64_t finish(const affine_point *point, const u256 *key, const u256 *nonce_inverse,
                       const uint8_t digest[32], uint8_t signature[64]) {
    const u256 one = {{1, 0, 0, 0}};
    u256 r, sum, h;
    p256_field_multiply(&r, &point->x, &one); /* out of Montgomery form */
    u256_reduce_once(&r, &r, 0, &P256_N);
    p256_order_multiply(&sum, &r, key); /* key is d R */
    u256_load(&h, digest);
    u256_reduce_once(&h, &h, 0, &P256_N);
    u256_add_mod(&sum, &sum, &h, &P256_N);
    p256_order_multiply(&sum, &sum, nonce_inverse); /* which is R / k */
    u256_store(signature, &r);
    u256_store(signature + 32, &sum);
    return u256_zero_mask(&r) | u256_zero_mask(&sum);
}

static size_t sign_chunk(const u256 *key, size_t n, const uint8_t (*digests)[32], const uint8_t (*nonces)[32],
                         uint8_t (*signatures)[64], chunk_scratch *s) {
    for (size_t at = 0; at < n; at++) {
        s->bad[at] = p256_load_nonce(&s->nonce[at], nonces[at]);
        look_up_digits(s, at, &s->nonce[at]);
    }
    multiply_base(s, n);
    u256 inverse = invert_nonces(s, n), own;
    size_t n_failed = 0;
    for (size_t at = n; at-- > 0;) {
        if (at > 0) {
            p256_order_multiply(&own, &inverse, &s->nonce_before[at]);
            p256_order_multiply(&inverse, &inverse, &s->nonce[at]);
        } else
            own = inverse;
        s->bad[at] |= finish(&s->points[0][at], key, &own, digests[at], signatures[at]);
        if (s->bad[at]) { /* an impossible nonce: no secret of a real run */
            memset(signatures[at], 0, 64);
            n_failed++;
        }
    }
    wipe(&inverse, sizeof inverse);
    wipe(&own, sizeof own);
    return n_failed;
}

size_t p256_portable_sign(const uint8_t scalar[32], size_t n, const uint8_t (*digests)[32],
                          const uint8_t (*nonces)[32], uint8_t (*signatures)[64], void *scratch) {
    u256 key;
    size_t n_failed = 0;
    u256_load(&key, scalar);
    p256_order_multiply(&key, &key, &R_SQUARED_MOD_N);
    for (size_t done = 0; done < n; done += CHUNK) {
        size_t size = n - done < CHUNK ? n - done : CHUNK;
        n_failed += sign_chunk(&key, size, digests + done, nonces + done, signatures + done, scratch);
    }
    wipe(&key, sizeof key);
    return n_failed;
}
