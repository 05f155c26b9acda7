/* Columns of modules to rows with AVX-512 and GFNI: squares of 64 x 64 bits, by way of 8 x 8. */
#include "cpu/cpu.h"
#include "qr/qr_avx512.h"

#ifdef SIGNER_X86_64

#pragma GCC push_options
#ifdef SIGNER_EMULATE_AVX512
#include "emulated_avx512.h"
#else
#pragma GCC target("avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi,avx512vbmi2,avx512vpopcntdq,gfni")
#pragma GCC target("avx2,bmi,bmi2")
#include <immintrin.h>
#endif

#define WORD_BITS 64

static const uint8_t TRANSPOSED[64] = QR_TRANSPOSED;

/* Eight lines are 24 words, three registers. LAST_FIRST + w are those of word w, from line 7 to line 0. */
_Static_assert(QR_WORDS == 3, "eight lines are three registers");
static const uint64_t LAST_FIRST[8] = {21, 18, 15, 12, 9, 6, 3, 0};

/* The other way round: where the words of register i of a row of three come from. Words 0 of the lines are 0
 * to 7, words 1 are 8 to 15; words 2 are 0 to 7 of another source, in the lanes of FROM_LAST. */
static const uint64_t JOINED[3][8] = {
    {0, 8, 0, 1, 9, 1, 2, 10}, {2, 3, 11, 3, 4, 12, 4, 5}, {13, 5, 6, 14, 6, 7, 15, 7}};
static const uint8_t FROM_LAST[3] = {1 << 2 | 1 << 5, 1 << 0 | 1 << 3 | 1 << 6, 1 << 1 | 1 << 4 | 1 << 7};

/* A square of 64 x 64 bits: eight registers of eight words. */
typedef struct {
    __m512i words[8];
} square;

static inline __m512i load(const void *words) {
    return _mm512_loadu_si512(words);
}

/* Register i of three that eight lines fill. An address rather than a pointer, as it lies in another line,
 * and with less than eight lines perhaps behind the last one, where nothing is read or written. */
static inline uintptr_t register_of(const void *lines, size_t i) {
    return (uintptr_t)lines + i * sizeof(__m512i);
}

/* Which of the words of eight lines belong to the n that there are. */
static inline uint32_t words_there(size_t n) {
    return n < 8 ? (1u << QR_WORDS * n) - 1 : (1u << QR_WORDS * 8) - 1;
}

/* Word w of up to eight lines, the first one in the highest lane and zeros for the lines that are not there.
 */
static inline __m512i load_lines(const uint64_t (*lines)[QR_WORDS], size_t n, size_t w) {
    uint32_t there = words_there(n);
    __m512i first = _mm512_maskz_loadu_epi64((__mmask8)there, (const void *)lines);
    __m512i second = _mm512_maskz_loadu_epi64((__mmask8)(there >> 8), (const void *)register_of(lines, 1));
    __m512i third = _mm512_maskz_loadu_epi64((__mmask8)(there >> 16), (const void *)register_of(lines, 2));
    __m512i index = _mm512_add_epi64(load(LAST_FIRST), _mm512_set1_epi64((long long)w));
    __m512i of_two = _mm512_permutex2var_epi64(first, index, second);
    __mmask8 in_third = _mm512_cmpge_epu64_mask(index, _mm512_set1_epi64(16));
    return _mm512_mask_permutexvar_epi64(of_two, in_third, index, third);
}

/* Bytes of eight columns, column 7 first, to bytes of rows: byte r of word k is row 8k + r. The matrix is the
 * eight columns' byte k and is multiplied by each of the unit vectors. */
static inline __m512i rows_of_eight_columns(__m512i columns) {
    __m512i matrices = _mm512_permutexvar_epi8(load(TRANSPOSED), columns);
    return _mm512_gf2p8affine_epi64_epi8(_mm512_set1_epi64((long long)0x8040201008040201), matrices, 0);
}

/* Exchanges word i of register j with word j of register i where they differ in bit `distance` alone. */
static inline void exchange(square *x, unsigned distance, __mmask8 upper) {
    const __m512i lane = _mm512_setr_epi64(0, 1, 2, 3, 4, 5, 6, 7);
    const __m512i partner = _mm512_xor_si512(lane, _mm512_set1_epi64(distance));
#pragma GCC unroll 8
    for (unsigned i = 0; i < 8; i++)
        if ((i & distance) == 0) {
            __m512i low = x->words[i], high = x->words[i + distance];
            x->words[i] = _mm512_mask_permutexvar_epi64(low, upper, partner, high);
            x->words[i + distance] = _mm512_mask_permutexvar_epi64(high, (__mmask8)~upper, partner, low);
        }
}

/* 64 columns, of which n are there, to 64 words of rows. */
static inline void transpose_square(const uint64_t (*columns)[QR_WORDS], size_t n, size_t w,
                                    uint64_t rows[WORD_BITS]) {
    square x;
#pragma GCC unroll 8
    for (size_t i = 0; i < 8; i++)
        x.words[i] = n > 8 * i ? rows_of_eight_columns(load_lines(columns + 8 * i, n - 8 * i, w))
                               : _mm512_setzero_si512();
    exchange(&x, 1, 0xaa);
    exchange(&x, 2, 0xcc);
    exchange(&x, 4, 0xf0);
#pragma GCC unroll 8
    for (size_t i = 0; i < 8; i++)
        _mm512_storeu_si512((void *)(rows + 8 * i), _mm512_permutexvar_epi8(load(TRANSPOSED), x.words[i]));
}

/* Eight lines of three words, of which n are there. */
static inline void store_lines(const __m512i words[QR_WORDS], size_t n, uint64_t (*lines)[QR_WORDS]) {
    uint32_t there = words_there(n);
#pragma GCC unroll 3
    for (size_t i = 0; i < QR_WORDS; i++) {
        __m512i joined = _mm512_permutex2var_epi64(words[0], load(JOINED[i]), words[1]);
        joined = _mm512_mask_permutexvar_epi64(joined, FROM_LAST[i], load(JOINED[i]), words[2]);
        _mm512_mask_storeu_epi64((void *)register_of(lines, i), (__mmask8)(there >> 8 * i), joined);
    }
}

void qr_transpose_avx512(const qr_plan *plan, const qr_lines columns, qr_lines rows) {
    uint64_t words[QR_WORDS][QR_WORDS * WORD_BITS];
    size_t side = plan->side, n_words = plan->words;
    for (size_t to = 0; to < n_words; to++)
        for (size_t from = 0; from < n_words; from++)
            transpose_square(columns + WORD_BITS * to, side - WORD_BITS * to, from,
                             words[to] + WORD_BITS * from);
    for (size_t row = 0; row < side; row += 8) {
        __m512i eight[QR_WORDS];
        for (size_t w = 0; w < QR_WORDS; w++)
            eight[w] = w < n_words ? load(words[w] + row) : _mm512_setzero_si512();
        store_lines(eight, side - row, rows + row);
    }
}

#pragma GCC pop_options
#endif
