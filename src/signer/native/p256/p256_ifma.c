/* P-256 signing with AVX512-IFMA, eight signatures to a group of lanes.
 *
 * The nonce k (or n - k, whichever is odd) is written with 32 odd signed digits of 8 bits; each digit picks a
 * point from a table of 128 that is read whole. The 32 points of each signature are added in a tree, affine,
 * with one inversion per level for the whole chunk (Montgomery's trick, in four chains whose latencies
 * overlap).
 *
 * No addition but one meets two points of equal x, that is parts a (lower windows) and b with a = b or a = -b
 * modulo n; the head of p256_portable.c shows why, with 2^128 for 2^192. The last addition joins windows
 * 0..15 and 16..31, b = 2^128 m with m odd and positive, and meets b - a = n where m = floor(n / 2^128),
 * which is odd, and a = -(n mod 2^128): k = n - 2 (n mod 2^128). A lane with that k (chance 2^-255) is signed
 * with another nonce, and then again by the portable code. */
#include "cpu/cpu.h"

#ifdef SIGNER_X86_64

#ifdef SIGNER_EMULATE_AVX512
#include "emulated_avx512.h"
#else
#pragma GCC push_options
#pragma GCC target("avx512f,avx512dq,avx512ifma")
#include <immintrin.h>
#endif

#include "cpu/wipe.h"
#include "p256/ifma_field.h"
#include "p256/ifma_invert.h"
#include "p256/ifma_points.h"
#include "p256/p256_impl.h"
#include "p256/tables.h"

enum {
    LANES = 8,
    N_WINDOWS = 32,
    WINDOW_BITS = 8,
    N_ODD = 128,
    GROUPS = 64, /* of lanes; one set of inversions for a whole batch outweighs what leaves the L2 cache */
    N_PAIRS = N_WINDOWS / 2,
};

/* table[window][word of x, then of y][i] of the point (2 i + 1) 2^(8 window) G, Montgomery form, R = 2^260 */
static uint64_t table[N_WINDOWS][8][N_ODD] __attribute__((aligned(64)));

typedef struct {
    pair8 pairs[N_PAIRS * GROUPS];
    point8 points[N_PAIRS * GROUPS]; /* a sum takes the place of its first point */
    field8 nonce[GROUPS], nonce_before[GROUPS], digest[GROUPS], x[GROUPS];
    uint8_t digits[GROUPS][N_WINDOWS][LANES];
    uint64_t bad[GROUPS * LANES];
    uint8_t again[GROUPS * LANES];
} chunk_scratch;

static const uint64_t ONE_P52[5] = {0x10, 0xf000000000000, 0xfffffffffffff, 0xffeffffffffff,
                                    0xfffff}; /* R mod p */
static const uint64_t R_SQUARED_N52[5] = {0x5cc0dea6dc3ba, 0x192a067d8a084, 0xbec59615571bb, 0x1fc245b2392b6,
                                          0x0e12d9559d956}; /* R^2 mod n */

/* the odd nonce for which the last addition would meet equal points, n - 2 (n mod 2^128) */
static const u256 EXCEPTIONAL = {
    {0x0c46353d039cdaaf, 0x4319055258e8617b, 0xfffffffffffffffe, 0xffffffff00000000}};

void p256_ifma_init(void) {
    static affine_point points[N_ODD][N_WINDOWS];
    const u256 to_r260 = {{0x10, 0xfffffff000000000, 0xffffffffffffffff, 0xfffffffef}}; /* 2^260 mod p */
    p256_odd_multiples(&points[0][0], &P256_GENERATOR, N_WINDOWS, WINDOW_BITS, N_ODD);
    for (int i = 0; i < N_ODD; i++)
        for (int window = 0; window < N_WINDOWS; window++) {
            u256 x, y;
            p256_field_multiply(&x, &points[i][window].x, &to_r260);
            p256_field_multiply(&y, &points[i][window].y, &to_r260);
            for (int w = 0; w < 4; w++) {
                table[window][w][i] = x.w[w];
                table[window][4 + w][i] = y.w[w];
            }
        }
}

size_t p256_ifma_scratch_bytes(void) {
    return sizeof(chunk_scratch);
}

#define OR3(a, b, c) _mm512_ternarylogic_epi64(a, b, c, 0xfe)

