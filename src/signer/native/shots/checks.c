/* Holds one row of the shots table against the rules, field by field in the order of the schema. */
#include "shots/dates.h"
#include "shots/shots.h"
#include "shots/text.h"

enum {
    MOST_DOSES = 9,
    FIRST_VACCINATION = 18597, /* 2020-12-01: no vaccine was in use before, trials apart */
    PASSPORT_SHORTEST = 6,
};

static int is_missing(dcc_text text) {
    return text.bytes == NULL || text.length == 0;
}

/* A text that goes into the tables as it is: readers of Parquet choke on bytes that are not UTF-8. */
static shot_reason check_text(dcc_text text, uint32_t max_bytes) {
    if (text.length > max_bytes)
        return SHOT_VALUE_TOO_LONG;
    switch (text_check(text.bytes, text.length)) {
    case TEXT_PRINTABLE:
        return SHOT_OK;
    case TEXT_CONTROL:
        return SHOT_CONTROL_CHARACTER;
    default:
        return SHOT_NOT_UTF8;
    }
}

static shot_reason check_shot_id(dcc_text shot_id) {
    return is_missing(shot_id) ? SHOT_MISSING_VALUE : check_text(shot_id, SHOT_ID_MAX);
}

/* A citizen number (CCCD, 12 digits), its forerunner (CMND, 9 digits), or a passport number with a letter in
 * it. */
static shot_reason check_person_id(dcc_text person_id) {
    if (is_missing(person_id))
        return SHOT_MISSING_VALUE;
    if (person_id.length > PERSON_ID_MAX)
        return SHOT_PERSON_ID_MALFORMED;
    uint32_t n_digits = 0, n_letters = 0;
    for (uint32_t i = 0; i < person_id.length; i++) {
        n_digits += (unsigned)person_id.bytes[i] - '0' <= 9;
        n_letters += (unsigned)person_id.bytes[i] - 'A' <= 'Z' - 'A';
    }
    if (n_digits + n_letters != person_id.length)
        return SHOT_PERSON_ID_MALFORMED;
    int right = n_letters == 0 ? n_digits == 9 || n_digits == 12 : person_id.length >= PASSPORT_SHORTEST;
    return right ? SHOT_OK : SHOT_PERSON_ID_MALFORMED;
}

static shot_reason check_full_name(dcc_text full_name, dcc_name *name) {
    static const uint8_t REASONS[] = {
        [NAME_OK] = SHOT_OK,
        [NAME_EMPTY] = SHOT_MISSING_VALUE,
        [NAME_TOO_LONG] = SHOT_VALUE_TOO_LONG,
        [NAME_NOT_UTF8] = SHOT_NOT_UTF8,
        [NAME_CONTROL_CHARACTER] = SHOT_CONTROL_CHARACTER,
        [NAME_FOREIGN_CHARACTER] = SHOT_FOREIGN_CHARACTER,
        [NAME_NOTHING_LEFT] = SHOT_NAME_NOTHING_LEFT,
    };
    if (is_missing(full_name))
        return SHOT_MISSING_VALUE;
    return (shot_reason)REASONS[name_split(full_name.bytes, full_name.length, name)];
}

/* *earliest gets the first day on which the person can have been born; an empty date has none. */
static shot_reason check_date_of_birth(dcc_text text, int32_t today, int32_t *earliest) {
    *earliest = DATE_NONE; /* before every day */
    if (text.bytes == NULL)
        return SHOT_MISSING_VALUE;
    if (text.length == 0)
        return SHOT_OK;
    *earliest = date_earliest(text.bytes, text.length);
    if (*earliest == DATE_NONE)
        return SHOT_DATE_IMPOSSIBLE;
    return *earliest > today ? SHOT_DATE_IN_FUTURE : SHOT_OK;
}

static shot_reason check_vaccine(dcc_text vaccine, const shot_products *products, dcc_record *record) {
    if (is_missing(vaccine))
        return SHOT_MISSING_VALUE;
    const shot_product *product = shot_products_find(products, vaccine);
    if (product == NULL)
        return SHOT_VACCINE_UNKNOWN;
    record->mp = product->mp;
    record->ma = product->ma;
    record->vp = product->vp;
    return SHOT_OK;
}

