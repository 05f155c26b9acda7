/* The Unique Vaccination Certificate Identifier: the message it is a keyed hash of, its text and its check
 * character. */
#include "shots/shots.h"

#include <string.h>

enum { UVCI_RANDOM_CHARACTERS = 20 }; /* of 5 bits each */

#define UVCI_PREFIX "URN:UVCI:01:"
_Static_assert(sizeof UVCI_PREFIX - 1 + 3 + UVCI_RANDOM_CHARACTERS + 2 <= UVCI_MAX,
               "the whole UVCI must fit");

/* shot_id, person_id, fn, gn, date of birth, mp, supersedes with two bytes of length each; dose numbers, date
 */
_Static_assert(7 * 2 + UVCI_MAX + SHOT_ID_MAX + PERSON_ID_MAX + 2 * NAME_MAX_BYTES + 10 + SHOT_CODE_MAX + 2 +
                       10 <=
                   SHOT_KEY_MAX,
               "the longest message must fit");

static uint8_t *write_field(uint8_t *out, const uint8_t *bytes, uint32_t length) {
    out[0] = (uint8_t)(length >> 8);
    out[1] = (uint8_t)length;
    memcpy(out + 2, bytes, length);
    return out + 2 + length;
}

size_t shot_key_message(const shot_row *row, const dcc_record *record, uint8_t *out) {
    uint8_t *end = write_field(out, row->shot_id.bytes, row->shot_id.length);
    end = write_field(end, row->person_id.bytes, row->person_id.length);
    end = write_field(end, record->name->fn, record->name->fn_length);
    end = write_field(end, record->name->gn, record->name->gn_length);
    end = write_field(end, record->date_of_birth.bytes, record->date_of_birth.length);
    end = write_field(end, record->mp.bytes, record->mp.length);
    *end++ = record->dose_number;
    *end++ = record->doses_in_series;
    memcpy(end, record->vaccinated_on, sizeof record->vaccinated_on);
    end += sizeof record->vaccinated_on;
    if (row->supersedes.bytes)
        end = write_field(end, row->supersedes.bytes,
                          row->supersedes.length < UVCI_MAX ? row->supersedes.length : UVCI_MAX);
    return (size_t)(end - out);
}

/* 20 characters of base 32, RFC 4648 section 6, from the first 100 bits. */
static void write_base32(uint8_t *out, const uint8_t *bytes) {
    static const char ALPHABET[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    unsigned buffer = 0, bits = 0;
    for (int i = 0; i < UVCI_RANDOM_CHARACTERS; i++) {
        if (bits < 5) {
            buffer = buffer << 8 | *bytes++;
            bits += 8;
        }
        bits -= 5;
        out[i] = (uint8_t)ALPHABET[buffer >> bits & 31];
    }
}

static const char CHECK_ALPHABET[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/:";
enum { CHECK_MODULUS = sizeof CHECK_ALPHABET - 1 };

/* The place in CHECK_ALPHABET of each character from '/' to 'Z'; those between ':' and 'A' are not in it. */
static const uint8_t CHECK_VALUES['Z' - '/' + 1] = {
    36, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 37, 0,  0,  0,  0,  0,  0,  0,  1,  2,  3,
    4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25,
};

uint8_t uvci_check_character(const uint8_t *text, size_t length) {
    unsigned sum = 0, factor = 2;
    for (size_t i = length; i != 0; i--) {
        unsigned addend = factor * CHECK_VALUES[text[i - 1] - '/'];
        sum += addend < CHECK_MODULUS ? addend : addend - (CHECK_MODULUS - 1); /* quotient + remainder */
        factor = 3 - factor;
    }
    return (uint8_t)CHECK_ALPHABET[(CHECK_MODULUS - sum % CHECK_MODULUS) % CHECK_MODULUS];
}

size_t uvci_write(const uint8_t country[2], const uint8_t mac[32], int checksum, uint8_t out[UVCI_MAX]) {
    size_t length = sizeof UVCI_PREFIX - 1;
    memcpy(out, UVCI_PREFIX, length);
    out[length++] = country[0];
    out[length++] = country[1];
    out[length++] = ':';
    write_base32(out + length, mac);
    length += UVCI_RANDOM_CHARACTERS;
    if (checksum) {
        uint8_t character = uvci_check_character(out, length);
        out[length++] = '#';
        out[length++] = character;
    }
    return length;
}
