/* What streams of zlib_compress have before their text, where messages begin alike: those of one DSC and time
 * differ in the head of their payload alone. Included by one file only. */
#ifndef SIGNER_STREAM_HEAD_H
#define SIGNER_STREAM_HEAD_H

#include "deflate/code_book.h"
#include "deflate/zlib_stream.h"

enum {
    DIFFERENT_AT = 17,   /* in a message: the head of the payload, */
    DIFFERENT_BYTES = 3, /* 0x58 or 0x59 with one byte or two, and one of the payload with one */
    BEFORE_BITS_MAX = 8 * ZLIB_HEAD_BYTES + 3 + 9 * DIFFERENT_AT,
    BEHIND_BITS_MAX = 9 * (DEFLATE_PREFIX_BYTES - DIFFERENT_AT - DIFFERENT_BYTES) + 7 + DEFLATE_HEADER_BITS,
    /* of a stream that is looked at: bits are loaded eight bytes at a time, the last from up to a byte behind
     */
    HEAD_STREAM_MIN = (BEFORE_BITS_MAX + 9 * DIFFERENT_BYTES + BEHIND_BITS_MAX) / 8 + 2 * 8,
};

/* The bits before those bytes, and behind them up to the text, for either length that the head has. n_before
 * is 0 where no message was seen yet, and n_behind where none of that length. */
typedef struct {
    unsigned n_before, n_behind[2];
    uint8_t before[BEFORE_BITS_MAX / 8 + 1 + BIT_WRITER_SLACK],
        behind[2][BEHIND_BITS_MAX / 8 + 1 + BIT_WRITER_SLACK];
    uint8_t bytes[2][DEFLATE_PREFIX_BYTES];
} stream_head;

/* Whether a stream has these n bits from `at` on. Of both, bits are read up to 63 behind them. */
static int has_bits(const uint8_t *stream, size_t at, const uint8_t *bits, unsigned n) {
    uint64_t differing = 0;
    for (unsigned i = 0; i < n; i += BITS_A_COPY) {
        unsigned some = n - i < BITS_A_COPY ? n - i : BITS_A_COPY;
        uint64_t found = load_lowest_first(stream + at / 8 + i / 8) >> at % 8;
        differing |= (found ^ load_lowest_first(bits + i / 8)) & ((1ull << some) - 1);
    }
    return !differing;
}

/* Where a stream begins with the head: writes the bytes of the message before its text, and gives the number
 * of bits that they take, with the header of the text's block; 0 elsewhere. */
static size_t head_read(const stream_head *head, const pair_book *fixed, const uint8_t *stream, size_t length,
                        uint8_t out[DEFLATE_PREFIX_BYTES]) {
    if (!head->n_before || length < HEAD_STREAM_MIN || !has_bits(stream, 0, head->before, head->n_before))
        return 0;
    uint8_t different[DIFFERENT_BYTES];
    size_t at = head->n_before;
    for (unsigned i = 0; i < DIFFERENT_BYTES; i++) {
        size_t bits = load_lowest_first(stream + at / 8) >> at % 8 & fixed->mask;
        if (!fixed->found[bits])
            return 0;
        different[i] = fixed->literals[bits][0];
        at += fixed->found[bits] & LENGTH_MASK;
    }
    unsigned is_long = different[0] & 1; /* 0x59 */
    if (!head->n_behind[is_long] || !has_bits(stream, at, head->behind[is_long], head->n_behind[is_long]))
        return 0;
    memcpy(out, head->bytes[is_long], DEFLATE_PREFIX_BYTES);
    memcpy(out + DIFFERENT_AT, different, DIFFERENT_BYTES);
    return at + head->n_behind[is_long];
}

/* Ends bits that began at `first`, and gives their number. */
static unsigned end_bits(bit_writer *bits, const uint8_t *first) {
    bits_align(bits);
    return (unsigned)(8 * (bits->next - first)) + bits->n_waiting;
}

/* Takes up the head of a message whose stream has a text. */
static void head_learn(stream_head *head, const uint8_t *message) {
    const uint8_t *rest = message + DIFFERENT_AT + DIFFERENT_BYTES;
    unsigned is_long = message[DIFFERENT_AT] & 1;
    if (memcmp(head->bytes[!is_long], message, DIFFERENT_AT) != 0)
        head->n_behind[!is_long] = 0;
    memcpy(head->bytes[is_long], message, DEFLATE_PREFIX_BYTES);
    bit_writer before = {0, 0, write_head(head->before)}, behind = {0, 0, head->behind[is_long]};
    begin_prefix(&before);
    add_fixed_run(&before, message, DIFFERENT_AT);
    head->n_before = end_bits(&before, head->before);
    add_fixed_run(&behind, rest, DEFLATE_PREFIX_BYTES - DIFFERENT_AT - DIFFERENT_BYTES);
    end_prefix(&behind);
    write_text_header(&behind);
    head->n_behind[is_long] = end_bits(&behind, head->behind[is_long]);
}

#endif
