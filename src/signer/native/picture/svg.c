/* SVG files: the dark runs of each row as relative moves and horizontal lines (SVG 1.1 section 8.3). */
#include "picture/svg.h"
#include "deflate/bit_writer.h"
#include <string.h>

#define FRAME_BYTES 300 /* at most, of all around the path's data */
#define RUN_BYTES 6     /* "m1 0h1" */
#define ROW_BYTES 13    /* at most, of a row's first run: "m-176 177h177" */

/* A run takes 4 letters and the digits of two numbers: 3 bytes a module at most, as the two modules of the
 * shortest take 6. */
size_t svg_bound(unsigned side) {
    return FRAME_BYTES + (size_t)side * (ROW_BYTES + 3 * side) + BIT_WRITER_SLACK;
}

static uint8_t *put_text(uint8_t *out, const char *text) {
    size_t length = strlen(text);
    memcpy(out, text, length);
    return out + length;
}

static uint8_t *put_number(uint8_t *out, unsigned value) {
    if (value >= 10)
        out = put_number(out, value / 10);
    *out++ = (uint8_t)('0' + value % 10);
    return out;
}

static uint8_t *put_head(uint8_t *out, unsigned modules, unsigned scale, unsigned quiet_zone) {
    out = put_text(out, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 ");
    out = put_number(put_text(put_number(out, modules), " "), modules);
    out = put_number(put_text(out, "\" width=\""), modules * scale);
    out = put_number(put_text(out, "\" height=\""), modules * scale);
    out = put_number(put_text(out, "\" shape-rendering=\"crispEdges\"><rect width=\""), modules);
    out = put_number(put_text(out, "\" height=\""), modules);
    out = put_number(put_text(out, "\" fill=\"#fff\"/><path stroke=\"#000\" d=\"M"), quiet_zone);
    out = put_number(put_text(out, " "), quiet_zone);
    return put_text(out, ".5"); /* strokes lie on either side of the middle of a row */
}

/* Columns at which dark begins or ends, in turn; gives their number, which is even. */
static unsigned find_edges(const uint64_t row[QR_WORDS], uint8_t edges[QR_SIDE_MAX + 1]) {
    unsigned n_edges = 0;
    uint64_t last = 0;
    for (unsigned i = 0; i < QR_WORDS; i++) {
        for (uint64_t changes = row[i] ^ (row[i] << 1 | last); changes != 0; changes &= changes - 1)
            edges[n_edges++] = (uint8_t)(64 * i + (unsigned)__builtin_ctzll(changes));
        last = row[i] >> 63;
    }
    return n_edges;
}

/* A run behind a gap in the same row. */
static inline uint8_t *put_run(uint8_t *out, unsigned gap, unsigned length) {
    if (gap < 10 && length < 10) {
        const uint64_t zeros =
            (uint64_t)'m' | '0' << 8 | ' ' << 16 | '0' << 24 | (uint64_t)'h' << 32 | (uint64_t)'0' << 40;
        store_lowest_first(out, zeros + ((uint64_t)gap << 8) + ((uint64_t)length << 40));
        return out + RUN_BYTES;
    }
    *out++ = 'm';
    out = put_text(put_number(out, gap), " 0h");
    return put_number(out, length);
}

/* The first run of a row, `down` rows under the end of the run before, `right` columns from it. */
static uint8_t *put_first_run(uint8_t *out, int right, unsigned down, unsigned length) {
    *out++ = 'm';
    if (right < 0)
        *out++ = '-';
    out = put_number(out, (unsigned)(right < 0 ? -right : right));
    out = put_number(put_text(out, " "), down);
    return put_number(put_text(out, "h"), length);
}

size_t svg_write(const qr_symbol *symbol, unsigned scale, unsigned quiet_zone, uint8_t *out) {
    const uint8_t *start = out;
    uint8_t edges[QR_SIDE_MAX + 1];
    unsigned at_row = 0, at_column = 0;
    out = put_head(out, symbol->side + 2 * quiet_zone, scale, quiet_zone);
    for (unsigned row = 0; row < symbol->side; row++) {
        unsigned n_edges = find_edges(symbol->rows[row], edges);
        if (n_edges == 0)
            continue;
        out = put_first_run(out, (int)edges[0] - (int)at_column, row - at_row, edges[1] - edges[0]);
        for (unsigned i = 2; i < n_edges; i += 2)
            out = put_run(out, edges[i] - edges[i - 1], edges[i + 1] - edges[i]);
        at_row = row;
        at_column = edges[n_edges - 1];
    }
    return (size_t)(put_text(out, "\"/></svg>") - start);
}
