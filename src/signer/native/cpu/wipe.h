/* Overwrites secrets so that the compiler cannot leave the store out. */
#ifndef SIGNER_WIPE_H
#define SIGNER_WIPE_H

#include <stddef.h>
#include <string.h>

static inline void wipe(void *memory, size_t length) {
    memset(memory, 0, length);
    __asm__ volatile("" : : "r"(memory) : "memory");
}

#endif
