/* Batches of ECDSA signatures by Intel crypto_mb, eight at a time, behind one function that Python can call.
 */
#define BN_OPENSSL_DISABLE
#include <crypto_mb/cpu_features.h>
#include <crypto_mb/ec_nistp256.h>
#include <stdint.h>
#include <stdlib.h>

#define LANES 8

/* The archive's functions for OpenSSL's own types refer to these; nothing here calls them. */
#define STUB(name)                                                                                           \
    void name(void);                                                                                         \
    void name(void) {                                                                                        \
        abort();                                                                                             \
    }
STUB(BN_bin2bn)
STUB(BN_is_word)
STUB(BN_num_bits)
STUB(BN_bn2lebinpad)
STUB(ECDSA_SIG_get0)

int applicable(void);
int sign(const uint8_t *scalar, size_t n, const uint8_t *digests, const uint8_t *nonces, uint8_t *signatures);

/* 1 where this processor has what the library needs: it has no fallback. */
int applicable(void) {
    return mbx_is_crypto_mb_applicable(0);
}

/* 32 bytes, big endian, to four words, lowest first. */
static void to_words(const uint8_t *bytes, int64u words[4]) {
    for (int i = 0; i < 4; i++) {
        words[i] = 0;
        for (int j = 0; j < 8; j++)
            words[i] = words[i] << 8 | bytes[8 * (3 - i) + j];
    }
}

/* `n` signatures r || s under one key, `n` a multiple of 8. Gives the library's status, 0 where all is well.
 */
int sign(const uint8_t *scalar, size_t n, const uint8_t *digests, const uint8_t *nonces,
         uint8_t *signatures) {
    int64u key[4], nonce[LANES][4];
    to_words(scalar, key);
    int8u *r[LANES], *s[LANES];
    const int8u *digest[LANES];
    const int64u *nonce_at[LANES], *key_at[LANES];
    mbx_status status = 0;
    for (size_t first = 0; first < n; first += LANES) {
        for (size_t i = 0; i < LANES; i++) {
            to_words(nonces + 32 * (first + i), nonce[i]);
            nonce_at[i] = nonce[i];
            key_at[i] = key;
            digest[i] = digests + 32 * (first + i);
            r[i] = signatures + 64 * (first + i);
            s[i] = r[i] + 32;
        }
        status |= mbx_nistp256_ecdsa_sign_mb8(r, s, digest, nonce_at, key_at, NULL);
    }
    return (int)status;
}
