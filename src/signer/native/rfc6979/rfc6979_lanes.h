/* RFC 6979 section 3.2 in lanes, 15 compressions a nonce. Included by one file for each number of lanes,
 * which defines LANES and COMPRESS(state, words), one block in every lane, words in host order and lane l of
 * word i at [i][l].
 *
 * Loops over lanes have a fixed count and no branch, so that compilers make vector code of them. All that
 * depends on the key lives in `work`, which is wiped. */
#include "cpu/wipe.h"
#include "rfc6979/rfc6979_impl.h"
#include "sha256/sha256.h"

typedef uint32_t lane_words[8][LANES] __attribute__((aligned(64)));

typedef struct {
    uint32_t block[16][LANES] __attribute__((aligned(64)));
    lane_words inner, outer;  /* HMAC under K: states with the pads absorbed */
    lane_words state;         /* the hash under way, then its digest */
    lane_words v;             /* V of section 3.2 */
    lane_words h1;            /* bits2octets(h1) */
    lane_words nonce;         /* the first acceptable candidate */
    lane_words padding;       /* what follows 32 bytes in the second block of a message */
    uint32_t accepted[LANES]; /* all ones where there is one */
} work;

static inline uint32_t load_word(const uint8_t *bytes) {
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static void set_row(uint32_t row[LANES], uint32_t word) {
    for (int lane = 0; lane < LANES; lane++)
        row[lane] = word;
}

static void set_rows(lane_words rows, const uint32_t words[8]) {
    for (int i = 0; i < 8; i++)
        set_row(rows[i], words[i]);
}

/* Pads the block behind word `first`, for a message of `n_bytes` with what was absorbed before. */
static void pad_block(work *w, int first, uint32_t n_bytes) {
    for (int i = first; i < 15; i++)
        set_row(w->block[i], 0);
    set_row(w->block[15], 8 * n_bytes);
}

/* Sets `state` to the hash that goes on from `half`, a state with a pad absorbed, with 32 bytes and ends
 * there. */
static void hash_from(work *w, lane_words half, lane_words bytes) {
    memcpy(w->block, bytes, sizeof w->state);
    memcpy(w->block + 8, w->padding, sizeof w->padding);
    memcpy(w->state, half, sizeof w->state);
    COMPRESS(w->state, w->block);
}

/* The outer hash of an HMAC: absorbs the inner digest in `state` and leaves the MAC there. */
static void finish_mac(work *w) {
    hash_from(w, w->outer, w->state);
}

/* Absorbs a pad of K = `state` into `half`. */
static void absorb_pad(work *w, lane_words half, uint32_t pad) {
    for (int i = 0; i < 8; i++)
        for (int lane = 0; lane < LANES; lane++)
            w->block[i][lane] = w->state[i][lane] ^ pad;
    for (int i = 8; i < 16; i++)
        set_row(w->block[i], pad);
    set_rows(half, SHA256_INITIAL);
    COMPRESS(half, w->block);
}

/* Takes the MAC in `state` for the new K. */
static void set_key(work *w) {
    absorb_pad(w, w->inner, 0x36363636);
    absorb_pad(w, w->outer, 0x5c5c5c5c);
}

/* V = HMAC_K(V). */
static void renew_v(work *w) {
    hash_from(w, w->inner, w->v);
    finish_mac(w);
    memcpy(w->v, w->state, sizeof w->v);
}

/* The second block of V || octet || x || h1, in which x[31] comes first, and the outer hash: state = the new
 * K. */
static void finish_seed(work *w, const rfc6979_key *key) {
    const uint32_t last_octet = key->scalar[31];
    for (int lane = 0; lane < LANES; lane++) {
        w->block[0][lane] = last_octet << 24 | w->h1[0][lane] >> 8;
        for (int i = 1; i < 8; i++)
            w->block[i][lane] = w->h1[i - 1][lane] << 24 | w->h1[i][lane] >> 8;
        w->block[8][lane] = w->h1[7][lane] << 24 | 0x800000;
    }
    pad_block(w, 9, 64 + 32 + 1 + 32 + 32);
    COMPRESS(w->state, w->block);
    finish_mac(w);
}

/* Steps b to e: K = HMAC_0(V || 0x00 || x || h1), of which the first block was absorbed with the key; V =
 * HMAC_K(V). */
static void first_key(work *w, const rfc6979_key *key) {
    set_rows(w->state, key->inner);
    set_rows(w->outer, key->outer);
    finish_seed(w, key);
    set_key(w);
    for (int i = 0; i < 8; i++)
        set_row(w->v[i], 0x01010101);
    renew_v(w);
}

/* Steps f and g: K = HMAC_K(V || 0x01 || x || h1), V = HMAC_K(V). */
static void second_key(work *w, const rfc6979_key *key) {
    memcpy(w->state, w->inner, sizeof w->inner);
    memcpy(w->block, w->v, sizeof w->v);
    set_row(w->block[8], 0x01000000 | load_word(key->scalar) >> 8);
    for (int i = 1; i < 8; i++)
        set_row(w->block[8 + i], load_word(key->scalar + 4 * i - 1));
    COMPRESS(w->state, w->block);
    finish_seed(w, key);
    set_key(w);
    renew_v(w);
}

/* After a rejected candidate, step h.3: K = HMAC_K(V || 0x00), V = HMAC_K(V). */
static void next_key(work *w) {
    memcpy(w->block, w->v, sizeof w->v);
    memcpy(w->state, w->inner, sizeof w->inner);
    set_row(w->block[8], 0x00800000);
    pad_block(w, 9, 64 + 33);
    COMPRESS(w->state, w->block);
    finish_mac(w);
    set_key(w);
    renew_v(w);
}

/* difference = number - order; borrow[lane] = 1 where number < order. */
static void subtract_order(lane_words difference, uint32_t borrow[LANES], lane_words number,
                           const uint8_t order[32]) {
    set_row(borrow, 0);
    for (int i = 7; i >= 0; i--) {
        const uint64_t word = load_word(order + 4 * i);
        for (int lane = 0; lane < LANES; lane++) {
            const uint64_t rest = number[i][lane] - word - borrow[lane];
            difference[i][lane] = (uint32_t)rest;
            borrow[lane] = (uint32_t)(rest >> 63);
        }
    }
}

static void copy_where(lane_words to, lane_words from, const uint32_t mask[LANES]) {
    for (int i = 0; i < 8; i++)
        for (int lane = 0; lane < LANES; lane++)
            to[i][lane] ^= (to[i][lane] ^ from[i][lane]) & mask[lane];
}

/* h1 = bits2octets(digest), section 2.3.4: less than twice the order, so one subtraction reduces it. */
static void load_digests(work *w, const rfc6979_key *key, size_t n, const uint8_t (*digests)[32]) {
    uint32_t mask[LANES];
    for (size_t lane = 0; lane < LANES; lane++)
        for (int i = 0; i < 8; i++)
            w->h1[i][lane] = lane < n ? load_word(digests[lane] + 4 * i) : 0;
    subtract_order(w->state, mask, w->h1, key->order);
    for (int lane = 0; lane < LANES; lane++)
        mask[lane] -= 1;
    copy_where(w->h1, w->state, mask);
}

/* Takes V where it is the first candidate in 1..order-1, and says whether all of the `n` lanes have one now.
 * Which candidates were rejected is no secret: they are not used. */
static int accept_candidates(work *w, const rfc6979_key *key, size_t n) {
    uint32_t take[LANES], all = UINT32_MAX;
    subtract_order(w->state, take, w->v, key->order);
    for (size_t lane = 0; lane < LANES; lane++) {
        uint32_t any = 0;
        for (int i = 0; i < 8; i++)
            any |= w->v[i][lane];
        const uint32_t not_zero = (any | (0 - any)) >> 31;
        take[lane] = (0 - (take[lane] & not_zero)) & ~w->accepted[lane];
    }
    copy_where(w->nonce, w->v, take);
    for (size_t lane = 0; lane < LANES; lane++) {
        w->accepted[lane] |= take[lane];
        all &= lane < n ? w->accepted[lane] : UINT32_MAX;
    }
    return all == UINT32_MAX;
}

static void store_nonces(const work *w, size_t n, uint8_t (*nonces)[32]) {
    for (size_t lane = 0; lane < n; lane++)
        for (int i = 0; i < 32; i++)
            nonces[lane][i] = (uint8_t)(w->nonce[i / 4][lane] >> (24 - i % 4 * 8));
}

static void start_work(work *w) {
    memset(w->accepted, 0, sizeof w->accepted);
    memset(w->nonce, 0, sizeof w->nonce);
    memset(w->padding, 0, sizeof w->padding);
    set_row(w->padding[0], 0x80000000);
    set_row(w->padding[7], 8 * (64 + 32));
}

static void nonces_of_group(const rfc6979_key *key, size_t n, const uint8_t (*digests)[32],
                            uint8_t (*nonces)[32]) {
    work w;
    start_work(&w);
    load_digests(&w, key, n, digests);
    first_key(&w, key);
    second_key(&w, key);
    for (renew_v(&w); !accept_candidates(&w, key, n); renew_v(&w))
        next_key(&w);
    store_nonces(&w, n, nonces);
    wipe(&w, sizeof w);
}
