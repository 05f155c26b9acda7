/* Bytes to be signed to certificates: the stages that issuing and renewing share. */
#include "issue/seal.h"

#include "base45/base45.h"
#include "sha256/sha256.h"
#include <string.h>

static size_t compressed_bytes(void) {
    return (zlib_bound(DCC_COSE_MAX) + 63) / 64 * 64;
}

size_t seal_scratch_bytes(void) {
    return compressed_bytes() + p256_scratch_bytes();
}

size_t seal_hc1_bound(void) {
    return ISSUE_CHUNK * (4 + base45_bound(zlib_bound(DCC_COSE_MAX)));
}

static size_t sign(const seal_terms *terms, size_t n, seal_chunk *c, void *p256_scratch) {
    sha256_many(n, c->message, c->length, c->hash);
    rfc6979_nonces(&terms->nonce_key, n, (const uint8_t(*)[32])c->hash, c->nonce);
    return p256_sign(terms->scalar, n, (const uint8_t(*)[32])c->hash, (const uint8_t(*)[32])c->nonce,
                     c->signature, p256_scratch);
    /* Here every signature will be verified before it goes on (design: verify after sign). */
}

/* COSE, zlib and base45 of the signed rows, and the hash of each signature's r (EU gateway, revocation by
 * SIGNATURE). */
static void wrap(const seal_terms *terms, size_t n, seal_chunk *c, const zlib_text *texts, seal_output *out,
                 uint8_t *compressed) {
    for (size_t i = 0; i < n; i++) {
        size_t at = out->n_sealed + i;
        uint8_t *text = out->hc1 + out->hc1_offsets[at];
        size_t length = dcc_cose(&terms->issuer, c->message[i] + c->payload_at[i],
                                 c->length[i] - c->payload_at[i], c->signature[i], c->cose);
        length = texts ? zlib_compress_again(c->cose, length, &texts[i], compressed)
                       : zlib_compress(c->cose, length, compressed);
        memcpy(text, "HC1:", 4);
        out->hc1_offsets[at + 1] =
            out->hc1_offsets[at] + 4 + (int32_t)base45_encode(compressed, length, text + 4);
    }
    for (size_t i = 0; i < n; i++) {
        c->message[i] = c->signature[i];
        c->length[i] = 32;
    }
    sha256_many(n, c->message, c->length, c->hash);
    for (size_t i = 0; i < n; i++)
        memcpy(out->signature_hash[out->n_sealed + i], c->hash[i], 16);
}

size_t seal_messages(const seal_terms *terms, size_t n, seal_chunk *c, const zlib_text *texts,
                     seal_output *out, void *scratch) {
    uint8_t *compressed = scratch;
    size_t n_failed = sign(terms, n, c, compressed + compressed_bytes());
    wrap(terms, n, c, texts, out, compressed);
    out->n_sealed += n;
    return n_failed;
}

void seal_refuse(seal_output *out, size_t row, shot_verdict verdict) {
    out->refused_row[out->n_refused] = (int32_t)row;
    out->refused_reason[out->n_refused] = (uint8_t)verdict.reason;
    out->refused_field[out->n_refused] = (uint8_t)verdict.field;
    out->n_refused++;
}
