/* The checksum of PNG chunks (ISO/IEC 15948 section 5.5, annex D). */
#ifndef SIGNER_CRC32_H
#define SIGNER_CRC32_H

#include <stddef.h>
#include <stdint.h>

/* The state before the first byte; the checksum is the last state, inverted. */
#define CRC32_START 0xffffffffu

#define CRC32_STEP 16 /* bytes taken at once */

/* In shares[i][value], what a byte adds to the state when i more bytes follow in the same step. For
 * crc32_clmul, what takes the halves of a step so many steps further. */
typedef struct {
    uint32_t shares[CRC32_STEP][256];
    uint64_t one_step[2], four_steps[2];
} crc32_tables;

/* Chooses by the CPU_ bits of `features` which implementation runs; not while another thread uses the kernel.
 */
void crc32_select(unsigned features);

/* Fills the tables, which are only read from then on: any number of threads may share them. */
void crc32_init(crc32_tables *tables);

/* The state after bytes[0..n), from the state before them; n may be 0. */
uint32_t crc32_update(const crc32_tables *tables, uint32_t state, const uint8_t *bytes, size_t n);

/* The implementations of crc32_update: by tables, and by carry-less multiplication. */
uint32_t crc32_portable(const crc32_tables *tables, uint32_t state, const uint8_t *bytes, size_t n);
uint32_t crc32_clmul(const crc32_tables *tables, uint32_t state, const uint8_t *bytes, size_t n);

#endif
