/* The implementations behind zlib_compress_again and zlib_adler32: the same bytes from each. */
#ifndef SIGNER_DEFLATE_IMPL_H
#define SIGNER_DEFLATE_IMPL_H

#include "deflate/deflate.h"
#include <stddef.h>
#include <stdint.h>

size_t zlib_compress_portable(const uint8_t *input, size_t n, const zlib_text *text, uint8_t *output);
size_t zlib_compress_avx2(const uint8_t *input, size_t n, const zlib_text *text, uint8_t *output);

/* The checksum of RFC 1950 section 8.2. */
uint32_t adler32_portable(const uint8_t *input, size_t n);
uint32_t adler32_avx2(const uint8_t *input, size_t n);

#endif
