/* zlib streams in portable C. */
#include "deflate/deflate_impl.h"
#include "deflate/zlib_stream.h"

#define ADLER_BASE 65521u
#define ADLER_BLOCK 5552u /* the most bytes for which the sums below stay under 2^32 */

uint32_t adler32_portable(const uint8_t *input, size_t n) {
    uint32_t a = 1, b = 0;
    while (n != 0) {
        uint32_t block = n < ADLER_BLOCK ? (uint32_t)n : ADLER_BLOCK;
        /* b grows by a for each byte: by block * a, and by each byte as often as bytes stand from it to the
         * end. */
        uint32_t sum = 0, weighted = 0;
        for (uint32_t i = 0; i < block; i++) {
            sum += input[i];
            weighted += (block - i) * input[i];
        }
        b = (uint32_t)((b + (uint64_t)block * a + weighted) % ADLER_BASE);
        a = (a + sum) % ADLER_BASE;
        input += block;
        n -= block;
    }
    return b << 16 | a;
}

size_t zlib_compress_portable(const uint8_t *input, size_t n, const zlib_text *text, uint8_t *output) {
    return shorter_stream(input, n, text, output, adler32_portable(input, n));
}
