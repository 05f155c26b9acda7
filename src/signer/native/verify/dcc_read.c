/* Payloads of certificates that leave nothing to judgement. */
#include "verify/dcc_read.h"
#include "cbor/cbor_read.h"
#include "names/utf8_valid.h"

enum { ISSUER = 1, EXPIRES_AT = 4, ISSUED_AT = 6, HCERT = 259 /* of -1 - 259 */, EU_DCC = 1 };

#define CBOR_NEGATIVE 0x20

/* What a field must hold; each is a part of what `verifying/` lets pass without a mark. An EVENT is the day
 * of the shot or the first positive test, a TIME that of the sample; CO to TT are in the order of DCC_CO
 * to DCC_TT. */
typedef enum { TEXT, SHORT, UVCI, FROM, TO, EVENT, TIME, DOSE, DISEASE, RESULT, CO, VP, MP, MA, TT } rule;

enum { DAY_BYTES = 10, SHORT_MAX = 80 /* characters */, N_PARTS = 4 /* of a name */ };

#define DOSE_MAX ((1ull << 53) - 1) /* beyond it not every reader has integers */

typedef struct {
    char name[3];
    uint8_t is_optional, rule;
} field;

static const field VACCINATION[] = {
    {"ci", 0, UVCI}, {"co", 0, CO}, {"dn", 0, DOSE}, {"dt", 0, EVENT},   {"is", 0, SHORT},
    {"ma", 0, MA},   {"mp", 0, MP}, {"sd", 0, DOSE}, {"tg", 0, DISEASE}, {"vp", 0, VP},
};
static const field TEST[] = {
    {"ci", 0, UVCI}, {"co", 0, CO},    {"is", 0, SHORT},   {"ma", 1, TEXT},   {"nm", 1, SHORT},
    {"sc", 0, TIME}, {"tc", 1, SHORT}, {"tg", 0, DISEASE}, {"tr", 0, RESULT}, {"tt", 0, TT},
};
static const field RECOVERY[] = {
    {"ci", 0, UVCI},  {"co", 0, CO},    {"df", 0, FROM},    {"du", 0, TO},
    {"fr", 0, EVENT}, {"is", 0, SHORT}, {"tg", 0, DISEASE},
};

#define N_OF(fields) (sizeof(fields) / sizeof *(fields))

/* Eight bytes at a time, the last ones once more where there are eight. */
static int is_ascii(cbor_text text) {
    uint64_t seen = 0, eight;
    size_t at = 0;
    if (text.length < sizeof eight) {
        for (; at < text.length; at++)
            seen |= text.bytes[at];
        return seen < 0x80;
    }
    for (; at + sizeof eight <= text.length; at += sizeof eight) {
        memcpy(&eight, text.bytes + at, sizeof eight);
        seen |= eight;
    }
    memcpy(&eight, text.bytes + text.length - sizeof eight, sizeof eight);
    return !((seen | eight) & 0x8080808080808080);
}

static int is_utf8(cbor_text text) {
    return is_ascii(text) || utf8_is_valid(text.bytes, text.length);
}

/* At most SHORT_MAX characters of UTF-8. */
static int is_short(cbor_text text) {
    size_t n_characters = 0;
    if (text.length <= SHORT_MAX)
        return 1;
    for (size_t at = 0; at < text.length; at++)
        n_characters += (text.bytes[at] & 0xc0) != 0x80;
    return n_characters <= SHORT_MAX;
}

/* Short, and begins with a character that is no blank in any reading. */
static int is_filled(cbor_text text) {
    return text.length > 0 && is_short(text) && text.bytes[0] > ' ' && text.bytes[0] < 0x7f;
}

/* A name as a passport has it. */
static int is_standardised(cbor_text text) {
    unsigned others = 0; /* counted to the end: nobody foresees how long a name is, so no branch is for it */
    for (size_t at = 0; at < text.length; at++)
        others |= (text.bytes[at] != '<') & ((uint8_t)(text.bytes[at] - 'A') > 'Z' - 'A');
    return !others && is_short(text);
}

static unsigned digits_from(cbor_text text, size_t at) {
    while (at < text.length && text.bytes[at] >= '0' && text.bytes[at] <= '9')
        at++;
    return (unsigned)at;
}

/* A number of `n` digits at `at`, or -1. */
static int number_at(cbor_text text, size_t at, size_t n) {
    int value = 0;
    if (text.length < at + n)
        return -1;
    for (size_t i = at; i < at + n; i++) {
        if (text.bytes[i] < '0' || text.bytes[i] > '9')
            return -1;
        value = 10 * value + text.bytes[i] - '0';
    }
    return value;
}

