/* The steps of a QR symbol with AVX-512 and GFNI; here the stream of codewords, eight blocks at a time.
 *
 * A remainder of Reed-Solomon division is linear in the data: parity codeword j is the sum over i of data
 * codeword i times a constant, and a product by a constant is a product by an 8x8 matrix over GF(2). One
 * GF2P8AFFINEQB multiplies codeword i of eight blocks by its constants of eight parity codewords. */
#include "qr/qr_avx512.h"
#include "cpu/cpu.h"
#include <string.h>

#ifdef SIGNER_X86_64

#pragma GCC push_options
#ifdef SIGNER_EMULATE_AVX512
#include "emulated_avx512.h"
#else
#pragma GCC target("avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi,avx512vbmi2,avx512vpopcntdq,gfni")
#pragma GCC target("avx2,bmi,bmi2")
#include <immintrin.h>
#endif

#define QR_VECTOR_BYTES 32
#include "qr/qr_place_impl.h"
#include "qr/qr_wide_patterns_impl.h"

#define GROUP 8 /* blocks: one codeword of each makes a 64-bit word */
#define PARITY_GROUPS ((QR_PARITY_MAX + 7) / 8)

static const uint8_t TRANSPOSED[64] = QR_TRANSPOSED;

static inline uint64_t word_at(const uint8_t *bytes) {
    uint64_t word;
    memcpy(&word, bytes, sizeof word);
    return word;
}

/* Short blocks come first, and lack the last codeword of a long one. */
static inline size_t block_begin(const qr_plan *plan, size_t block) {
    size_t n_long_before = block > plan->n_short ? block - plan->n_short : 0;
    return block * (plan->long_data - 1u) + n_long_before;
}

/* The next eight codewords of eight blocks, to one word for each place in the block. */
static inline void transpose_codewords(const uint8_t *const blocks[GROUP], size_t place, uint64_t words[8]) {
    __m512i codewords = _mm512_setzero_si512();
    for (unsigned b = 0; b < GROUP; b++)
        codewords =
            _mm512_mask_set1_epi64(codewords, (__mmask8)(1u << b), (long long)word_at(blocks[b] + place));
    __m512i transposed = _mm512_permutexvar_epi8(_mm512_loadu_si512((const void *)TRANSPOSED), codewords);
    _mm512_storeu_si512((void *)words, transposed);
}

/* Lays the first n_rows codewords of a group of blocks into the stream. Of a group of less than eight blocks
 * the last is repeated, over what is written later: the row behind, or what follows the data. */
static inline void interleave_group(const qr_plan *plan, const uint8_t *data, size_t first_block,
                                    size_t n_rows, uint8_t *stream) {
    const uint8_t *blocks[GROUP];
    uint64_t words[8];
    for (size_t b = 0; b < GROUP; b++) {
        size_t block = first_block + b < plan->n_blocks ? first_block + b : plan->n_blocks - 1u;
        blocks[b] = data + block_begin(plan, block);
    }
    for (size_t row = 0; row < n_rows; row += 8) {
        transpose_codewords(blocks, row, words);
        for (size_t i = 0; i < 8 && row + i < n_rows; i++)
            memcpy(stream + (row + i) * plan->n_blocks + first_block, &words[i], 8);
    }
}

/* Groups backwards, as each may write over the begin of the row behind. */
static void interleave_data(const qr_plan *plan, const uint8_t *data, uint8_t *stream) {
    size_t n_rows = plan->long_data - 1u; /* that all blocks have */
    for (size_t end = (plan->n_blocks + GROUP - 1u) / GROUP * GROUP; end > 0; end -= GROUP)
        interleave_group(plan, data, end - GROUP, n_rows, stream);
    uint8_t *last = stream + n_rows * plan->n_blocks;
    for (size_t block = plan->n_short; block < plan->n_blocks; block++)
        *last++ = data[block_begin(plan, block) + n_rows];
}

/* Ones in the lanes of long blocks. */
static inline uint64_t lanes_of_long(const qr_plan *plan, size_t first_block) {
    size_t n_short = plan->n_short > first_block ? plan->n_short - first_block : 0;
    return n_short < GROUP ? ~(uint64_t)0 << 8 * n_short : 0;
}

/* Adds the shares of a codeword of eight blocks to their parity codewords. */
static inline void add_shares(__m512i sums[PARITY_GROUPS], __m512i codeword, const uint64_t matrices[32]) {
#pragma GCC unroll 4
    for (int j = 0; j < PARITY_GROUPS; j++) {
        __m512i eight = _mm512_loadu_si512((const void *)(matrices + 8 * j));
        sums[j] = _mm512_xor_si512(sums[j], _mm512_gf2p8affine_epi64_epi8(codeword, eight, 0));
    }
}

/* The parity of eight blocks of an interleaved stream: parity[j] is codeword j of each. A short block is a
 * long one whose first codeword is 0. */
static void parity_of_group(const qr_plan *plan, const uint8_t *stream, size_t first_block,
                            uint64_t parity[8 * PARITY_GROUPS]) {
    __m512i sums[PARITY_GROUPS], before = _mm512_setzero_si512();
    const __m512i is_long = _mm512_set1_epi64((long long)lanes_of_long(plan, first_block));
    const uint8_t *row = stream + first_block;
    size_t last = plan->long_data - 1u;
#pragma GCC unroll 4
    for (int j = 0; j < PARITY_GROUPS; j++)
        sums[j] = _mm512_setzero_si512();
    for (size_t i = 0; i < last; i++, row += plan->n_blocks) {
        __m512i here = _mm512_set1_epi64((long long)word_at(row));
        add_shares(sums, _mm512_ternarylogic_epi64(is_long, here, before, 0xca), plan->parity_matrices[i]);
        before = here;
    }
    __m512i here =
        _mm512_set1_epi64((long long)word_at(row - plan->n_short)); /* only long blocks are there */
    add_shares(sums, _mm512_ternarylogic_epi64(is_long, here, before, 0xca), plan->parity_matrices[last]);
#pragma GCC unroll 4
    for (int j = 0; j < PARITY_GROUPS; j++)
        _mm512_storeu_si512((void *)(parity + 8 * j), sums[j]);
}

static void interleave(const qr_plan *plan, const uint8_t *data, uint8_t *stream) {
    uint64_t parity[8 * PARITY_GROUPS];
    interleave_data(plan, data, stream);
    for (size_t end = (plan->n_blocks + GROUP - 1u) / GROUP * GROUP; end > 0; end -= GROUP) {
        uint8_t *to = stream + plan->n_data + end - GROUP;
        parity_of_group(plan, stream, end - GROUP, parity);
        for (size_t j = 0; j < plan->n_parity; j++, to += plan->n_blocks)
            memcpy(to, &parity[j], GROUP);
    }
}

const qr_steps qr_avx512 = {interleave, place, qr_transpose_avx512, qr_penalties_avx512, wide_patterns};

#pragma GCC pop_options
#endif
