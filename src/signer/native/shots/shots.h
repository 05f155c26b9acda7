/* One row of the shots table: checked, and brought into the form that the payload writer takes. Not
 * constant time: rows are no secret to whoever issues them. No allocation; outputs overlap no input. */
#ifndef SIGNER_SHOTS_H
#define SIGNER_SHOTS_H

#include "cbor/dcc.h"

/* Why a row is refused. The order and the names are those of signer.records.reasons.Reason. */
typedef enum {
    SHOT_OK,
    SHOT_MISSING_VALUE, /* a required field is null or empty */
    SHOT_NOT_UTF8,
    SHOT_VALUE_TOO_LONG, /* over the length that the standard or the registry allows */
    SHOT_CONTROL_CHARACTER,
    SHOT_FOREIGN_CHARACTER,   /* a name with a character that has no transliteration */
    SHOT_NAME_NOTHING_LEFT,   /* a name that transliterates to nothing */
    SHOT_PERSON_ID_MALFORMED, /* neither 9 or 12 digits nor a passport number */
    SHOT_DATE_IMPOSSIBLE, /* not a calendar date, before 2020-12-01 (vaccinated_on) or before 1900 (birth) */
    SHOT_DATE_IN_FUTURE,
    SHOT_VACCINATED_BEFORE_BIRTH,
    SHOT_VACCINE_UNKNOWN,     /* not in the profile's products, nor a known medicinal product */
    SHOT_DOSE_IMPOSSIBLE,     /* dose 0, dose 3 of 2, more than 9; 2/1 and up are boosters and allowed */
    SHOT_DUPLICATE,           /* the same shot_id stands in an earlier row */
    SHOT_CERTIFICATE_DAMAGED, /* of a renewal: the stored certificate is unreadable, or not what its row says
                               */
    SHOT_HOLDER_NOT_FOUND,    /* of a renewal, and never given here: not in the register that was named */
    SHOT_HOLDER_DIFFERS,      /* likewise: another name or date of birth in the register */
    SHOT_REASONS
} shot_reason;

/* The field a refusal speaks of: in the order of the shots schema, and of a renewal that of certificates. */
typedef enum {
    FIELD_SHOT_ID,
    FIELD_PERSON_ID,
    FIELD_NATIONALITY,
    FIELD_FULL_NAME,
    FIELD_DATE_OF_BIRTH,
    FIELD_SEX,
    FIELD_PHONE,
    FIELD_PROVINCE,
    FIELD_DISTRICT,
    FIELD_FACILITY,
    FIELD_VACCINE,
    FIELD_LOT,
    FIELD_DOSE_NUMBER,
    FIELD_DOSES_IN_SERIES,
    FIELD_VACCINATED_ON,
    FIELD_HC1,
    SHOT_FIELDS
} shot_field;

#define SHOT_ID_MAX 64     /* bytes of a shot_id */
#define PERSON_ID_MAX 20   /* of a person_id: the longest passport number */
#define SHOT_PLACE_MAX 200 /* bytes of a province, district or facility */
#define SHOT_CODE_MAX 80   /* bytes of a product's name, mp, ma and vp each */

typedef struct {
    dcc_text name; /* as it stands in the shots table: a national name or an mp */
    dcc_text mp, ma, vp;
} shot_product;

/* The products of a profile, for look-up by name; built once per issuer. */
typedef struct {
    const shot_product *products;
    uint32_t n_products;
    uint8_t slots[512]; /* 1 + product index, 0 empty; open addressing. n_products <= 200 */
} shot_products;

/* Returns 0, or -1 where there are more than 200 products, two of one name, or a text that is empty or over
 * SHOT_CODE_MAX bytes. The table points into `products`, which must outlive it. */
int shot_products_init(shot_products *table, const shot_product *products, uint32_t n_products);

/* The product of that very name, or NULL. */
const shot_product *shot_products_find(const shot_products *table, dcc_text name);

/* What a row is held against. Days count from 1970-01-01. */
typedef struct {
    const shot_products *products;
    int32_t today; /* the issuer's local date at the time of issue */
} shot_rules;

#define SHOT_UNREADABLE INT32_MIN /* a number or date of a text table that did not parse */
#define SHOT_NULL (INT32_MIN + 1)

/* A row as it comes from the table; `bytes` is NULL for null. */
typedef struct {
    dcc_text shot_id, person_id, full_name, date_of_birth, vaccine;
    dcc_text province, district, facility; /* may be null; they go into the registry as they are */
    dcc_text supersedes; /* uvci of the certificate that a corrected shot's replaces, or null */
    int32_t dose_number, doses_in_series; /* or SHOT_UNREADABLE, SHOT_NULL */
    int32_t vaccinated_on;                /* days, or SHOT_UNREADABLE, SHOT_NULL */
} shot_row;

typedef struct {
    shot_reason reason;
    shot_field field;
} shot_verdict;

/* Checks a row. Where reason is SHOT_OK, `name` and `record` are filled but for record->uvci; record points
 * into `name`, the row's own bytes and the product table. The first fault in field order decides. */
shot_verdict shot_check(const shot_rules *rules, const shot_row *row, dcc_name *name, dcc_record *record);

/* The message of which a shot's UVCI is the keyed hash: shot_id, person_id, fn, gn, date_of_birth, mp with
 * their lengths before them, then dose numbers and date, which have one length, and the first UVCI_MAX bytes
 * of `supersedes` where it is not null: no two shots share a message, and no UVCI comes again when a shot is
 * corrected back to what it was.
 * The name is the split one, so that its normal form in the table does not matter. Gives the length; out
 * holds SHOT_KEY_MAX bytes. */
#define SHOT_KEY_MAX 896
size_t shot_key_message(const shot_row *row, const dcc_record *record, uint8_t *out);

/* Unique Vaccination Certificate Identifier: "URN:UVCI:01:" country ":" and 20 characters of RFC 4648 base 32
 * from the first 100 bits of `mac`; with `checksum`, "#" and the Luhn mod 38 character over the whole. Gives
 * its length. */
#define UVCI_MAX 48
size_t uvci_write(const uint8_t country[2], const uint8_t mac[32], int checksum, uint8_t out[UVCI_MAX]);

/* The Luhn mod 38 character of a text, which must be of A-Z, 0-9, "/" and ":" only. */
uint8_t uvci_check_character(const uint8_t *text, size_t length);

#endif
