/* Rows of the shots table: refused, or written into payload and COSE message within their bounds. */
#include "fuzz.h"

#include "cbor/dcc.h"
#include "shots/shots.h"
#include <string.h>

#define TEXT(literal) {(const uint8_t *)(literal), sizeof(literal) - 1}
#define N(samples) (sizeof(samples) / sizeof *(samples))

static const char *const SHOT_IDS[] = {"79-001-000001", "mũi-1", "", "x\u200b", "a"};
static const char *const PERSON_IDS[] = {"079090000001",          "123456789",   "A1234567",
                                         "B12345678901234567890", "12345678901", ""};
static const char *const NAMES[] = {"Nguyễn", " ", "Bảo", "Đặng", "e\u0302\u0303", "O'Brien", "-", "Ễ", "ß"};
static const char *const BIRTHS[] = {"1990-02-28", "1990", "1990-02", "", "2021-08-16", "2000-02-29"};
static const char *const VACCINES[] = {"Pfizer", "Abdala", "Vero Cell", "Moderna", "nope", "Pf"};

static const shot_product PRODUCTS[] = {
    {TEXT("Pfizer"), TEXT("EU/1/20/1528"), TEXT("ORG-100030215"), TEXT("1119349007")},
    {TEXT("Moderna"), TEXT("EU/1/20/1507"), TEXT("ORG-100031184"), TEXT("1119349007")},
    {TEXT("Vero Cell"), TEXT("BBIBP-CorV"), TEXT("ORG-100020693"), TEXT("1157024006")},
    {TEXT("Abdala"), TEXT("Abdala"), TEXT("CIGB"), TEXT("28531000087107")},
};

static dcc_text or_null(fuzz_text text) {
    if (fuzz_under(40))
        return (dcc_text){text.bytes, (uint32_t)text.length};
    free(text.bytes);
    return (dcc_text){NULL, 0};
}

/* The first sample as it is, mostly, so that many a row passes all checks; else any, edited. */
static dcc_text field(const char *const *samples, uint32_t n) {
    if (fuzz_under(8) == 0)
        return or_null(fuzz_edited(samples, n));
    size_t length = strlen(samples[0]);
    return (dcc_text){fuzz_exact(samples[0], length), (uint32_t)length};
}

static int32_t number(uint32_t usual_from, uint32_t usual_range) {
    if (fuzz_under(20))
        return (int32_t)(usual_from + fuzz_under(usual_range));
    return fuzz_under(2) ? SHOT_UNREADABLE + (int32_t)fuzz_under(4) : (int32_t)(fuzz_under(UINT32_MAX));
}

static shot_row random_row(void) {
    return (shot_row){
        .shot_id = field(SHOT_IDS, N(SHOT_IDS)),
        .person_id = field(PERSON_IDS, N(PERSON_IDS)),
        .full_name = or_null(fuzz_assembled(NAMES, N(NAMES))),
        .date_of_birth = field(BIRTHS, N(BIRTHS)),
        .vaccine = field(VACCINES, N(VACCINES)),
        .province = or_null(fuzz_assembled(NAMES, N(NAMES))),
        .supersedes = or_null(fuzz_assembled(NAMES, N(NAMES))),
        .dose_number = number(1, 3),
        .doses_in_series = number(1, 3),
        .vaccinated_on = number(18600, 497),
    };
}

static void free_row(const shot_row *row) {
    const dcc_text texts[] = {row->shot_id, row->person_id, row->full_name, row->date_of_birth,
                              row->vaccine, row->province,  row->supersedes};
    for (size_t i = 0; i < N(texts); i++)
        free((void *)texts[i].bytes);
}

static void write_certificate(const shot_row *row, dcc_record *record) {
    const dcc_issuer issuer = {TEXT("VN"), TEXT("Bộ Y tế"), 1650000000, 1681536000, {1, 2, 3, 4, 5, 6, 7, 8}};
    uint8_t *key = malloc(SHOT_KEY_MAX), *uvci = malloc(UVCI_MAX), *out = malloc(DCC_SIGNED_MAX);
    uint8_t *cose = malloc(DCC_COSE_MAX), *signature = fuzz_bytes(64).bytes, *mac = fuzz_bytes(32).bytes;
    CHECK(key && uvci && out && cose);
    CHECK(shot_key_message(row, record, key) <= SHOT_KEY_MAX);
    size_t uvci_length = uvci_write((const uint8_t *)"VN", mac, (int)fuzz_under(2), uvci);
    CHECK(uvci_length <= UVCI_MAX);
    record->uvci = (dcc_text){uvci, (uint32_t)uvci_length};
    uint32_t payload_at;
    size_t length = dcc_signed_bytes(&issuer, record, out, &payload_at);
    CHECK(length <= DCC_SIGNED_MAX && payload_at < length && length - payload_at <= DCC_PAYLOAD_MAX);
    CHECK(dcc_cose(&issuer, out + payload_at, length - payload_at, signature, cose) <= DCC_COSE_MAX);
    free(key), free(uvci), free(out), free(cose), free(signature), free(mac);
}

void fuzz_shots(unsigned features) {
    (void)features; /* one implementation */
    shot_products table;
    CHECK(shot_products_init(&table, PRODUCTS, N(PRODUCTS)) == 0);
    const shot_rules rules = {&table, 19097}; /* 2022-04-15 */
    const shot_row row = random_row();
    dcc_name *name = malloc(sizeof *name);
    dcc_record *record = malloc(sizeof *record);
    CHECK(name && record);
    shot_verdict verdict = shot_check(&rules, &row, name, record);
    CHECK(verdict.reason < SHOT_REASONS && verdict.field < SHOT_FIELDS);
    if (verdict.reason == SHOT_OK)
        write_certificate(&row, record);
    free(name);
    free(record);
    free_row(&row);
}
