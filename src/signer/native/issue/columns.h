/* Columns of Arrow arrays, and single values of them. */
#ifndef SIGNER_COLUMNS_H
#define SIGNER_COLUMNS_H

#include "cbor/dcc.h"

/* `offset` counts rows before the first; validity is a bit map or NULL for no nulls. */
typedef struct {
    const uint8_t *validity;
    const int32_t *offsets;
    const uint8_t *bytes;
    int64_t n_bytes; /* behind `bytes`; a text whose offsets lie outside counts as null */
    int64_t offset;
} text_column;

typedef struct {
    const uint8_t *validity;
    const int32_t *values;
    int64_t offset;
} number_column;

typedef struct {
    const uint8_t *validity;
    const int64_t *values; /* microseconds since 1970 */
    int64_t offset;
} time_column;

static inline int column_is_null(const uint8_t *validity, int64_t at) {
    return validity && !(validity[at >> 3] >> (at & 7) & 1);
}

/* `bytes` is NULL for null. */
static inline dcc_text column_text(const text_column *column, size_t row) {
    static const uint8_t empty[1];
    int64_t at = column->offset + (int64_t)row;
    if (column_is_null(column->validity, at))
        return (dcc_text){NULL, 0};
    int64_t begin = column->offsets[at], end = column->offsets[at + 1];
    if (begin < 0 || end < begin || end > column->n_bytes)
        return (dcc_text){NULL, 0};
    return (dcc_text){column->bytes ? column->bytes + begin : empty, (uint32_t)(end - begin)};
}

#endif
