/* Stored certificates signed anew: all stages in their order, over chunks that stay in the cache. */
#include "renew/renew.h"

#include "renew/stored.h"

static size_t rounded(size_t n_bytes) {
    return (n_bytes + 63) / 64 * 64;
}

size_t renew_scratch_bytes(void) {
    return rounded(sizeof(seal_chunk)) + rounded(stored_scratch_bytes()) + seal_scratch_bytes();
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

static void patch_row(const seal_terms *terms, size_t row, const stored_row *stored,
                      const stored_message *message, seal_output *out, seal_chunk *c, void *scratch,
                      patched *so_far) {
    size_t read = so_far->n_read;
    size_t length =
        stored_signed_bytes(&terms->issuer, stored, message, so_far->end, &c->payload_at[read], scratch);
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
    so_far->end += length;
    out->sealed_row[out->n_sealed + read] = (int32_t)row;
    so_far->n_read++;
}

static patched patch(const seal_terms *terms, const certificate_columns *columns, size_t first, size_t n,
                     seal_output *out, seal_chunk *c, void *scratch) {
    patched so_far = {.end = c->arena};
    for (size_t done = 0; done < n; done += STORED_TOGETHER) {
        size_t n_rows = n - done < STORED_TOGETHER ? n - done : STORED_TOGETHER;
        stored_row rows[STORED_TOGETHER];
        stored_message messages[STORED_TOGETHER];
        for (size_t i = 0; i < n_rows; i++)
            rows[i] = row_at(columns, first + done + i);
        stored_read(rows, n_rows, messages, scratch);
        for (size_t i = 0; i < n_rows; i++)
            patch_row(terms, first + done + i, &rows[i], &messages[i], out, c, scratch, &so_far);
    }
    return so_far;
}

size_t renew_chunk(const seal_terms *terms, const certificate_columns *columns, size_t first, size_t n,
                   seal_output *out, void *scratch) {
    seal_chunk *c = scratch;
    uint8_t *reading = (uint8_t *)scratch + rounded(sizeof(seal_chunk));
    patched all = patch(terms, columns, first, n, out, c, reading);
    if (all.n_faults)
        return all.n_faults;
    return seal_messages(terms, all.n_read, c, out, reading + rounded(stored_scratch_bytes()));
}
