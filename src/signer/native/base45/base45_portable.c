/* Base45 in portable C: two table look-ups for two bytes. */
#include "base45/base45_impl.h"
#include <string.h>

/* Both low digits at once: entry c + 45 d is the characters of c and d. */
#define LOW_FOUR(c1, c2, c3, c4, d)                                                                          \
    {c1, d}, {c2, d}, {c3, d}, {                                                                             \
        c4, d                                                                                                \
    }
#define LOW_DIGITS(d)                                                                                        \
    LOW_FOUR('0', '1', '2', '3', d), LOW_FOUR('4', '5', '6', '7', d), LOW_FOUR('8', '9', 'A', 'B', d),       \
        LOW_FOUR('C', 'D', 'E', 'F', d), LOW_FOUR('G', 'H', 'I', 'J', d), LOW_FOUR('K', 'L', 'M', 'N', d),   \
        LOW_FOUR('O', 'P', 'Q', 'R', d), LOW_FOUR('S', 'T', 'U', 'V', d), LOW_FOUR('W', 'X', 'Y', 'Z', d),   \
        LOW_FOUR(' ', '$', '%', '*', d), LOW_FOUR('+', '-', '.', '/', d), {                                  \
        ':', d                                                                                               \
    }
#define FIVE(d1, d2, d3, d4, d5)                                                                             \
    LOW_DIGITS(d1), LOW_DIGITS(d2), LOW_DIGITS(d3), LOW_DIGITS(d4), LOW_DIGITS(d5)

static const uint8_t LOW[45 * 45][2] = {
    FIVE('0', '1', '2', '3', '4'), FIVE('5', '6', '7', '8', '9'), FIVE('A', 'B', 'C', 'D', 'E'),
    FIVE('F', 'G', 'H', 'I', 'J'), FIVE('K', 'L', 'M', 'N', 'O'), FIVE('P', 'Q', 'R', 'S', 'T'),
    FIVE('U', 'V', 'W', 'X', 'Y'), FIVE('Z', ' ', '$', '%', '*'), FIVE('+', '-', '.', '/', ':'),
};

static const uint8_t HIGH[46] = BASE45_ALPHABET;

size_t base45_encode_portable(const uint8_t *input, size_t n, uint8_t *output) {
    uint8_t *out = output;
    size_t i = 0;
    for (; i + 2 <= n; i += 2) {
        uint32_t value = (uint32_t)input[i] << 8 | input[i + 1];
        uint32_t high = value / 2025;
        memcpy(out, LOW[value - 2025 * high], 2);
        out[2] = HIGH[high];
        out += 3;
    }
    if (i < n) {
        memcpy(out, LOW[input[i]], 2);
        out += 2;
    }
    return (size_t)(out - output);
}
