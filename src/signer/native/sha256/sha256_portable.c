/* The SHA-256 compression function in portable C, FIPS 180-4 section 6.2.2. */
#include "cpu/wipe.h"
#include "sha256/sha256.h"
#include "sha256/sha256_impl.h"

const uint32_t SHA256_INITIAL[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                    0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

__attribute__((aligned(64))) const uint32_t SHA256_CONSTANTS[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

static inline uint32_t rotate_right(uint32_t x, unsigned n) {
    return x >> n | x << (32 - n);
}

/* The functions of section 4.1.2. */
static inline uint32_t choose(uint32_t x, uint32_t y, uint32_t z) {
    return z ^ (x & (y ^ z));
}
static inline uint32_t majority(uint32_t x, uint32_t y, uint32_t z) {
    return (x & y) | (z & (x | y));
}
static inline uint32_t big_sigma0(uint32_t x) {
    return rotate_right(x, 2) ^ rotate_right(x, 13) ^ rotate_right(x, 22);
}
static inline uint32_t big_sigma1(uint32_t x) {
    return rotate_right(x, 6) ^ rotate_right(x, 11) ^ rotate_right(x, 25);
}
static inline uint32_t small_sigma0(uint32_t x) {
    return rotate_right(x, 7) ^ rotate_right(x, 18) ^ x >> 3;
}
static inline uint32_t small_sigma1(uint32_t x) {
    return rotate_right(x, 17) ^ rotate_right(x, 19) ^ x >> 10;
}

/* One round. The eight variables change their roles from call to call instead of being moved. */
#define ROUND(a, b, c, d, e, f, g, h, i)                                                                     \
    do {                                                                                                     \
        uint32_t sum = h + big_sigma1(e) + choose(e, f, g) + constants[i] + w[i];                            \
        d += sum;                                                                                            \
        h = sum + big_sigma0(a) + majority(a, b, c);                                                         \
    } while (0)

#define EIGHT_ROUNDS(i)                                                                                      \
    ROUND(a, b, c, d, e, f, g, h, i);                                                                        \
    ROUND(h, a, b, c, d, e, f, g, i + 1);                                                                    \
    ROUND(g, h, a, b, c, d, e, f, i + 2);                                                                    \
    ROUND(f, g, h, a, b, c, d, e, i + 3);                                                                    \
    ROUND(e, f, g, h, a, b, c, d, i + 4);                                                                    \
    ROUND(d, e, f, g, h, a, b, c, i + 5);                                                                    \
    ROUND(c, d, e, f, g, h, a, b, i + 6);                                                                    \
    ROUND(b, c, d, e, f, g, h, a, i + 7)

/* Brings the message schedule 16 words further, in place. */
static inline void schedule(uint32_t w[16]) {
    for (int i = 0; i < 16; i++)
        w[i] += small_sigma0(w[(i + 1) % 16]) + w[(i + 9) % 16] + small_sigma1(w[(i + 14) % 16]);
}

/* Absorbs one block of 16 words, which are used up. */
static void compress_words(uint32_t state[8], uint32_t w[16]) {
    uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
    uint32_t e = state[4], f = state[5], g = state[6], h = state[7];
    for (int first = 0; first < 64; first += 16) {
        const uint32_t *constants = SHA256_CONSTANTS + first;
        if (first != 0)
            schedule(w);
        EIGHT_ROUNDS(0);
        EIGHT_ROUNDS(8);
    }
    state[0] += a, state[1] += b, state[2] += c, state[3] += d;
    state[4] += e, state[5] += f, state[6] += g, state[7] += h;
}

static inline uint32_t load_big_endian(const uint8_t *bytes) {
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

void sha256_blocks_portable(uint32_t *state, const uint8_t *const *blocks, size_t n_blocks) {
    uint32_t w[16];
    for (const uint8_t *block = blocks[0]; n_blocks != 0; n_blocks--, block += 64) {
        for (int i = 0; i < 16; i++)
            w[i] = load_big_endian(block + 4 * i);
        compress_words(state, w);
    }
    wipe(w, sizeof w);
}

void sha256_two_portable(uint32_t state[8][2], const uint32_t words[16][2]) {
    uint32_t lane_state[8], w[16];
    for (int lane = 0; lane < 2; lane++) {
        for (int i = 0; i < 8; i++)
            lane_state[i] = state[i][lane];
        for (int i = 0; i < 16; i++)
            w[i] = words[i][lane];
        compress_words(lane_state, w);
        for (int i = 0; i < 8; i++)
            state[i][lane] = lane_state[i];
    }
    wipe(lane_state, sizeof lane_state);
    wipe(w, sizeof w);
}
