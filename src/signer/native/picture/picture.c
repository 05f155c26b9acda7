/* Pictures by format, and the one that needs no file of its own: packed bits. */
#include "picture/picture.h"
#include "deflate/bit_writer.h"
#include "picture/png.h"
#include "picture/svg.h"
#include <string.h>

struct picture_writer {
    picture_format format;
    unsigned scale, quiet_zone;
    uint8_t is_made[QR_VERSION_MAX + 1]; /* the template of the version */
    crc32_tables crc;
    png_template templates[QR_VERSION_MAX];
};

void picture_select(unsigned features) {
    crc32_select(features);
}

size_t picture_writer_bytes(void) {
    return sizeof(picture_writer);
}

int picture_writer_init(picture_writer *writer, picture_format format, unsigned scale, unsigned quiet_zone) {
    if (scale < 1 || scale > PICTURE_SCALE_MAX || quiet_zone > PICTURE_QUIET_ZONE_MAX)
        return -1;
    writer->format = format;
    writer->scale = scale;
    writer->quiet_zone = quiet_zone;
    memset(writer->is_made, 0, sizeof writer->is_made);
    if (format == PICTURE_PNG)
        crc32_init(&writer->crc);
    return 0;
}

/* Each byte of eight modules with its bits turned round. */
static uint64_t high_bit_first(uint64_t modules) {
    modules = (modules & 0x5555555555555555) << 1 | (modules >> 1 & 0x5555555555555555);
    modules = (modules & 0x3333333333333333) << 2 | (modules >> 2 & 0x3333333333333333);
    return (modules & 0x0f0f0f0f0f0f0f0f) << 4 | (modules >> 4 & 0x0f0f0f0f0f0f0f0f);
}

static size_t bits_bound(unsigned side) {
    return side * ((side + 7) / 8) + 7; /* the last row's last store is a whole word */
}

/* Whole words: what is too much of a row, the next one covers. */
static size_t bits_write(const qr_symbol *symbol, uint8_t *out) {
    const size_t row_bytes = (symbol->side + 7u) / 8;
    for (size_t row = 0; row < symbol->side; row++)
        for (size_t i = 0; 8 * i < row_bytes; i++)
            store_lowest_first(out + row * row_bytes + 8 * i, high_bit_first(symbol->rows[row][i]));
    return symbol->side * row_bytes;
}

size_t picture_bound(const picture_writer *writer, unsigned side) {
    switch (writer->format) {
    case PICTURE_PNG:
        return png_bound(side, writer->scale, writer->quiet_zone);
    case PICTURE_SVG:
        return svg_bound(side);
    case PICTURE_BITS:
        return bits_bound(side);
    default:
        return 0;
    }
}

static const png_template *template_of(picture_writer *writer, unsigned version) {
    png_template *template = &writer->templates[version - 1];
    if (!writer->is_made[version]) {
        png_template_init(template, &writer->crc, version, writer->scale, writer->quiet_zone);
        writer->is_made[version] = 1;
    }
    return template;
}

size_t picture_write(picture_writer *writer, const qr_symbol *symbol, uint8_t *out) {
    switch (writer->format) {
    case PICTURE_PNG:
        return png_write(template_of(writer, symbol->version), &writer->crc, symbol, out);
    case PICTURE_SVG:
        return svg_write(symbol, writer->scale, writer->quiet_zone, out);
    case PICTURE_BITS:
        return bits_write(symbol, out);
    default:
        return 0;
    }
}
