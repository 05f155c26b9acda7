/* HC1 texts to those that are genuine and in force. */
#include "verify/verify.h"

#include "base45/base45_decode.h"
#include "deflate/inflate.h"
#include "sha256/sha256.h"
#include "verify/cose_read.h"
#include "verify/dcc_read.h"
#include <string.h>

enum { UNDECIDED = -1, PREFIX_BYTES = 4, TEXT_MAX = PREFIX_BYTES + VERIFY_MESSAGE_MAX / 2 * 3 };
enum { COUNTRY_BYTES = 2, R_BYTES = 32, HASH_BYTES = 16 };

typedef enum { COUNTRY_UCI, UCI, SIGNATURE } hashed_part;

/* One row's place in it is that among the rows that were read. */
typedef struct {
    uint8_t compressed[VERIFY_MESSAGE_MAX], message[VERIFY_MESSAGE_MAX];
    uint8_t signed_bytes[VERIFY_CHUNK * (VERIFY_MESSAGE_MAX + COSE_SIGNED_AROUND)]; /* one behind the other */
    uint8_t *end;
    const uint8_t *start[VERIFY_CHUNK];
    uint32_t length[VERIFY_CHUNK];
    uint8_t signature[VERIFY_CHUNK][64], digest[VERIFY_CHUNK][32], fits[VERIFY_CHUNK];
    const p256_key *key[VERIFY_CHUNK];
    uint8_t identifier[VERIFY_CHUNK][COUNTRY_BYTES + DCC_IDENTIFIER_MAX]; /* behind the issuer */
    uint32_t identifier_length[VERIFY_CHUNK];                             /* without the issuer */
    const uint8_t *hashed[VERIFY_CHUNK];
    uint32_t hashed_length[VERIFY_CHUNK];
} verify_chunk;

static size_t rounded(size_t n_bytes) {
    return (n_bytes + 63) / 64 * 64;
}

size_t verify_scratch_bytes(void) {
    return rounded(sizeof(verify_chunk)) + p256_verify_scratch_bytes();
}

/* Bytes of the message that the text holds, to c->message, or 0. */
static size_t read_message(const uint8_t *text, size_t length, verify_chunk *c) {
    if (length < PREFIX_BYTES || length > TEXT_MAX || memcmp(text, "HC1:", PREFIX_BYTES) != 0)
        return 0;
    size_t n = base45_decode(text + PREFIX_BYTES, length - PREFIX_BYTES, c->compressed);
    if (n == BASE45_WRONG)
        return 0;
    n = zlib_inflate(c->compressed, n, c->message, VERIFY_MESSAGE_MAX);
    return n == INFLATE_UNREAD ? 0 : n;
}

