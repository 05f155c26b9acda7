/* Rows of the shots table to certificates: all stages in their order, over chunks that stay in the cache. */
#include "issue/issue.h"

#include "base45/base45.h"
#include "deflate/deflate.h"
#include <string.h>

/* One chunk between the stages, as a struct of arrays; index = place among the rows that passed the checks.
 */
typedef struct {
    dcc_name name[ISSUE_CHUNK];
    dcc_record record[ISSUE_CHUNK];
    dcc_text person_id[ISSUE_CHUNK];
    const uint8_t *message[ISSUE_CHUNK];
    uint32_t length[ISSUE_CHUNK];
    uint32_t payload_at[ISSUE_CHUNK];
    uint8_t hash[ISSUE_CHUNK][32];
    uint8_t nonce[ISSUE_CHUNK][32];
    uint8_t signature[ISSUE_CHUNK][64];
    uint8_t cose[DCC_COSE_MAX];
    uint8_t arena[ISSUE_CHUNK * DCC_SIGNED_MAX]; /* messages of a stage, one behind the other */
} chunk;

static size_t rounded(size_t bytes) {
    return (bytes + 63) / 64 * 64;
}

size_t issue_scratch_bytes(void) {
    return rounded(sizeof(chunk)) + rounded(zlib_bound(DCC_COSE_MAX)) + p256_scratch_bytes();
}

size_t issue_hc1_bound(void) {
    return ISSUE_CHUNK * (4 + base45_bound(zlib_bound(DCC_COSE_MAX)));
}

static int is_null(const uint8_t *validity, int64_t at) {
    return validity && !(validity[at >> 3] >> (at & 7) & 1);
}

static dcc_text text_at(const text_column *column, size_t row) {
    static const uint8_t empty[1];
    int64_t at = column->offset + (int64_t)row;
    if (is_null(column->validity, at))
        return (dcc_text){NULL, 0};
    int64_t begin = column->offsets[at], end = column->offsets[at + 1];
    if (begin < 0 || end < begin || end > column->n_bytes)
        return (dcc_text){NULL, 0};
    return (dcc_text){column->bytes ? column->bytes + begin : empty, (uint32_t)(end - begin)};
}

static int32_t number_at(const number_column *column, size_t row) {
    int64_t at = column->offset + (int64_t)row;
    return is_null(column->validity, at) ? SHOT_NULL : column->values[at];
}

static shot_row row_at(const shot_columns *columns, size_t row) {
    return (shot_row){
        .shot_id = text_at(&columns->shot_id, row),
        .person_id = text_at(&columns->person_id, row),
        .full_name = text_at(&columns->full_name, row),
        .date_of_birth = text_at(&columns->date_of_birth, row),
        .vaccine = text_at(&columns->vaccine, row),
        .province = text_at(&columns->province, row),
        .district = text_at(&columns->district, row),
        .facility = text_at(&columns->facility, row),
        .dose_number = number_at(&columns->dose_number, row),
        .doses_in_series = number_at(&columns->doses_in_series, row),
        .vaccinated_on = number_at(&columns->vaccinated_on, row),
        .supersedes = columns->supersedes.offsets ? text_at(&columns->supersedes, row) : (dcc_text){NULL, 0},
    };
}

static void put_refused(issue_output *out, size_t row, shot_verdict verdict) {
    out->refused_row[out->n_refused] = (int32_t)row;
    out->refused_reason[out->n_refused] = (uint8_t)verdict.reason;
    out->refused_field[out->n_refused] = (uint8_t)verdict.field;
    out->n_refused++;
}

/* Checks the rows; those that pass are numbered on from 0, and their UVCI messages stand in the arena. */
static size_t check(const issue_terms *terms, const shot_columns *columns, size_t first, size_t n,
                    const uint8_t *is_duplicate, issue_output *out, chunk *c) {
    size_t passed = 0;
    uint8_t *end = c->arena;
    for (size_t row = first; row < first + n; row++) {
        const shot_row shot = row_at(columns, row);
        shot_verdict verdict = {SHOT_DUPLICATE, FIELD_SHOT_ID};
        if (!is_duplicate || !is_duplicate[row])
            verdict = shot_check(&terms->rules, &shot, &c->name[passed], &c->record[passed]);
        if (verdict.reason != SHOT_OK) {
            put_refused(out, row, verdict);
            continue;
        }
        c->message[passed] = end;
        c->length[passed] = (uint32_t)shot_key_message(&shot, &c->record[passed], end);
        end += c->length[passed];
        c->person_id[passed] = shot.person_id;
        out->issued_row[out->n_issued + passed] = (int32_t)row;
        passed++;
    }
    return passed;
}