/* Either of the two dose numbers by itself: SHOT_UNREADABLE is below 1. */
static shot_reason check_dose(int32_t number) {
    if (number == SHOT_NULL)
        return SHOT_MISSING_VALUE;
    return number < 1 || number > MOST_DOSES ? SHOT_DOSE_IMPOSSIBLE : SHOT_OK;
}

/* SHOT_UNREADABLE is before the first vaccination. */
static shot_reason check_vaccinated_on(int32_t days, int32_t today, int32_t earliest_birth) {
    if (days == SHOT_NULL)
        return SHOT_MISSING_VALUE;
    if (days < FIRST_VACCINATION)
        return SHOT_DATE_IMPOSSIBLE;
    if (days > today)
        return SHOT_DATE_IN_FUTURE;
    return days < earliest_birth ? SHOT_VACCINATED_BEFORE_BIRTH : SHOT_OK;
}

/* The dose pair: where both numbers are possible but not together, the fault is the dose number's. A series
 * of one takes boosters 2/1, 3/1 and so on (facts of the standard: dn > sd only in the /1 family). */
static shot_verdict check_doses(int32_t dose_number, int32_t doses_in_series) {
    shot_reason reason = check_dose(dose_number);
    if (reason != SHOT_OK)
        return (shot_verdict){reason, FIELD_DOSE_NUMBER};
    reason = check_dose(doses_in_series);
    if (reason != SHOT_OK)
        return (shot_verdict){reason, FIELD_DOSES_IN_SERIES};
    if (dose_number > doses_in_series && doses_in_series != 1)
        return (shot_verdict){SHOT_DOSE_IMPOSSIBLE, FIELD_DOSE_NUMBER};
    return (shot_verdict){SHOT_OK, FIELD_DOSE_NUMBER};
}

static void fill_record(const shot_row *row, const dcc_name *name, dcc_record *record) {
    record->name = name;
    record->date_of_birth = row->date_of_birth;
    record->dose_number = (uint8_t)row->dose_number;
    record->doses_in_series = (uint8_t)row->doses_in_series;
    date_write(row->vaccinated_on, record->vaccinated_on);
}

#define REFUSE_IF(check, field)                                                                              \
    do {                                                                                                     \
        shot_reason reason = (check);                                                                        \
        if (reason != SHOT_OK)                                                                               \
            return (shot_verdict){reason, (field)};                                                          \
    } while (0)

shot_verdict shot_check(const shot_rules *rules, const shot_row *row, dcc_name *name, dcc_record *record) {
    int32_t earliest_birth;
    REFUSE_IF(check_shot_id(row->shot_id), FIELD_SHOT_ID);
    REFUSE_IF(check_person_id(row->person_id), FIELD_PERSON_ID);
    REFUSE_IF(check_full_name(row->full_name, name), FIELD_FULL_NAME);
    REFUSE_IF(check_date_of_birth(row->date_of_birth, rules->today, &earliest_birth), FIELD_DATE_OF_BIRTH);
    REFUSE_IF(check_text(row->province, SHOT_PLACE_MAX), FIELD_PROVINCE);
    REFUSE_IF(check_text(row->district, SHOT_PLACE_MAX), FIELD_DISTRICT);
    REFUSE_IF(check_text(row->facility, SHOT_PLACE_MAX), FIELD_FACILITY);
    REFUSE_IF(check_vaccine(row->vaccine, rules->products, record), FIELD_VACCINE);
    shot_verdict doses = check_doses(row->dose_number, row->doses_in_series);
    if (doses.reason != SHOT_OK)
        return doses;
    REFUSE_IF(check_vaccinated_on(row->vaccinated_on, rules->today, earliest_birth), FIELD_VACCINATED_ON);
    fill_record(row, name, record);
    return (shot_verdict){SHOT_OK, FIELD_SHOT_ID};
}
