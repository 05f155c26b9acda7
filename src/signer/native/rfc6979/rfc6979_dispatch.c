/* Keys with what can be absorbed beforehand, and the choice among the implementations of RFC 6979. */
#include "cpu/cpu.h"
#include "cpu/wipe.h"
#include "rfc6979/rfc6979_impl.h"
#include "sha256/sha256.h"

/* FIPS 186-5 and SP 800-186 section 3.2.1.3, the order of P-256's base point. */
const uint8_t RFC6979_P256_ORDER[32] = {0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff,
                                        0xff, 0xff, 0xff, 0xff, 0xff, 0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17,
                                        0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51};

/* From this many digests on, 16 lanes are faster than two even though some of them idle. */
#define MIN_FOR_WIDE 5

static rfc6979_group_function *wide = NULL;

void rfc6979_select(unsigned features) {
    wide = NULL;
#ifdef SIGNER_X86_64
    if (features & CPU_AVX512)
        wide = rfc6979_group_avx512;
#else
    (void)features;
#endif
}

void rfc6979_init(rfc6979_key *key, const uint8_t scalar[32], const uint8_t order[32]) {
    uint8_t blocks[2][64];
    memcpy(key->scalar, scalar, 32);
    memcpy(key->order, order, 32);
    memset(blocks[0], 0x36, 64); /* the ipad of K = 0 */
    memset(blocks[1], 0x01, 32); /* V, step b */
    blocks[1][32] = 0x00;
    memcpy(blocks[1] + 33, scalar, 31);
    memcpy(key->inner, SHA256_INITIAL, sizeof SHA256_INITIAL);
    sha256_compress(key->inner, blocks[0], 2);
    memset(blocks[0], 0x5c, 64);
    memcpy(key->outer, SHA256_INITIAL, sizeof SHA256_INITIAL);
    sha256_compress(key->outer, blocks[0], 1);
    wipe(blocks, sizeof blocks);
    wipe_stack(); /* words of the key */
}

void rfc6979_wipe(rfc6979_key *key) {
    wipe(key, sizeof *key);
}

void rfc6979_nonces(const rfc6979_key *key, size_t n, const uint8_t (*digests)[32], uint8_t (*nonces)[32]) {
    for (size_t done = 0; done < n;) {
        const size_t left = n - done;
        const size_t lanes = wide != NULL && left >= MIN_FOR_WIDE ? 16 : 2,
                     group = left < lanes ? left : lanes;
        (lanes == 16 ? wide : rfc6979_group_portable)(key, group, digests + done, nonces + done);
        done += group;
    }
    wipe_stack(); /* words of K and V */
}