/* Entry `index` of each lane; in_sixteenth[i] marks the lanes whose index / 16 is i. */
INLINE lanes look_up_word(const uint64_t entries[N_ODD], lanes index, const __mmask8 in_sixteenth[8]) {
    lanes found[8];
#pragma GCC unroll 8
    for (int i = 0; i < 8; i++)
        found[i] = _mm512_maskz_permutex2var_epi64(in_sixteenth[i], _mm512_load_si512(entries + 16 * i),
                                                   index, _mm512_load_si512(entries + 16 * i + 8));
    return OR3(OR3(found[0], found[1], found[2]), OR3(found[3], found[4], found[5]),
               _mm512_or_si512(found[6], found[7]));
}

/* The points of a window's digits, digit = 2 bits - 255: the upper half of `bits` stands for positive digits.
 */
INLINE void look_up(point8 *out, int window, const uint8_t bits_of_lanes[LANES]) {
    lanes bits = _mm512_cvtepu8_epi64(_mm_loadl_epi64((const __m128i *)bits_of_lanes));
    __mmask8 positive = _mm512_test_epi64_mask(bits, BROADCAST(128)), in_sixteenth[8];
    lanes flipped = _mm512_xor_si512(bits, BROADCAST(255)), words[8];
    lanes index = AND(_mm512_mask_blend_epi64(positive, flipped, bits), BROADCAST(N_ODD - 1));
    for (int i = 0; i < 8; i++)
        in_sixteenth[i] = _mm512_cmpeq_epi64_mask(_mm512_srli_epi64(index, 4), BROADCAST(i));
#pragma GCC unroll 8
    for (int w = 0; w < 8; w++)
        words[w] = look_up_word(table[window][w], index, in_sixteenth);
    out->x = field8_from_words(words);
    out->y = field8_from_words(words + 4);
    for (int i = 0; i < 5; i++) {
        lanes negative = SUBTRACT(BROADCAST(P52[i]), out->y.limb[i]);
        out->y.limb[i] = _mm512_mask_blend_epi64(positive, negative, out->y.limb[i]);
    }
    carry_signed(&out->y);
}

INLINE addition8 addition_at(chunk_scratch *s, point8 *a, int at, field8 chain[CHAINS]) {
    return (addition8){a, &s->pairs[at], &chain[at % CHAINS]};
}

/* Adds `n` pairs of each group, in the order opposite to that of put_pair; first points stand `step` points
 * apart. */
static void add_pairs(chunk_scratch *s, int n, int n_groups, int step, field8 chain[CHAINS], int with_y) {
    invert_chains(chain, times_p, invert_mod_p);
    int at = n * n_groups - 1;
    for (int i = n - 1; i >= 0; i--) {
        point8 *points = &s->points[i * step * n_groups];
        int group = n_groups - 1;
        for (; group > 0; group -= 2, at -= 2) {
            const addition8 two[] = {addition_at(s, &points[group], at, chain),
                                     addition_at(s, &points[group - 1], at - 1, chain)};
            add_side_by_side(two, 2, with_y);
        }
        if (group == 0) {
            const addition8 one = addition_at(s, &points[0], at--, chain);
            add_side_by_side(&one, 1, with_y);
        }
    }
}

INLINE void start_chains(field8 chain[CHAINS]) {
    for (int i = 0; i < CHAINS; i++)
        chain[i] = field8_broadcast(ONE_P52);
}

/* x of k G for every lane of `n_groups` groups, canonical, out of Montgomery form, to s->x */
static void multiply_base(chunk_scratch *s, int n_groups) {
    field8 chain[CHAINS];
    start_chains(chain);
    for (int i = 0, at = 0; i < N_PAIRS; i++)
        for (int group = 0; group < n_groups; group++, at++) {
            point8 a, b;
            look_up(&a, 2 * i, s->digits[group][2 * i]);
            look_up(&b, 2 * i + 1, s->digits[group][2 * i + 1]);
            put_pair(&s->pairs[at], &a, &b, &chain[at % CHAINS]);
            s->points[at] = a;
        }
    add_pairs(s, N_PAIRS, n_groups, 1, chain, 1);
    for (int step = 2; step <= N_PAIRS; step *= 2) {
        int n = N_PAIRS / step;
        start_chains(chain);
        for (int i = 0, at = 0; i < n; i++)
            for (int group = 0; group < n_groups; group++, at++) {
                const point8 *a = &s->points[i * step * n_groups + group];
                put_pair(&s->pairs[at], a, a + step / 2 * n_groups, &chain[at % CHAINS]);
            }
        add_pairs(s, n, n_groups, step, chain, n > 1);
    }
    const uint64_t one[5] = {1};
    field8 out_of_montgomery = field8_broadcast(one);
    for (int group = 0; group < n_groups; group++) {
        s->x[group] = multiply_mod_p(&s->points[group].x, &out_of_montgomery);
        reduce_once(&s->x[group], P52);
    }
    wipe(chain, sizeof chain);
}

