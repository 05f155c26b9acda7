/* The payload, the signed bytes and the COSE message of a vaccination certificate, written in one pass.
 *
 * Keys and values that no record changes are copied as blocks; the rest are heads and strings. */
#include "cbor/dcc.h"

#include "cbor/cbor.h"

/* What the validation lets through, in bytes. */
enum {
    CODE_BYTES = 80, /* mp, ma, vp: shot_products_init refuses longer ones */
    ISSUER_BYTES = 4 * 80,
    DATE_BYTES = 10,
};

/* A string of at most `n` bytes with its head. */
#define STRING_MAX(n) ((n) + ((n) < 24 ? 1 : (n) < 256 ? 2 : 3))

enum {
    /* map head, iss, exp, iat, the key -260 with {1: */
    CLAIMS_MAX = 1 + (1 + 3) + (1 + 9) + (1 + 9) + 3 + 1 + 1,
    /* "v", array head, map head, ten keys of 3 bytes; co, dn and sd, tg, then the strings */
    VACCINATION_MAX = 2 + 1 + 1 + 10 * 3 + 3 + 2 * 2 + 10 + STRING_MAX(DCC_UVCI_MAX) +
                      STRING_MAX(DATE_BYTES) + STRING_MAX(ISSUER_BYTES) + 3 * STRING_MAX(CODE_BYTES),
    /* map head, "v", array head, map head, ci and co with their keys */
    HEAD_MAX = 1 + 2 + 1 + 1 + (3 + STRING_MAX(DCC_UVCI_MAX)) + (3 + 3),
    /* "dob", "nam" with its map head, fn and gn, fnt and gnt, "ver" with 1.3.0 */
    PERSON_MAX = (4 + STRING_MAX(DATE_BYTES)) + (4 + 1) + 2 * (3 + STRING_MAX(NAME_MAX_BYTES)) +
                 2 * (4 + STRING_MAX(NAME_MAX_CHARACTERS)) + (4 + 6),
    PAYLOAD_LONGEST = CLAIMS_MAX + 1 + VACCINATION_MAX + PERSON_MAX,
    /* array head, "Signature1", protected, h'', head of the payload */
    SIGNED_PREFIX = 1 + 11 + (1 + DCC_PROTECTED_BYTES) + 1,
    PAYLOAD_HEAD = 3,
    /* tag, array head, protected, {}, head of the payload, signature */
    COSE_AROUND = 1 + 1 + (1 + DCC_PROTECTED_BYTES) + 1 + PAYLOAD_HEAD + DCC_COSE_TAIL,
};
_Static_assert(COSE_AROUND == DCC_COSE_HEAD_MAX + DCC_COSE_TAIL, "the heads are as long as the header says");
_Static_assert(CLAIMS_MAX == DCC_CLAIMS_MAX, "the claims are as long as the header says");
_Static_assert(HEAD_MAX == DCC_HEAD_MAX, "and so is what a DCC begins with");
_Static_assert(PAYLOAD_LONGEST <= DCC_PAYLOAD_MAX, "the longest payload must fit");
_Static_assert(SIGNED_PREFIX + PAYLOAD_HEAD + DCC_PAYLOAD_MAX <= DCC_SIGNED_MAX, "so must the signed bytes");
_Static_assert(COSE_AROUND + DCC_PAYLOAD_MAX <= DCC_COSE_MAX, "so must the COSE message");

/* Copies a string literal of CBOR bytes without its closing zero. */
#define BLOCK(out, literal) ((uint8_t *)memcpy((out), (literal), sizeof(literal) - 1) + sizeof(literal) - 1)

static inline uint8_t *write_text(uint8_t *out, const uint8_t *bytes, size_t length) {
    return cbor_string(out, CBOR_TEXT, bytes, length);
}

static inline uint8_t *write_dcc_text(uint8_t *out, dcc_text text) {
    return write_text(out, text.bytes, text.length);
}

/* {1: country, 4: exp, 6: iat, -260: {1: — a map of which the caller writes the innermost value. */
static inline uint8_t *write_claims(uint8_t *out, const dcc_issuer *issuer) {
    out = BLOCK(out, "\xa4\x01\x62");
    memcpy(out, issuer->country.bytes, 2);
    out = BLOCK(out + 2, "\x04");
    out = cbor_head(out, CBOR_UINT, issuer->expires_at);
    out = BLOCK(out, "\x06");
    out = cbor_head(out, CBOR_UINT, issuer->issued_at);
    return BLOCK(out, "\x39\x01\x03\xa1\x01");
}

/* {"v": [{ci, co — of a map of four and one of ten entries. */
static inline uint8_t *write_dcc_head(uint8_t *out, dcc_text country, dcc_text uvci) {
    out = BLOCK(out, "\xa4\x61v\x81\xaa\x62"
                     "ci");
    out = write_dcc_text(out, uvci);
    out = BLOCK(out, "\x62"
                     "co\x62");
    memcpy(out, country.bytes, 2);
    return out + 2;
}

