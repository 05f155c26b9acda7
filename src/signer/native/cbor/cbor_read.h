/* Reads CBOR (RFC 8949) of definite lengths from strangers, within bounds; heads need not be the shortest. */
#ifndef SIGNER_CBOR_READ_H
#define SIGNER_CBOR_READ_H

#include "cbor/cbor.h"
#include <stddef.h>

/* What is left to read. After a mistake `next` is NULL and everything that is read is 0. */
typedef struct {
    const uint8_t *next, *end;
} cbor_reader;

typedef struct {
    const uint8_t *bytes;
    size_t length;
} cbor_text;

static inline uint64_t cbor_mistake(cbor_reader *in) {
    in->next = in->end = NULL;
    return 0;
}

/* The argument of an item of this major type, 32 bits at most. */
static inline uint64_t cbor_read_head(cbor_reader *in, uint8_t major) {
    if (in->next == in->end || (*in->next & 0xe0) != major)
        return cbor_mistake(in);
    unsigned additional = *in->next++ & 0x1f;
    if (additional < 24)
        return additional;
    size_t extra = additional == 24 ? 1 : additional == 25 ? 2 : additional == 26 ? 4 : 0;
    if (extra == 0 || (size_t)(in->end - in->next) < extra)
        return cbor_mistake(in);
    uint64_t value = 0;
    for (; extra > 0; extra--)
        value = value << 8 | *in->next++;
    return value;
}

/* The same of up to 64 bits. */
static inline uint64_t cbor_read_wide_head(cbor_reader *in, uint8_t major) {
    if (in->next == in->end || *in->next != (major | 27))
        return cbor_read_head(in, major);
    if (in->end - in->next < 9)
        return cbor_mistake(in);
    uint64_t value = 0;
    for (const uint8_t *behind = ++in->next + 8; in->next < behind; in->next++)
        value = value << 8 | *in->next;
    return value;
}

/* A byte string or a text, by its major type; that a text is UTF-8 is not looked at. */
static inline cbor_text cbor_read_string(cbor_reader *in, uint8_t major) {
    uint64_t length = cbor_read_head(in, major);
    if ((uint64_t)(in->end - in->next) < length)
        length = cbor_mistake(in);
    cbor_text text = {in->next, (size_t)length};
    if (in->next)
        in->next += length;
    return text;
}

/* The major type of the next item, as CBOR_UINT and the others have it. */
static inline uint8_t cbor_next_major(const cbor_reader *in) {
    return in->next == in->end ? 0xff : *in->next & 0xe0;
}

static inline int cbor_is(cbor_text text, const char *name) {
    return text.length == strlen(name) && memcmp(text.bytes, name, text.length) == 0;
}

#endif
