/* Base45 text of bytes, RFC 9285. Not for secrets. No allocation; input and output may not overlap and need
 * no alignment. */
#ifndef SIGNER_BASE45_H
#define SIGNER_BASE45_H

#include <stddef.h>
#include <stdint.h>

void base45_select(unsigned features);

/* Bytes that base45_encode may write for `n` bytes of input, the slack of its wide stores included. */
size_t base45_bound(size_t n);

/* Writes the text of input[0..n) and gives its length, 3 characters for 2 bytes and 2 for a last odd one. */
size_t base45_encode(const uint8_t *input, size_t n, uint8_t *output);

#endif
