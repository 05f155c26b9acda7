/* Civil dates to day numbers and back.
 *
 * Years are counted from 1 March, so that the leap day is a year's last and the months before it have fixed
 * places: month m (0 = March) begins on day (153 m + 2) / 5. */
#include "shots/dates.h"

enum {
    DAYS_OF_YEAR = 365,
    DAYS_OF_4_YEARS = 1461,
    DAYS_OF_100_YEARS = 36524,
    DAYS_OF_400_YEARS = 146097,
    FIRST_YEAR = 1600,     /* 1600-03-01 is day 0 of the internal count */
    EPOCH_OFFSET = 135080, /* days from 1600-03-01 to 1970-01-01 */
    EARLIEST_YEAR = 1900,  /* of a date of birth, DCC schema "dob" */
};

static int is_leap(unsigned year) {
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

unsigned date_month_length(unsigned year, unsigned month) {
    static const uint8_t LENGTHS[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return LENGTHS[month - 1] + (month == 2 && is_leap(year));
}

int32_t date_days(unsigned year, unsigned month, unsigned day) {
    int32_t years = (int32_t)year - FIRST_YEAR - (month < 3);
    int32_t months = ((int32_t)month + 9) % 12;
    int32_t leap_days = years / 4 - years / 100 + years / 400;
    return years * DAYS_OF_YEAR + leap_days + (153 * months + 2) / 5 + (int32_t)day - 1 - EPOCH_OFFSET;
}

static void write_two_digits(uint8_t *out, unsigned value) {
    out[0] = (uint8_t)('0' + value / 10);
    out[1] = (uint8_t)('0' + value % 10);
}

void date_write(int32_t days, uint8_t out[10]) {
    uint32_t rest = (uint32_t)(days + EPOCH_OFFSET);
    uint32_t year = FIRST_YEAR + rest / DAYS_OF_400_YEARS * 400;
    rest %= DAYS_OF_400_YEARS;
    uint32_t centuries =
        rest / DAYS_OF_100_YEARS - (rest == DAYS_OF_400_YEARS - 1); /* the 400th year's leap day */
    rest -= centuries * DAYS_OF_100_YEARS;
    year += centuries * 100 + rest / DAYS_OF_4_YEARS * 4;
    rest %= DAYS_OF_4_YEARS;
    uint32_t years = rest / DAYS_OF_YEAR - (rest == DAYS_OF_4_YEARS - 1); /* the 4th year's leap day */
    rest -= years * DAYS_OF_YEAR;
    uint32_t month = (5 * rest + 2) / 153;
    year += years + (month >= 10);
    write_two_digits(out, year / 100);
    write_two_digits(out + 2, year % 100);
    out[4] = out[7] = '-';
    write_two_digits(out + 5, month < 10 ? month + 3 : month - 9);
    write_two_digits(out + 8, rest - (153 * month + 2) / 5 + 1);
}

/* The number of n digits, or UINT32_MAX where one is none. */
static uint32_t read_digits(const uint8_t *text, size_t n) {
    uint32_t value = 0;
    for (size_t i = 0; i < n; i++) {
        unsigned digit = (unsigned)text[i] - '0';
        if (digit > 9)
            return UINT32_MAX;
        value = value * 10 + digit;
    }
    return value;
}

/* What follows a hyphen at `at` as two digits, 1 where the text ends before it, UINT32_MAX where it is
 * malformed. */
static uint32_t read_part(const uint8_t *text, size_t length, size_t at) {
    if (length == at)
        return 1;
    return text[at] == '-' ? read_digits(text + at + 1, 2) : UINT32_MAX;
}

int32_t date_earliest(const uint8_t *text, size_t length) {
    if (length != 4 && length != 7 && length != 10)
        return DATE_NONE;
    uint32_t year = read_digits(text, 4);
    if (year == UINT32_MAX || year < EARLIEST_YEAR)
        return DATE_NONE;
    uint32_t month = read_part(text, length, 4);
    if (month < 1 || month > 12)
        return DATE_NONE;
    uint32_t day = length == 10 ? read_part(text, length, 7) : 1;
    if (day < 1 || day > date_month_length(year, month))
        return DATE_NONE;
    return date_days(year, month, day);
}
