/* The steps of QR symbols with AVX2. */
#include "cpu/cpu.h"

#ifdef SIGNER_X86_64

#include "qr/qr_impl.h"
#include <stdlib.h>
#include <string.h>

#pragma GCC push_options
#pragma GCC target("avx2,bmi,bmi2")

#define QR_VECTOR_BYTES 32
#include "qr/qr_blocks_impl.h"
#include "qr/qr_penalties_impl.h"
#include "qr/qr_place_impl.h"
#include "qr/qr_transpose_impl.h"
#include "qr/qr_wide_patterns_impl.h"

const qr_steps qr_avx2 = {interleave, place, transpose, penalties, wide_patterns};

#pragma GCC pop_options
#endif
