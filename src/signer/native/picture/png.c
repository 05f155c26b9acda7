/* PNG files from templates: the groups of each row, the checksums, the ends of chunks. */
#include "picture/png.h"
#include <string.h>

#define ADLER_BASE 65521u
#define TRAILER_BYTES (4 + 4) /* Adler-32 and the CRC of IDAT */
#define LENGTH_AT 33          /* of IDAT, in the head */
#define TYPE_AT (LENGTH_AT + 4)

/* Every group as long as groups may be, every match too; each zone has 4 literals, ends or cut matches more
 * than its bytes need matches. */
size_t png_bound(unsigned side, unsigned scale, unsigned quiet_zone) {
    const size_t stride = 1 + ((side + 2 * quiet_zone) * scale + 7) / 8;
    const size_t n_groups = (quiet_zone % PNG_GROUP + side + PNG_GROUP - 1) / PNG_GROUP;
    const size_t literals = n_groups * (15 * scale < PNG_GROUP_BITS ? 15 * scale : PNG_GROUP_BITS);
    const size_t row_bits = literals + PNG_MATCHES(scale * stride) * PNG_MATCH_BITS;
    const size_t zone_bits = (PNG_MATCHES((quiet_zone + 1) * scale * stride) + 4) * PNG_MATCH_BITS;
    return PNG_START_BYTES + BLOCK_HEAD_BYTES + (side * row_bits + 2 * zone_bits) / 8 + 1 + TRAILER_BYTES +
           PNG_END_BYTES + BIT_WRITER_SLACK;
}

static uint8_t *put_32(uint8_t *out, uint32_t value) {
    for (int shift = 24; shift >= 0; shift -= 8)
        *out++ = (uint8_t)(value >> shift);
    return out;
}

/* The modules of a row in bytes, behind those that shift it. */
static void split_row(const uint64_t row[QR_WORDS], unsigned shift, uint8_t groups[8 * QR_WORDS]) {
    uint64_t carried = 0;
    for (unsigned i = 0; i < QR_WORDS; i++) {
        store_lowest_first(groups + 8 * i, row[i] << shift | carried);
        carried = shift == 0 ? 0 : row[i] >> (64 - shift);
    }
}

/* What the groups of all rows add up to. */
typedef struct {
    uint64_t sum;      /* of their bytes */
    uint64_t weighted; /* each byte as often as bytes stand from it to the end of its group */
    uint64_t before; /* of the groups but the last of a row: each byte as often as such groups stand behind */
    uint64_t but_last; /* of the groups but the last of a row */
    uint64_t rows;     /* each byte as often as rows of modules stand from it to the last one */
} group_sums;

static inline void add_group(bit_writer *bits, const png_group *group, uint64_t *row_sum, group_sums *sums) {
    bits_add(bits, group->bits, group->n_bits);
    sums->before += *row_sum;
    sums->weighted += group->weighted;
    *row_sum += group->sum;
}

/* Writes a row of modules. */
static inline void write_row(const png_template *template, const uint64_t row[QR_WORDS], bit_writer *bits,
                             group_sums *sums, const unsigned groups_a_flush) {
    const unsigned n_groups = template->layout.n_groups;
    uint8_t groups[8 * QR_WORDS];
    split_row(row, template->layout.shift, groups);
    uint64_t row_sum = 0;
    add_group(bits, &template->first[groups[0]], &row_sum, sums);
    bits_flush(bits);
    unsigned i = 1;
    for (; i + groups_a_flush < n_groups; i += groups_a_flush) {
        for (unsigned j = 0; j < groups_a_flush; j++)
            add_group(bits, &template->middle[groups[i + j]], &row_sum, sums);
        bits_flush(bits);
    }
    for (; i + 1 < n_groups; i++) /* with the last one no more than a flush takes */
        add_group(bits, &template->middle[groups[i]], &row_sum, sums);
    const png_group *last = &template->last[groups[i]];
    bits_add(bits, last->bits, last->n_bits);
    bits_flush(bits);
    sums->but_last += row_sum;
    sums->weighted += last->weighted;
    sums->sum += row_sum + last->sum;
    sums->rows += sums->sum;
}

/* Writes all rows of modules up to the end of the block. */
static inline group_sums write_rows(const png_template *template, const qr_symbol *symbol, bit_writer *bits,
                                    const unsigned groups_a_flush) {
    bit_writer own = *bits; /* which no store of bytes can be taken to change */
    group_sums sums = {0, 0, 0, 0, 0};
    for (unsigned row = 0; row < template->layout.side; row++) {
        if (row > 0)
            bits_copy(&own, template->row_end, 0, template->row_end_bits);
        write_row(template, symbol->rows[row], &own, &sums, groups_a_flush);
    }
    bits_copy(&own, template->bottom, 0, template->bottom_bits);
    *bits = own;
    return sums;
}

static group_sums write_symbol(const png_template *template, const qr_symbol *symbol, bit_writer *bits) {
    switch (template->groups_a_flush) {
    case 4:
        return write_rows(template, symbol, bits, 4);
    case 2:
        return write_rows(template, symbol, bits, 2);
    default:
        return write_rows(template, symbol, bits, 1);
    }
}

/* Adler-32 of the picture. A byte of a group is there `scale` times; it counts as often as bytes stand from
 * it to the end of the picture: to the end of its group, of the groups of its row, of its row of pixels, and
 * `stride` for each row of pixels below. */
static uint32_t checksum(const png_template *template, const group_sums *sums) {
    const png_layout *layout = &template->layout;
    const uint64_t scale = layout->scale;
    uint64_t in_rows = sums->weighted + scale * sums->before + layout->last_bytes * sums->but_last +
                       layout->right * sums->sum;
    uint64_t below = scale * scale * (sums->rows + layout->quiet_zone * sums->sum);
    below -= scale * (scale + 1) / 2 * sums->sum; /* its own row and those above, of the same modules */
    uint64_t weighted = template->ground.weighted + scale * in_rows + layout->stride * below;
    uint64_t sum = template->ground.sum + scale * sums->sum;
    return (uint32_t)(weighted % ADLER_BASE << 16 | sum % ADLER_BASE);
}

size_t png_write(const png_template *template, const crc32_tables *crc, const qr_symbol *symbol,
                 uint8_t *out) {
    const unsigned whole = template->head_bits / 8;
    memcpy(out, template->head, whole);
    bit_writer bits = {template->head[whole], template->head_bits & 7, out + whole};
    group_sums sums = write_symbol(template, symbol, &bits);
    uint8_t *end = put_32(bits_align(&bits), checksum(template, &sums));
    put_32(out + LENGTH_AT, (uint32_t)(end - out) - TYPE_AT - 4);
    end = put_32(end, ~crc32_update(crc, template->head_crc, out + whole, (size_t)(end - out) - whole));
    memcpy(end, template->end, PNG_END_BYTES);
    return (size_t)(end - out) + PNG_END_BYTES;
}
