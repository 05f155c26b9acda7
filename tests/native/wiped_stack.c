/* How many bytes of the stack below a caller are not the same after a kernel has worked with other secrets.
 */
#include "p256/p256.h"
#include "rfc6979/rfc6979.h"
#include "sha256/sha256.h"
#include <string.h>

enum { DEPTH = 1 << 17, BATCH = 512 };

typedef struct {
    uint8_t scalar[32], nonces[BATCH][32];
} secrets;

typedef void kernel_function(const secrets *with, size_t n, const uint8_t (*digests)[32], void *scratch);

static uint8_t signatures[BATCH][64], made[BATCH][32], seen[2][DEPTH];

static void sign(const secrets *with, size_t n, const uint8_t (*digests)[32], void *scratch) {
    p256_sign(with->scalar, n, digests, (const uint8_t(*)[32])with->nonces, signatures, scratch);
}

static void make_nonces(const secrets *with, size_t n, const uint8_t (*digests)[32], void *scratch) {
    (void)scratch;
    static rfc6979_key key;
    rfc6979_init(&key, with->scalar, RFC6979_P256_ORDER);
    rfc6979_nonces(&key, n, digests, made);
}

__attribute__((noinline)) static void paint(void) {
    uint8_t below[DEPTH];
    memset(below, 0xa5, sizeof below);
    __asm__ volatile("" : : "r"(below) : "memory");
}

__attribute__((noinline)) static void look(uint8_t *out) {
    uint8_t below[DEPTH];
    __asm__ volatile("" : "=m"(below)); /* whatever is there */
    memcpy(out, below, sizeof below);
}

/* `does_sign`: signatures with given nonces, or else nonces of a key. Both secrets are worked with twice. */
size_t stack_left(unsigned features, int does_sign, size_t n, const secrets two[2],
                  const uint8_t (*digests)[32], void *scratch) {
    kernel_function *kernel = does_sign ? sign : make_nonces;
    size_t n_different = 0;
    sha256_select(features);
    rfc6979_select(features);
    p256_select(features);
    for (int round = 0; round < 4; round++) {
        paint();
        kernel(&two[round % 2], n, digests, scratch);
        look(seen[round % 2]);
    }
    for (size_t i = 0; i < DEPTH; i++)
        n_different += seen[0][i] != seen[1][i];
    return n_different;
}
