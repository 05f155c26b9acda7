/* SVG files of QR symbols: a white rectangle and one path of horizontal strokes, a module thick. */
#ifndef SIGNER_SVG_H
#define SIGNER_SVG_H

#include "picture/picture.h"

/* Bytes that a file may take, with the slack of wide stores. */
size_t svg_bound(unsigned side);

/* Writes the file and gives its length. */
size_t svg_write(const qr_symbol *symbol, unsigned scale, unsigned quiet_zone, uint8_t *out);

#endif
