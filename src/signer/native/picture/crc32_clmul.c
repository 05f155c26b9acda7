/* CRC-32 by carry-less multiplication. The state is the remainder of all bytes before, as a polynomial over
 * GF(2); so may be any polynomial that leaves the same remainder. Here it has 128 bits, the first byte's
 * highest powers: one step of bytes. To take it further by some steps is to multiply it by a power of x, half
 * by half. */
#include "cpu/cpu.h"
#include "picture/crc32.h"

#ifdef SIGNER_X86_64

#pragma GCC push_options
#pragma GCC target("pclmul")
#include <immintrin.h>

enum { CHAINS = 4 }; /* multiplied side by side, so that their latencies overlap */

static inline __m128i load(const uint8_t *bytes) {
    return _mm_loadu_si128((const __m128i *)bytes);
}

static inline __m128i further(__m128i step, __m128i by) {
    return _mm_xor_si128(_mm_clmulepi64_si128(step, by, 0x00), _mm_clmulepi64_si128(step, by, 0x11));
}

uint32_t crc32_clmul(const crc32_tables *tables, uint32_t state, const uint8_t *bytes, size_t n) {
    const __m128i by_one = load((const uint8_t *)tables->one_step),
                  by_four = load((const uint8_t *)tables->four_steps);
    __m128i chain[CHAINS];
    uint8_t last[CRC32_STEP];
    if (n < sizeof chain)
        return crc32_portable(tables, state, bytes, n);
    for (int i = 0; i < CHAINS; i++)
        chain[i] = load(bytes + CRC32_STEP * i);
    chain[0] = _mm_xor_si128(chain[0], _mm_cvtsi32_si128((int)state));
    bytes += sizeof chain, n -= sizeof chain;
    for (; n >= sizeof chain; bytes += sizeof chain, n -= sizeof chain)
        for (int i = 0; i < CHAINS; i++)
            chain[i] = _mm_xor_si128(further(chain[i], by_four), load(bytes + CRC32_STEP * i));
    __m128i all = chain[0];
    for (int i = 1; i < CHAINS; i++)
        all = _mm_xor_si128(further(all, by_one), chain[i]);
    for (; n >= CRC32_STEP; bytes += CRC32_STEP, n -= CRC32_STEP)
        all = _mm_xor_si128(further(all, by_one), load(bytes));
    _mm_storeu_si128((__m128i *)last, all);
    return crc32_portable(tables, crc32_portable(tables, 0, last, sizeof last), bytes, n);
}

#pragma GCC pop_options
#endif
