/* QR code symbols of alphanumeric text: versions 1 to 40, levels L, M, Q and H (ISO/IEC 18004:2015). */
#ifndef SIGNER_QR_H
#define SIGNER_QR_H

#include <stddef.h>
#include <stdint.h>

#define QR_VERSION_MAX 40
#define QR_SIDE_MAX 177 /* modules; the side of version v is 17 + 4 v */
#define QR_WORDS 3      /* 64-bit words in which a row of modules is held */

/* Error correction levels, weakest first (ISO 18004 table 8). */
typedef enum { QR_L, QR_M, QR_Q, QR_H } qr_level;

typedef enum {
    QR_OK,
    QR_EMPTY,     /* no text */
    QR_CHARACTER, /* a byte outside the 45 characters of the alphanumeric mode (table 5) */
    QR_TOO_LONG,  /* more than version 40 holds at the level */
} qr_status;

/* A symbol without its quiet zone. Module (row, column) is bit column & 63 of rows[row][column >> 6], 1 for
 * dark; bits at and past `side` are 0, rows past `side` are undefined. */
typedef struct {
    uint8_t version, level, mask, side;
    uint64_t rows[QR_SIDE_MAX][QR_WORDS];
} qr_symbol;

/* Chooses the implementation by CPU_ bits; every one gives the same symbols. */
void qr_select(unsigned features);

/* What versions and levels look like, worked out when one is first asked for. One thread at a time. Not
 * for secrets: time and memory accesses depend on the text. Keeps what it drew last, personal data that is,
 * for the caller to wipe. */
typedef struct qr_encoder qr_encoder;

/* Bytes of a qr_encoder, to be aligned to 64. Most of it is never touched: do not clear it. */
size_t qr_encoder_bytes(void);

void qr_encoder_init(qr_encoder *encoder);

/* The smallest version that holds n characters at the level, or 0 if none does. */
unsigned qr_version_for(size_t n, qr_level level);

/* Draws text[0..n) in the smallest version that holds it at `level`; with `raise_level` then at the highest
 * level that the same version holds it at. The mask is the one of least penalty (7.8.3), the lowest of
 * equals. `out` overlaps neither text nor encoder, and is only written where the status is QR_OK. */
qr_status qr_encode(qr_encoder *encoder, const uint8_t *text, size_t n, qr_level level, int raise_level,
                    qr_symbol *out);

#endif
