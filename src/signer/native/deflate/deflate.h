/* zlib streams (RFC 1950, RFC 1951) of COSE messages: one block of literals under a Huffman code trained on
 * such messages, or stored blocks where that is smaller. Any inflater reads them. Not for secrets: time and
 * size depend on the bytes. */
#ifndef SIGNER_DEFLATE_H
#define SIGNER_DEFLATE_H

#include <stddef.h>
#include <stdint.h>

void deflate_select(unsigned features);

/* The bits in which a stream of zlib_compress has a message's text, up to the end of their block. They begin
 * in the first of `bytes`, which point into the stream; n_bits is 0 where there is no text. */
typedef struct {
    const uint8_t *bytes;
    uint32_t first_bit, n_bits; /* first_bit < 8 */
    uint32_t n_bytes;           /* of the text */
} zlib_text;

#define ZLIB_TEXT_SLACK 7 /* bytes behind the bits that are read too, whatever they are */

/* Bytes that zlib_compress may write for `n` bytes of input, the slack of its wide stores included. */
size_t zlib_bound(size_t n);

/* Writes the stream of input[0..n) to `output` and gives its length. The two may not overlap. n may be 0. */
size_t zlib_compress(const uint8_t *input, size_t n, uint8_t *output);

/* The same in a fraction of the time for a message whose stream had that text, but for the first and last
 * bytes of it that zlib_compress counts to no text. Without a text it is zlib_compress. The stream is still
 * there, with ZLIB_TEXT_SLACK bytes behind it, and `output` does not overlap it. */
size_t zlib_compress_again(const uint8_t *input, size_t n, const zlib_text *text, uint8_t *output);

/* The checksum of a stream's bytes, RFC 1950 section 8.2. */
uint32_t zlib_adler32(const uint8_t *bytes, size_t n);

#endif
