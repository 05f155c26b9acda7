/* Which implementations of base45_encode and base45_decode run. */
#include "base45/base45.h"
#include "base45/base45_decode.h"
#include "base45/base45_impl.h"
#include "cpu/cpu.h"

static size_t (*encode)(const uint8_t *, size_t, uint8_t *) = base45_encode_portable;
static size_t (*decode)(const uint8_t *, size_t, uint8_t *) = base45_decode_portable;

void base45_select(unsigned features) {
    encode = base45_encode_portable;
    decode = base45_decode_portable;
#ifdef SIGNER_X86_64
    if (features & CPU_AVX2) {
        encode = base45_encode_avx2;
        decode = base45_decode_avx2;
    }
    if (features & CPU_AVX512) {
        encode = base45_encode_avx512;
        decode = base45_decode_avx512;
    }
#else
    (void)features;
#endif
}

size_t base45_bound(size_t n) {
    return n / 2 * 3 + n % 2 * 2 + BASE45_SLACK;
}

size_t base45_encode(const uint8_t *input, size_t n, uint8_t *output) {
    return encode(input, n, output);
}

size_t base45_decode(const uint8_t *text, size_t n, uint8_t *out) {
    return decode(text, n, out);
}
