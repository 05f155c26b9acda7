/* Chooses among the implementations of SHA-256. */
#include "cpu/cpu.h"
#include "sha256/sha256.h"
#include "sha256/sha256_impl.h"

/* From this many messages on, 16 lanes are faster than two even though some of them idle. */
#define MIN_FOR_WIDE 8

typedef struct {
    sha256_blocks_function *one;    /* 1 lane */
    sha256_blocks_function *narrow; /* `narrow_lanes` lanes */
    sha256_blocks_function *wide;   /* 16 lanes, or NULL */
    size_t narrow_lanes;
    sha256_two_function *two;
} implementation;

static const implementation PORTABLE = {sha256_blocks_portable, sha256_blocks_portable, NULL, 1,
                                        sha256_two_portable};
static implementation chosen = {sha256_blocks_portable, sha256_blocks_portable, NULL, 1, sha256_two_portable};

void sha256_select(unsigned features) {
    chosen = PORTABLE;
#ifdef SIGNER_X86_64
    /* The SHA-NI file clears upper halves, which takes AVX. */
    if ((features & CPU_SHANI) && (features & CPU_AVX2)) {
        chosen.one = sha256_blocks_shani_one;
        chosen.narrow = sha256_blocks_shani_two;
        chosen.narrow_lanes = 2;
        chosen.two = sha256_two_shani;
    }
    if (features & CPU_AVX512)
        chosen.wide = sha256_blocks_avx512;
#else
    (void)features;
#endif
}

void sha256_compress(uint32_t state[8], const uint8_t *blocks, size_t n_blocks) {
    chosen.one(state, &blocks, n_blocks);
}

void sha256_compress_two(uint32_t state[8][2], const uint32_t words[16][2]) {
    chosen.two(state, words);
}

void sha256_run(const sha256_job *job) {
    if (chosen.wide != NULL && job->n >= MIN_FOR_WIDE)
        sha256_walk(job, 16, chosen.wide);
    else
        sha256_walk(job, chosen.narrow_lanes, chosen.narrow);
}

void sha256_many(size_t n, const uint8_t *const *messages, const uint32_t *lengths, uint8_t (*digests)[32]) {
    const sha256_job job = {{SHA256_INITIAL, 0}, n, messages, lengths, digests};
    sha256_run(&job);
}
