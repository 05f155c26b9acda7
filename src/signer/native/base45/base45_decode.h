/* Bytes of a base45 text, RFC 9285. Not for secrets. No allocation; input and output may not overlap. */
#ifndef SIGNER_BASE45_DECODE_H
#define SIGNER_BASE45_DECODE_H

#include <stddef.h>
#include <stdint.h>

#define BASE45_WRONG ((size_t) - 1)

/* Writes the bytes of text[0..n), two for three characters and one for a rest of two, and gives their number;
 * BASE45_WRONG for a character, a length or a group that base45 has not. base45_select chooses how
 * (base45.h). */
size_t base45_decode(const uint8_t *text, size_t n, uint8_t *out);

#endif
