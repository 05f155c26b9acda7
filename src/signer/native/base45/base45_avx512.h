/* The instruction set of base45's files with AVX512-VBMI: from here to their pop_options. */
#ifndef SIGNER_BASE45_AVX512_H
#define SIGNER_BASE45_AVX512_H

#include <stdint.h>

#ifdef SIGNER_EMULATE_AVX512
#include "emulated_avx512.h"
#else
#pragma GCC target("avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi,avx512vbmi2,avx2,bmi,bmi2")
#include <immintrin.h>
#endif

static inline __m512i load(const uint8_t *bytes) {
    return _mm512_loadu_si512((const void *)bytes);
}

#endif