static int32_t signer_of(const verify_terms *terms, const uint8_t kid[8]) {
    size_t low = 0, high = terms->n_signers;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (memcmp(terms->signers[middle].kid, kid, 8) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low < terms->n_signers && memcmp(terms->signers[low].kid, kid, 8) == 0 ? (int32_t)low : UNDECIDED;
}

/* The issuer is the country of the signer, which may sign this kind at these times. */
static int is_of(const verify_signer *signer, const dcc_claims *claims) {
    return memcmp(signer->country, claims->issuer, 2) == 0 && (signer->kinds & claims->kind) &&
           signer->not_before <= claims->issued_at && claims->expires_at <= signer->not_after;
}

/* The time of the check lies between, the event before it, and the birth, as far as it is known, not after
 * that. */
static int is_in_force(const verify_terms *terms, const dcc_claims *claims) {
    const int64_t second = 1000000;
    return claims->issued_at * second <= terms->at_us && terms->at_us <= claims->expires_at * second &&
           memcmp(claims->event, terms->latest_day, sizeof terms->latest_day) <= 0 &&
           memcmp(claims->birth, claims->event, claims->birth_length) <= 0;
}

/* Reads a text, and writes what was signed to c->end. Gives the signer, or UNDECIDED. */
static int32_t read_row(const verify_terms *terms, const uint8_t *text, size_t length, size_t at,
                        const verify_rows *rows, verify_chunk *c) {
    cose_parts parts;
    dcc_claims claims;
    size_t n = read_message(text, length, c);
    if (n == 0 || !cose_read(c->message, n, &parts))
        return UNDECIDED;
    int32_t signer = signer_of(terms, parts.kid);
    if (signer == UNDECIDED || !dcc_read(parts.payload, parts.payload_length, &claims) ||
        !is_of(&terms->signers[signer], &claims) || !is_in_force(terms, &claims) ||
        !dcc_is_unmarked(&claims, &terms->value_sets))
        return UNDECIDED;
    size_t of_chunk = at % VERIFY_CHUNK;
    rows->issued_at[at] = claims.issued_at;
    rows->expires_at[at] = claims.expires_at;
    memcpy(c->signature[of_chunk], parts.signature, 64);
    memcpy(c->identifier[of_chunk], claims.issuer, COUNTRY_BYTES);
    memcpy(c->identifier[of_chunk] + COUNTRY_BYTES, claims.identifier.bytes, claims.identifier.length);
    c->identifier_length[of_chunk] = (uint32_t)claims.identifier.length;
    c->start[of_chunk] = c->end;
    c->length[of_chunk] = (uint32_t)cose_signed_bytes(&parts, c->end);
    c->end += c->length[of_chunk];
    return signer;
}

void verify_read(const verify_terms *terms, const verify_texts *texts, size_t first, size_t n,
                 const verify_rows *rows, void *scratch) {
    verify_chunk *c = scratch;
    c->end = c->signed_bytes;
    for (size_t at = first; at < first + n; at++) {
        int64_t bit = texts->validity_offset + (int64_t)at;
        rows->signer[at] = UNDECIDED;
        rows->issued_at[at] = rows->expires_at[at] = 0;
        if (texts->validity && !(texts->validity[bit / 8] >> bit % 8 & 1))
            continue;
        const uint8_t *text = texts->bytes + texts->offsets[at];
        size_t length = (size_t)(texts->offsets[at + 1] - texts->offsets[at]);
        rows->signer[at] = read_row(terms, text, length, at, rows, c);
    }
}

/* Hashes one part of each row that was read, to hashes[first..first + n). */
static void hash_rows(hashed_part part, size_t first, size_t n, const verify_rows *rows, verify_chunk *c,
                      uint8_t (*hashes)[HASH_BYTES]) {
    size_t n_hashed = 0;
    for (size_t i = 0; i < n; i++) {
        if (rows->signer[first + i] == UNDECIDED)
            continue;
        size_t length = c->identifier_length[i];
        c->hashed[n_hashed] = part == SIGNATURE ? c->signature[i]
                              : part == UCI     ? c->identifier[i] + COUNTRY_BYTES
                                                : c->identifier[i];
        c->hashed_length[n_hashed++] = (uint32_t)(part == SIGNATURE ? R_BYTES
                                                  : part == UCI     ? length
                                                                    : COUNTRY_BYTES + length);
    }
    sha256_many(n_hashed, c->hashed, c->hashed_length, c->digest);
    for (size_t i = 0, of_hashed = 0; i < n; i++)
        if (rows->signer[first + i] == UNDECIDED)
            memset(hashes[first + i], 0, HASH_BYTES);
        else
            memcpy(hashes[first + i], c->digest[of_hashed++], HASH_BYTES);
}

void verify_hash(size_t first, size_t n, const verify_rows *rows, const verify_hashes *hashes,
                 void *scratch) {
    hash_rows(COUNTRY_UCI, first, n, rows, scratch, hashes->country_uci);
    hash_rows(UCI, first, n, rows, scratch, hashes->uci);
    hash_rows(SIGNATURE, first, n, rows, scratch, hashes->signature);
}

/* Moves what is to be verified together, to the front of the chunk; gives its number. */
static size_t gather(const p256_key *const *keys, size_t first, size_t n, const verify_rows *rows,
                     verify_chunk *c) {
    size_t n_gathered = 0;
    for (size_t i = 0; i < n; i++) {
        int32_t *signer = &rows->signer[first + i];
        if (*signer == UNDECIDED)
            continue;
        if (keys[*signer] == NULL) {
            *signer = UNDECIDED;
            continue;
        }
        c->key[n_gathered] = keys[*signer];
        c->start[n_gathered] = c->start[i];
        c->length[n_gathered] = c->length[i];
        memmove(c->signature[n_gathered++], c->signature[i], 64);
    }
    return n_gathered;
}

void verify_check(const p256_key *const *keys, size_t first, size_t n, const verify_rows *rows,
                  void *scratch) {
    verify_chunk *c = scratch;
    size_t n_gathered = gather(keys, first, n, rows, c);
    sha256_many(n_gathered, c->start, c->length, c->digest);
    p256_verify(n_gathered, c->key, (const uint8_t(*)[32])c->digest, (const uint8_t(*)[64])c->signature,
                c->fits, (uint8_t *)scratch + rounded(sizeof(verify_chunk)));
    for (size_t i = 0, of_gathered = 0; i < n; i++)
        if (rows->signer[first + i] != UNDECIDED && !c->fits[of_gathered++])
            rows->signer[first + i] = UNDECIDED;
}
