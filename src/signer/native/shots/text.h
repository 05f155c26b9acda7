/* Whether bytes are UTF-8 (RFC 3629) without control characters. */
#ifndef SIGNER_TEXT_H
#define SIGNER_TEXT_H

#include <stddef.h>
#include <stdint.h>

typedef enum {
    TEXT_PRINTABLE,
    TEXT_NOT_UTF8, /* malformed, overlong, surrogate or past U+10FFFF */
    TEXT_CONTROL   /* a C0 or C1 control, bidi or zero-width control, line or paragraph separator */
} text_status;

text_status text_check(const uint8_t *bytes, size_t length);

#endif