/* dn, dt, is, ma, mp, sd, tg, vp}]; tg 840539006 is COVID-19. */
static inline uint8_t *write_vaccination(uint8_t *out, const dcc_issuer *issuer, const dcc_record *record) {
    out = BLOCK(out, "\x62"
                     "dn");
    out = cbor_head(out, CBOR_UINT, record->dose_number);
    out = BLOCK(out, "\x62"
                     "dt\x6a");
    memcpy(out, record->vaccinated_on, DATE_BYTES);
    out = BLOCK(out + DATE_BYTES, "\x62is");
    out = write_dcc_text(out, issuer->issuer);
    out = BLOCK(out, "\x62ma");
    out = write_dcc_text(out, record->ma);
    out = BLOCK(out, "\x62mp");
    out = write_dcc_text(out, record->mp);
    out = BLOCK(out, "\x62sd");
    out = cbor_head(out, CBOR_UINT, record->doses_in_series);
    out = BLOCK(out, "\x62tg\x69"
                     "840539006\x62vp");
    return write_dcc_text(out, record->vp);
}

/* "nam": {fn, gn, fnt, gnt}; gn and gnt are left out where the person has a single name. */
static inline uint8_t *write_name(uint8_t *out, const dcc_name *name) {
    unsigned entries = 2 + (name->gn_length != 0) + (name->gnt_length != 0);
    out = BLOCK(out, "\x63nam");
    *out++ = (uint8_t)(CBOR_MAP | entries);
    out = BLOCK(out, "\x62"
                     "fn");
    out = write_text(out, name->fn, name->fn_length);
    if (name->gn_length != 0)
        out = write_text(BLOCK(out, "\x62gn"), name->gn, name->gn_length);
    out = BLOCK(out, "\x63"
                     "fnt");
    out = write_text(out, name->fnt, name->fnt_length);
    if (name->gnt_length != 0)
        out = write_text(BLOCK(out, "\x63gnt"), name->gnt, name->gnt_length);
    return out;
}

static inline uint8_t *write_payload(uint8_t *out, const dcc_issuer *issuer, const dcc_record *record) {
    out = write_claims(out, issuer);
    out = write_dcc_head(out, issuer->country, record->uvci);
    out = write_vaccination(out, issuer, record);
    out = BLOCK(out, "\x63"
                     "dob");
    out = write_dcc_text(out, record->date_of_birth);
    out = write_name(out, record->name);
    return BLOCK(out, "\x63ver\x65"
                      "1.3.0");
}

/* The protected header {1: -7, 4: kid} as a byte string. */
static inline uint8_t *write_protected(uint8_t *out, const uint8_t kid[8]) {
    out = BLOCK(out, "\x4d\xa2\x01\x26\x04\x48");
    memcpy(out, kid, 8);
    return out + 8;
}

/* The Sig_structure up to the head of the payload. */
static inline uint8_t *write_signed_prefix(uint8_t *out, const uint8_t kid[8]) {
    return BLOCK(write_protected(BLOCK(out, "\x84\x6aSignature1"), kid), "\x40");
}

size_t dcc_signed_bytes(const dcc_issuer *issuer, const dcc_record *record, uint8_t *out,
                        uint32_t *payload_at) {
    uint8_t *head = write_signed_prefix(out, issuer->kid);
    uint8_t *payload = head + PAYLOAD_HEAD; /* right for 256 bytes and more; a shorter payload moves up */
    size_t length = (size_t)(write_payload(payload, issuer, record) - payload);
    uint8_t *behind_head = cbor_head(head, CBOR_BYTES, length);
    if (behind_head != payload)
        memmove(behind_head, payload, length);
    *payload_at = (uint32_t)(behind_head - out);
    return *payload_at + length;
}

size_t dcc_claims_head(const dcc_issuer *issuer, uint8_t out[DCC_CLAIMS_MAX]) {
    return (size_t)(write_claims(out, issuer) - out);
}

size_t dcc_head(dcc_text country, dcc_text uvci, uint8_t out[DCC_HEAD_MAX]) {
    return (size_t)(write_dcc_head(out, country, uvci) - out);
}

size_t dcc_signed_again(const dcc_issuer *issuer, const uint8_t *dcc, size_t dcc_length, uint8_t *out,
                        uint32_t *payload_at) {
    uint8_t claims[DCC_CLAIMS_MAX];
    size_t n_claims = dcc_claims_head(issuer, claims);
    uint8_t *end = cbor_head(write_signed_prefix(out, issuer->kid), CBOR_BYTES, n_claims + dcc_length);
    *payload_at = (uint32_t)(end - out);
    memcpy(end, claims, n_claims);
    memcpy(end + n_claims, dcc, dcc_length);
    return *payload_at + n_claims + dcc_length;
}

size_t dcc_cose_head(const dcc_issuer *issuer, size_t payload_length, uint8_t out[DCC_COSE_HEAD_MAX]) {
    uint8_t *end = write_protected(BLOCK(out, "\xd2\x84"), issuer->kid);
    end = BLOCK(end, "\xa0");
    return (size_t)(cbor_head(end, CBOR_BYTES, payload_length) - out);
}

size_t dcc_cose(const dcc_issuer *issuer, const uint8_t *payload, size_t payload_length,
                const uint8_t signature[64], uint8_t *out) {
    uint8_t *end = out + dcc_cose_head(issuer, payload_length, out);
    memcpy(end, payload, payload_length);
    end = cbor_string(end + payload_length, CBOR_BYTES, signature, 64);
    return (size_t)(end - out);
}
