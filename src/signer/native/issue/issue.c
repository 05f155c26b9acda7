/* Rows of the shots table to certificates: all stages in their order, over chunks that stay in the cache. */
#include "issue/issue.h"

#include <string.h>

/* One chunk between the stages; index = place among the rows that passed the checks. */
typedef struct {
    dcc_name name[ISSUE_CHUNK];
    dcc_record record[ISSUE_CHUNK];
    dcc_text person_id[ISSUE_CHUNK];
    seal_chunk messages;
} chunk;

static size_t chunk_bytes(void) {
    return (sizeof(chunk) + 63) / 64 * 64;
}

size_t issue_scratch_bytes(void) {
    return chunk_bytes() + seal_scratch_bytes();
}

static int32_t number_at(const number_column *column, size_t row) {
    int64_t at = column->offset + (int64_t)row;
    return column_is_null(column->validity, at) ? SHOT_NULL : column->values[at];
}

static shot_row row_at(const shot_columns *columns, size_t row) {
    return (shot_row){
        .shot_id = column_text(&columns->shot_id, row),
        .person_id = column_text(&columns->person_id, row),
        .full_name = column_text(&columns->full_name, row),
        .date_of_birth = column_text(&columns->date_of_birth, row),
        .vaccine = column_text(&columns->vaccine, row),
        .province = column_text(&columns->province, row),
        .district = column_text(&columns->district, row),
        .facility = column_text(&columns->facility, row),
        .dose_number = number_at(&columns->dose_number, row),
        .doses_in_series = number_at(&columns->doses_in_series, row),
        .vaccinated_on = number_at(&columns->vaccinated_on, row),
        .supersedes =
            columns->supersedes.offsets ? column_text(&columns->supersedes, row) : (dcc_text){NULL, 0},
    };
}

/* Checks the rows; those that pass are numbered on from 0, and their UVCI messages stand in the arena. */
static size_t check(const issue_terms *terms, const shot_columns *columns, size_t first, size_t n,
                    const uint8_t *is_duplicate, const issue_output *out, chunk *c) {
    size_t passed = 0;
    seal_chunk *m = &c->messages;
    uint8_t *end = m->arena;
    for (size_t row = first; row < first + n; row++) {
        const shot_row shot = row_at(columns, row);
        shot_verdict verdict = {SHOT_DUPLICATE, FIELD_SHOT_ID};
        if (!is_duplicate || !is_duplicate[row])
            verdict = shot_check(&terms->rules, &shot, &c->name[passed], &c->record[passed]);
        if (verdict.reason != SHOT_OK) {
            seal_refuse(out->sealed, row, verdict);
            continue;
        }
        m->message[passed] = end;
        m->length[passed] = (uint32_t)shot_key_message(&shot, &c->record[passed], end);
        end += m->length[passed];
        c->person_id[passed] = shot.person_id;
        out->sealed->sealed_row[out->sealed->n_sealed + passed] = (int32_t)row;
        passed++;
    }
    return passed;
}

static void put_text(uint8_t *texts, int32_t *offsets, size_t at, dcc_text text) {
    memcpy(texts + offsets[at], text.bytes, text.length);
    offsets[at + 1] = offsets[at] + (int32_t)text.length;
}

/* UVCI and vaccine of the rows that passed. */
static void identify(const issue_terms *terms, size_t n, const issue_output *out, chunk *c) {
    seal_chunk *m = &c->messages;
    hmac_sha256_many(&terms->uvci_key, n, m->message, m->length, m->hash);
    for (size_t i = 0; i < n; i++) {
        size_t at = out->sealed->n_sealed + i;
        uint8_t *uvci = out->uvci + out->uvci_offsets[at];
        size_t length = uvci_write(terms->seal->issuer.country.bytes, m->hash[i], terms->uvci_checksum, uvci);
        out->uvci_offsets[at + 1] = out->uvci_offsets[at] + (int32_t)length;
        c->record[i].uvci = (dcc_text){uvci, (uint32_t)length};
        put_text(out->vaccine, out->vaccine_offsets, at, c->record[i].mp);
    }
}

static void key_persons(const issue_terms *terms, size_t n, const issue_output *out, chunk *c) {
    seal_chunk *m = &c->messages;
    for (size_t i = 0; i < n; i++) {
        m->message[i] = c->person_id[i].bytes;
        m->length[i] = c->person_id[i].length;
    }
    hmac_sha256_many(&terms->person_key, n, m->message, m->length, m->hash);
    for (size_t i = 0; i < n; i++)
        memcpy(out->person_key[out->sealed->n_sealed + i], m->hash[i], 16);
}

/* Writes the bytes to be signed one behind the other into the arena. */
static void encode(const issue_terms *terms, size_t n, chunk *c) {
    seal_chunk *m = &c->messages;
    uint8_t *end = m->arena;
    for (size_t i = 0; i < n; i++) {
        m->message[i] = end;
        m->length[i] =
            (uint32_t)dcc_signed_bytes(&terms->seal->issuer, &c->record[i], end, &m->payload_at[i]);
        end += m->length[i];
    }
}

size_t issue_chunk(const issue_terms *terms, const shot_columns *columns, size_t first, size_t n,
                   const uint8_t *is_duplicate, const issue_output *out, void *scratch) {
    chunk *c = scratch;
    size_t passed = check(terms, columns, first, n, is_duplicate, out, c);
    identify(terms, passed, out, c);
    key_persons(terms, passed, out, c);
    encode(terms, passed, c);
    return seal_messages(terms->seal, passed, &c->messages, NULL, out->sealed,
                         (uint8_t *)scratch + chunk_bytes());
}

void issue_uvcis(const issue_terms *terms, const shot_columns *columns, size_t first, size_t n,
                 const issue_output *out, void *scratch) {
    size_t passed = check(terms, columns, first, n, NULL, out, scratch);
    identify(terms, passed, out, scratch);
    out->sealed->n_sealed += passed;
}
