/* Codewords to modules, in columns (ISO 18004 section 7.7.3).
 *
 * Down a pair of columns the right one takes every second bit of the stream, the left one those between; up a
 * pair it is so with the reversed stream. So the stream is parted into its even and its odd bits, and those
 * are reversed; then every run of a column is a shifted piece of one of these four. For every level of
 * processors to compile in its own way. */
#ifndef SIGNER_QR_PLACE_IMPL_H
#define SIGNER_QR_PLACE_IMPL_H

#include "cpu/byte_order.h"
#include "qr/qr_plan.h"

#define WORDS_MAX ((QR_CODEWORDS_MAX + 7) / 8)

/* Exchanges the bits of `mask` with those `shift` above them. */
static inline uint64_t exchange(uint64_t x, unsigned shift, uint64_t mask) {
    uint64_t changes = (x ^ x >> shift) & mask;
    return x ^ changes ^ changes << shift;
}

/* In each byte bits 0, 2, 4, 6 to the lower half and 1, 3, 5, 7 to the upper one. */
static inline uint64_t part_bytes(uint64_t x) {
    x = exchange(x, 1, 0x2222222222222222);
    return exchange(x, 2, 0x0c0c0c0c0c0c0c0c);
}

static inline uint64_t reverse_bytes(uint64_t x) {
    x = exchange(x, 1, 0x5555555555555555);
    x = exchange(x, 2, 0x3333333333333333);
    return exchange(x, 4, 0x0f0f0f0f0f0f0f0f);
}

/* The lower halves of all bytes, and the upper ones, first byte lowest: 2 n bytes to n each. */
static inline void gather_halves(const uint8_t *restrict bytes, size_t n, uint8_t *restrict lower,
                                 uint8_t *restrict upper) {
    for (size_t i = 0; i < n; i++) {
        lower[i] = (uint8_t)((bytes[2 * i] & 0x0f) | bytes[2 * i + 1] << 4);
        upper[i] = (uint8_t)(bytes[2 * i] >> 4 | (bytes[2 * i + 1] & 0xf0));
    }
}

static void part_forward(const uint64_t *parted, size_t n_words, uint8_t *halves) {
    uint64_t lowest_first[WORDS_MAX + 1];
    for (size_t i = 0; i < n_words; i++)
        lowest_first[i] = reverse_bytes(parted[i]);
    gather_halves((const uint8_t *)lowest_first, 4 * n_words, halves + QR_EVEN * QR_HALF_BYTES,
                  halves + QR_ODD * QR_HALF_BYTES);
}

/* As the last bit of a codeword is its lowest, whole bytes in reversed order are the reversed stream. */
static void part_reversed(const uint8_t *end, size_t n_words, uint8_t *halves) {
    uint64_t reversed[WORDS_MAX + 1];
    for (size_t i = 0; i < n_words; i++) {
        uint64_t bytes;
        memcpy(&bytes, end - 8 * (i + 1), sizeof bytes);
        reversed[i] = __builtin_bswap64(bytes);
    }
    gather_halves((const uint8_t *)reversed, 4 * n_words, halves + QR_REVERSED_EVEN * QR_HALF_BYTES,
                  halves + QR_REVERSED_ODD * QR_HALF_BYTES);
}

/* Zero bits follow the forward halves: the remainder bits. */
static void part_stream(const qr_plan *plan, uint8_t *stream, uint8_t *halves) {
    uint64_t parted[WORDS_MAX + 2]; /* a word before it, which is read when codewords end in a word */
    size_t n_words = plan->n_codewords / 8 + 1u;
    parted[0] = 0;
    memset(stream + plan->n_codewords, 0, 8);
    for (size_t i = 0; i < n_words; i++) {
        uint64_t codewords;
        memcpy(&codewords, stream + 8 * i, sizeof codewords);
        parted[i + 1] = part_bytes(codewords);
    }
    part_forward(parted + 1, n_words, halves);
    part_reversed((const uint8_t *)(parted + 1) + plan->n_codewords, n_words, halves);
}

static void place(const qr_plan *plan, uint8_t *stream, qr_lines columns) {
    uint8_t halves[QR_HALVES * QR_HALF_BYTES];
    part_stream(plan, stream, halves);
    memcpy(columns, plan->fixed_columns, plan->side * sizeof columns[0]);
    for (const qr_run *run = plan->runs, *end = run + plan->n_runs; run < end; run++)
        columns[run->column][run->word] |=
            load_lowest_first(halves + run->first_byte) >> run->skip << run->up >> run->down;
}

#endif
