/* PNG files from templates: the groups of each row, the checksums, the ends of chunks. */
#include "picture/png.h"
#include <string.h>

#define ADLER_BASE 65521u
#define STRING_STEP 7         /* bytes of a string of bits that one flush takes */
#define TRAILER_BYTES (4 + 4) /* Adler-32 and the CRC of IDAT */
#define LENGTH_AT 33          /* of IDAT, in the head */
#define TYPE_AT (LENGTH_AT + 4)

static const uint8_t END[12] = {0, 0, 0, 0, 'I', 'E', 'N', 'D', 0xae, 0x42, 0x60, 0x82};

size_t png_bound(unsigned side, unsigned scale, unsigned quiet_zone) {
    const size_t stride = 1 + ((side + 2 * quiet_zone) * scale + 7) / 8;
    const size_t n_groups = (quiet_zone % PNG_GROUP + side + PNG_GROUP - 1) / PNG_GROUP;
    const size_t literals = n_groups * (15 * scale < PNG_GROUP_BITS ? 15 * scale : PNG_GROUP_BITS);
    const size_t row_bits = literals + PNG_MATCHES(scale * stride) * PNG_MATCH_BITS;
    const size_t zone_bits = (PNG_MATCHES((quiet_zone + 1) * scale * stride) + 4) * PNG_MATCH_BITS;
    return PNG_START_BYTES + BLOCK_HEAD_BYTES + (side * row_bits + 2 * zone_bits) / 8 + 1 + TRAILER_BYTES +
           sizeof END + BIT_WRITER_SLACK;
}

static uint8_t *put_32(uint8_t *out, uint32_t value) {
    for (int shift = 24; shift >= 0; shift -= 8)
        *out++ = (uint8_t)(value >> shift);
    return out;
}

static uint64_t load_little_endian(const uint8_t *bytes) {
    uint64_t value;
    memcpy(&value, bytes, sizeof value);
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    value = __builtin_bswap64(value);
#endif
    return value;
}

static void add_string(bit_writer *bits, const uint8_t *string, unsigned n_bits) {
    const uint64_t step_bits = ((uint64_t)1 << 8 * STRING_STEP) - 1;
    for (; n_bits > 8 * STRING_STEP; n_bits -= 8 * STRING_STEP, string += STRING_STEP) {
        bits_add(bits, load_little_endian(string) & step_bits, 8 * STRING_STEP);
        bits_flush(bits);
    }
    bits_add(bits, load_little_endian(string) & step_bits, n_bits);
    bits_flush(bits);
}

/* The modules of a row in bytes, behind those that shift it. */
static void split_row(const uint64_t row[QR_WORDS], unsigned shift, uint8_t groups[8 * QR_WORDS]) {
    uint64_t carried = 0;
    for (unsigned i = 0; i < QR_WORDS; i++) {
        store_little_endian(groups + 8 * i, row[i] << shift | carried);
        carried = shift == 0 ? 0 : row[i] >> (64 - shift);
    }
}

/* What groups add up to, each behind the others: `before` is the sum of the sums before each of them. */
typedef struct {
    uint64_t sum, before, weighted;
} group_sums;

static inline void add_group(bit_writer *bits, group_sums *sums, const png_group *group) {
    bits_add(bits, group->bits, group->n_bits);
    sums->before += sums->sum;
    sums->sum += group->sum;
    sums->weighted += group->weighted;
}

/* Writes a row of modules; gives the sums of one row of its pixels. */
static inline png_sums write_row(const png_template *template, const uint64_t row[QR_WORDS], bit_writer *bits,
                                 const unsigned groups_a_flush) {
    const png_layout *layout = &template->layout;
    uint8_t groups[8 * QR_WORDS];
    split_row(row, layout->shift, groups);
    group_sums sums = {0, 0, 0};
    add_group(bits, &sums, &template->first[groups[0]]);
    bits_flush(bits);
    unsigned i = 1;
    for (; i + groups_a_flush < layout->n_groups; i += groups_a_flush) {
        for (unsigned j = 0; j < groups_a_flush; j++)
            add_group(bits, &sums, &template->middle[groups[i + j]]);
        bits_flush(bits);
    }
    for (; i + 1 < layout->n_groups; i++) {
        add_group(bits, &sums, &template->middle[groups[i]]);
        bits_flush(bits);
    }
    const png_group *last = &template->last[groups[i]];
    bits_add(bits, last->bits, last->n_bits);
    bits_flush(bits);

    uint64_t weighted = sums.weighted + layout->scale * sums.before + layout->last_bytes * sums.sum;
    uint64_t sum = sums.sum + last->sum;
    weighted += last->weighted + layout->right * sum;
    return (png_sums){sum + template->margin.sum, weighted + template->margin.weighted};
}

/* Writes all rows of modules up to the end of the block; gives the sums of the picture so far. */
static inline png_sums write_rows(const png_template *template, const qr_symbol *symbol, bit_writer *bits,
                                  const unsigned groups_a_flush) {
    const png_layout *layout = &template->layout;
    png_sums sums = template->head_sums;
    for (unsigned row = 0; row < layout->side; row++) {
        png_sums row_sums = write_row(template, symbol->rows[row], bits, groups_a_flush);
        sums = png_sums_after(sums, row_sums, layout->stride, layout->scale);
        if (row + 1 < layout->side)
            add_string(bits, template->row_end, template->row_end_bits);
    }
    add_string(bits, template->bottom, template->bottom_bits);
    return sums;
}

static png_sums write_symbol(const png_template *template, const qr_symbol *symbol, bit_writer *bits) {
    switch (template->groups_a_flush) {
    case 4:
        return write_rows(template, symbol, bits, 4);
    case 2:
        return write_rows(template, symbol, bits, 2);
    default:
        return write_rows(template, symbol, bits, 1);
    }
}

/* Adler-32 of the picture whose sums down to the lower quiet zone are these. */
static uint32_t checksum(const png_template *template, png_sums sums) {
    const png_layout *layout = &template->layout;
    sums = png_sums_after(sums, template->zone_row, layout->stride, layout->quiet_zone * layout->scale);
    return (uint32_t)(sums.weighted % ADLER_BASE << 16 | sums.sum % ADLER_BASE);
}

size_t png_write(const png_template *template, const crc32_tables *crc, const qr_symbol *symbol,
                 uint8_t *out) {
    const unsigned whole = template->head_bits / 8;
    memcpy(out, template->head, whole);
    bit_writer bits = {template->head[whole], template->head_bits & 7, out + whole};
    png_sums sums = write_symbol(template, symbol, &bits);
    uint8_t *end = put_32(bits_align(&bits), checksum(template, sums));
    put_32(out + LENGTH_AT, (uint32_t)(end - out) - TYPE_AT - 4);
    end = put_32(end, ~crc32_update(crc, template->head_crc, out + whole, (size_t)(end - out) - whole));
    memcpy(end, END, sizeof END);
    return (size_t)(end - out) + sizeof END;
}
