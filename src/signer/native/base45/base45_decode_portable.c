/* Bytes of a base45 text, in portable C: one table look-up for a character. */
#include "base45/base45_decode.h"
#include "base45/base45_impl.h"

/* A group is the sum of three look-ups. Each character of the alphabet (RFC 9285, table 1) counts itself
 * above the value, so that what is none, which is 0, leaves the count short. */
enum { COUNTED = 1 << 20, THREE = 3 * COUNTED, TWO = 2 * COUNTED };

#define DIGITS(weight)                                                                                       \
    {['0'] = COUNTED + 0 * (weight),  ['1'] = COUNTED + 1 * (weight),  ['2'] = COUNTED + 2 * (weight),       \
     ['3'] = COUNTED + 3 * (weight),  ['4'] = COUNTED + 4 * (weight),  ['5'] = COUNTED + 5 * (weight),       \
     ['6'] = COUNTED + 6 * (weight),  ['7'] = COUNTED + 7 * (weight),  ['8'] = COUNTED + 8 * (weight),       \
     ['9'] = COUNTED + 9 * (weight),  ['A'] = COUNTED + 10 * (weight), ['B'] = COUNTED + 11 * (weight),      \
     ['C'] = COUNTED + 12 * (weight), ['D'] = COUNTED + 13 * (weight), ['E'] = COUNTED + 14 * (weight),      \
     ['F'] = COUNTED + 15 * (weight), ['G'] = COUNTED + 16 * (weight), ['H'] = COUNTED + 17 * (weight),      \
     ['I'] = COUNTED + 18 * (weight), ['J'] = COUNTED + 19 * (weight), ['K'] = COUNTED + 20 * (weight),      \
     ['L'] = COUNTED + 21 * (weight), ['M'] = COUNTED + 22 * (weight), ['N'] = COUNTED + 23 * (weight),      \
     ['O'] = COUNTED + 24 * (weight), ['P'] = COUNTED + 25 * (weight), ['Q'] = COUNTED + 26 * (weight),      \
     ['R'] = COUNTED + 27 * (weight), ['S'] = COUNTED + 28 * (weight), ['T'] = COUNTED + 29 * (weight),      \
     ['U'] = COUNTED + 30 * (weight), ['V'] = COUNTED + 31 * (weight), ['W'] = COUNTED + 32 * (weight),      \
     ['X'] = COUNTED + 33 * (weight), ['Y'] = COUNTED + 34 * (weight), ['Z'] = COUNTED + 35 * (weight),      \
     [' '] = COUNTED + 36 * (weight), ['$'] = COUNTED + 37 * (weight), ['%'] = COUNTED + 38 * (weight),      \
     ['*'] = COUNTED + 39 * (weight), ['+'] = COUNTED + 40 * (weight), ['-'] = COUNTED + 41 * (weight),      \
     ['.'] = COUNTED + 42 * (weight), ['/'] = COUNTED + 43 * (weight), [':'] = COUNTED + 44 * (weight)}

static const uint32_t FIRST[256] = DIGITS(1), SECOND[256] = DIGITS(45), THIRD[256] = DIGITS(45 * 45);

size_t base45_decode_portable(const uint8_t *text, size_t n, uint8_t *out) {
    const uint8_t *first = out;
    unsigned wrong = n % 3 == 1; /* bits that no right group has */
    for (; n >= 3; n -= 3, text += 3) {
        uint32_t value = FIRST[text[0]] + SECOND[text[1]] + THIRD[text[2]] - THREE;
        wrong |= value >> 16;
        *out++ = (uint8_t)(value >> 8);
        *out++ = (uint8_t)value;
    }
    if (n == 2) {
        uint32_t value = FIRST[text[0]] + SECOND[text[1]] - TWO;
        wrong |= value >> 8;
        *out++ = (uint8_t)value;
    }
    return wrong ? BASE45_WRONG : (size_t)(out - first);
}