/* YYYY-MM-DD, and a day that there is. */
static int is_day(cbor_text text) {
    static const uint8_t DAYS[12] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int year = number_at(text, 0, 4), month = number_at(text, 5, 2), day = number_at(text, 8, 2);
    if (text.length != 10 || text.bytes[4] != '-' || text.bytes[7] != '-' || year < 1 || month < 1 ||
        month > 12)
        return 0;
    int is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return day >= 1 && day <= DAYS[month - 1] - (month == 2 && !is_leap);
}

/* YYYY-MM-DDThh:mm:ssZ. */
static int is_time(cbor_text text) {
    cbor_text day = {text.bytes, DAY_BYTES};
    int hour = number_at(text, 11, 2), minute = number_at(text, 14, 2), second = number_at(text, 17, 2);
    return text.length == 20 && is_day(day) && text.bytes[10] == 'T' && hour >= 0 && hour < 24 &&
           text.bytes[13] == ':' && minute >= 0 && minute < 60 && text.bytes[16] == ':' && second >= 0 &&
           second < 60 && text.bytes[19] == 'Z';
}

/* Empty, or YYYY, YYYY-MM or a day from 1900 to 2099. */
static int is_birth(cbor_text text) {
    int year = number_at(text, 0, 4), month = number_at(text, 5, 2);
    if (text.length == 0)
        return 1;
    if (year < 1900 || year > 2099)
        return 0;
    switch (text.length) {
    case 4:
        return 1;
    case 7:
        return text.bytes[4] == '-' && month >= 1 && month <= 12;
    default:
        return is_day(text);
    }
}

/* Three numbers with dots between them. */
static int is_version(cbor_text text) {
    unsigned first = digits_from(text, 0), second = digits_from(text, first + 1u);
    unsigned third = digits_from(text, second + 1u);
    return first > 0 && second > first + 1 && second < text.length && text.bytes[first] == '.' &&
           text.bytes[second] == '.' && third > second + 1 && third == text.length;
}

/* Reads one field of an entry; days that are compared and codes go to *claims. */
static int read_field(cbor_reader *in, rule wanted, dcc_claims *claims) {
    if (wanted == DOSE) {
        uint64_t dose = cbor_read_head(in, CBOR_UINT);
        return dose >= 1 && dose <= DOSE_MAX;
    }
    cbor_text text = cbor_read_string(in, CBOR_TEXT);
    if (!in->next)
        return 0;
    switch (wanted) { /* UTF-8 is looked at where a rule lets more than ASCII pass */
    case SHORT:
        return is_short(text) && is_utf8(text);
    case UVCI:
        claims->identifier = text;
        return is_filled(text) && is_utf8(text);
    case EVENT:
        claims->event = text.bytes;
        return is_day(text);
    case TIME:
        claims->event = text.bytes;
        return is_time(text);
    case FROM:
        claims->valid_from = text.bytes;
        return is_day(text);
    case TO:
        claims->valid_until = text.bytes;
        return is_day(text);
    case CO:
    case VP:
    case MP:
    case MA:
    case TT:
        claims->code[wanted - CO + DCC_CO] = text;
        return is_utf8(text);
    case DISEASE:
        return cbor_is(text, "840539006");
    case RESULT:
        return cbor_is(text, "260415000") || cbor_is(text, "260373001");
    default:
        return is_utf8(text);
    }
}

/* A map of these fields, each once, and no others. */
static int read_entry(cbor_reader *in, const field *fields, size_t n_fields, dcc_claims *claims) {
    unsigned seen = 0, needed = 0;
    size_t i = n_fields - 1;
    for (size_t each = 0; each < n_fields; each++)
        needed |= (unsigned)!fields[each].is_optional << each;
    for (uint64_t left = cbor_read_head(in, CBOR_MAP); left > 0; left--) {
        cbor_text name = cbor_read_string(in, CBOR_TEXT);
        size_t tried = 0;
        for (i = (i + 1) % n_fields; /* most issuers write them in this order */
             tried < n_fields && !(name.length == 2 && memcmp(name.bytes, fields[i].name, 2) == 0); tried++)
            i = i + 1 == n_fields ? 0 : i + 1;
        if (tried == n_fields || seen >> i & 1 || !read_field(in, (rule)fields[i].rule, claims))
            return 0;
        seen |= 1u << i;
    }
    return (seen & needed) == needed;
}

/* An array of one entry. */
static int read_group(cbor_reader *in, dcc_claims *claims) {
    if (cbor_read_head(in, CBOR_ARRAY) != 1)
        return 0;
    switch (claims->kind) {
    case DCC_VACCINATION:
        return read_entry(in, VACCINATION, N_OF(VACCINATION), claims);
    case DCC_TEST:
        return read_entry(in, TEST, N_OF(TEST), claims);
    default:
        return read_entry(in, RECOVERY, N_OF(RECOVERY), claims) &&
               memcmp(claims->valid_from, claims->valid_until, DAY_BYTES) <= 0;
    }
}

