/* The SHA-256 compression function by the SHA extensions: one block stream, or two interleaved.
 *
 * A pair of rounds takes four cycles until the next pair can start, but the unit takes a new one every second
 * cycle: two streams side by side cost little more than one. Compiled without AVX, and with the upper halves
 * of the vector registers cleared first: on some processors these instructions crawl while the halves are
 * dirty. */
#include "cpu/cpu.h"
#ifdef SIGNER_X86_64
#include "sha256/sha256_impl.h"

#pragma GCC push_options
#pragma GCC target("sha,sse4.1,ssse3")
#include <immintrin.h>

#define INLINE static inline __attribute__((always_inline))

/* A stream's state in the order that the instructions want, and four of the words to come in each of `w`. */
typedef struct {
    __m128i abef, cdgh, w[4];
} stream;

__attribute__((target("avx"), noinline)) static void clear_upper_halves(void) {
    _mm256_zeroupper();
}

/* Four rounds a stream, and the words of four rounds later in place of those used up. */
INLINE void four_rounds(stream *streams, int n_streams, int group) {
    const __m128i constants = _mm_load_si128((const __m128i *)SHA256_CONSTANTS + group);
    for (int i = 0; i < n_streams; i++) {
        stream *s = streams + i;
        __m128i *w0 = &s->w[group % 4], w1 = s->w[(group + 1) % 4], w2 = s->w[(group + 2) % 4];
        const __m128i w3 = s->w[(group + 3) % 4], sum = _mm_add_epi32(*w0, constants);
        s->cdgh = _mm_sha256rnds2_epu32(s->cdgh, s->abef, sum);
        s->abef = _mm_sha256rnds2_epu32(s->abef, s->cdgh, _mm_shuffle_epi32(sum, 0x0e));
        if (group < 12) {
            const __m128i partial = _mm_add_epi32(_mm_sha256msg1_epu32(*w0, w1), _mm_alignr_epi8(w3, w2, 4));
            *w0 = _mm_sha256msg2_epu32(partial, w3);
        }
    }
}

INLINE void compress(stream *streams, int n_streams) {
    __m128i abef[2], cdgh[2];
    for (int i = 0; i < n_streams; i++)
        abef[i] = streams[i].abef, cdgh[i] = streams[i].cdgh;
#pragma GCC unroll 16
    for (int group = 0; group < 16; group++)
        four_rounds(streams, n_streams, group);
    for (int i = 0; i < n_streams; i++) {
        streams[i].abef = _mm_add_epi32(streams[i].abef, abef[i]);
        streams[i].cdgh = _mm_add_epi32(streams[i].cdgh, cdgh[i]);
    }
}

INLINE void load_block(stream *s, const uint8_t *block) {
    const __m128i big_endian = _mm_set_epi8(12, 13, 14, 15, 8, 9, 10, 11, 4, 5, 6, 7, 0, 1, 2, 3);
    for (int i = 0; i < 4; i++)
        s->w[i] = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)block + i), big_endian);
}

/* Two words of `low`, then two of `high`. A macro, as the order must be a constant without optimization too.
 */
#define SHUFFLE_TWO(low, high, order)                                                                        \
    _mm_castps_si128(_mm_shuffle_ps(_mm_castsi128_ps(low), _mm_castsi128_ps(high), order))

/* A vector of two interleaved lanes holds, from the low end, word i of lanes 0 and 1, then word i + 1 of
 * both. */
INLINE void load_states(stream streams[2], const uint32_t *state) {
    __m128i rows[4];
    for (int i = 0; i < 4; i++)
        rows[i] = _mm_loadu_si128((const __m128i *)state + i);
    streams[0].abef = SHUFFLE_TWO(rows[2], rows[0], _MM_SHUFFLE(0, 2, 0, 2));
    streams[0].cdgh = SHUFFLE_TWO(rows[3], rows[1], _MM_SHUFFLE(0, 2, 0, 2));
    streams[1].abef = SHUFFLE_TWO(rows[2], rows[0], _MM_SHUFFLE(1, 3, 1, 3));
    streams[1].cdgh = SHUFFLE_TWO(rows[3], rows[1], _MM_SHUFFLE(1, 3, 1, 3));
}

INLINE __m128i swap_halves(__m128i x) {
    return _mm_shuffle_epi32(x, 0x4e);
}

INLINE void store_states(const stream streams[2], uint32_t *state) {
    const __m128i abef[2] = {streams[0].abef, streams[1].abef}, cdgh[2] = {streams[0].cdgh, streams[1].cdgh};
    __m128i *rows = (__m128i *)state;
    _mm_storeu_si128(rows, swap_halves(_mm_unpackhi_epi32(abef[0], abef[1])));
    _mm_storeu_si128(rows + 1, swap_halves(_mm_unpackhi_epi32(cdgh[0], cdgh[1])));
    _mm_storeu_si128(rows + 2, swap_halves(_mm_unpacklo_epi32(abef[0], abef[1])));
    _mm_storeu_si128(rows + 3, swap_halves(_mm_unpacklo_epi32(cdgh[0], cdgh[1])));
}

void sha256_blocks_shani_one(uint32_t *state, const uint8_t *const *blocks, size_t n_blocks) {
    clear_upper_halves();
    const __m128i abcd = _mm_loadu_si128((const __m128i *)state);
    const __m128i efgh = _mm_loadu_si128((const __m128i *)state + 1);
    stream s;
    s.abef = SHUFFLE_TWO(efgh, abcd, _MM_SHUFFLE(0, 1, 0, 1));
    s.cdgh = SHUFFLE_TWO(efgh, abcd, _MM_SHUFFLE(2, 3, 2, 3));
    for (const uint8_t *block = blocks[0]; n_blocks != 0; n_blocks--, block += 64) {
        load_block(&s, block);
        compress(&s, 1);
    }
    _mm_storeu_si128((__m128i *)state, SHUFFLE_TWO(s.abef, s.cdgh, _MM_SHUFFLE(2, 3, 2, 3)));
    _mm_storeu_si128((__m128i *)state + 1, SHUFFLE_TWO(s.abef, s.cdgh, _MM_SHUFFLE(0, 1, 0, 1)));
}

void sha256_blocks_shani_two(uint32_t *state, const uint8_t *const *blocks, size_t n_blocks) {
    clear_upper_halves();
    stream streams[2];
    load_states(streams, state);
    for (size_t offset = 0; offset < 64 * n_blocks; offset += 64) {
        load_block(&streams[0], blocks[0] + offset);
        load_block(&streams[1], blocks[1] + offset);
        compress(streams, 2);
    }
    store_states(streams, state);
}

void sha256_two_shani(uint32_t state[8][2], const uint32_t words[16][2]) {
    clear_upper_halves();
    stream streams[2];
    load_states(streams, state[0]);
    for (int i = 0; i < 4; i++) {
        const __m128i low = _mm_loadu_si128((const __m128i *)words[4 * i]);
        const __m128i high = _mm_loadu_si128((const __m128i *)words[4 * i + 2]);
        streams[0].w[i] = SHUFFLE_TWO(low, high, _MM_SHUFFLE(2, 0, 2, 0));
        streams[1].w[i] = SHUFFLE_TWO(low, high, _MM_SHUFFLE(3, 1, 3, 1));
    }
    compress(streams, 2);
    store_states(streams, state[0]);
}

#pragma GCC pop_options
#endif
