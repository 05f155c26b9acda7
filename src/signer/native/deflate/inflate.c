/* Inflates zlib streams: codes of up to eleven bits by one table look-up, longer ones bit by bit. The code
 * that zlib_compress writes is known by its header; its tables are made once, and one of them gives two
 * literals a look-up. */
#include "deflate/inflate.h"
#include "deflate/code_book.h"
#include "deflate/deflate.h"

enum {
    HEAD_BYTES = 2,
    TRAILER_BYTES = 4,
    BLOCK_HEAD_BITS = 3,
    LITERALS_A_REFILL = 5, /* of FAST_BITS at most; a refill gives 56 bits, but at the end of the stream */
    PAIRS_A_REFILL = 4,
};
_Static_assert(PAIRS_A_REFILL *PAIR_BITS <= 56, "pairs need more bits than a refill gives");

typedef struct {
    bit_reader in;
    uint8_t *out;
    size_t n, room;
    const code_book *literals, *distances; /* of the block in hand: fixed, trained, or own[] */
    int is_last;
    code_book own[2];
} inflater;

static code_book fixed_literals, fixed_distances, trained_literals, trained_distances;
static pair_book trained_pairs;

/* The lengths of the literal and distance codes; gives 0 or WRONG. */
static int read_lengths(bit_reader *in, const code_book *book, uint8_t *lengths, unsigned n) {
    for (unsigned i = 0; i < n;) {
        int symbol = decode(in, book);
        if (symbol < 0)
            return WRONG;
        if (symbol < 16) {
            lengths[i++] = (uint8_t)symbol;
            continue;
        }
        int extra = take(in, symbol == 16 ? 2 : symbol == 17 ? 3 : 7);
        unsigned times = (unsigned)extra + (symbol == 18 ? 11 : 3);
        if (extra < 0 || times > n - i || (symbol == 16 && i == 0))
            return WRONG;
        memset(lengths + i, symbol == 16 ? lengths[i - 1] : 0, times);
        i += times;
    }
    return 0;
}

/* RFC 1951 section 3.2.7. The codes of lengths and of literals are complete; those of distances may be none,
 * or one of one bit. */
static int read_codes(inflater *z) {
    static const uint8_t ORDER[19] = {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};
    uint8_t lengths[LITERALS + DISTANCES] = {0};
    int literals = take(&z->in, 5), distances = take(&z->in, 5), n = take(&z->in, 4);
    if (n < 0 || literals > 286 - 257 || distances > 30 - 1)
        return WRONG;
    for (int i = 0; i < n + 4; i++) {
        int length = take(&z->in, 3);
        if (length < 0)
            return WRONG;
        lengths[ORDER[i]] = (uint8_t)length;
    }
    if (make_book(&z->own[0], lengths, 19) != 0)
        return WRONG;
    unsigned n_literals = 257 + (unsigned)literals, n_distances = 1 + (unsigned)distances;
    memset(lengths, 0, 19);
    if (read_lengths(&z->in, &z->own[0], lengths, n_literals + n_distances) < 0)
        return WRONG;
    if (lengths[END_OF_BLOCK] == 0 || make_book(&z->own[0], lengths, n_literals) != 0)
        return WRONG;
    int left = make_book(&z->own[1], lengths + n_literals, n_distances);
    int is_one = left == 1 << (MOST_BITS - 1) && z->own[1].count[1] == 1;
    z->literals = &z->own[0];
    z->distances = &z->own[1];
    return left == 0 || is_one || left == 1 << MOST_BITS ? 0 : WRONG;
}

/* Whether the block's header, behind its first three bits, is that of zlib_compress; then it is dropped. */
static int drop_trained(bit_reader *in) {
    bit_reader ahead = *in;
    for (unsigned at = 0; at < DEFLATE_HEADER_BITS; at += DEFLATE_CHUNK_BITS) {
        unsigned n = DEFLATE_HEADER_BITS - at, skipped = at == 0 ? BLOCK_HEAD_BITS : 0;
        n = (n < DEFLATE_CHUNK_BITS ? n : DEFLATE_CHUNK_BITS) - skipped;
        refill(&ahead);
        uint64_t found = ahead.bits & ((1ull << n) - 1);
        if (ahead.held < n || found != DEFLATE_HEADER[at / DEFLATE_CHUNK_BITS] >> skipped)
            return 0;
        drop(&ahead, n);
    }
    *in = ahead;
    return 1;
}

/* Reads the trained code's own header, as of any stream. */
static void make_trained_books(void) {
    uint8_t header[(DEFLATE_HEADER_BITS + 7) / 8 + 1] = {0};
    for (unsigned i = 0; i < DEFLATE_HEADER_BITS; i++)
        header[i / 8] |=
            (uint8_t)((DEFLATE_HEADER[i / DEFLATE_CHUNK_BITS] >> i % DEFLATE_CHUNK_BITS & 1) << i % 8);
    inflater z = {.in = {header, header + sizeof header, 0, 0}};
    take(&z.in, BLOCK_HEAD_BITS);
    read_codes(&z);
    trained_literals = z.own[0];
    trained_distances = z.own[1];
    make_pairs(&trained_pairs, &trained_literals);
}

