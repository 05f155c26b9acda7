/* Pictures of random symbols: within their bounds, and with every module where it belongs. */
#include "fuzz.h"

#include "picture/picture.h"
#include <string.h>

#define ROUNDS_A_WRITER 64 /* that share the tables of a scale and quiet zone */

typedef struct {
    picture_writer *writer;
    picture_format format;
    unsigned scale, quiet_zone;
} settings;

static int is_dark(const qr_symbol *symbol, unsigned row, unsigned column) {
    return symbol->rows[row][column / 64] >> column % 64 & 1;
}

/* Mostly small, as pictures are slow to check; rows past the side hold what a picture must not show. */
static qr_symbol *random_symbol(void) {
    qr_symbol *symbol = malloc(sizeof *symbol);
    CHECK(symbol != NULL);
    memset(symbol, 0xa5, sizeof *symbol);
    symbol->version = (uint8_t)(1 + fuzz_under(fuzz_under(16) ? 2 : fuzz_under(64) ? 7 : QR_VERSION_MAX));
    symbol->side = (uint8_t)(17 + 4 * symbol->version);
    const uint32_t light = fuzz_under(4) ? 128 : fuzz_under(257); /* of 256 modules */
    memset(symbol->rows, 0, symbol->side * sizeof symbol->rows[0]);
    for (unsigned row = 0; row < symbol->side; row++)
        for (unsigned column = 0; column < symbol->side; column++)
            if (fuzz_under(256) >= light)
                symbol->rows[row][column / 64] |= (uint64_t)1 << column % 64;
    return symbol;
}

static void renew(settings *drawn) {
    free(drawn->writer);
    drawn->writer = aligned_alloc(64, (picture_writer_bytes() + 63) / 64 * 64);
    CHECK(drawn->writer != NULL);
    drawn->format = fuzz_under(4) > 1 ? PICTURE_PNG : fuzz_under(2) ? PICTURE_SVG : PICTURE_BITS;
    drawn->scale = 1 + fuzz_under(fuzz_under(4) ? 4 : PICTURE_SCALE_MAX);
    drawn->quiet_zone = fuzz_under(fuzz_under(8) ? 6 : PICTURE_QUIET_ZONE_MAX + 1);
    CHECK(picture_writer_init(drawn->writer, drawn->format, 0, 4) == -1);
    CHECK(picture_writer_init(drawn->writer, drawn->format, PICTURE_SCALE_MAX + 1, 4) == -1);
    CHECK(picture_writer_init(drawn->writer, drawn->format, 4, PICTURE_QUIET_ZONE_MAX + 1) == -1);
    CHECK(picture_writer_init(drawn->writer, drawn->format, drawn->scale, drawn->quiet_zone) == 0);
}

