/* What the files of this kernel and of rfc6979 share: compression in lanes, and the walk of messages over
 * lanes.
 *
 * Lanes are interleaved: word i of lane l stands at [i][l]. Words are in host order. */
#ifndef SIGNER_SHA256_IMPL_H
#define SIGNER_SHA256_IMPL_H

#include <stddef.h>
#include <stdint.h>

#define SHA256_MAX_LANES 16

/* FIPS 180-4 section 4.2.2, aligned for vector loads. */
extern const uint32_t SHA256_CONSTANTS[64];

/* Runs `n_blocks` blocks a lane, lane l from blocks[l] on, into state[8][lanes]. */
typedef void sha256_blocks_function(uint32_t *state, const uint8_t *const *blocks, size_t n_blocks);

sha256_blocks_function sha256_blocks_portable;  /* 1 lane */
sha256_blocks_function sha256_blocks_shani_one; /* 1 lane */
sha256_blocks_function sha256_blocks_shani_two; /* 2 lanes */
sha256_blocks_function sha256_blocks_avx512;    /* 16 lanes; state aligned to 64 */

/* One block in each of two lanes, given as words. */
typedef void sha256_two_function(uint32_t state[8][2], const uint32_t words[16][2]);

sha256_two_function sha256_two_portable;
sha256_two_function sha256_two_shani;

/* The one chosen by sha256_select. */
void sha256_compress_two(uint32_t state[8][2], const uint32_t words[16][2]);

/* One block in each of 16 lanes, given as words; all aligned to 64. */
void sha256_sixteen_avx512(uint32_t state[8][16], const uint32_t words[16][16]);

/* A state that messages start from, and the bytes it has absorbed. */
typedef struct {
    const uint32_t *state;
    uint32_t absorbed;
} sha256_start;

/* Messages to be hashed, and where the digests go. */
typedef struct {
    sha256_start start;
    size_t n;
    const uint8_t *const *messages;
    const uint32_t *lengths;
    uint8_t (*digests)[32];
} sha256_job;

/* Hashes the messages of `job` on `lanes` <= 16 lanes; a lane that ends a message takes the next one. */
void sha256_walk(const sha256_job *job, size_t lanes, sha256_blocks_function *compress);

/* The same by the implementation that sha256_select has chosen. */
void sha256_run(const sha256_job *job);

#endif