/* The bits of (k + 2^256 - 1) / 2 for odd k: byte j of it is (digit j + 255) / 2. */
INLINE void put_digits(chunk_scratch *s, int group, int lane, const u256 *odd) {
    for (int word = 0; word < 4; word++) {
        uint64_t upper = word < 3 ? odd->w[word + 1] << 63 : 1ull << 63;
        uint64_t bits = odd->w[word] >> 1 | upper;
        for (int byte = 0; byte < 8; byte++)
            s->digits[group][8 * word + byte][lane] = (uint8_t)(bits >> (8 * byte));
    }
}

/* all ones where the odd nonce is EXCEPTIONAL, and then 1 in its place */
INLINE uint64_t replace_exceptional(u256 *odd) {
    const u256 one = {{1, 0, 0, 0}};
    u256 difference;
    for (int i = 0; i < 4; i++)
        difference.w[i] = odd->w[i] ^ EXCEPTIONAL.w[i];
    uint64_t mask = u256_zero_mask(&difference);
    u256_select(odd, mask, &one, odd);
    return mask;
}

static void load_group(chunk_scratch *s, int group, size_t n, const uint8_t (*digests)[32],
                       const uint8_t (*nonces)[32]) {
    uint64_t nonce_words[4][LANES] = {0}, digest_words[4][LANES] = {0};
    for (size_t lane = 0; lane < LANES; lane++) {
        u256 nonce = {{1, 0, 0, 0}}, odd, digest = {0};
        size_t at = (size_t)group * LANES + lane;
        s->bad[at] = 0;
        if (at < n) {
            s->bad[at] = p256_load_nonce(&nonce, nonces[at]);
            u256_load(&digest, digests[at]);
        }
        p256_odd_nonce(&odd, &nonce);
        s->again[at] = (uint8_t)(replace_exceptional(&odd) & 1);
        put_digits(s, group, (int)lane, &odd);
        for (int i = 0; i < 4; i++) {
            nonce_words[i][lane] = nonce.w[i];
            digest_words[i][lane] = digest.w[i];
        }
        wipe(&nonce, sizeof nonce);
        wipe(&odd, sizeof odd);
    }
    lanes words[4];
    for (int i = 0; i < 4; i++)
        words[i] = _mm512_loadu_si512(nonce_words[i]);
    s->nonce[group] = field8_from_words(words);
    for (int i = 0; i < 4; i++)
        words[i] = _mm512_loadu_si512(digest_words[i]);
    s->digest[group] = field8_from_words(words);
    wipe(nonce_words, sizeof nonce_words);
}

/* s->nonce becomes k R, s->nonce_before the product of its chain before it; chain[] the inverses of the
 * products. */
static void invert_nonces(chunk_scratch *s, int n_groups, field8 chain[CHAINS]) {
    const field8 r_squared = field8_broadcast(R_SQUARED_N52), unit = field8_broadcast((const uint64_t[5]){1});
    for (int i = 0; i < CHAINS; i++)
        chain[i] = multiply_mod_n(&r_squared, &unit);
    for (int group = 0; group < n_groups; group++) {
        s->nonce[group] = multiply_mod_n(&s->nonce[group], &r_squared);
        s->nonce_before[group] = chain[group % CHAINS];
        chain[group % CHAINS] = multiply_mod_n(&chain[group % CHAINS], &s->nonce[group]);
    }
    invert_chains(chain, times_n, invert_mod_n);
}

