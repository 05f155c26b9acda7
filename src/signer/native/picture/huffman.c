/* Huffman codes: lengths from frequencies, codes from lengths. Made once for many pictures, so short rather
 * than fast. */
#include "picture/huffman.h"

#define NODES_MAX (2 * HUFFMAN_SYMBOLS_MAX)

/* Leaves first; a node stands behind its children. */
typedef struct {
    unsigned n_nodes;
    uint32_t weight[NODES_MAX];
    uint16_t parent[NODES_MAX]; /* 0 while there is none */
    uint16_t depth[NODES_MAX];
} tree;

/* The lightest node without a parent, the first of equals; it gets `parent`. */
static unsigned take_lightest(tree *tree, unsigned parent) {
    unsigned lightest = parent;
    for (unsigned i = 0; i < tree->n_nodes; i++)
        if (tree->parent[i] == 0 && (lightest == parent || tree->weight[i] < tree->weight[lightest]))
            lightest = i;
    tree->parent[lightest] = (uint16_t)parent;
    return lightest;
}

/* Joins n leaves into one tree; gives the depth of the deepest. */
static unsigned grow(tree *tree, unsigned n) {
    for (unsigned i = 0; i < 2 * n; i++)
        tree->parent[i] = 0;
    for (tree->n_nodes = n; tree->n_nodes < 2 * n - 1; tree->n_nodes++) {
        unsigned left = take_lightest(tree, tree->n_nodes), right = take_lightest(tree, tree->n_nodes);
        tree->weight[tree->n_nodes] = tree->weight[left] + tree->weight[right];
    }
    unsigned root = 2 * n - 2, deepest = 0;
    tree->depth[root] = 0;
    for (unsigned i = root; i-- > 0;) {
        tree->depth[i] = (uint16_t)(tree->depth[tree->parent[i]] + 1);
        deepest = tree->depth[i] > deepest ? tree->depth[i] : deepest;
    }
    return deepest;
}

void huffman_lengths(const uint32_t *frequency, unsigned n, unsigned limit, uint8_t *lengths) {
    tree tree;
    unsigned n_leaves = 0;
    for (unsigned i = 0; i < n; i++)
        if (frequency[i] != 0)
            tree.weight[n_leaves++] = frequency[i];
    /* Halved until the rare are no longer too rare: all equal in the end, which is the shallowest tree. */
    while (grow(&tree, n_leaves) > limit)
        for (unsigned i = 0; i < n_leaves; i++)
            tree.weight[i] = tree.weight[i] / 2 + (tree.weight[i] & 1);
    for (unsigned i = 0, leaf = 0; i < n; i++)
        lengths[i] = frequency[i] != 0 ? (uint8_t)tree.depth[leaf++] : 0;
}

static uint16_t reversed(unsigned code, unsigned n_bits) {
    unsigned result = 0;
    for (; n_bits > 0; n_bits--, code >>= 1)
        result = result << 1 | (code & 1);
    return (uint16_t)result;
}

void huffman_codes(const uint8_t *lengths, unsigned n, uint16_t *codes) {
    unsigned code = 0;
    for (unsigned length = 1; length <= HUFFMAN_BITS_MAX; length++, code <<= 1)
        for (unsigned i = 0; i < n; i++)
            if (lengths[i] == length)
                codes[i] = reversed(code++, length);
}
