/* CRC-32, 16 bytes a step: the shares of all bytes are looked up side by side. */
#include "picture/crc32.h"

#define POLYNOMIAL 0xedb88320u /* annex D: x^31 is the lowest bit */

static uint32_t times_x(uint32_t value) {
    return value >> 1 ^ (value & 1 ? POLYNOMIAL : 0);
}

static uint32_t share_of_last(uint32_t value) {
    for (int bit = 0; bit < 8; bit++)
        value = times_x(value);
    return value;
}

/* x^n modulo the polynomial in 64 bits, of which the lowest is x^63. */
static uint64_t power_of_x(unsigned n) {
    uint32_t power = 0x80000000;
    while (n-- > 0)
        power = times_x(power);
    return (uint64_t)power << 32;
}

/* Halves are 64 bits apart. A product of 64 bits by 64, lowest last, is one power of x too high: hence - 1.
 */
static void init_steps(uint64_t halves[2], unsigned n_steps) {
    halves[0] = power_of_x(8 * CRC32_STEP * n_steps + 64 - 1);
    halves[1] = power_of_x(8 * CRC32_STEP * n_steps - 1);
}

void crc32_init(crc32_tables *tables) {
    for (uint32_t value = 0; value < 256; value++)
        tables->shares[0][value] = share_of_last(value);
    for (unsigned i = 1; i < CRC32_STEP; i++)
        for (unsigned value = 0; value < 256; value++) {
            uint32_t share = tables->shares[i - 1][value];
            tables->shares[i][value] = share >> 8 ^ tables->shares[0][share & 255];
        }
    init_steps(tables->one_step, 1);
    init_steps(tables->four_steps, 4);
}

uint32_t crc32_portable(const crc32_tables *tables, uint32_t state, const uint8_t *bytes, size_t n) {
    for (; n >= CRC32_STEP; n -= CRC32_STEP, bytes += CRC32_STEP) {
        uint32_t next = 0;
        for (unsigned i = 0; i < 4; i++)
            next ^= tables->shares[CRC32_STEP - 1 - i][(state >> 8 * i & 255) ^ bytes[i]];
        for (unsigned i = 4; i < CRC32_STEP; i++)
            next ^= tables->shares[CRC32_STEP - 1 - i][bytes[i]];
        state = next;
    }
    while (n-- > 0)
        state = state >> 8 ^ tables->shares[0][(state ^ *bytes++) & 255];
    return state;
}