/* r and s = (h + r d) / k of a group, FIPS 186-5 section 6.4.1, to out[0..7][lane] as little-endian words */
INLINE void finish_group(const chunk_scratch *s, int group, const field8 *key, const field8 *nonce_inverse,
                         uint64_t out[8][LANES]) {
    field8 r = s->x[group];
    reduce_once(&r, N52);
    field8 sum = multiply_mod_n(&r, key);
    for (int i = 0; i < 5; i++)
        sum.limb[i] = ADD(sum.limb[i], s->digest[group].limb[i]);
    carry_signed(&sum);
    sum = multiply_mod_n(nonce_inverse, &sum);
    reduce_once(&sum, N52);
    lanes words[8];
    field8_to_words(words, &r);
    field8_to_words(words + 4, &sum);
    for (int i = 0; i < 8; i++)
        _mm512_storeu_si512(out[i], words[i]);
}

/* Gives 1 where the signature had to be blanked. */
static size_t put_signature(const uint64_t words[8][LANES], size_t lane, uint64_t bad,
                            uint8_t signature[64]) {
    u256 r, s;
    for (int i = 0; i < 4; i++) {
        r.w[i] = words[i][lane];
        s.w[i] = words[4 + i][lane];
    }
    u256_store(signature, &r);
    u256_store(signature + 32, &s);
    if ((bad | u256_zero_mask(&r) | u256_zero_mask(&s)) == 0)
        return 0;
    memset(signature, 0, 64); /* an impossible nonce: no secret of a real run */
    return 1;
}

static size_t sign_chunk(const field8 *key, size_t n, const uint8_t (*digests)[32],
                         const uint8_t (*nonces)[32], uint8_t (*signatures)[64], chunk_scratch *s) {
    int n_groups = (int)((n + LANES - 1) / LANES);
    size_t n_failed = 0;
    field8 chain[CHAINS];
    for (int group = 0; group < n_groups; group++)
        load_group(s, group, n, digests, nonces);
    multiply_base(s, n_groups);
    invert_nonces(s, n_groups, chain);
    for (int group = n_groups - 1; group >= 0; group--) {
        uint64_t words[8][LANES];
        field8 *inverse = &chain[group % CHAINS];
        field8 own = multiply_mod_n(inverse, &s->nonce_before[group]);
        *inverse = multiply_mod_n(inverse, &s->nonce[group]);
        finish_group(s, group, key, &own, words);
        for (size_t lane = 0; lane < LANES && (size_t)group * LANES + lane < n; lane++) {
            size_t at = (size_t)group * LANES + lane;
            n_failed += put_signature(words, lane, s->bad[at], signatures[at]);
        }
        wipe(&own, sizeof own);
    }
    wipe(chain, sizeof chain);
    return n_failed;
}

static field8 montgomery_key(const uint8_t scalar[32]) {
    u256 d;
    lanes words[4];
    u256_load(&d, scalar);
    for (int i = 0; i < 4; i++)
        words[i] = BROADCAST(d.w[i]);
    wipe(&d, sizeof d);
    return times_n(field8_from_words(words), field8_broadcast(R_SQUARED_N52));
}

/* Signs the lanes that met the exceptional nonce with the portable code, whose tree has no such case. */
static void sign_again(const uint8_t scalar[32], size_t n, const uint8_t (*digests)[32],
                       const uint8_t (*nonces)[32], uint8_t (*signatures)[64], const uint8_t *again,
                       void *portable_scratch) {
    for (size_t at = 0; at < n; at++)
        if (again[at])
            (void)p256_portable_sign(scalar, 1, digests + at, nonces + at, signatures + at, portable_scratch);
}

size_t p256_ifma_sign(const uint8_t scalar[32], size_t n, const uint8_t (*digests)[32],
                      const uint8_t (*nonces)[32], uint8_t (*signatures)[64], void *scratch) {
    enum { CHUNK = GROUPS * LANES };
    field8 key = montgomery_key(scalar);
    size_t n_failed = 0;
    uint8_t again[CHUNK];
    for (size_t done = 0; done < n; done += CHUNK) {
        size_t size = n - done < CHUNK ? n - done : CHUNK;
        n_failed += sign_chunk(&key, size, digests + done, nonces + done, signatures + done, scratch);
        memcpy(again, ((chunk_scratch *)scratch)->again, sizeof again);
        sign_again(scalar, size, digests + done, nonces + done, signatures + done, again, scratch);
    }
    wipe(&key, sizeof key);
    return n_failed;
}

#ifndef SIGNER_EMULATE_AVX512
#pragma GCC pop_options
#endif
#endif
