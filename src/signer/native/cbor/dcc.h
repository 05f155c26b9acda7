/* The signed payload of a vaccination certificate: CWT claims (RFC 8392) around a DCC 1.3.0, and the COSE
 * structures (RFC 8152 sections 4.2 and 4.4) around the payload. Deterministic CBOR; map keys in bytewise
 * order. */
#ifndef SIGNER_DCC_H
#define SIGNER_DCC_H

#include "names/names.h"
#include <stddef.h>
#include <stdint.h>

typedef struct {
    const uint8_t *bytes;
    uint32_t length;
} dcc_text;

/* What is the same for every certificate of an issuer in one run; the rest of `v` is per record. */
typedef struct {
    dcc_text country;    /* iss and v.co, two letters */
    dcc_text issuer;     /* v.is, <= 80 characters */
    uint64_t issued_at;  /* iat, seconds since 1970 */
    uint64_t expires_at; /* exp */
    uint8_t kid[8];
} dcc_issuer;

typedef struct {
    const dcc_name *name;
    dcc_text date_of_birth; /* YYYY, YYYY-MM, YYYY-MM-DD or empty */
    dcc_text uvci;
    dcc_text mp, ma, vp; /* medicinal product, marketing authorisation holder, prophylaxis */
    uint8_t dose_number, doses_in_series;
    uint8_t vaccinated_on[10]; /* YYYY-MM-DD */
} dcc_record;

#define DCC_PROTECTED_BYTES 13 /* {1: -7, 4: kid} */
#define DCC_COSE_HEAD_MAX 20   /* what a message has before its payload */
#define DCC_COSE_TAIL 66       /* and behind it: the signature with its head */
#define DCC_CLAIMS_MAX 30      /* what a payload has before its DCC */
#define DCC_UVCI_MAX 48        /* bytes of a UVCI */
#define DCC_HEAD_MAX 64        /* what a DCC begins with */
#define DCC_PAYLOAD_MAX 1600   /* no payload of limits that the validation keeps is longer */
#define DCC_SIGNED_MAX (DCC_PAYLOAD_MAX + 32)
#define DCC_COSE_MAX (DCC_PAYLOAD_MAX + 96)

/* Writes the Sig_structure ["Signature1", protected, h'', payload] to `out` and gives its length; *payload_at
 * gets the offset of the payload's first byte in it (the payload runs to the end). */
size_t dcc_signed_bytes(const dcc_issuer *issuer, const dcc_record *record, uint8_t *out,
                        uint32_t *payload_at);

/* Writes {1: country, 4: exp, 6: iat, -260: {1: to `out`, which is what the payload has before its DCC, and
 * gives the length. */
size_t dcc_claims_head(const dcc_issuer *issuer, uint8_t out[DCC_CLAIMS_MAX]);

/* Writes {"v": [{"ci": uvci, "co": country to `out`, which is what the DCC of a vaccination begins with, and
 * gives the length. The country has two bytes, a UVCI up to DCC_UVCI_MAX. */
size_t dcc_head(dcc_text country, dcc_text uvci, uint8_t out[DCC_HEAD_MAX]);

/* The same as dcc_signed_bytes around a DCC that is written already, of dcc_length <= DCC_PAYLOAD_MAX -
 * DCC_CLAIMS_MAX. */
size_t dcc_signed_again(const dcc_issuer *issuer, const uint8_t *dcc, size_t dcc_length, uint8_t *out,
                        uint32_t *payload_at);

/* Writes what the message of dcc_cose has before its payload to `out`, and gives the length. */
size_t dcc_cose_head(const dcc_issuer *issuer, size_t payload_length, uint8_t out[DCC_COSE_HEAD_MAX]);

/* Writes the COSE_Sign1 message 18([protected, {}, payload, signature]) to `out` and gives its length. */
size_t dcc_cose(const dcc_issuer *issuer, const uint8_t *payload, size_t payload_length,
                const uint8_t signature[64], uint8_t *out);

#endif
