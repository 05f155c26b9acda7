/* Columns of texts to columns of pictures: the symbol kernel and the picture kernel with their settings. */
#ifndef SIGNER_PAINTER_H
#define SIGNER_PAINTER_H

#include "picture/picture.h"

/* With `lower_level` a text that no symbol holds at `level` gets the highest level at which one does. */
typedef struct {
    qr_encoder *encoder;
    picture_writer *writer;
    qr_level level;
    int raise_level, lower_level;
    qr_symbol symbol; /* the last one drawn */
} painter;

/* n texts as Arrow keeps them, from the first on: n + 1 offsets, of which no one is less than the one before;
 * validity is a bit map, whose bit `validity_offset` is the first text's, or NULL for no nulls. */
typedef struct {
    const uint8_t *validity;
    const int32_t *offsets;
    const uint8_t *bytes;
    int64_t validity_offset;
} painter_texts;

/* Pictures being appended: n + 1 offsets, of which the first is 0 and the others are written with the
 * pictures; `capacity` bytes of room at `bytes`, at most 2^31 - 1, so that offsets can tell of them. */
typedef struct {
    int32_t *offsets;
    uint8_t *bytes;
    size_t capacity;
} painter_pictures;

/* Draws texts first..n - 1 and gives QR_OK with *next = n, or stops before the text *next: with the status of
 * that text, or with QR_OK where `out` lacks room for its picture. A null text gets an empty picture. */
qr_status painter_draw(painter *p, const painter_texts *texts, size_t first, size_t n, painter_pictures *out,
                       size_t *next);

/* Bytes of room with which painter_draw draws one more text, whatever it is. */
size_t painter_bound(const painter *p);

#endif
