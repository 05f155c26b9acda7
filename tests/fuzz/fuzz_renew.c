/* Stored certificates, damaged at every layer: refused, or written into bytes to be signed that say the same.
 */
#include "fuzz.h"

#include "base45/base45.h"
#include "cpu/cpu.h"
#include "deflate/deflate.h"
#include "deflate/inflate.h"
#include "renew/stored.h"
#include <string.h>

#define TEXT(literal) {(const uint8_t *)(literal), sizeof(literal) - 1}
#define UVCI "URN:UVCI:01:VN:ABCDEFGHIJKLMNOPQRST"

static const dcc_issuer THEN = {TEXT("VN"), TEXT("MoH"), 1650000000, 1681536000, {1, 2, 3, 4, 5, 6, 7, 8}};
static const dcc_issuer NOW = {TEXT("VN"), TEXT(""), 1681000000, 1712536000, {8, 7, 6, 5, 4, 3, 2, 1}};

static size_t write_message(uint8_t *cose) {
    dcc_name name = {.fn_length = 6, .fnt_length = 6, .fn = "Nguyen", .fnt = "NGUYEN"};
    dcc_record record = {&name,
                         TEXT("1990-02-28"),
                         TEXT(UVCI),
                         TEXT("EU/1/20/1528"),
                         TEXT("ORG-100030215"),
                         TEXT("1119349007"),
                         1,
                         2,
                         "2021-08-15"};
    uint8_t signed_bytes[DCC_SIGNED_MAX], signature[64] = {7};
    uint32_t payload_at;
    size_t n = dcc_signed_bytes(&THEN, &record, signed_bytes, &payload_at);
    return dcc_cose(&THEN, signed_bytes + payload_at, n - payload_at, signature, cose);
}

/* Changes, puts in or cuts off up to three bytes; `bytes` has room for three more. */
static size_t damaged(uint8_t *bytes, size_t length) {
    for (uint32_t left = fuzz_under(4); left > 0 && length > 1; left--) {
        size_t at = fuzz_under((uint32_t)length);
        switch (fuzz_under(6)) {
        case 0:
            length = at;
            break;
        case 1:
            memmove(bytes + at + 1, bytes + at, length++ - at);
            break;
        default:
            bytes[at] ^= (uint8_t)(1u << fuzz_under(8));
        }
    }
    return length;
}

/* The text of a message, damaged at no or some of its layers, in a buffer of exactly its size. */
static fuzz_text random_text(int *is_whole) {
    uint8_t message[DCC_COSE_MAX + 3], stream[2 * DCC_COSE_MAX], text[4 * DCC_COSE_MAX];
    uint32_t layer = fuzz_under(4);
    size_t n = write_message(message);
    if (layer == 1)
        n = damaged(message, n);
    n = zlib_compress(message, n, stream);
    if (layer == 2)
        n = damaged(stream, n);
    memcpy(text, "HC1:", 4);
    n = 4 + base45_encode(stream, n, text + 4);
    if (layer == 3)
        n = damaged(text, n);
    *is_whole = layer == 0;
    return (fuzz_text){fuzz_exact(text, n), n};
}

/* Shorter than the right one, or longer, up to more than any buffer for one holds. */
static dcc_text other_uvci(void) {
    static const uint8_t LONG[4096] = UVCI;
    uint32_t length = fuzz_under(sizeof LONG);
    return (dcc_text){LONG, length + (length == sizeof UVCI - 1)};
}

/* The row's other columns, one in four of them not right. */
static stored_row random_row(fuzz_text text, int *is_right) {
    stored_row row = {.hc1 = {text.bytes, (uint32_t)text.length},
                      .kid = {THEN.kid, 8},
                      .uvci = TEXT(UVCI),
                      .issued_at_us = (int64_t)THEN.issued_at * 1000000,
                      .expires_at_us = (int64_t)THEN.expires_at * 1000000};
    uint32_t which = fuzz_under(24);
    *is_right = which > 5;
    if (which == 0)
        row.hc1.bytes = NULL;
    else if (which == 1)
        row.kid.length = fuzz_under(8);
    else if (which == 2)
        row.uvci = other_uvci();
    else if (which == 3)
        row.issued_at_us = fuzz_under(2) ? STORED_NULL : -row.issued_at_us;
    else if (which == 4)
        row.expires_at_us += 1 + (int64_t)fuzz_under(UINT32_MAX);
    else if (which == 5)
        row.uvci.bytes = NULL;
    return row;
}

typedef struct {
    fuzz_text text;
    stored_row row;
    int is_whole, is_right;
} fuzz_row;

static fuzz_row random_stored(void) {
    fuzz_row r;
    r.text = random_text(&r.is_whole);
    r.row = random_row(r.text, &r.is_right);
    return r;
}

static size_t signed_bytes(const fuzz_row *of, stored_message *message, uint8_t *out) {
    uint32_t payload_at = 0;
    size_t n = stored_signed_bytes(&NOW, &of->row, message, out, &payload_at);
    CHECK(n != STORED_FAULT && n <= DCC_SIGNED_MAX);
    CHECK(n == STORED_DAMAGED || (of->is_right && payload_at < n));
    CHECK(n != STORED_DAMAGED || !(of->is_whole && of->is_right));
    return n;
}

/* A row by itself, and beside others. */
void fuzz_renew(unsigned features) {
    enum { ROWS = 6 };
    deflate_select(features);
    base45_select(features);
    inflate_init();
    fuzz_row all[ROWS];
    stored_row rows[ROWS];
    stored_message alone, together[ROWS];
    for (size_t i = 0; i < ROWS; i++)
        rows[i] = (all[i] = random_stored()).row;
    uint8_t *out = malloc(DCC_SIGNED_MAX), *expected = malloc(DCC_SIGNED_MAX);
    void *scratch = malloc(stored_scratch_bytes()), *beside = malloc(stored_scratch_bytes());
    CHECK(out && expected && scratch && beside);
    stored_read(rows, ROWS, together, beside);
    for (size_t i = 0; i < ROWS; i++) {
        stored_read(&rows[i], 1, &alone, scratch);
        size_t n = signed_bytes(&all[i], &alone, expected);
        CHECK(signed_bytes(&all[i], &together[i], out) == n);
        CHECK(n == STORED_DAMAGED || memcmp(out, expected, n) == 0);
        CHECK(alone.text.n_bits == together[i].text.n_bits);
        free(all[i].text.bytes);
    }
    free(out), free(expected), free(scratch), free(beside);
}
