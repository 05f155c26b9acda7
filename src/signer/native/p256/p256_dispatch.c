/* Chooses the P-256 implementation for the processor. */
#include "cpu/cpu.h"
#include "cpu/wipe.h"
#include "p256/p256_impl.h"

enum { IFMA_MIN_BATCH = 4 }; /* below that the lanes are too empty to pay for the inversions */

static p256_sign_function *sign_many = p256_portable_sign;

void p256_select(unsigned features) {
    static int portable_ready, ifma_ready;
    if (!portable_ready)
        p256_portable_init();
    portable_ready = 1;
    sign_many = p256_portable_sign;
#ifdef SIGNER_X86_64
    if (features & CPU_IFMA) {
        if (!ifma_ready)
            p256_ifma_init();
        ifma_ready = 1;
        sign_many = p256_ifma_sign;
    }
#else
    (void)features;
    (void)ifma_ready;
#endif
}

int p256_is_scalar(const uint8_t scalar[32]) {
    u256 value;
    int good = p256_load_nonce(&value, scalar) == 0; /* keys and nonces have one range */
    wipe(&value, sizeof value);
    return good;
}

size_t p256_scratch_bytes(void) {
    size_t bytes = p256_portable_scratch_bytes();
#ifdef SIGNER_X86_64
    if (p256_ifma_scratch_bytes() > bytes)
        bytes = p256_ifma_scratch_bytes();
#endif
    return (bytes + 63) / 64 * 64;
}

size_t p256_sign(const uint8_t scalar[32], size_t n, const uint8_t (*digests)[32],
                 const uint8_t (*nonces)[32], uint8_t (*signatures)[64], void *scratch) {
    p256_sign_function *sign = n < IFMA_MIN_BATCH ? p256_portable_sign : sign_many;
    size_t n_failed = sign(scalar, n, digests, nonces, signatures, scratch);
    wipe_stack(); /* words of the key, the nonces and their inverses */
    return n_failed;
}
