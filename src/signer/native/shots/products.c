/* The table of a profile's products: an open-addressing hash of names, of which at most two slots in five are
 * taken. */
#include "shots/shots.h"

#include <string.h>

enum {
    SLOTS = 512, /* a power of two */
    MOST_PRODUCTS = 200,
    MOST_BYTES = SHOT_CODE_MAX,
};
_Static_assert(sizeof((shot_products *)0)->slots == SLOTS, "as in the header");

/* Eight bytes a step: multiply and fold. Names come from the issuer's own profile, so no one can aim at
 * collisions. */
static uint32_t slot_of(const uint8_t *name, uint32_t length) {
    const uint64_t multiplier = 0x9e3779b97f4a7c15u; /* 2^64 / golden ratio, odd */
    uint64_t hash = length, word;
    for (; length >= 8; name += 8, length -= 8) {
        memcpy(&word, name, 8);
        hash = (hash ^ word) * multiplier;
        hash ^= hash >> 32;
    }
    word = 0;
    memcpy(&word, name, length);
    hash = (hash ^ word) * multiplier;
    return (uint32_t)(hash >> 55); /* the best mixed bits: the top 9 */
}

static int same_text(dcc_text a, dcc_text b) {
    return a.length == b.length && memcmp(a.bytes, b.bytes, a.length) == 0;
}

/* The slot that holds the name, or the empty one in which its search ends. */
static uint32_t find_slot(const shot_products *table, dcc_text name) {
    uint32_t slot = slot_of(name.bytes, name.length);
    while (table->slots[slot] != 0 && !same_text(table->products[table->slots[slot] - 1].name, name))
        slot = (slot + 1) % SLOTS;
    return slot;
}

static int fits(dcc_text text) {
    return text.length >= 1 && text.length <= MOST_BYTES;
}

int shot_products_init(shot_products *table, const shot_product *products, uint32_t n_products) {
    memset(table, 0, sizeof *table);
    table->products = products;
    if (n_products > MOST_PRODUCTS)
        return -1;
    for (uint32_t i = 0; i < n_products; i++) {
        const shot_product *product = &products[i];
        if (!fits(product->name) || !fits(product->mp) || !fits(product->ma) || !fits(product->vp))
            return -1;
        uint32_t slot = find_slot(table, product->name);
        if (table->slots[slot] != 0)
            return -1;
        table->slots[slot] = (uint8_t)(i + 1);
    }
    table->n_products = n_products;
    return 0;
}

const shot_product *shot_products_find(const shot_products *table, dcc_text name) {
    if (!fits(name))
        return NULL;
    uint8_t found = table->slots[find_slot(table, name)];
    return found == 0 ? NULL : &table->products[found - 1];
}
