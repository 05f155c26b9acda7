/* Days of the proleptic Gregorian calendar (ISO 8601), counted from 1970-01-01. */
#ifndef SIGNER_DATES_H
#define SIGNER_DATES_H

#include <stddef.h>
#include <stdint.h>

#define DATE_NONE INT32_MIN /* a text that is no date */

/* Days in a month 1..12 of a year. */
unsigned date_month_length(unsigned year, unsigned month);

/* The number of a day. The date must exist; years 1601 to 9999. */
int32_t date_days(unsigned year, unsigned month, unsigned day);

/* Writes YYYY-MM-DD of a day of the years 1601 to 9999. */
void date_write(int32_t days, uint8_t out[10]);

/* The earliest day of YYYY, YYYY-MM or YYYY-MM-DD, years 1900 to 9999, or DATE_NONE. */
int32_t date_earliest(const uint8_t *text, size_t length);

#endif
