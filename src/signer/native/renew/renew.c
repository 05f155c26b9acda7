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

/* Writes the bytes to be signed one behind the other into the arena. Gives the number of faults; *n_read gets
 * that of the rows that passed. */
static size_t patch(const seal_terms *terms, const certificate_columns *columns, size_t first, size_t n,
                    seal_output *out, seal_chunk *c, void *scratch, size_t *n_read) {
    size_t read = 0, n_faults = 0;
    uint8_t *end = c->arena;
    for (size_t row = first; row < first + n; row++) {
        const stored_row stored = row_at(columns, row);
        size_t length = stored_signed_bytes(&terms->issuer, &stored, end, &c->payload_at[read], scratch);
        if (length == STORED_DAMAGED) {
            seal_refuse(out, row, (shot_verdict){SHOT_CERTIFICATE_DAMAGED, FIELD_HC1});
            continue;
        }
        if (length == STORED_FAULT) {
            n_faults++;
            continue;
        }
        c->message[read] = end;
        c->length[read] = (uint32_t)length;
        end += length;
        out->sealed_row[out->n_sealed + read] = (int32_t)row;
        read++;
    }
    *n_read = read;
    return n_faults;
}

size_t renew_chunk(const seal_terms *terms, const certificate_columns *columns, size_t first, size_t n,
                   seal_output *out, void *scratch) {
    seal_chunk *c = scratch;
    uint8_t *reading = (uint8_t *)scratch + rounded(sizeof(seal_chunk));
    size_t n_read;
    size_t n_faults = patch(terms, columns, first, n, out, c, reading, &n_read);
    if (n_faults)
        return n_faults;
    return seal_messages(terms, n_read, c, out, reading + rounded(stored_scratch_bytes()));
}