static uint32_t number_at(const uint8_t *bytes) {
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

/* Looks at type and checksum of the chunk at the head of bytes[0..n), and gives the length of its data. */
static size_t check_chunk(const uint8_t *bytes, size_t n, const char *type) {
    CHECK(n >= 12);
    size_t length = number_at(bytes);
    CHECK(length <= n - 12 && !memcmp(bytes + 4, type, 4));
    uint32_t crc = 0xffffffff;
    for (size_t i = 4; i < 8 + length; i++) {
        crc ^= bytes[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
    }
    CHECK(number_at(bytes + 8 + length) == (crc ^ 0xffffffff));
    return length;
}

/* Filter byte and pixels of row `row` of modules of the whole picture, as they should be: 1 for white, in the
 * bits that fill the last byte too. */
static void expect_row(const settings *drawn, const qr_symbol *symbol, unsigned row, uint8_t *bytes,
                       size_t stride) {
    memset(bytes, 0xff, stride);
    bytes[0] = 0;
    if (row - drawn->quiet_zone >= symbol->side) /* wraps round above the symbol */
        return;
    for (unsigned column = 0; column < symbol->side; column++)
        if (is_dark(symbol, row - drawn->quiet_zone, column))
            for (unsigned i = 0, x; i < drawn->scale; i++) {
                x = (drawn->quiet_zone + column) * drawn->scale + i;
                bytes[1 + x / 8] &= (uint8_t) ~(0x80 >> x % 8);
            }
}

static void check_png(const settings *drawn, const qr_symbol *symbol, const uint8_t *png, size_t length) {
    static const uint8_t start[] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'}, format[] = {1, 0, 0, 0, 0};
    const size_t side = (symbol->side + 2 * drawn->quiet_zone) * drawn->scale, stride = 1 + (side + 7) / 8;
    CHECK(length > 57 && !memcmp(png, start, 8) && check_chunk(png + 8, length - 8, "IHDR") == 13);
    CHECK(number_at(png + 16) == side && number_at(png + 20) == side && !memcmp(png + 24, format, 5));
    size_t n_stream = check_chunk(png + 33, length - 33, "IDAT");
    CHECK(length == 33 + 12 + n_stream + 12 && check_chunk(png + length - 12, 12, "IEND") == 0);

    uint8_t *raster = malloc(stride * side), *expected = malloc(stride);
    CHECK(raster && expected);
    CHECK(fuzz_inflate(png + 41, n_stream, raster, stride * side) == stride * side);
    for (size_t y = 0; y < side; y++) {
        if (y % drawn->scale == 0)
            expect_row(drawn, symbol, (unsigned)(y / drawn->scale), expected, stride);
        CHECK(!memcmp(raster + y * stride, expected, stride));
    }
    free(raster);
    free(expected);
}

static long number_in(const char **text) {
    char *end;
    long number = strtol(*text, &end, 10);
    CHECK(end != *text);
    *text = end;
    return number;
}

/* Follows the path: each line is a run of dark modules, and together they are all of them. */
static void check_svg(const settings *drawn, const qr_symbol *symbol, const uint8_t *svg, size_t length) {
    char *text = malloc(length + 1);
    CHECK(text != NULL);
    memcpy(text, svg, length);
    text[length] = 0;
    const char *at = strstr(text, " d=\"M");
    CHECK(!strncmp(text, "<svg ", 5) && at != NULL);
    at += 5;
    long column = number_in(&at) - drawn->quiet_zone, row = number_in(&at) - drawn->quiet_zone, n_dark = 0;
    CHECK(!strncmp(at, ".5", 2));
    for (at += 2; *at == 'm';) {
        at++;
        column += number_in(&at);
        row += number_in(&at);
        CHECK(*at++ == 'h');
        for (long left = number_in(&at); left > 0; left--, column++, n_dark++)
            CHECK(row >= 0 && row < symbol->side && column >= 0 && column < symbol->side &&
                  is_dark(symbol, (unsigned)row, (unsigned)column));
    }
    CHECK(!strcmp(at, "\"/></svg>"));
    for (unsigned i = 0; i < symbol->side; i++)
        for (unsigned j = 0; j < symbol->side; j++)
            n_dark -= is_dark(symbol, i, j);
    CHECK(n_dark == 0);
    free(text);
}

static void check_bits(const qr_symbol *symbol, const uint8_t *bits, size_t length) {
    const unsigned side = symbol->side, row_bytes = (side + 7) / 8;
    CHECK(length == side * row_bytes);
    for (unsigned row = 0; row < side; row++)
        for (unsigned i = 0; i < 8 * row_bytes; i++)
            CHECK((bits[row * row_bytes + i / 8] >> (7 - i % 8) & 1) ==
                  (i < side && is_dark(symbol, row, i)));
}

void fuzz_pictures(unsigned features) {
    static settings drawn;
    static unsigned n_rounds;
    picture_select(fuzz_under(2) ? features : 0);
    if (n_rounds++ % ROUNDS_A_WRITER == 0)
        renew(&drawn);
    qr_symbol *symbol = random_symbol();
    size_t bound = picture_bound(drawn.writer, symbol->side);
    uint8_t *picture = malloc(bound);
    CHECK(picture != NULL);
    size_t length = picture_write(drawn.writer, symbol, picture);
    CHECK(length <= bound);
    if (drawn.format == PICTURE_PNG)
        check_png(&drawn, symbol, picture, length);
    else if (drawn.format == PICTURE_SVG)
        check_svg(&drawn, symbol, picture, length);
    else
        check_bits(symbol, picture, length);
    free(picture);
    free(symbol);
}
