/* Columns of modules to rows, for every level of processors to compile in its own way. */
#ifndef SIGNER_QR_TRANSPOSE_IMPL_H
#define SIGNER_QR_TRANSPOSE_IMPL_H

#include "qr/qr_impl.h"

/* Two words of a line, four strips; and 32 such lines, four squares of 32 x 32 modules side by side. */
typedef uint64_t two_words __attribute__((vector_size(16)));
typedef two_words squares[32];

/* Exchanges the bits in `mask` of the second of two lines `distance` apart with those of the first one that
 * lie `distance` higher. */
static inline void exchange_corners(squares of, size_t distance, uint64_t mask) {
    for (size_t i = 0; i < 32; i += 2 * distance)
        for (size_t k = i; k < i + distance; k++) {
            two_words changes = (of[k] >> distance ^ of[k + distance]) & mask;
            of[k] ^= changes << distance;
            of[k + distance] ^= changes;
        }
}

static inline void transpose_squares(squares of) {
    exchange_corners(of, 16, 0x0000ffff0000ffff);
    exchange_corners(of, 8, 0x00ff00ff00ff00ff);
    exchange_corners(of, 4, 0x0f0f0f0f0f0f0f0f);
    exchange_corners(of, 2, 0x3333333333333333);
    exchange_corners(of, 1, 0x5555555555555555);
}

/* The squares of 32 columns from `first` on, and of two words, the second of them nothing if there is none.
 */
static inline void load_squares(const qr_plan *plan, const qr_lines columns, size_t first, size_t word,
                                squares of) {
    int is_last = word + 1 == QR_WORDS;
    for (size_t i = 0; i < 32; i++) {
        const uint64_t *line = columns[first + i];
        of[i] =
            first + i >= plan->side ? (two_words){0} : (two_words){line[word], is_last ? 0 : line[word + 1]};
    }
}

/* The rows of two words of columns: of the left squares their lower halves, of the right ones the upper. */
static inline void store_rows(const qr_plan *plan, const squares left, const squares right, size_t word,
                              size_t across, qr_lines rows) {
    for (size_t strip = 0; strip < 4; strip++)
        for (size_t i = 0, row = 64 * word + 32 * strip; i < 32 && row < plan->side; i++, row++) {
            unsigned shift = strip % 2 * 32;
            uint64_t low = left[i][strip / 2] >> shift & 0xffffffff, high = right[i][strip / 2] >> shift;
            rows[row][across] = low | high << 32;
        }
}

static void transpose(const qr_plan *plan, const qr_lines columns, qr_lines rows) {
    for (size_t word = 0; word < plan->words; word += 2)
        for (size_t across = 0; across < plan->words; across++) {
            squares left, right;
            load_squares(plan, columns, 64 * across, word, left);
            load_squares(plan, columns, 64 * across + 32, word, right);
            transpose_squares(left);
            transpose_squares(right);
            store_rows(plan, (const two_words *)left, (const two_words *)right, word, across, rows);
        }
    for (size_t row = 0; row < plan->side; row++)
        for (size_t word = plan->words; word < QR_WORDS; word++)
            rows[row][word] = 0;
}

#endif
