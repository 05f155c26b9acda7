/* Columns of texts to columns of pictures: the symbol kernel and the picture kernel with their settings. */
#include "picture/painter.h"

static int is_null(const painter_texts *texts, size_t row) {
    int64_t at = texts->validity_offset + (int64_t)row;
    return texts->validity && !(texts->validity[at >> 3] >> (at & 7) & 1);
}

static qr_status encode(painter *p, const uint8_t *text, size_t n) {
    qr_status status = qr_encode(p->encoder, text, n, p->level, p->raise_level, &p->symbol);
    for (int level = (int)p->level - 1; status == QR_TOO_LONG && p->lower_level && level >= QR_L; level--)
        status = qr_encode(p->encoder, text, n, (qr_level)level, 0, &p->symbol);
    return status;
}

qr_status painter_draw(painter *p, const painter_texts *texts, size_t first, size_t n, painter_pictures *out,
                       size_t *next) {
    for (*next = first; *next < n; ++*next) {
        int32_t begin = texts->offsets[*next], end = texts->offsets[*next + 1], at = out->offsets[*next];
        out->offsets[*next + 1] = at;
        if (is_null(texts, *next))
            continue;
        qr_status status = encode(p, texts->bytes + begin, (size_t)(end - begin));
        if (status != QR_OK)
            return status;
        if (out->capacity - (size_t)at < picture_bound(p->writer, p->symbol.side))
            return QR_OK;
        out->offsets[*next + 1] = at + (int32_t)picture_write(p->writer, &p->symbol, out->bytes + at);
    }
    return QR_OK;
}

size_t painter_bound(const painter *p) {
    return picture_bound(p->writer, QR_SIDE_MAX);
}
