/* Overwrites secrets so that the compiler cannot leave the store out. */
#ifndef SIGNER_WIPE_H
#define SIGNER_WIPE_H

#include <stddef.h>
#include <string.h>

static inline void wipe(void *memory, size_t length) {
    memset(memory, 0, length);
    __asm__ volatile("" : : "r"(memory) : "memory");
}

/* Overwrites the stack below the caller's frame, where functions that have returned left spilled words that
 * no variable names; 32 KiB is more than any kernel that sees a secret uses (22 KiB: P-256 with IFMA). */
__attribute__((noinline, unused)) static void wipe_stack(void) {
    unsigned char below[32768];
    wipe(below, sizeof below);
}

#endif
