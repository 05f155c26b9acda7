/* Bytes of a zlib stream (RFC 1950, RFC 1951), of any deflater. Not for secrets. No allocation. */
#ifndef SIGNER_INFLATE_H
#define SIGNER_INFLATE_H

#include "deflate/deflate.h"
#include <stddef.h>
#include <stdint.h>

#define INFLATE_UNREAD ((size_t) - 1)

/* Builds the tables of the fixed codes, before the first use in a process. */
void inflate_init(void);

/* Writes the bytes of the stream that stream[0..length) is from its first to its last byte, and gives their
 * number; INFLATE_UNREAD where it is damaged, cut short, followed by more, longer than `room`, or of a window
 * other than 32 KiB. What it reads, zlib reads. The two may not overlap. */
size_t zlib_inflate(const uint8_t *stream, size_t length, uint8_t *out, size_t room);

typedef struct {
    const uint8_t *bytes;
    size_t length;
} inflate_input;

/* What a stream has: `length` bytes, or INFLATE_UNREAD, and the text where it is as zlib_compress writes it.
 */
typedef struct {
    size_t length;
    zlib_text text;
} inflated;

/* As zlib_inflate of each of n streams, to out[i * room] on (deflate_select chooses how, deflate.h), which
 * takes a fraction of the time: several go side by side. */
void zlib_inflate_many(const inflate_input *streams, size_t n, uint8_t *out, size_t room, inflated *found);

#endif
