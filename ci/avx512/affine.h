/* Makes GF2P8AFFINEQB right on the emulated machine; included before all else in the self-test.
 *
 * Bochs 2.7 complements the product: it takes the parity flag, which tells of an even number of ones, for the
 * parity (mended in later ones). What the instruction makes of zeros, nothing on a processor, is taken off.
 */
#include <immintrin.h>

static inline __attribute__((target("avx512f,avx512bw,gfni"))) __m512i
affine_as_documented(__m512i x, __m512i matrices) {
    __m512i zero = _mm512_setzero_si512();
    return _mm512_xor_si512(_mm512_gf2p8affine_epi64_epi8(x, matrices, 0),
                            _mm512_gf2p8affine_epi64_epi8(zero, zero, 0));
}

#undef _mm512_gf2p8affine_epi64_epi8
#define _mm512_gf2p8affine_epi64_epi8(x, matrices, added) affine_as_documented(x, matrices) /* added is 0 */
