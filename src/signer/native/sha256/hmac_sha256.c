/* HMAC-SHA-256, RFC 2104 section 2, with both pads of the key absorbed once. */
#include "cpu/wipe.h"
#include "sha256/sha256.h"
#include "sha256/sha256_impl.h"

#define GROUP 64 /* messages at a time; their inner digests stay on the stack */

/* The state after the key's block, each byte of it turned over by `pad`. */
static void absorb_pad(uint32_t state[8], const uint8_t key_block[64], uint8_t pad) {
    uint8_t block[64];
    for (int i = 0; i < 64; i++)
        block[i] = key_block[i] ^ pad;
    memcpy(state, SHA256_INITIAL, sizeof SHA256_INITIAL);
    sha256_compress(state, block, 1);
    wipe(block, sizeof block);
}

/* A secret longer than a block counts as its digest. */
static void digest_of_long_secret(uint8_t digest[32], const uint8_t *secret, size_t length) {
    const uint32_t length32 = (uint32_t)length;
    sha256_many(1, &secret, &length32, (uint8_t(*)[32])digest);
}

void hmac_sha256_init(hmac_sha256_key *key, const uint8_t *secret, size_t length) {
    uint8_t block[64] = {0};
    if (length > sizeof block)
        digest_of_long_secret(block, secret, length);
    else if (length != 0)
        memcpy(block, secret, length);
    absorb_pad(key->inner, block, 0x36);
    absorb_pad(key->outer, block, 0x5c);
    wipe(block, sizeof block);
}

static void macs_of_group(const hmac_sha256_key *key, size_t n, const uint8_t *const *messages,
                          const uint32_t *lengths, uint8_t (*macs)[32]) {
    uint8_t inner[GROUP][32];
    const uint8_t *digests[GROUP];
    uint32_t digest_lengths[GROUP];
    for (size_t i = 0; i < n; i++) {
        digests[i] = inner[i];
        digest_lengths[i] = sizeof inner[i];
    }
    sha256_run(&(sha256_job){{key->inner, 64}, n, messages, lengths, inner});
    sha256_run(&(sha256_job){{key->outer, 64}, n, digests, digest_lengths, macs});
    wipe(inner, n * sizeof inner[0]);
}

void hmac_sha256_many(const hmac_sha256_key *key, size_t n, const uint8_t *const *messages,
                      const uint32_t *lengths, uint8_t (*macs)[32]) {
    for (size_t done = 0; done < n; done += GROUP) {
        const size_t group = n - done < GROUP ? n - done : GROUP;
        macs_of_group(key, group, messages + done, lengths + done, macs + done);
    }
}
