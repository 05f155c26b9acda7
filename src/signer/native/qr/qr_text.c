/* Text to data codewords in alphanumeric mode (ISO 18004 sections 7.4.4, 7.4.9 and 7.4.10). */
#include "cpu/byte_order.h"
#include "qr/qr_impl.h"
#include "qr/qr_standard.h"

#define MODE 2 /* alphanumeric (table 2) */
#define PAIR_BITS 11
#define PAIRS 5        /* that fit into one addition of bits */
#define CHARACTER 0x40 /* marks bytes that are one */

/* CHARACTER plus the value of a character (table 5), 0 for bytes that are none. */
static const uint8_t VALUES[256] = {
    ['0'] = CHARACTER + 0,  ['1'] = CHARACTER + 1,  ['2'] = CHARACTER + 2,  ['3'] = CHARACTER + 3,
    ['4'] = CHARACTER + 4,  ['5'] = CHARACTER + 5,  ['6'] = CHARACTER + 6,  ['7'] = CHARACTER + 7,
    ['8'] = CHARACTER + 8,  ['9'] = CHARACTER + 9,  ['A'] = CHARACTER + 10, ['B'] = CHARACTER + 11,
    ['C'] = CHARACTER + 12, ['D'] = CHARACTER + 13, ['E'] = CHARACTER + 14, ['F'] = CHARACTER + 15,
    ['G'] = CHARACTER + 16, ['H'] = CHARACTER + 17, ['I'] = CHARACTER + 18, ['J'] = CHARACTER + 19,
    ['K'] = CHARACTER + 20, ['L'] = CHARACTER + 21, ['M'] = CHARACTER + 22, ['N'] = CHARACTER + 23,
    ['O'] = CHARACTER + 24, ['P'] = CHARACTER + 25, ['Q'] = CHARACTER + 26, ['R'] = CHARACTER + 27,
    ['S'] = CHARACTER + 28, ['T'] = CHARACTER + 29, ['U'] = CHARACTER + 30, ['V'] = CHARACTER + 31,
    ['W'] = CHARACTER + 32, ['X'] = CHARACTER + 33, ['Y'] = CHARACTER + 34, ['Z'] = CHARACTER + 35,
    [' '] = CHARACTER + 36, ['$'] = CHARACTER + 37, ['%'] = CHARACTER + 38, ['*'] = CHARACTER + 39,
    ['+'] = CHARACTER + 40, ['-'] = CHARACTER + 41, ['.'] = CHARACTER + 42, ['/'] = CHARACTER + 43,
    [':'] = CHARACTER + 44,
};

/* Bits, highest first. */
typedef struct {
    uint64_t waiting;   /* bits not yet written, and above them some that are */
    unsigned n_waiting; /* under 8 */
    uint8_t *next;
} bit_stream;

/* Adds 1 to 57 bits, and writes eight bytes at most. */
static inline void add_bits(bit_stream *bits, uint64_t value, unsigned n) {
    bits->waiting = bits->waiting << n | value;
    bits->n_waiting += n;
    store_highest_first(bits->next, bits->waiting << (64 - bits->n_waiting));
    bits->next += bits->n_waiting / 8;
    bits->n_waiting %= 8;
}

/* The eleven bits of two characters; *marks loses CHARACTER if one of them is none. */
static inline uint32_t pair_of(const uint8_t *text, uint32_t *marks) {
    uint32_t first = VALUES[text[0]], second = VALUES[text[1]];
    *marks &= first & second;
    return 45 * first + second - 46 * CHARACTER;
}

/* Whether all bytes of the text are characters. If not, the bits are of no use. */
static int add_text(bit_stream *bits, const uint8_t *text, size_t n) {
    uint32_t marks = CHARACTER;
    size_t i = 0;
    for (; i + 2 * PAIRS <= n; i += 2 * PAIRS) {
        uint64_t pairs = 0;
        for (size_t j = 0; j < PAIRS; j++)
            pairs = pairs << PAIR_BITS | pair_of(text + i + 2 * j, &marks);
        add_bits(bits, pairs, PAIRS * PAIR_BITS);
    }
    for (; i + 2 <= n; i += 2)
        add_bits(bits, pair_of(text + i, &marks), PAIR_BITS);
    if (i < n) {
        marks &= VALUES[text[i]];
        add_bits(bits, VALUES[text[i]] & 0x3f, 6);
    }
    return marks != 0;
}

/* The terminator, as far as there is room for it, zero bits to the end of the byte, and pad codewords. */
static void pad(bit_stream *bits, const qr_plan *plan, uint8_t *data) {
    uint8_t *end = data + plan->n_data;
    if (bits->next < end)
        add_bits(bits, 0, 4);
    uint8_t *out = bits->next + (bits->n_waiting > 0);
    for (; out < end; out += 8)
        store_highest_first(out, 0xec11ec11ec11ec11);
}

qr_status qr_text_codewords(const qr_plan *plan, const uint8_t *text, size_t n, uint8_t *data) {
    bit_stream bits = {0, 0, data};
    add_bits(&bits, MODE, 4);
    add_bits(&bits, n, qr_count_bits(plan->version));
    if (!add_text(&bits, text, n))
        return QR_CHARACTER;
    pad(&bits, plan, data);
    return QR_OK;
}
