/* Bytes of a base45 text, in portable C: one table look-up for a character. */
#include "base45/base45_decode.h"

/* Digits plus one, so that what is no character of the alphabet (RFC 9285, table 1) is 0. */
static const uint8_t DIGIT[256] = {
    ['0'] = 1,  ['1'] = 2,  ['2'] = 3,  ['3'] = 4,  ['4'] = 5,  ['5'] = 6,  ['6'] = 7,  ['7'] = 8,
    ['8'] = 9,  ['9'] = 10, ['A'] = 11, ['B'] = 12, ['C'] = 13, ['D'] = 14, ['E'] = 15, ['F'] = 16,
    ['G'] = 17, ['H'] = 18, ['I'] = 19, ['J'] = 20, ['K'] = 21, ['L'] = 22, ['M'] = 23, ['N'] = 24,
    ['O'] = 25, ['P'] = 26, ['Q'] = 27, ['R'] = 28, ['S'] = 29, ['T'] = 30, ['U'] = 31, ['V'] = 32,
    ['W'] = 33, ['X'] = 34, ['Y'] = 35, ['Z'] = 36, [' '] = 37, ['$'] = 38, ['%'] = 39, ['*'] = 40,
    ['+'] = 41, ['-'] = 42, ['.'] = 43, ['/'] = 44, [':'] = 45,
};

size_t base45_decode(const uint8_t *text, size_t n, uint8_t *out) {
    const uint8_t *first = out;
    unsigned wrong = n % 3 == 1;
    for (; n >= 3; n -= 3, text += 3) {
        unsigned c = DIGIT[text[0]], d = DIGIT[text[1]], e = DIGIT[text[2]];
        unsigned value = c + 45 * d + 45 * 45 * e - (1 + 45 + 45 * 45);
        wrong |= !c | !d | !e | (value > 0xffff);
        *out++ = (uint8_t)(value >> 8);
        *out++ = (uint8_t)value;
    }
    if (n == 2) {
        unsigned c = DIGIT[text[0]], d = DIGIT[text[1]], value = c + 45 * d - (1 + 45);
        wrong |= !c | !d | (value > 0xff);
        *out++ = (uint8_t)value;
    }
    return wrong ? BASE45_WRONG : (size_t)(out - first);
}
