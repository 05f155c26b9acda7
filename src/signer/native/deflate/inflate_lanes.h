/* Streams that are inflated side by side, and how literals are taken from them. */
#ifndef SIGNER_INFLATE_LANES_H
#define SIGNER_INFLATE_LANES_H

#include "deflate/code_book.h"
#include "deflate/deflate.h"

#define INFLATE_LANES 4

/* One stream. */
typedef struct {
    bit_reader in;
    uint8_t *out;
    const uint8_t *room_end;
    const pair_book *pairs;                /* of `literals`; NULL where it has none */
    const code_book *literals, *distances; /* of the block in hand: fixed, trained, or own[] */
    const uint8_t *stream;
    uint8_t *first; /* byte written */
    zlib_text text; /* of the last block that had the trained code, and where its bytes begin */
    size_t text_at;
    int is_last, has_head;
    code_book own[2];
} inflater;

/* Takes literals of one stream, or of INFLATE_LANES, in blocks that have pairs, until none of them goes on:
 * another symbol comes in each, or one is near its end or that of its room. A stream waits for the others,
 * which is shorter than the wait of a processor that has not foreseen where a text ends. */
typedef void inflate_run(inflater *lanes);

inflate_run inflate_one, inflate_all; /* as deflate_select has chosen */
inflate_run inflate_one_portable, inflate_all_portable;
inflate_run inflate_one_avx2, inflate_all_avx2; /* BMI2 for the shifts */

#endif
