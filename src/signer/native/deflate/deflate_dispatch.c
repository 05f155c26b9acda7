/* Which implementations run of zlib_compress_again and zlib_adler32, and of inflating. */
#include "cpu/cpu.h"
#include "deflate/deflate.h"
#include "deflate/deflate_impl.h"
#include "deflate/inflate_lanes.h"
#include "deflate/zlib_stream.h"

static size_t (*compress)(const uint8_t *, size_t, const zlib_text *, uint8_t *) = zlib_compress_portable;
static uint32_t (*checksum)(const uint8_t *, size_t) = adler32_portable;
static inflate_run *all = inflate_all_portable, *one = inflate_one_portable;

void deflate_select(unsigned features) {
    compress = zlib_compress_portable;
    checksum = adler32_portable;
    all = inflate_all_portable;
    one = inflate_one_portable;
#ifdef SIGNER_X86_64
    if (features & CPU_AVX2) {
        compress = zlib_compress_avx2;
        checksum = adler32_avx2;
        all = inflate_all_avx2;
        one = inflate_one_avx2;
    }
#else
    (void)features;
#endif
}

/* The trained stream gives up early enough to write no further than the stored one: see write_text. */
size_t zlib_bound(size_t n) {
    return stored_stream_bytes(n);
}

size_t zlib_compress(const uint8_t *input, size_t n, uint8_t *output) {
    static const zlib_text NONE = {0};
    return compress(input, n, &NONE, output);
}

size_t zlib_compress_again(const uint8_t *input, size_t n, const zlib_text *text, uint8_t *output) {
    return compress(input, n, text, output);
}

uint32_t zlib_adler32(const uint8_t *bytes, size_t n) {
    return checksum(bytes, n);
}

void inflate_all(inflater *lanes) {
    all(lanes);
}

void inflate_one(inflater *lane) {
    one(lane);
}
