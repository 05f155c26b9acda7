/* Inflates zlib streams: codes of up to eleven bits by one table look-up, longer ones bit by bit. The codes
 * that zlib_compress writes, the fixed and the trained one, have tables that are made once and give up to two
 * literals a look-up; by these, streams go side by side, as a look-up waits only for the last one of its own
 * stream. */
#include "deflate/inflate.h"
#include "deflate/inflate_lanes.h"
#include "deflate/stream_head.h"

enum {
    BLOCK_HEAD_BITS = 3,
    BLOCKS_TOGETHER = 2,   /* prefix and text */
    LITERALS_A_REFILL = 5, /* of FAST_BITS at most; a refill gives 56 bits, but at the end of the stream */
};
static code_book fixed_literals, fixed_distances, trained_literals, trained_distances;
static pair_book fixed_pairs, trained_pairs;
static uint8_t trained_header[DEFLATE_HEADER_BITS / 8 + 1 + BIT_WRITER_SLACK];

static inline size_t written(const inflater *z) {
    return (size_t)(z->out - z->first);
}

static inline size_t room_left(const inflater *z) {
    return (size_t)(z->room_end - z->out);
}

/* Bits of the stream that are read. */
static inline size_t bits_read(const inflater *z) {
    return 8 * (size_t)(z->in.next - z->stream) - z->in.held;
}

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
    return left == 0 || is_one || left == 1 << MOST_BITS ? 0 : WRONG;
}

static void move_to(inflater *z, size_t bit) {
    z->in = (bit_reader){z->stream + bit / 8, z->in.end, 0, 0};
    take(&z->in, bit % 8);
}

/* Whether the block's header, of which three bits are read, is that of zlib_compress; then it is passed. */
static int pass_trained(inflater *z) {
    const size_t first = bits_read(z) - BLOCK_HEAD_BITS;
    if (z->in.end - (z->stream + first / 8) < (ptrdiff_t)sizeof trained_header ||
        !has_bits(z->stream, first, trained_header, DEFLATE_HEADER_BITS))
        return 0;
    move_to(z, first + DEFLATE_HEADER_BITS);
    return 1;
}

/* Reads the trained code's own header, as of any stream. */
static void make_trained_books(void) {
    bit_writer bits = {0, 0, trained_header};
    write_text_header(&bits);
    end_bits(&bits, trained_header);
    inflater z = {.in = {trained_header, trained_header + sizeof trained_header, 0, 0}};
    take(&z.in, BLOCK_HEAD_BITS);
    read_codes(&z);
    trained_literals = z.own[0];
    trained_distances = z.own[1];
    make_pairs(&trained_pairs, &trained_literals, PAIR_BITS);
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
    make_pairs(&fixed_pairs, &fixed_literals, FIXED_BITS);
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
    if (distance > written(z) || length > room_left(z))
        return WRONG;
    for (; length > 0; length--, z->out++)
        *z->out = *(z->out - distance);
    return 0;
}

/* Literals of codes in the fast table, as long as neither the stream nor the room is near its end. */
static inline void literal_run(inflater *z) {
    const uint16_t *fast = z->literals->fast;
    bit_reader in = z->in;
    uint8_t *out = z->out;
    unsigned i = LITERALS_A_REFILL;
    while (i == LITERALS_A_REFILL && in.end - in.next >= 8 && z->room_end - out >= LITERALS_A_REFILL) {
        refill(&in);
        for (i = 0; i < LITERALS_A_REFILL; i++) {
            unsigned entry = fast[in.bits & ((1 << FAST_BITS) - 1)];
            if (entry - 1 >= (END_OF_BLOCK << LENGTH_BITS) - 1) /* 0, or the end, or a match */
                break;
            drop(&in, entry & LENGTH_MASK);
            *out++ = (uint8_t)(entry >> LENGTH_BITS);
        }
    }
    z->in = in;
    z->out = out;
}

/* RFC 1951 section 3.2.4 */
static int stored_block(inflater *z) {
    drop(&z->in, z->in.held % 8);
    int length = take(&z->in, 16), check = take(&z->in, 16);
    if (check < 0 || (length ^ check) != 0xffff || (size_t)length > room_left(z))
        return WRONG;
    z->in.next -= z->in.held / 8; /* whole bytes wait: back to them */
    z->in.held = 0;
    z->in.bits = 0;
    if (z->in.end - z->in.next < length)
        return WRONG;
    memcpy(z->out, z->in.next, (size_t)length);
    z->in.next += length;
    z->out += length;
    return 0;
}

static int begin_coded(inflater *z, const code_book *literals, const code_book *distances,
                       const pair_book *pairs) {
    z->literals = literals;
    z->distances = distances;
    z->pairs = pairs;
    return 0;
}

static int begin_trained(inflater *z) {
    size_t first = bits_read(z);
    z->text = (zlib_text){z->stream + first / 8, first % 8, 0, 0};
    z->text_at = written(z);
    return begin_coded(z, &trained_literals, &trained_distances, &trained_pairs);
}

/* Up to the first symbol of a block that has symbols: stored ones are passed. The stream is at its end where
 * `literals` is NULL. Gives 0 or WRONG. */
static int begin_block(inflater *z) {
    z->literals = NULL;
    while (!z->is_last) {
        z->is_last = take(&z->in, 1);
        switch (take(&z->in, 2)) {
        case 0:
            if (stored_block(z) < 0)
                return WRONG;
            break;
        case 1:
            return begin_coded(z, &fixed_literals, &fixed_distances, &fixed_pairs);
        case 2:
            if (pass_trained(z))
                return begin_trained(z);
            return read_codes(z) < 0 ? WRONG : begin_coded(z, &z->own[0], &z->own[1], NULL);
        default:
            return WRONG;
        }
    }
    return 0;
}