/* RFC 1951 section 3.2.6 */
void inflate_init(void) {
    uint8_t lengths[LITERALS];
    memset(lengths, 8, 144);
    memset(lengths + 144, 9, 256 - 144);
    memset(lengths + 256, 7, 280 - 256);
    memset(lengths + 280, 8, LITERALS - 280);
    make_book(&fixed_literals, lengths, LITERALS);
    memset(lengths, 5, DISTANCES);
    make_book(&fixed_distances, lengths, DISTANCES);
    make_trained_books();
}

/* Bytes that stand already `distance` before; RFC 1951 section 3.2.5. `symbol` is 257 or more. */
static int copy_match(inflater *z, unsigned symbol) {
    static const uint16_t LENGTH[29] = {3,  4,  5,  6,  7,  8,  9,  10, 11,  13,  15,  17,  19,  23, 27,
                                        31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258};
    static const uint16_t DISTANCE[30] = {1,    2,    3,    4,    5,    7,    9,    13,    17,    25,
                                          33,   49,   65,   97,   129,  193,  257,  385,   513,   769,
                                          1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577};
    unsigned which = symbol - 257;
    if (which >= 29)
        return WRONG;
    int more = take(&z->in, which < 8 || which == 28 ? 0 : (which - 4) / 4);
    int of_distance = decode(&z->in, z->distances);
    if (more < 0 || of_distance < 0 || of_distance >= 30)
        return WRONG;
    int farther = take(&z->in, of_distance < 4 ? 0 : (unsigned)of_distance / 2 - 1);
    if (farther < 0)
        return WRONG;
    size_t length = LENGTH[which] + (size_t)more, distance = DISTANCE[of_distance] + (size_t)farther;
    if (distance > z->n || length > z->room - z->n)
        return WRONG;
    for (; length > 0; length--, z->n++)
        z->out[z->n] = z->out[z->n - distance];
    return 0;
}

/* Literals of codes in the fast table, as long as neither the stream nor the room is near its end. */
static inline void literal_run(inflater *z) {
    const uint16_t *fast = z->literals->fast;
    bit_reader in = z->in;
    uint8_t *out = z->out + z->n;
    size_t left = z->room - z->n;
    while (in.end - in.next >= 8 && left >= LITERALS_A_REFILL) {
        refill(&in);
        unsigned i = 0;
        for (; i < LITERALS_A_REFILL; i++) {
            unsigned entry = fast[in.bits & ((1 << FAST_BITS) - 1)];
            if (entry - 1 >= (END_OF_BLOCK << LENGTH_BITS) - 1) /* 0, or the end, or a match */
                break;
            drop(&in, entry & LENGTH_MASK);
            *out++ = (uint8_t)(entry >> LENGTH_BITS);
        }
        left -= i;
        if (i < LITERALS_A_REFILL)
            break;
    }
    z->in = in;
    z->n = z->room - left;
}

/* What changes as pairs are taken, so that it stays in registers. */
typedef struct {
    bit_reader in;
    uint8_t *out;
    const uint8_t *end;
} pair_place;

static inline int has_pairs(const pair_place *at) {
    return at->in.end - at->in.next >= 8 && at->end - at->out >= 2 * PAIRS_A_REFILL;
}

/* Gives 0 where the next bits are no literal's; then none are taken, and the next look-up finds none either.
 */
static inline unsigned take_pair(pair_place *at) {
    unsigned bits = at->in.bits & ((1 << PAIR_BITS) - 1), found = trained_pairs.found[bits];
    memcpy(at->out, trained_pairs.literals[bits], 2);
    at->out += found >> LENGTH_BITS;
    drop(&at->in, found & LENGTH_MASK);
    return found;
}

static inline pair_place place_of(const inflater *z) {
    return (pair_place){z->in, z->out + z->n, z->out + z->room};
}

static inline void put_back(inflater *z, const pair_place *place) {
    z->in = place->in;
    z->n = (size_t)(place->out - z->out);
}

/* The same of the trained code, by pairs. */
static inline void trained_run(inflater *z) {
    pair_place own = place_of(z);
    unsigned found = 1;
    while (found != 0 && has_pairs(&own)) {
        refill(&own.in);
        for (unsigned i = 0; i < PAIRS_A_REFILL; i++)
            found = take_pair(&own);
    }
    put_back(z, &own);
}

/* Of two streams, as far as both go: look-ups wait only for those of their own stream. */
static void trained_runs(inflater *y, inflater *z) {
    pair_place first = place_of(y), second = place_of(z);
    unsigned in_first = 1, in_second = 1;
    while (in_first != 0 && in_second != 0 && has_pairs(&first) && has_pairs(&second)) {
        refill(&first.in);
        refill(&second.in);
        for (unsigned i = 0; i < PAIRS_A_REFILL; i++) {
            in_first = take_pair(&first);
            in_second = take_pair(&second);
        }
    }
    put_back(y, &first);
    put_back(z, &second);
}

