/* Which implementation of crc32_update runs. */
#include "cpu/cpu.h"
#include "picture/crc32.h"

static uint32_t (*update)(const crc32_tables *, uint32_t, const uint8_t *, size_t) = crc32_portable;

void crc32_select(unsigned features) {
    update = crc32_portable;
#ifdef SIGNER_X86_64
    if (features & CPU_AVX2)
        update = crc32_clmul;
#else
    (void)features;
#endif
}

uint32_t crc32_update(const crc32_tables *tables, uint32_t state, const uint8_t *bytes, size_t n) {
    return update(tables, state, bytes, n);
}