static void put_text(uint8_t *texts, int32_t *offsets, size_t at, dcc_text text) {
    memcpy(texts + offsets[at], text.bytes, text.length);
    offsets[at + 1] = offsets[at] + (int32_t)text.length;
}

/* UVCI and vaccine of the rows that passed. */
static void identify(const issue_terms *terms, size_t n, issue_output *out, chunk *c) {
    hmac_sha256_many(&terms->uvci_key, n, c->message, c->length, c->hash);
    for (size_t i = 0; i < n; i++) {
        size_t at = out->n_issued + i;
        uint8_t *uvci = out->uvci + out->uvci_offsets[at];
        size_t length = uvci_write(terms->issuer.country.bytes, c->hash[i], terms->uvci_checksum, uvci);
        out->uvci_offsets[at + 1] = out->uvci_offsets[at] + (int32_t)length;
        c->record[i].uvci = (dcc_text){uvci, (uint32_t)length};
        put_text(out->vaccine, out->vaccine_offsets, at, c->record[i].mp);
    }
}

static void key_persons(const issue_terms *terms, size_t n, issue_output *out, chunk *c) {
    for (size_t i = 0; i < n; i++) {
        c->message[i] = c->person_id[i].bytes;
        c->length[i] = c->person_id[i].length;
    }
    hmac_sha256_many(&terms->person_key, n, c->message, c->length, c->hash);
    for (size_t i = 0; i < n; i++)
        memcpy(out->person_key[out->n_issued + i], c->hash[i], 16);
}

/* Writes the bytes to be signed one behind the other into the arena, and signs their digests. */
static size_t sign(const issue_terms *terms, size_t n, chunk *c, void *p256_scratch) {
    uint8_t *end = c->arena;
    for (size_t i = 0; i < n; i++) {
        c->message[i] = end;
        c->length[i] = (uint32_t)dcc_signed_bytes(&terms->issuer, &c->record[i], end, &c->payload_at[i]);
        end += c->length[i];
    }
    sha256_many(n, c->message, c->length, c->hash);
    rfc6979_nonces(&terms->nonce_key, n, (const uint8_t(*)[32])c->hash, c->nonce);
    return p256_sign(terms->scalar, n, (const uint8_t(*)[32])c->hash, (const uint8_t(*)[32])c->nonce,
                     c->signature, p256_scratch);
    /* Here every signature will be verified before it goes on (design: verify after sign). */
}

/* COSE, zlib and base45 of the signed rows, and the hash of each signature's r (EU gateway, revocation by
 * SIGNATURE). */
static void wrap(const issue_terms *terms, size_t n, issue_output *out, chunk *c, uint8_t *compressed) {
    for (size_t i = 0; i < n; i++) {
        size_t at = out->n_issued + i;
        uint8_t *text = out->hc1 + out->hc1_offsets[at];
        size_t length = dcc_cose(&terms->issuer, c->message[i] + c->payload_at[i],
                                 c->length[i] - c->payload_at[i], c->signature[i], c->cose);
        length = zlib_compress(c->cose, length, compressed);
        memcpy(text, "HC1:", 4);
        out->hc1_offsets[at + 1] =
            out->hc1_offsets[at] + 4 + (int32_t)base45_encode(compressed, length, text + 4);
    }
    for (size_t i = 0; i < n; i++) {
        c->message[i] = c->signature[i];
        c->length[i] = 32;
    }
    sha256_many(n, c->message, c->length, c->hash);
    for (size_t i = 0; i < n; i++)
        memcpy(out->signature_hash[out->n_issued + i], c->hash[i], 16);
}

size_t issue_chunk(const issue_terms *terms, const shot_columns *columns, size_t first, size_t n,
                   const uint8_t *is_duplicate, issue_output *out, void *scratch) {
    chunk *c = scratch;
    uint8_t *compressed = (uint8_t *)scratch + rounded(sizeof(chunk));
    void *p256_scratch = compressed + rounded(zlib_bound(DCC_COSE_MAX));
    size_t passed = check(terms, columns, first, n, is_duplicate, out, c);
    identify(terms, passed, out, c);
    key_persons(terms, passed, out, c);
    size_t n_failed = sign(terms, passed, c, p256_scratch);
    wrap(terms, passed, out, c, compressed);
    out->n_issued += passed;
    return n_failed;
}

void issue_uvcis(const issue_terms *terms, const shot_columns *columns, size_t first, size_t n,
                 issue_output *out, void *scratch) {
    size_t passed = check(terms, columns, first, n, NULL, out, scratch);
    identify(terms, passed, out, scratch);
    out->n_issued += passed;
}
