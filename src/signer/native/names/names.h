/* A Vietnamese full name to the four name fields of a DCC: split, NFC and ICAO 9303 transliteration. */
#ifndef SIGNER_NAMES_H
#define SIGNER_NAMES_H

#include <stddef.h>
#include <stdint.h>

#define NAME_MAX_CHARACTERS 80 /* of fn, gn, fnt and gnt each */
#define NAME_MAX_BYTES 320     /* 80 characters of UTF-8 */

/* fn, gn: UTF-8, NFC, trimmed, words parted by one blank. fnt, gnt: A-Z and '<', cut at 80, never ending in
 * '<'. A single-name person has only fn and fnt: gn and gnt are empty. Otherwise none of the four is. */
typedef struct {
    uint16_t fn_length, gn_length, fnt_length, gnt_length; /* bytes; all 0 unless NAME_OK */
    uint8_t fn[NAME_MAX_BYTES], gn[NAME_MAX_BYTES];
    uint8_t fnt[NAME_MAX_CHARACTERS], gnt[NAME_MAX_CHARACTERS];
} dcc_name;

/* The first fault of encoding or character from the left is reported; then length; then emptiness. */
typedef enum {
    NAME_OK,
    NAME_EMPTY,             /* no character but blanks and commas */
    NAME_TOO_LONG,          /* fn or gn over 80 characters of NFC */
    NAME_NOT_UTF8,          /* malformed, overlong or surrogate UTF-8 */
    NAME_CONTROL_CHARACTER, /* U+0000..001F, U+007F..009F, bidi, zero-width and other invisible controls */
    NAME_FOREIGN_CHARACTER, /* a letter, digit or sign for which there is no transliteration; a mark on no
                               letter */
    NAME_NOTHING_LEFT       /* fnt, or gnt beside a gn, would be empty: nothing but signs that are dropped */
} name_status;

/* Full name, family name first, of `length` bytes in any normal form, to `out`. The input is never read past
 * its end; it may be NULL if `length` is 0, and must not overlap `out`. Not constant time. No allocation.
 * Sources: UAX #15, ICAO Doc 9303 part 3 sections 4.6 and 6; see docs/names.md. */
name_status name_split(const uint8_t *full_name, size_t length, dcc_name *out);

#endif