static int coded_block(inflater *z) {
    for (;;) {
        if (z->literals == &trained_literals)
            trained_run(z);
        else
            literal_run(z);
        int symbol = decode(&z->in, z->literals);
        if (symbol == END_OF_BLOCK)
            return 0;
        if (symbol < 0)
            return WRONG;
        if (symbol > END_OF_BLOCK) {
            if (copy_match(z, (unsigned)symbol) < 0)
                return WRONG;
        } else if (z->n < z->room)
            z->out[z->n++] = (uint8_t)symbol;
        else
            return WRONG;
    }
}

/* RFC 1951 section 3.2.4 */
static int stored_block(inflater *z) {
    drop(&z->in, z->in.held % 8);
    int length = take(&z->in, 16), check = take(&z->in, 16);
    if (check < 0 || (length ^ check) != 0xffff || (size_t)length > z->room - z->n)
        return WRONG;
    z->in.next -= z->in.held / 8; /* whole bytes wait: back to them */
    z->in.held = 0;
    z->in.bits = 0;
    if (z->in.end - z->in.next < length)
        return WRONG;
    memcpy(z->out + z->n, z->in.next, (size_t)length);
    z->in.next += length;
    z->n += (size_t)length;
    return 0;
}

/* Up to the first symbol of a block, or to the bytes of a stored one, which has no literals. Gives 0 or
 * WRONG. */
static int begin_block(inflater *z) {
    int is_last = take(&z->in, 1), type = take(&z->in, 2);
    z->is_last = is_last;
    z->literals = NULL;
    switch (type) {
    case 0:
        return 0;
    case 1:
        z->literals = &fixed_literals;
        z->distances = &fixed_distances;
        return 0;
    case 2:
        if (!drop_trained(&z->in))
            return read_codes(z);
        z->literals = &trained_literals;
        z->distances = &trained_distances;
        return 0;
    default:
        return WRONG;
    }
}

static int end_block(inflater *z) {
    return z->literals ? coded_block(z) : stored_block(z);
}

/* Up to the first symbol of the first block. Gives 0 or WRONG. */
static int begin_stream(inflater *z, const uint8_t *stream, size_t length, uint8_t *out, size_t room) {
    if (length < HEAD_BYTES + TRAILER_BYTES || stream[0] != 0x78 || (stream[0] << 8 | stream[1]) % 31 ||
        (stream[1] & 0x20)) /* a preset dictionary */
        return WRONG;
    z->in = (bit_reader){stream + HEAD_BYTES, stream + length, 0, 0};
    z->out = out;
    z->n = 0;
    z->room = room;
    return begin_block(z);
}

/* The rest of a stream: gives the number of all bytes, or INFLATE_UNREAD. */
static size_t end_stream(inflater *z) {
    for (;;) {
        if (end_block(z) < 0)
            return INFLATE_UNREAD;
        if (z->is_last)
            break;
        if (begin_block(z) < 0)
            return INFLATE_UNREAD;
    }
    drop(&z->in, z->in.held % 8);
    int high = take(&z->in, 16), low = take(&z->in, 16);
    if (low < 0 || z->in.held > 0 || z->in.next != z->in.end)
        return INFLATE_UNREAD;
    uint8_t sums[TRAILER_BYTES] = {(uint8_t)high, (uint8_t)(high >> 8), (uint8_t)low, (uint8_t)(low >> 8)};
    uint32_t adler = (uint32_t)sums[0] << 24 | (uint32_t)sums[1] << 16 | (uint32_t)sums[2] << 8 | sums[3];
    return adler == zlib_adler32(z->out, z->n) ? z->n : INFLATE_UNREAD;
}

size_t zlib_inflate(const uint8_t *stream, size_t length, uint8_t *out, size_t room) {
    inflater z;
    return begin_stream(&z, stream, length, out, room) < 0 ? INFLATE_UNREAD : end_stream(&z);
}

/* Up to the block that has the trained code, or the last one. Gives 0 or WRONG. */
static int find_trained(inflater *z) {
    while (z->literals != &trained_literals && !z->is_last)
        if (end_block(z) < 0 || begin_block(z) < 0)
            return WRONG;
    return 0;
}

void zlib_inflate_two(const inflate_input streams[2], uint8_t *const out[2], size_t room, size_t n[2]) {
    inflater z[2];
    int error[2];
    for (int i = 0; i < 2; i++) {
        error[i] = begin_stream(&z[i], streams[i].bytes, streams[i].length, out[i], room);
        if (!error[i])
            error[i] = find_trained(&z[i]);
    }
    if (!error[0] && !error[1] && z[0].literals == &trained_literals && z[1].literals == &trained_literals)
        trained_runs(&z[0], &z[1]);
    for (int i = 0; i < 2; i++)
        n[i] = error[i] ? INFLATE_UNREAD : end_stream(&z[i]);
}
