/* The least inflater that reads our PNG files: zlib streams of one deflate block with codes of its own
 * (RFC 1950, RFC 1951), checked at every step. */
#include "fuzz.h"

#define MOST_BITS 15
#define END 256

typedef struct {
    const uint8_t *bytes;
    size_t length, at; /* `at` counts bits */
} bit_reader;

/* How many codes there are of each length, and their symbols in the order of the codes. */
typedef struct {
    unsigned n_codes[MOST_BITS + 1];
    uint16_t symbols[320];
} code_book;

static unsigned take(bit_reader *bits, unsigned n) {
    unsigned value = 0;
    for (unsigned i = 0; i < n; i++, bits->at++) {
        CHECK(bits->at < 8 * bits->length);
        value |= (unsigned)(bits->bytes[bits->at / 8] >> bits->at % 8 & 1) << i;
    }
    return value;
}

/* Codes that are too many or too few for their lengths end the run. */
static code_book book_of(const uint8_t *lengths, unsigned n) {
    code_book book = {{0}, {0}};
    unsigned n_symbols = 0, share = 0;
    for (unsigned length = 1; length <= MOST_BITS; length++)
        for (unsigned symbol = 0; symbol < n; symbol++)
            if (lengths[symbol] == length) {
                book.n_codes[length]++;
                book.symbols[n_symbols++] = (uint16_t)symbol;
                share += 1u << (MOST_BITS - length);
            }
    CHECK(share == 1u << MOST_BITS);
    return book;
}

static unsigned decode(bit_reader *bits, const code_book *book) {
    const uint16_t *symbols = book->symbols;
    unsigned code = 0, first = 0;
    for (unsigned length = 1; length <= MOST_BITS; length++) {
        code = code << 1 | take(bits, 1);
        if (code - first < book->n_codes[length])
            return symbols[code - first];
        symbols += book->n_codes[length];
        first = (first + book->n_codes[length]) << 1;
    }
    CHECK(!"a code of the book");
    return 0;
}

static void read_lengths(bit_reader *bits, const code_book *book, uint8_t *lengths, unsigned n) {
    for (unsigned i = 0; i < n;) {
        unsigned symbol = decode(bits, book), times = 1;
        uint8_t value = symbol < 16 ? (uint8_t)symbol : 0;
        if (symbol == 16) {
            CHECK(i > 0);
            value = lengths[i - 1];
            times = 3 + take(bits, 2);
        } else if (symbol > 16) {
            times = symbol == 17 ? 3 + take(bits, 3) : 11 + take(bits, 7);
        }
        CHECK(times <= n - i);
        while (times-- > 0)
            lengths[i++] = value;
    }
}

static void read_head(bit_reader *bits, code_book *literals, code_book *distances) {
    static const uint8_t order[] = {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};
    CHECK(take(bits, 1) == 1 && take(bits, 2) == 2);
    unsigned n_literals = 257 + take(bits, 5), n_distances = 1 + take(bits, 5), n = 4 + take(bits, 4);
    CHECK(n_literals <= 286 && n_distances <= 30);
    uint8_t of_lengths[19] = {0}, lengths[320];
    for (unsigned i = 0; i < n; i++)
        of_lengths[order[i]] = (uint8_t)take(bits, 3);
    code_book book = book_of(of_lengths, 19);
    read_lengths(bits, &book, lengths, n_literals + n_distances);
    *literals = book_of(lengths, n_literals);
    *distances = book_of(lengths + n_literals, n_distances);
}

static unsigned match_length(bit_reader *bits, unsigned symbol) {
    unsigned n_extra = symbol < 265 || symbol == 285 ? 0 : (symbol - 261) / 4;
    unsigned least = symbol < 265 ? symbol - 254 : ((4 + (symbol - 265) % 4) << n_extra) + 3;
    return symbol == 285 ? 258 : least + take(bits, n_extra);
}

static unsigned match_distance(bit_reader *bits, unsigned symbol) {
    unsigned n_extra = symbol < 4 ? 0 : symbol / 2 - 1;
    unsigned least = symbol < 4 ? symbol + 1 : ((2 + symbol % 2) << n_extra) + 1;
    return least + take(bits, n_extra);
}

static size_t read_block(bit_reader *bits, uint8_t *out, size_t room) {
    code_book literals, distances;
    read_head(bits, &literals, &distances);
    size_t n = 0;
    for (unsigned symbol; (symbol = decode(bits, &literals)) != END;) {
        if (symbol < END) {
            CHECK(n < room);
            out[n++] = (uint8_t)symbol;
            continue;
        }
        size_t length = match_length(bits, symbol);
        size_t distance = match_distance(bits, decode(bits, &distances));
        CHECK(length <= room - n && distance <= n);
        for (; length > 0; length--, n++)
            out[n] = out[n - distance];
    }
    return n;
}

static uint32_t adler_of(const uint8_t *bytes, size_t n) {
    uint32_t a = 1, b = 0;
    for (size_t i = 0; i < n; i++) {
        a = (a + bytes[i]) % 65521;
        b = (b + a) % 65521;
    }
    return b << 16 | a;
}

size_t fuzz_inflate(const uint8_t *stream, size_t length, uint8_t *out, size_t room) {
    CHECK(length > 6 && stream[0] == 0x78 && (stream[0] << 8 | stream[1]) % 31 == 0 && !(stream[1] & 0x20));
    bit_reader bits = {stream + 2, length - 6, 0};
    size_t n = read_block(&bits, out, room);
    CHECK((bits.at + 7) / 8 == bits.length);
    uint32_t adler = 0;
    for (unsigned i = 0; i < 4; i++)
        adler = adler << 8 | stream[length - 4 + i];
    CHECK(adler == adler_of(out, n));
    return n;
}
