/* Literals of streams side by side, written once and compiled for each instruction set. */
#ifndef SIGNER_INFLATE_RUN_H
#define SIGNER_INFLATE_RUN_H

#include "deflate/inflate_lanes.h"

enum { PAIRS_A_REFILL = 4 };
_Static_assert(PAIRS_A_REFILL *PAIR_BITS <= 56, "pairs need more bits than a refill gives");

/* What changes as pairs are taken, so that it stays in registers. */
typedef struct {
    bit_reader in;
    uint8_t *out;
    unsigned taken; /* since the last refill: number of literals * 64 + their length */
} pair_place;

static inline int has_room(const inflater *z, const pair_place *at) {
    return (z->in.end - at->in.next >= 8) & (z->room_end - at->out >= 2 * PAIRS_A_REFILL);
}

/* Takes nothing where the next bits are no literal's. */
static inline void take_pair(const pair_book *pairs, pair_place *at) {
    uint64_t bits = at->in.bits & pairs->mask;
    unsigned found = pairs->found[bits];
    memcpy(at->out, pairs->literals[bits], 2);
    at->out += found >> LENGTH_BITS;
    at->taken += found;
    at->in.bits >>= found & LENGTH_MASK;
}

#define EACH_LANE _Pragma("GCC unroll 4") for (unsigned i = 0; i < n_lanes; i++)

/* As inflate_run says. */
static inline __attribute__((always_inline)) void run_lanes(inflater *lanes, const unsigned n_lanes) {
    pair_place at[INFLATE_LANES];
    EACH_LANE at[i] = (pair_place){lanes[i].in, lanes[i].out, 0};
    for (unsigned found = 1, have_room = 1;;) {
        EACH_LANE have_room &= (unsigned)has_room(&lanes[i], &at[i]);
        if (!found || !have_room)
            break;
        EACH_LANE refill_fast(&at[i].in);
        EACH_LANE at[i].taken = 0;
        _Pragma("GCC unroll 4") for (unsigned pair = 0; pair < PAIRS_A_REFILL; pair++)
            EACH_LANE take_pair(lanes[i].pairs, &at[i]);
        found = 0;
        EACH_LANE {
            at[i].in.held -= at[i].taken & LENGTH_MASK;
            found |= at[i].taken;
        }
    }
    EACH_LANE {
        lanes[i].in = at[i].in;
        lanes[i].out = at[i].out;
    }
}

#endif
