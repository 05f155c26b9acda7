/* The code of a PNG file's literals, and groups of modules in it. */
#include "picture/huffman.h"
#include "picture/png_block.h"

/* A table of groups, and how often a group is looked up in it. */
typedef struct {
    png_group *groups;
    unsigned modules; /* mask of those that may be dark */
    unsigned first_byte, n_bytes;
    unsigned times; /* in a picture */
} group_table;

/* Modules to pixels, 0 for black, in `scale` bytes. */
static void draw_group(unsigned modules, unsigned scale, uint8_t *bytes) {
    unsigned n_pixels = 0;
    for (unsigned module = 0; module < PNG_GROUP; module++)
        for (unsigned i = 0; i < scale; i++, n_pixels++)
            bytes[n_pixels / 8] = (uint8_t)(bytes[n_pixels / 8] << 1 | (~modules >> module & 1));
}

static void count_group(const group_table *table, const uint8_t *bytes, block_code *code) {
    for (unsigned i = table->first_byte; i < table->n_bytes; i++)
        code->frequency[bytes[i]] += table->times;
}

/* The sums are those of the whole group, as Adler-32 minds what is not written too. */
static png_group group_of(const group_table *table, const uint8_t *bytes, const block_code *code) {
    png_group group = {0, 0, 0, 0};
    for (unsigned i = 0; i < table->n_bytes; i++) {
        group.sum = (uint16_t)(group.sum + bytes[i]);
        group.weighted += group.sum;
        if (i >= table->first_byte && group.n_bits <= PNG_GROUP_BITS) {
            group.bits |= (uint64_t)code->codes[bytes[i]] << group.n_bits;
            group.n_bits = (uint16_t)(group.n_bits + code->lengths[bytes[i]]);
        }
    }
    return group;
}

/* Fills the tables; gives the bits of the longest group, and in `longest` what is in it. */
static unsigned fill_tables(const group_table tables[3], uint8_t drawn[256][PICTURE_SCALE_MAX],
                            const block_code *code, const uint8_t **longest) {
    unsigned most_bits = 0;
    for (unsigned i = 0; i < 3; i++)
        for (unsigned modules = 0; modules < 256; modules++) {
            const uint8_t *bytes = drawn[modules & tables[i].modules];
            png_group group = group_of(&tables[i], bytes, code);
            tables[i].groups[modules] = group;
            if (group.n_bits > most_bits) {
                most_bits = group.n_bits;
                *longest = bytes;
            }
        }
    return most_bits;
}

/* Makes the code, and all tables in it. A group may have no more bits than one flush takes; at large scales
 * the best code has longer ones for some versions, which are then counted more often than they will be. */
static unsigned fit_code(const group_table tables[3], uint8_t drawn[256][PICTURE_SCALE_MAX],
                         block_code *code) {
    for (;;) {
        huffman_lengths(code->frequency, BLOCK_SYMBOLS, HUFFMAN_BITS_MAX, code->lengths);
        huffman_codes(code->lengths, BLOCK_SYMBOLS, code->codes);
        const uint8_t *longest = drawn[0];
        unsigned most_bits = fill_tables(tables, drawn, code, &longest);
        if (most_bits <= PNG_GROUP_BITS)
            return most_bits;
        const group_table more = {.n_bytes = tables[1].n_bytes, .times = tables[1].times};
        count_group(&more, longest, code);
    }
}

void png_make_groups(png_template *template, block_code *code) {
    const png_layout *layout = &template->layout;
    const unsigned shift = layout->shift, side = layout->side, n_middle = layout->n_groups - 2;
    const unsigned n_last = shift + side - (layout->n_groups - 1) * PNG_GROUP;
    const group_table tables[3] = {
        {template->first, 0xffu << shift & 0xff, layout->skipped, layout->scale, side},
        {template->middle, 0xff, 0, layout->scale, side * n_middle},
        {template->last, (1u << n_last) - 1, 0, layout->last_bytes, side},
    };
    uint8_t drawn[256][PICTURE_SCALE_MAX] = {{0}};
    for (unsigned modules = 0; modules < 256; modules++)
        draw_group(modules, layout->scale, drawn[modules]);
    /* Modules are dark as often as light: each pattern counts once. */
    for (unsigned i = 0; i < 3; i++)
        for (unsigned modules = 0; modules < 256; modules++)
            count_group(&tables[i], drawn[modules & tables[i].modules], code);
    unsigned most_bits = fit_code(tables, drawn, code);
    template->groups_a_flush = 4 * most_bits <= PNG_GROUP_BITS ? 4 : 2 * most_bits <= PNG_GROUP_BITS ? 2 : 1;
}
