/* Stored certificates signed anew: all stages in their order, over chunks that stay in the cache. */
#include "renew/renew.h"

#include "renew/stored.h"

static size_t rounded(size_t n_bytes) {
    return (n_bytes + 63) / 64 * 64;
}

/* A chunk on its way to the bytes to be signed; what stored_read needs stands behind it. */
typedef struct {
    stored_row rows[ISSUE_CHUNK];
    stored_message messages[ISSUE_CHUNK];
    zlib_text texts[ISSUE_CHUNK]; /* of the rows that were read */
} rows_read;
_Static_assert(ISSUE_CHUNK <= STORED_TOGETHER, "a chunk is read in one call");

size_t renew_scratch_bytes(void) {
    return rounded(sizeof(seal_chunk)) + seal_scratch_bytes();
}

size_t renew_reading_bytes(void) {
    return rounded(sizeof(rows_read)) + stored_scratch_bytes();
}

static int64_t time_at(const time_column *column, size_t row) {
    int64_t at = column->offset + (int64_t)row;
    return column_is_null(column->validity, at) ? STORED_NULL : column->values[at];
}

static stored_row row_at(const certificate_columns *columns, size_t row) {
    return (stored_row){
        .hc1 = column_text(&columns->hc1, row),
        .kid = column_text(&columns->kid, row),
        .uvci = column_text(&columns->uvci, row),
        .issued_at_us = time_at(&columns->issued_at, row),
        .expires_at_us = time_at(&columns->expires_at, row),
    };
}

/* Where a chunk stands: rows read, and the end of the bytes to be signed, which lie one behind the other in
 * the arena. */
typedef struct {
    size_t n_read, n_faults;
    uint8_t *end;
} patched;

static void *behind(rows_read *r) {
    return (uint8_t *)r + rounded(sizeof *r);
}

static void patch_row(const seal_terms *terms, size_t row, rows_read *r, size_t i, seal_output *out,
                      seal_chunk *c, patched *so_far) {
    size_t read = so_far->n_read;
    stored_message *message = &r->messages[i];
    size_t length =
        stored_signed_bytes(&terms->issuer, &r->rows[i], message, so_far->end, &c->payload_at[read]);
    if (length == STORED_DAMAGED) {
        seal_refuse(out, row, (shot_verdict){SHOT_CERTIFICATE_DAMAGED, FIELD_HC1});
        return;
    }
    if (length == STORED_FAULT) {
        so_far->n_faults++;
        return;
    }
    c->message[read] = so_far->end;
    c->length[read] = (uint32_t)length;
    r->texts[read] = message->text;
    so_far->end += length;
    out->sealed_row[out->n_sealed + read] = (int32_t)row;
    so_far->n_read++;
}

static patched patch(const seal_terms *terms, const certificate_columns *columns, size_t first, size_t n,
                     seal_output *out, seal_chunk *c, rows_read *r) {
    patched so_far = {.end = c->arena};
    for (size_t i = 0; i < n; i++)
        r->rows[i] = row_at(columns, first + i);
    stored_read(r->rows, n, r->messages, behind(r));
    for (size_t i = 0; i < n; i++)
        patch_row(terms, first + i, r, i, out, c, &so_far);
    return so_far;
}

size_t renew_chunk(const seal_terms *terms, const certificate_columns *columns, size_t first, size_t n,
                   seal_output *out, void *scratch, void *reading) {
    seal_chunk *c = scratch;
    rows_read *r = reading;
    patched all = patch(terms, columns, first, n, out, c, r);
    if (all.n_faults)
        return all.n_faults;
    return seal_messages(terms, all.n_read, c, r->texts, out, (uint8_t *)scratch + rounded(sizeof *c));
}
