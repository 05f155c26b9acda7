/* Payloads of certificates that leave nothing to judgement: claims (RFC 8392) around a DCC of schema 1.3.
 *
 * The rules are narrower than those of the verifier in Python in every point: what is found sound here is
 * sound there and not marked as off the schema, and of all else nothing is said. */
#ifndef SIGNER_DCC_READ_H
#define SIGNER_DCC_READ_H

#include "cbor/cbor_read.h"
#include <stddef.h>
#include <stdint.h>

enum { DCC_VACCINATION = 1, DCC_TEST = 2, DCC_RECOVERY = 4 };
enum { DCC_IDENTIFIER_MAX = 4 * 80 };
enum { DCC_CO, DCC_VP, DCC_MP, DCC_MA, DCC_TT, DCC_CODES };

typedef struct {
    uint8_t issuer[2]; /* two capital letters */
    int64_t issued_at, expires_at;
    unsigned kind;        /* of its one entry */
    cbor_text identifier; /* of its one entry: at most DCC_IDENTIFIER_MAX bytes */
    const uint8_t *event,
        *birth; /* in the payload: the day of the entry, YYYY-MM-DD; empty, YYYY, YYYY-MM or a day */
    size_t birth_length;
    const uint8_t *valid_from, *valid_until; /* days of a recovery, else NULL */
    cbor_text code[DCC_CODES];               /* of the value sets; empty where its kind has none */
} dcc_claims;

/* Gives 1 where payload[0..n) is such a payload, and else 0. */
int dcc_read(const uint8_t *payload, size_t n, dcc_claims *claims);

#endif
