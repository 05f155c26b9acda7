/* Eight bytes as a number, whatever the processor's own order. */
#ifndef SIGNER_BYTE_ORDER_H
#define SIGNER_BYTE_ORDER_H

#include <stdint.h>
#include <string.h>

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define SWAP_IF_BIG(value) __builtin_bswap64(value)
#define SWAP_IF_LITTLE(value) (value)
#else
#define SWAP_IF_BIG(value) (value)
#define SWAP_IF_LITTLE(value) __builtin_bswap64(value)
#endif

static inline uint64_t load_lowest_first(const uint8_t *bytes) {
    uint64_t value;
    memcpy(&value, bytes, sizeof value);
    return SWAP_IF_BIG(value);
}

static inline void store_lowest_first(uint8_t *bytes, uint64_t value) {
    value = SWAP_IF_BIG(value);
    memcpy(bytes, &value, sizeof value);
}

static inline void store_highest_first(uint8_t *bytes, uint64_t value) {
    value = SWAP_IF_LITTLE(value);
    memcpy(bytes, &value, sizeof value);
}

#endif
