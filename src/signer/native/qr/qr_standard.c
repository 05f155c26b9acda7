/* Facts of ISO/IEC 18004:2015 about versions and levels: the two typed tables, and what follows from them. */
#include "qr/qr_standard.h"
#include <string.h>

/* Table 9, by level and version. */
static const uint8_t PARITY_CODEWORDS[4][QR_VERSION_MAX] = {
    {7,  10, 15, 20, 26, 18, 20, 24, 30, 18, 20, 24, 26, 30, 22, 24, 28, 30, 28, 28,
     28, 28, 30, 30, 26, 28, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30},
    {10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26,
     26, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28},
    {13, 22, 18, 26, 18, 24, 18, 22, 20, 24, 28, 26, 24, 20, 30, 24, 28, 28, 26, 30,
     28, 30, 30, 30, 30, 28, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30},
    {17, 28, 22, 16, 22, 28, 26, 26, 24, 28, 24, 28, 22, 24, 24, 30, 28, 28, 26, 28,
     30, 24, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30},
};
static const uint8_t BLOCKS[4][QR_VERSION_MAX] = {
    {1, 1, 1, 1,  1,  2,  2,  2,  2,  4,  4,  4,  4,  4,  6,  6,  6,  6,  7,  8,
     8, 9, 9, 10, 12, 12, 12, 13, 14, 15, 16, 17, 18, 19, 19, 20, 21, 22, 24, 25},
    {1,  1,  1,  2,  2,  4,  4,  4,  5,  5,  5,  8,  9,  9,  10, 10, 11, 13, 14, 16,
     17, 17, 18, 20, 21, 23, 25, 26, 28, 29, 31, 33, 35, 37, 38, 40, 43, 45, 47, 49},
    {1,  1,  2,  2,  4,  4,  6,  6,  8,  8,  8,  10, 12, 16, 12, 17, 16, 18, 21, 20,
     23, 23, 25, 27, 29, 34, 34, 35, 38, 40, 43, 45, 48, 51, 53, 56, 59, 62, 65, 68},
    {1,  1,  2,  4,  4,  4,  5,  6,  8,  8,  11, 11, 16, 16, 18, 16, 19, 21, 25, 25,
     25, 34, 30, 32, 35, 37, 40, 42, 45, 48, 51, 54, 57, 60, 63, 66, 70, 74, 77, 81},
};

unsigned qr_parity_codewords(unsigned version, qr_level level) {
    return PARITY_CODEWORDS[level][version - 1];
}

unsigned qr_blocks(unsigned version, qr_level level) {
    return BLOCKS[level][version - 1];
}

unsigned qr_side(unsigned version) {
    return 17 + 4 * version;
}

static unsigned n_alignments(unsigned version) {
    return version == 1 ? 0 : version / 7 + 2;
}

static unsigned fixed_modules(unsigned version) {
    unsigned finders = 3 * 64, timing = 2 * (qr_side(version) - 16), format = 2 * 15 + 1;
    unsigned information = version >= 7 ? 2 * 18 : 0;
    if (version == 1)
        return finders + timing + format;
    /* None in three corners; those on the timing lines share five modules with them. */
    unsigned n = n_alignments(version);
    return finders + timing + format + information + (n * n - 3) * 25 - 2 * (n - 2) * 5;
}

unsigned qr_codewords(unsigned version) {
    return (qr_side(version) * qr_side(version) - fixed_modules(version)) / 8;
}

unsigned qr_data_codewords(unsigned version, qr_level level) {
    return qr_codewords(version) - qr_blocks(version, level) * qr_parity_codewords(version, level);
}

unsigned qr_count_bits(unsigned version) {
    return version < 10 ? 9 : version < 27 ? 11 : 13;
}

size_t qr_text_bits(unsigned version, size_t n) {
    return 4 + qr_count_bits(version) + n / 2 * 11 + n % 2 * 6;
}

/* From the last centre backwards in even steps of the mean distance, and at 6 whatever is left. Half the mean
 * distance is rounded up from a quarter on: that gives table E.1 for all versions. */
unsigned qr_alignments(unsigned version, uint8_t *centres) {
    unsigned n = n_alignments(version);
    if (n == 0)
        return 0;
    unsigned gaps = n - 1, step = (8 * version + 8 + 3 * gaps) / (4 * gaps) * 2;
    centres[0] = 6;
    for (unsigned i = 1; i < n; i++)
        centres[i] = (uint8_t)(qr_side(version) - 7 - (gaps - i) * step);
    return n;
}

/* value, and behind it n bits that make the whole divisible by the generator of degree n. */
static unsigned bose_chaudhuri_hocquenghem(unsigned value, unsigned generator, unsigned n) {
    unsigned rest = value;
    for (unsigned i = 0; i < n; i++)
        rest = rest << 1 ^ (rest >> (n - 1)) * generator;
    return value << n | rest;
}

unsigned qr_format_information(qr_level level, unsigned mask) {
    static const uint8_t INDICATORS[] = {[QR_L] = 1, [QR_M] = 0, [QR_Q] = 3, [QR_H] = 2}; /* table 12 */
    return bose_chaudhuri_hocquenghem((unsigned)INDICATORS[level] << 3 | mask, 0x537, 10) ^ 0x5412;
}

unsigned qr_version_information(unsigned version) {
    return bose_chaudhuri_hocquenghem(version, 0x1f25, 12);
}

int qr_mask_at(unsigned mask, unsigned row, unsigned column) {
    unsigned sum = row + column, product = row * column;
    switch (mask) {
    case 0:
        return sum % 2 == 0;
    case 1:
        return row % 2 == 0;
    case 2:
        return column % 3 == 0;
    case 3:
        return sum % 3 == 0;
    case 4:
        return (row / 2 + column / 3) % 2 == 0;
    case 5:
        return product % 2 + product % 3 == 0;
    case 6:
        return (product % 2 + product % 3) % 2 == 0;
    default:
        return (sum % 2 + product % 3) % 2 == 0;
    }
}

uint8_t qr_multiply(uint8_t a, uint8_t b) {
    unsigned product = 0;
    for (int bit = 7; bit >= 0; bit--)
        product = (product << 1 ^ (product >> 7) * 0x11d) ^ (b >> bit & 1u) * a;
    return (uint8_t)product;
}

void qr_generator(unsigned n, uint8_t *coefficients) {
    uint8_t root = 1;
    memset(coefficients, 0, n);
    coefficients[n - 1] = 1; /* 1, the leading coefficient left out, as a polynomial of degree n to be */
    for (unsigned i = 0; i < n; i++) {
        for (unsigned j = 0; j < n; j++)
            coefficients[j] = qr_multiply(coefficients[j], root) ^ (j + 1 < n ? coefficients[j + 1] : 0);
        root = qr_multiply(root, 2);
    }
}
