/* What streams of zlib_compress have before their text, where messages begin alike: those of one DSC and time
 * differ in the head of their payload alone. Included by one file only. */
#ifndef SIGNER_STREAM_HEAD_H
#define SIGNER_STREAM_HEAD_H

#include "deflate/code_book.h"
#include "deflate/zlib_stream.h"

enum {
    DIFFERENT_AT = 17,   /* in a message: the head of the payload, */
    DIFFERENT_BYTES = 3, /* 0x58 or 0x59 with one byte or two, and one of the payload with one */
    HEAD_STREAM_MIN = 112,
};

/* The bits before those bytes, and behind them up to the text, for either length that the head has. n_before
 * is 0 where no message was seen yet, and n_behind where none of that length. */
typedef struct {
    unsigned n_before, n_behind[2];
    uint8_t before[32], behind[2][72];
    uint8_t bytes[2][DEFLATE_PREFIX_BYTES];
} stream_head;

static uint64_t eight_at(const uint8_t *bytes) {
    uint64_t eight;
    memcpy(&eight, bytes, 8); /* little endian, as p256/field.h demands */
    return eight;
}

/* Whether a stream has these n bits from `at` on. Of both, bits are read up to 63 behind them. */
static int has_bits(const uint8_t *stream, size_t at, const uint8_t *bits, unsigned n) {
    uint64_t differing = 0;
    for (unsigned i = 0; i < n; i += BITS_A_COPY) {
        unsigned some = n - i < BITS_A_COPY ? n - i : BITS_A_COPY;
        uint64_t found = eight_at(stream + at / 8 + i / 8) >> at % 8;
        differing |= (found ^ eight_at(bits + i / 8)) & ((1ull << some) - 1);
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
        size_t bits = eight_at(stream + at / 8) >> at % 8 & fixed->mask;
        if (!fixed->found[bits])
            return 0;
        different[i] = fixed->literals[bits][0];
        at += fixed->found[bits] & LENGTH_MASK;
    }
    unsigned kind = different[0] & 1;
    if (!head->n_behind[kind] || !has_bits(stream, at, head->behind[kind], head->n_behind[kind]))
        return 0;
    memcpy(out, head->bytes[kind], DEFLATE_PREFIX_BYTES);
    memcpy(out + DIFFERENT_AT, different, DIFFERENT_BYTES);
    return at + head->n_behind[kind];
}

/* Ends bits that began at `first`, and gives their number. */
static unsigned end_bits(bit_writer *bits, const uint8_t *first) {
    bits_align(bits);
    return (unsigned)(8 * (bits->next - first)) + bits->n_waiting;
}

/* Takes up the head of a message whose stream has a text. */
static void head_learn(stream_head *head, const uint8_t *message) {
    const uint8_t *rest = message + DIFFERENT_AT + DIFFERENT_BYTES;
    unsigned kind = message[DIFFERENT_AT] & 1;
    if (memcmp(head->bytes[!kind], message, DIFFERENT_AT) != 0)
        head->n_behind[!kind] = 0;
    memcpy(head->bytes[kind], message, DEFLATE_PREFIX_BYTES);
    bit_writer before = {0, 0, write_head(head->before)}, behind = {0, 0, head->behind[kind]};
    begin_prefix(&before);
    add_fixed_run(&before, message, DIFFERENT_AT);
    head->n_before = end_bits(&before, head->before);
    add_fixed_run(&behind, rest, DEFLATE_PREFIX_BYTES - DIFFERENT_AT - DIFFERENT_BYTES);
    end_prefix(&behind);
    write_text_header(&behind);
    head->n_behind[kind] = end_bits(&behind, head->behind[kind]);
}

#endif
