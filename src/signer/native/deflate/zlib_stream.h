/* The zlib stream of a message (RFC 1950, RFC 1951), written once and compiled for each instruction set.
 *
 * Prefix in a block with the fixed code, text in a block with the trained code, suffix stored: see train.py.
 */
#ifndef SIGNER_ZLIB_STREAM_H
#define SIGNER_ZLIB_STREAM_H

#include "deflate/bit_writer.h"
#include "deflate/deflate.h"
#include "deflate/deflate_table.h"
#include <stddef.h>
#include <stdint.h>

#define ZLIB_HEAD_BYTES 2
#define ZLIB_TRAILER_BYTES 4
#define STORED_MAX 65535u
#define STORED_HEAD_BYTES 5 /* block head, LEN and NLEN, from the start of a byte */
#define LITERALS_A_FLUSH 5  /* of at most 11 bits, behind at most 7 that wait */

_Static_assert(LITERALS_A_FLUSH *DEFLATE_MAX_BITS + 7 <= 64, "literals overflow the bit buffer");

/* Bytes of the stream that only stores: what no stream may exceed. */
static inline size_t stored_stream_bytes(size_t n) {
    size_t n_blocks = n == 0 ? 1 : (n + STORED_MAX - 1) / STORED_MAX;
    return ZLIB_HEAD_BYTES + n_blocks * STORED_HEAD_BYTES + n + ZLIB_TRAILER_BYTES;
}

/* 32 KiB window, slowest level: FCHECK makes the two bytes a multiple of 31 (RFC 1950 section 2.2). */
static inline uint8_t *write_head(uint8_t *out) {
    out[0] = 0x78;
    out[1] = 0xda;
    return out + ZLIB_HEAD_BYTES;
}

static inline uint8_t *write_trailer(uint8_t *out, uint32_t adler) {
    for (int shift = 24; shift >= 0; shift -= 8)
        *out++ = (uint8_t)(adler >> shift);
    return out;
}

/* LEN, NLEN and the bytes of a stored block (RFC 1951 section 3.2.4); its head is written already. */
static inline uint8_t *write_stored(uint8_t *out, const uint8_t *input, size_t n) {
    out[0] = (uint8_t)n;
    out[1] = (uint8_t)(n >> 8);
    out[2] = (uint8_t)~n;
    out[3] = (uint8_t)(~n >> 8);
    memcpy(out + 4, input, n);
    return out + 4 + n;
}

static inline size_t stored_stream(const uint8_t *input, size_t n, uint8_t *output, uint32_t adler) {
    uint8_t *out = write_head(output);
    const uint8_t *end = input + n;
    do {
        size_t left = (size_t)(end - input), length = left < STORED_MAX ? left : STORED_MAX;
        *out++ = length == left; /* final or not, type 0, five bits of padding */
        out = write_stored(out, input, length);
        input += length;
    } while (input != end);
    return (size_t)(write_trailer(out, adler) - output);
}

static inline void add_fixed(bit_writer *bits, uint8_t literal) {
    bits_add(bits, DEFLATE_FIXED_CODE[literal], 8 + (literal >= 144));
}

static inline void add_trained(bit_writer *bits, uint8_t literal) {
    bits_add(bits, DEFLATE_CODE[literal], DEFLATE_BITS[literal]);
}

static inline void add_fixed_run(bit_writer *bits, const uint8_t *literals, size_t n) {
    for (size_t i = 0; i < n; i++) {
        add_fixed(bits, literals[i]);
        if (i % LITERALS_A_FLUSH == LITERALS_A_FLUSH - 1)
            bits_flush(bits);
    }
    bits_flush(bits);
}

static inline void begin_prefix(bit_writer *bits) {
    bits_add(bits, 2, 3); /* not final, type 1 */
}

static inline void end_prefix(bit_writer *bits) {
    bits_add(bits, 0, 7); /* end of block */
    bits_flush(bits);
}

static inline void write_prefix(bit_writer *bits, const uint8_t *prefix) {
    begin_prefix(bits);
    add_fixed_run(bits, prefix, DEFLATE_PREFIX_BYTES);
    end_prefix(bits);
}

static inline void write_text_header(bit_writer *bits) {
    for (unsigned at = 0; at < DEFLATE_HEADER_BITS; at += DEFLATE_CHUNK_BITS) {
        unsigned left = DEFLATE_HEADER_BITS - at;
        bits_add(bits, DEFLATE_HEADER[at / DEFLATE_CHUNK_BITS],
                 left < DEFLATE_CHUNK_BITS ? left : DEFLATE_CHUNK_BITS);
        bits_flush(bits);
    }
}

/* The text's literals and the end of the block. Gives 0 when it stops because `limit` is passed. */
static inline int write_text(bit_writer *bits, const uint8_t *text, size_t n, const uint8_t *limit) {
    const uint8_t *end = text + n;
    for (; end - text >= LITERALS_A_FLUSH; text += LITERALS_A_FLUSH) {
        if (bits->next > limit)
            return 0;
        for (size_t j = 0; j < LITERALS_A_FLUSH; j++)
            add_trained(bits, text[j]);
        bits_flush(bits);
    }
    while (text != end)
        add_trained(bits, *text++);
    bits_flush(bits);
    bits_add(bits, DEFLATE_END_CODE, DEFLATE_END_BITS);
    return 1;
}

/* The same from the stream that had this text. */
static inline int write_text_again(bit_writer *bits, const zlib_text *text, const uint8_t *limit) {
    if (bits->next > limit || text->n_bits / 8 > (size_t)(limit - bits->next))
        return 0;
    bits_copy(bits, text->bytes, text->first_bit, text->n_bits);
    return 1;
}

/* The stream with the trained code, or 0 when it would be longer than the stored one. */
static inline size_t trained_stream(const uint8_t *input, size_t n, const zlib_text *text, uint8_t *output,
                                    uint32_t adler) {
    if (n < DEFLATE_PREFIX_BYTES + DEFLATE_SUFFIX_BYTES)
        return 0;
    const size_t tail_bytes = STORED_HEAD_BYTES + DEFLATE_SUFFIX_BYTES + ZLIB_TRAILER_BYTES;
    const uint8_t *limit = output + stored_stream_bytes(n) - tail_bytes;
    const size_t n_text = n - DEFLATE_PREFIX_BYTES - DEFLATE_SUFFIX_BYTES;
    bit_writer bits = {0, 0, write_head(output)};
    write_prefix(&bits, input);
    write_text_header(&bits);
    if (!(text->n_bits && text->n_bytes == n_text
              ? write_text_again(&bits, text, limit)
              : write_text(&bits, input + DEFLATE_PREFIX_BYTES, n_text, limit)))
        return 0;
    bits_add(&bits, 1, 3); /* the head of the suffix's block: final, type 0 */
    bits_flush(&bits);
    if (bits.next > limit)
        return 0;
    uint8_t *out = write_stored(bits_align(&bits), input + n - DEFLATE_SUFFIX_BYTES, DEFLATE_SUFFIX_BYTES);
    return (size_t)(write_trailer(out, adler) - output);
}

static inline size_t shorter_stream(const uint8_t *input, size_t n, const zlib_text *text, uint8_t *output,
                                    uint32_t adler) {
    size_t length = trained_stream(input, n, text, output, adler);
    return length != 0 ? length : stored_stream(input, n, output, adler);
}

#endif
