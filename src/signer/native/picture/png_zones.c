/* The deflate block of a PNG file outside the symbol: matches, and what is too short for one. */
#include "picture/png_block.h"

#define WHITE 0xff
#define NO_FILTER 0 /* ISO/IEC 15948 section 9.2 */

static void add_symbol(block_sink *sink, unsigned symbol) {
    if (sink->bits == NULL) {
        sink->code->frequency[symbol] += 256 * sink->times;
        return;
    }
    bits_add(sink->bits, sink->code->codes[symbol], sink->code->lengths[symbol]);
    bits_flush(sink->bits);
}

static void add_match(block_sink *sink, unsigned distance, unsigned length) {
    block_symbol of_length = block_length_symbol(length), of_distance = block_distance_symbol(distance);
    add_symbol(sink, of_length.symbol);
    if (sink->bits == NULL)
        return;
    bits_add(sink->bits, of_length.extra, of_length.n_extra);
    bits_add(sink->bits, sink->code->distance_codes[of_distance.symbol], 1);
    bits_add(sink->bits, of_distance.extra, of_distance.n_extra);
    bits_flush(sink->bits);
}

/* `length` bytes as they are `distance` bytes before, all white but number `filter` of them. */
static void add_repeat(block_sink *sink, unsigned distance, unsigned length, unsigned filter) {
    if (length < BLOCK_MATCH_MIN) {
        for (unsigned i = 0; i < length; i++)
            add_symbol(sink, i == filter ? NO_FILTER : WHITE);
        return;
    }
    while (length > 0) {
        unsigned part = length < BLOCK_MATCH_MAX ? length : BLOCK_MATCH_MAX;
        if (length > part && length - part < BLOCK_MATCH_MIN)
            part -= BLOCK_MATCH_MIN; /* so that the rest can be a match too */
        add_match(sink, distance, part);
        length -= part;
    }
}

void png_add_top(block_sink *sink, const png_layout *layout) {
    const unsigned zone_rows = layout->quiet_zone * layout->scale, stride = layout->stride;
    add_symbol(sink, NO_FILTER);
    if (zone_rows == 0)
        return;
    add_symbol(sink, WHITE);
    add_repeat(sink, 1, stride - 2, stride);
    add_repeat(sink, stride, (zone_rows - 1) * stride + 1 + layout->left + layout->skipped, 0);
}

void png_add_row_end(block_sink *sink, const png_layout *layout) {
    unsigned to_next_row = layout->right + (layout->scale - 1) * layout->stride;
    add_repeat(sink, layout->stride, to_next_row + 1 + layout->left + layout->skipped, layout->right);
}

void png_add_bottom(block_sink *sink, const png_layout *layout) {
    const unsigned zone_rows = layout->quiet_zone * layout->scale, stride = layout->stride;
    if (zone_rows == 0) {
        add_repeat(sink, stride, (layout->scale - 1) * stride, 0);
    } else { /* on into the first row of the zone, which is white where the one above it is not */
        png_add_row_end(sink, layout);
        add_symbol(sink, WHITE);
        add_repeat(sink, 1, stride - 2 - layout->left - layout->skipped, stride);
        add_repeat(sink, stride, (zone_rows - 1) * stride, 0);
    }
    add_symbol(sink, BLOCK_END);
}
