/* The implementations behind base45_encode and base45_decode: the same text and bytes from each. */
#ifndef SIGNER_BASE45_IMPL_H
#define SIGNER_BASE45_IMPL_H

#include <stddef.h>
#include <stdint.h>

#define BASE45_SLACK 128 /* bytes behind the text that the widest implementation may write */

/* RFC 9285 section 4.2, table 1. */
#define BASE45_ALPHABET "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"

size_t base45_encode_portable(const uint8_t *input, size_t n, uint8_t *output);
size_t base45_encode_avx2(const uint8_t *input, size_t n, uint8_t *output);
size_t base45_encode_avx512(const uint8_t *input, size_t n, uint8_t *output);

size_t base45_decode_portable(const uint8_t *text, size_t n, uint8_t *out);
size_t base45_decode_avx2(const uint8_t *text, size_t n, uint8_t *out);
size_t base45_decode_avx512(const uint8_t *text, size_t n, uint8_t *out);

#endif
