/* What the verifier in Python would mark in a certificate that dcc_read found sound. */
#include "verify/dcc_marks.h"

#include "shots/dates.h"
#include <string.h>

enum { FIELD_BYTES = 2, CODE_MAX = 80, DAY_SECONDS = 86400 };

typedef struct {
    uint8_t bytes[FIELD_BYTES + CODE_MAX + 1 + CODE_MAX];
    size_t length;
} listing;

static void put(listing *wanted, const void *bytes, size_t length) {
    memcpy(wanted->bytes + wanted->length, bytes, length);
    wanted->length += length;
}

/* As memcmp, where the beginning of another text comes before it. */
static int compare(const listing *wanted, const uint8_t *bytes, size_t length) {
    size_t shared = wanted->length < length ? wanted->length : length;
    int order = memcmp(wanted->bytes, bytes, shared);
    return order ? order : (wanted->length > length) - (wanted->length < length);
}

static int is_in(const listing *wanted, const dcc_value_sets *sets) {
    size_t low = 0, high = sets->n;
    while (low < high) {
        size_t middle = (low + high) / 2;
        size_t length = (size_t)(sets->offsets[middle + 1] - sets->offsets[middle]);
        int order = compare(wanted, sets->bytes + sets->offsets[middle], length);
        if (order == 0)
            return 1;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return 0;
}

static int is_listed(const dcc_value_sets *sets, const char *field, cbor_text code) {
    listing wanted = {.length = 0};
    if (code.length > CODE_MAX)
        return 0;
    put(&wanted, field, FIELD_BYTES);
    put(&wanted, code.bytes, code.length);
    return is_in(&wanted, sets);
}

static int is_product(const dcc_value_sets *sets, cbor_text product, cbor_text holder) {
    listing wanted = {.length = 0};
    if (product.length > CODE_MAX || holder.length > CODE_MAX)
        return 0;
    put(&wanted, "mp", FIELD_BYTES);
    put(&wanted, product.bytes, product.length);
    put(&wanted, " ", 1);
    put(&wanted, holder.bytes, holder.length);
    return is_in(&wanted, sets);
}

static int has_listed_codes(const dcc_claims *claims, const dcc_value_sets *sets) {
    if (!is_listed(sets, "co", claims->code[DCC_CO]))
        return 0;
    switch (claims->kind) {
    case DCC_VACCINATION:
        return is_listed(sets, "vp", claims->code[DCC_VP]) &&
               is_product(sets, claims->code[DCC_MP], claims->code[DCC_MA]);
    case DCC_TEST:
        return is_listed(sets, "tt", claims->code[DCC_TT]);
    default:
        return 1;
    }
}

int dcc_is_unmarked(const dcc_claims *claims, const dcc_value_sets *sets) {
    uint8_t latest[10];
    date_write((int32_t)(claims->issued_at / DAY_SECONDS + 1), latest);
    return memcmp(claims->event, latest, sizeof latest) <= 0 && has_listed_codes(claims, sets);
}
