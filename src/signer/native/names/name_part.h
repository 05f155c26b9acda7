/* The family name or the given names while they are written: the text as it is, and its ICAO letters beside
 * it. */
#ifndef SIGNER_NAMES_NAME_PART_H
#define SIGNER_NAMES_NAME_PART_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "names/names.h"

typedef struct {
    uint8_t *text, *letters;
    unsigned text_length, characters, letters_length;
    bool filler;   /* a '<' is due before the next letter */
    bool too_long; /* characters were left out */
} name_part;

/* Appends one character of `length` bytes of UTF-8. */
static inline void name_part_text(name_part *part, const uint8_t *bytes, unsigned length) {
    if (part->characters == NAME_MAX_CHARACTERS) {
        part->too_long = true;
        return;
    }
    for (unsigned i = 0; i < length; i++)
        part->text[part->text_length + i] = bytes[i];
    part->text_length += length;
    part->characters++;
}

/* Appends A-Z or '<', cut at the width of the field (ICAO Doc 9303 part 3, section 4.6). */
static inline void name_part_ascii(name_part *part, uint8_t ascii) {
    if (part->letters_length < NAME_MAX_CHARACTERS)
        part->letters[part->letters_length++] = ascii;
}

/* Appends the one or two letters of a table entry. Fillers never lead, trail or double, as they wait for a
 * letter. */
static inline void name_part_letters(name_part *part, uint16_t entry) {
    if (part->filler && part->letters_length > 0)
        name_part_ascii(part, '<');
    part->filler = false;
    name_part_ascii(part, (uint8_t)('@' + (entry & 31)));
    if (entry >> 5 & 31)
        name_part_ascii(part, (uint8_t)('@' + (entry >> 5 & 31)));
}

/* The cut at 80 may have left a filler at the end. */
static inline void name_part_trim(name_part *part) {
    if (part->letters_length > 0 && part->letters[part->letters_length - 1] == '<')
        part->letters_length--;
}

#endif
