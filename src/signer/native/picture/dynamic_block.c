/* The head of a deflate block with codes of its own, and the symbols of matches. */
#include "picture/dynamic_block.h"
#include "picture/huffman.h"
#include <string.h>

#define ORDERS 19     /* symbols of the code that code lengths are written in */
#define ORDER_BITS 7  /* its longest code */
#define COPY_LAST 16  /* 3 to 6 times, 2 extra bits */
#define FEW_ZEROS 17  /* 3 to 10, 3 extra bits */
#define MANY_ZEROS 18 /* 11 to 138, 7 extra bits */

block_symbol block_length_symbol(unsigned length) {
    if (length == BLOCK_MATCH_MAX) /* alone, though 284 reaches as far */
        return (block_symbol){285, 0, 0};
    unsigned n_extra = 0, above = length - BLOCK_MATCH_MIN;
    while (above >> n_extra >= 8) /* four symbols for each number of extra bits, and eight without */
        n_extra++;
    return (block_symbol){(uint16_t)(257 + 4 * n_extra + (above >> n_extra)),
                          (uint16_t)(above & ((1u << n_extra) - 1)), (uint8_t)n_extra};
}

block_symbol block_distance_symbol(unsigned distance) {
    unsigned n_extra = 0, above = distance - 1;
    while (above >> n_extra >= 4) /* two symbols for each number of extra bits, and four without */
        n_extra++;
    return (block_symbol){(uint16_t)(2 * n_extra + (above >> n_extra)),
                          (uint16_t)(above & ((1u << n_extra) - 1)), (uint8_t)n_extra};
}

static unsigned run_length(const uint8_t *lengths, unsigned n, unsigned most) {
    unsigned run = 1;
    while (run < n && run < most && lengths[run] == lengths[0])
        run++;
    return run;
}

/* The orders for lengths[0..n), of which there are no more than lengths. */
static unsigned order_lengths(const uint8_t *lengths, unsigned n, block_symbol *orders) {
    unsigned n_orders = 0;
    for (unsigned i = 0; i < n;) {
        unsigned zeros = lengths[i] == 0 ? run_length(lengths + i, n - i, 138) : 0;
        unsigned copies = i > 0 && lengths[i] == lengths[i - 1] ? run_length(lengths + i, n - i, 6) : 0;
        if (zeros >= 11)
            orders[n_orders] = (block_symbol){MANY_ZEROS, (uint16_t)(zeros - 11), 7};
        else if (zeros >= 3)
            orders[n_orders] = (block_symbol){FEW_ZEROS, (uint16_t)(zeros - 3), 3};
        else if (copies >= 3)
            orders[n_orders] = (block_symbol){COPY_LAST, (uint16_t)(copies - 3), 2};
        else
            orders[n_orders] = (block_symbol){lengths[i], 0, 0};
        i += zeros >= 3 ? zeros : copies >= 3 ? copies : 1;
        n_orders++;
    }
    return n_orders;
}

static unsigned used(const uint8_t *lengths, unsigned n) {
    while (n > 0 && lengths[n - 1] == 0)
        n--;
    return n;
}

static void add_orders(bit_writer *bits, const block_symbol *orders, unsigned n_orders,
                       const uint8_t lengths[ORDERS]) {
    uint16_t codes[ORDERS];
    huffman_codes(lengths, ORDERS, codes);
    for (unsigned i = 0; i < n_orders; i++) {
        bits_add(bits, codes[orders[i].symbol], lengths[orders[i].symbol]);
        bits_add(bits, orders[i].extra, orders[i].n_extra);
        bits_flush(bits);
    }
}

void block_add_head(bit_writer *bits, const uint8_t lengths[BLOCK_SYMBOLS],
                    const uint8_t distance_lengths[BLOCK_DISTANCES]) {
    static const uint8_t places[ORDERS] = {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};
    uint8_t all[BLOCK_SYMBOLS + BLOCK_DISTANCES];
    unsigned n_symbols = used(lengths, BLOCK_SYMBOLS), n_distances = used(distance_lengths, BLOCK_DISTANCES);
    memcpy(all, lengths, n_symbols);
    memcpy(all + n_symbols, distance_lengths, n_distances);

    block_symbol orders[BLOCK_SYMBOLS + BLOCK_DISTANCES];
    unsigned n_orders = order_lengths(all, n_symbols + n_distances, orders);
    uint32_t frequency[ORDERS] = {0};
    for (unsigned i = 0; i < n_orders; i++)
        frequency[orders[i].symbol]++;
    uint8_t own_lengths[ORDERS], placed[ORDERS];
    huffman_lengths(frequency, ORDERS, ORDER_BITS, own_lengths);
    for (unsigned i = 0; i < ORDERS; i++)
        placed[i] = own_lengths[places[i]];

    unsigned n_placed = used(placed, ORDERS);
    bits_add(bits, 1 | 2 << 1, 3); /* last block, type 2 */
    bits_add(bits, n_symbols - 257, 5);
    bits_add(bits, n_distances - 1, 5);
    bits_add(bits, n_placed - 4, 4);
    bits_flush(bits);
    for (unsigned i = 0; i < n_placed; i++) {
        bits_add(bits, placed[i], 3);
        bits_flush(bits);
    }
    add_orders(bits, orders, n_orders, own_lengths);
}
