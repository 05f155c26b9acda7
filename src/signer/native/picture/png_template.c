/* What PNG files of one version have in common. */
#include "picture/huffman.h"
#include "picture/png_block.h"
#include <string.h>

_Static_assert(QR_SIDE_MAX + PNG_GROUP - 1 <= 64 * QR_WORDS, "a shifted row does not fit its words");

static png_layout layout_of(unsigned side, unsigned scale, unsigned quiet_zone) {
    png_layout layout = {.scale = scale, .quiet_zone = quiet_zone, .side = side};
    unsigned row_bytes = ((side + 2 * quiet_zone) * scale + 7) / 8;
    layout.stride = 1 + row_bytes;
    layout.shift = quiet_zone % PNG_GROUP;
    layout.n_groups = (layout.shift + side + PNG_GROUP - 1) / PNG_GROUP;
    layout.left = quiet_zone / PNG_GROUP * scale;
    layout.skipped = layout.shift * scale / 8;
    unsigned whole_groups = layout.n_groups - 1;
    layout.last_bytes = ((layout.shift + side - whole_groups * PNG_GROUP) * scale + 7) / 8;
    layout.right = row_bytes - layout.left - whole_groups * scale - layout.last_bytes;
    return layout;
}

/* The two distances that occur. */
static void make_distances(const png_layout *layout, block_code *code) {
    const unsigned next = block_distance_symbol(1).symbol, row = block_distance_symbol(layout->stride).symbol;
    code->distance_lengths[next] = code->distance_lengths[row] = 1;
    huffman_codes(code->distance_lengths, BLOCK_DISTANCES, code->distance_codes);
}

static void count_zones(const png_layout *layout, block_code *code) {
    block_sink once = {code, NULL, 1}, rows = {code, NULL, layout->side - 1};
    png_add_top(&once, layout);
    png_add_row_end(&rows, layout);
    png_add_bottom(&once, layout);
}

static uint8_t *put_32(uint8_t *out, uint32_t value) {
    for (int shift = 24; shift >= 0; shift -= 8)
        *out++ = (uint8_t)(value >> shift);
    return out;
}

static void put_start(uint8_t *out, const png_layout *layout, const crc32_tables *crc) {
    static const uint8_t signature[] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n', 0, 0, 0, 13};
    static const uint8_t one_bit_gray[] = {1, 0, 0, 0, 0}; /* depth, colour type, three methods */
    const uint32_t width = (layout->side + 2 * layout->quiet_zone) * layout->scale;
    memcpy(out, signature, sizeof signature);
    uint8_t *header = out + sizeof signature;
    memcpy(header, "IHDR", 4);
    put_32(put_32(header + 4, width), width);
    memcpy(header + 12, one_bit_gray, sizeof one_bit_gray);
    put_32(header + 17, ~crc32_update(crc, CRC32_START, header, 17));
    memcpy(header + 21, "\0\0\0\0IDAT\x78\xda", 10); /* a window of 32 KiB, best compression */
}

/* Ends a string of bits and gives its length. */
static unsigned bit_count(bit_writer *bits, const uint8_t *start) {
    bits_align(bits);
    return (unsigned)(8 * (bits->next - start)) + bits->n_waiting;
}

/* Writes a part of the block. */
static unsigned put_part(uint8_t *bytes, void (*add)(block_sink *, const png_layout *),
                         const png_layout *layout, block_code *code) {
    bit_writer bits = {0, 0, bytes};
    block_sink sink = {code, &bits, 0};
    add(&sink, layout);
    return bit_count(&bits, bytes);
}

/* The sums of `n` white bytes with `after` more behind them in the row. */
static png_sums white_sums(uint64_t n, uint64_t after) {
    return (png_sums){255 * n, 255 * (n * (n + 1) / 2 + n * after)};
}

/* Adds `copies` rows of `stride` bytes to the sums of a picture. */
static void add_rows(png_sums *picture, png_sums row, uint64_t stride, uint64_t copies) {
    picture->weighted += copies * (stride * picture->sum + row.weighted);
    picture->weighted += copies * (copies - 1) / 2 * stride * row.sum;
    picture->sum += copies * row.sum;
}

static png_sums ground_sums(const png_layout *layout) {
    const unsigned stride = layout->stride, zone_rows = layout->quiet_zone * layout->scale;
    const png_sums zone = white_sums(stride - 1, 0), right = white_sums(layout->right, 0);
    png_sums margin = white_sums(layout->left, stride - 1 - layout->left), picture = {1, 0};
    margin.sum += right.sum;
    margin.weighted += right.weighted;
    add_rows(&picture, zone, stride, zone_rows);
    add_rows(&picture, margin, stride, layout->side * layout->scale);
    add_rows(&picture, zone, stride, zone_rows);
    return picture;
}

static void put_head(png_template *template, block_code *code, const crc32_tables *crc) {
    put_start(template->head, &template->layout, crc);
    bit_writer bits = {0, 0, template->head + PNG_START_BYTES};
    block_add_head(&bits, code->lengths, code->distance_lengths);
    block_sink sink = {code, &bits, 0};
    png_add_top(&sink, &template->layout);
    template->head_bits = bit_count(&bits, template->head);
    const uint8_t *chunk = template->head + PNG_START_BYTES - 6; /* from its type on: IDAT and zlib header */
    template->head_crc = crc32_update(crc, CRC32_START, chunk, (size_t)(bits.next - chunk));
}

/* Of IEND, which has no data, the length is 0 already. */
static void put_end(uint8_t end[PNG_END_BYTES], const crc32_tables *crc) {
    memcpy(end + 4, "IEND", 4);
    put_32(end + 8, ~crc32_update(crc, CRC32_START, end + 4, 4));
}

void png_template_init(png_template *template, const crc32_tables *crc, unsigned version, unsigned scale,
                       unsigned quiet_zone) {
    memset(template, 0, sizeof *template);
    template->layout = layout_of(17 + 4 * version, scale, quiet_zone);
    block_code code = {0};
    make_distances(&template->layout, &code);
    count_zones(&template->layout, &code);
    png_make_groups(template, &code);
    template->ground = ground_sums(&template->layout);
    put_head(template, &code, crc);
    template->row_end_bits = put_part(template->row_end, png_add_row_end, &template->layout, &code);
    put_end(template->end, crc);
    template->bottom_bits = put_part(template->bottom, png_add_bottom, &template->layout, &code);
}