static int end_block(inflater *z) {
    if (z->literals == &trained_literals) {
        z->text.n_bits =
            (uint32_t)(bits_read(z) - 8 * (size_t)(z->text.bytes - z->stream)) - z->text.first_bit;
        z->text.n_bytes = (uint32_t)(written(z) - z->text_at);
    }
    return begin_block(z);
}

/* Up to the first symbol of the first block, or of the text, if `head` goes before it. Gives 0 or WRONG. */
static int begin_stream(inflater *z, inflate_input stream, const stream_head *head, uint8_t *out,
                        size_t room) {
    if (stream.length < ZLIB_HEAD_BYTES + ZLIB_TRAILER_BYTES || stream.bytes[0] != 0x78 ||
        (stream.bytes[0] << 8 | stream.bytes[1]) % 31 || (stream.bytes[1] & 0x20)) /* a preset dictionary */
        return WRONG;
    z->in = (bit_reader){stream.bytes + ZLIB_HEAD_BYTES, stream.bytes + stream.length, 0, 0};
    z->stream = stream.bytes;
    z->first = z->out = out;
    z->room_end = out + room;
    z->text_at = 0;
    z->is_last = 0;
    size_t n_bits =
        room < DEFLATE_PREFIX_BYTES ? 0 : head_read(head, &fixed_pairs, stream.bytes, stream.length, out);
    z->has_head = n_bits != 0;
    if (!z->has_head)
        return begin_block(z);
    z->out += DEFLATE_PREFIX_BYTES;
    move_to(z, n_bits);
    return begin_trained(z);
}

/* One symbol: a literal, a match, or the end of a block up to the next one's first. Gives 0 or WRONG. */
static int take_symbol(inflater *z) {
    int symbol = decode(&z->in, z->literals);
    if (symbol == END_OF_BLOCK)
        return end_block(z);
    if (symbol > END_OF_BLOCK)
        return copy_match(z, (unsigned)symbol);
    if (symbol < 0 || z->out == z->room_end)
        return WRONG;
    *z->out++ = (uint8_t)symbol;
    return 0;
}

/* What stands behind the last block. */
static size_t end_stream(inflater *z) {
    drop(&z->in, z->in.held % 8);
    int high = take(&z->in, 16), low = take(&z->in, 16);
    if (low < 0 || z->in.held > 0 || z->in.next != z->in.end)
        return INFLATE_UNREAD;
    uint8_t sums[ZLIB_TRAILER_BYTES] = {(uint8_t)high, (uint8_t)(high >> 8), (uint8_t)low,
                                        (uint8_t)(low >> 8)};
    uint32_t adler = (uint32_t)sums[0] << 24 | (uint32_t)sums[1] << 16 | (uint32_t)sums[2] << 8 | sums[3];
    return adler == zlib_adler32(z->first, written(z)) ? written(z) : INFLATE_UNREAD;
}

/* The rest of a stream that is begun. */
static inflated finish(inflater *z, int error) {
    while (!error && z->literals) {
        if (z->pairs)
            inflate_one(z);
        else
            literal_run(z);
        error = take_symbol(z);
    }
    size_t length = error ? INFLATE_UNREAD : end_stream(z);
    int is_text = length != INFLATE_UNREAD && z->text_at == DEFLATE_PREFIX_BYTES &&
                  DEFLATE_PREFIX_BYTES + z->text.n_bytes + DEFLATE_SUFFIX_BYTES == length;
    return (inflated){length, is_text ? z->text : (zlib_text){0}};
}

static int all_have_books(const inflater *lanes, const int *errors) {
    int have = 1;
    for (unsigned i = 0; i < INFLATE_LANES; i++)
        have &= !errors[i] && lanes[i].literals && lanes[i].pairs;
    return have;
}

/* Streams that are begun, side by side as far as they are alike. */
static void go_together(inflater *lanes, int *errors) {
    for (unsigned block = 0; block < BLOCKS_TOGETHER && all_have_books(lanes, errors); block++) {
        inflate_all(lanes);
        for (unsigned i = 0; i < INFLATE_LANES; i++)
            errors[i] = take_symbol(&lanes[i]);
    }
}

void zlib_inflate_many(const inflate_input *streams, size_t n, uint8_t *out, size_t room, inflated *found) {
    inflater lanes[INFLATE_LANES];
    int errors[INFLATE_LANES];
    stream_head head = {0};
    for (size_t first = 0; first < n; first += INFLATE_LANES) {
        unsigned n_lanes = n - first < INFLATE_LANES ? (unsigned)(n - first) : INFLATE_LANES;
        for (unsigned i = 0; i < n_lanes; i++)
            errors[i] = begin_stream(&lanes[i], streams[first + i], &head, out + (first + i) * room, room);
        if (n_lanes == INFLATE_LANES)
            go_together(lanes, errors);
        for (unsigned i = 0; i < n_lanes; i++) {
            found[first + i] = finish(&lanes[i], errors[i]);
            if (first + n_lanes < n && found[first + i].text.n_bits && !lanes[i].has_head)
                head_learn(&head, lanes[i].first);
        }
    }
}

size_t zlib_inflate(const uint8_t *stream, size_t length, uint8_t *out, size_t room) {
    inflated found;
    zlib_inflate_many(&(inflate_input){stream, length}, 1, out, room, &found);
    return found.length;
}
