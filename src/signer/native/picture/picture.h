/* Pictures of QR symbols: 1-bit PNG, SVG with one path, and packed bits. */
#ifndef SIGNER_PICTURE_H
#define SIGNER_PICTURE_H

#include "qr/qr.h"

#define PICTURE_SCALE_MAX 16      /* pixels a module */
#define PICTURE_QUIET_ZONE_MAX 32 /* modules; ISO 18004 section 6.3.8 asks for 4 */

typedef enum {
    PICTURE_NONE,
    PICTURE_PNG,  /* grayscale of one bit (ISO/IEC 15948), `scale` pixels a module */
    PICTURE_SVG,  /* one path on white; a module is a unit of the viewBox, `scale` pixels wide and high */
    PICTURE_BITS, /* the raster of a PBM file (P4): rows from the top, padded to bytes, high bit first, 1 for
                     dark; no quiet zone, `scale` is not used */
} picture_format;

/* Chooses the implementations by the CPU_ bits of `features`; not while another thread uses the kernel. */
void picture_select(unsigned features);

/* What pictures of one format, scale and quiet zone have in common, worked out for each version when it is
 * first drawn. One thread at a time. */
typedef struct picture_writer picture_writer;

/* Bytes of a picture_writer, to be aligned to 64. Most of it is never touched: do not clear it. */
size_t picture_writer_bytes(void);

/* Scale 1..PICTURE_SCALE_MAX, quiet zone 0..PICTURE_QUIET_ZONE_MAX; 0 if they are, -1 otherwise. */
int picture_writer_init(picture_writer *writer, picture_format format, unsigned scale, unsigned quiet_zone);

/* Bytes that a picture of a symbol of that side may take, with the slack of wide stores. */
size_t picture_bound(const picture_writer *writer, unsigned side);

/* Writes the picture and gives its length. `out` has room for picture_bound() bytes of the symbol's side, all
 * of which may be written, and overlaps neither of the others. The picture depends on symbol and settings
 * only. */
size_t picture_write(picture_writer *writer, const qr_symbol *symbol, uint8_t *out);

#endif