/* The number of a part of a name: fn, gn, fnt, gnt; N_PARTS for another. */
static size_t part_number(cbor_text name) {
    size_t first = name.length == 3 ? 2 : 0;
    if (name.length < 2 || name.length > 3 || name.bytes[1] != 'n' || (first && name.bytes[2] != 't'))
        return N_PARTS;
    if (name.bytes[0] == 'f')
        return first;
    return name.bytes[0] == 'g' ? first + 1 : N_PARTS;
}

/* All parts, of which fnt or gnt is filled. */
static int read_name(cbor_reader *in) {
    unsigned seen = 0, filled = 0;
    for (uint64_t left = cbor_read_head(in, CBOR_MAP); left > 0; left--) {
        cbor_text name = cbor_read_string(in, CBOR_TEXT);
        size_t i = part_number(name);
        if (i == N_PARTS || seen >> i & 1)
            return 0;
        seen |= 1u << i;
        cbor_text part = cbor_read_string(in, CBOR_TEXT);
        if (!in->next || !(i < 2 ? is_short(part) && is_utf8(part) : is_standardised(part)))
            return 0;
        filled |= (unsigned)(part.length > 0) << i;
    }
    return filled >> 2 != 0;
}

static unsigned kind_of(cbor_text name) {
    return cbor_is(name, "v")   ? DCC_VACCINATION
           : cbor_is(name, "t") ? DCC_TEST
           : cbor_is(name, "r") ? DCC_RECOVERY
                                : 0;
}

static int read_birth(cbor_reader *in, dcc_claims *claims) {
    cbor_text text = cbor_read_string(in, CBOR_TEXT);
    claims->birth = text.bytes;
    claims->birth_length = text.length;
    return in->next && is_birth(text);
}

/* {ver, nam, dob} and one of v, t and r. */
static int read_dcc(cbor_reader *in, dcc_claims *claims) {
    int has_version = 0, has_birth = 0, has_name = 0;
    claims->kind = 0;
    if (cbor_read_head(in, CBOR_MAP) != 4)
        return 0;
    for (int i = 0; i < 4; i++) {
        cbor_text name = cbor_read_string(in, CBOR_TEXT);
        if (!in->next)
            return 0;
        if (cbor_is(name, "ver") && !has_version)
            has_version = is_version(cbor_read_string(in, CBOR_TEXT)) && in->next;
        else if (cbor_is(name, "dob") && !has_birth)
            has_birth = read_birth(in, claims);
        else if (cbor_is(name, "nam") && !has_name)
            has_name = read_name(in);
        else if (claims->kind || !(claims->kind = kind_of(name)) || !read_group(in, claims))
            return 0;
    }
    return has_version && has_birth && has_name && claims->kind;
}

static int read_issuer(cbor_reader *in, uint8_t issuer[2]) {
    cbor_text text = cbor_read_string(in, CBOR_TEXT);
    if (!in->next || text.length != 2)
        return 0;
    memcpy(issuer, text.bytes, 2);
    return issuer[0] >= 'A' && issuer[0] <= 'Z' && issuer[1] >= 'A' && issuer[1] <= 'Z';
}

/* -260: {1: dcc}; the head of the key is read already, as the only negative one. */
static int read_hcert(cbor_reader *in, dcc_claims *claims) {
    return cbor_read_head(in, CBOR_MAP) == 1 && cbor_read_head(in, CBOR_UINT) == EU_DCC &&
           read_dcc(in, claims);
}

static int read_claim(cbor_reader *in, dcc_claims *claims, unsigned *seen) {
    if (cbor_next_major(in) == CBOR_NEGATIVE) {
        unsigned was_seen = *seen & 1;
        *seen |= 1;
        return !was_seen && cbor_read_head(in, CBOR_NEGATIVE) == HCERT && read_hcert(in, claims);
    }
    uint64_t label = cbor_read_head(in, CBOR_UINT);
    if (label > ISSUED_AT || *seen >> label & 1)
        return 0;
    *seen |= 1u << label;
    if (label == ISSUER)
        return read_issuer(in, claims->issuer);
    int64_t time = (int64_t)cbor_read_head(in, CBOR_UINT);
    *(label == EXPIRES_AT ? &claims->expires_at : &claims->issued_at) = time;
    return in->next != NULL && (label == EXPIRES_AT || label == ISSUED_AT);
}

int dcc_read(const uint8_t *payload, size_t n, dcc_claims *claims) {
    cbor_reader in = {payload, payload + n};
    unsigned seen = 0;
    memset(claims, 0, sizeof *claims);
    if (cbor_read_head(&in, CBOR_MAP) != 4)
        return 0;
    for (int i = 0; i < 4; i++)
        if (!read_claim(&in, claims, &seen))
            return 0;
    return in.next == in.end && seen == (1u | 1u << ISSUER | 1u << EXPIRES_AT | 1u << ISSUED_AT);
}
