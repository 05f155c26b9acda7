/* The steps of QR symbols in portable C; vectors of 16 bytes become whatever the processor has. */
#define QR_VECTOR_BYTES 16
#include "qr/qr_blocks_impl.h"
#include "qr/qr_penalties_impl.h"
#include "qr/qr_place_impl.h"
#include "qr/qr_transpose_impl.h"
#include "qr/qr_wide_patterns_impl.h"

const qr_steps qr_portable = {interleave, place, transpose, penalties, wide_patterns};
