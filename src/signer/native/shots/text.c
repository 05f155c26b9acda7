/* Whether bytes are UTF-8 without control characters. */
#include "shots/text.h"

#include "names/utf8.h"

static int is_control(uint32_t character) {
    return character < 0x20 || (character >= 0x7f && character <= 0x9f) || character == 0x061c ||
           (character >= 0x200b && character <= 0x200f) || (character >= 0x2028 && character <= 0x202e) ||
           (character >= 0x2060 && character <= 0x206f) || character == 0xfeff;
}

text_status text_check(const uint8_t *bytes, size_t length) {
    text_status status = TEXT_PRINTABLE;
    for (size_t at = 0; at < length;) {
        uint32_t character;
        unsigned size = utf8_read(bytes + at, length - at, &character);
        if (size == 0)
            return TEXT_NOT_UTF8;
        if (is_control(character))
            status = TEXT_CONTROL;
        at += size;
    }
    return status;
}
