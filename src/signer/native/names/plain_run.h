/* The quick way through most names: letters that are already in NFC and single blanks between them. */
#ifndef SIGNER_NAMES_PLAIN_RUN_H
#define SIGNER_NAMES_PLAIN_RUN_H

#include "names/name_part.h"
#include "names/names_table.h"

/* Four bytes at `at`, zeros for those past the end. The text is four bytes or longer. */
static inline uint32_t load_word(const uint8_t *at, const uint8_t *end) {
    unsigned missing = end - at < 4 ? 4 - (unsigned)(end - at) : 0;
    at -= missing;
    uint32_t word = at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
    return word >> 8 * missing;
}

/* The character of one to three bytes that `word` begins with to *character; gives its length in bytes, or 0
 * if it is malformed or beyond the table: utf8_read for text that is in a register already. */
static inline unsigned decode_word(uint32_t word, uint32_t *character) {
    uint32_t lead = word & 0xFF;
    if (lead < 0x80) {
        *character = lead;
        return 1;
    }
    if ((word & 0xC0E0) == 0x80C0) {
        *character = (lead & 0x1F) << 6 | (word >> 8 & 0x3F);
        return *character >= 0x80 ? 2 : 0;
    }
    *character = (lead & 0x0F) << 12 | (word >> 2 & 0xFC0) | (word >> 16 & 0x3F);
    return (word & 0xC0C0F0) == 0x8080E0 && *character >= 0x800 && *character < TABLE_END ? 3 : 0;
}

static inline void store_word(uint8_t *to, uint32_t word) {
    to[0] = (uint8_t)word;
    to[1] = (uint8_t)(word >> 8);
    to[2] = (uint8_t)(word >> 16);
    to[3] = (uint8_t)(word >> 24);
}

/* Characters that both the text and its letters can still take. */
static inline unsigned room_of(const name_part *part) {
    unsigned most = part->characters > part->letters_length ? part->characters : part->letters_length;
    return NAME_MAX_CHARACTERS - most;
}

/* Appends to `part` as far as every character is plain; gives the place of the first that is not, where the
 * careful way goes on. A blank counts as plain between two plain letters, and only where `with_blanks`.
 * Writes four bytes at a time: a text of 80 characters ends 80 bytes before its array does. */
static inline const uint8_t *plain_run(name_part *part, const uint8_t *at, const uint8_t *end,
                                       bool with_blanks) {
    uint8_t *text = part->text + part->text_length, *letters = part->letters + part->letters_length;
    uint8_t *const letters_start = letters, *const letters_end = letters + room_of(part);
    uint32_t after_letter = 0, blank = 0;
    while (at < end && letters < letters_end) {
        uint32_t character, word = load_word(at, end);
        unsigned length = decode_word(word, &character);
        if (length == 0)
            break;
        uint32_t entry = CHARACTER_ENTRIES[CHARACTER_BLOCKS[character >> 6] << 6 | (character & 63)];
        uint32_t letter = entry >> 5 == CLASS_LETTER << 5;
        uint32_t space = (character == ' ') & after_letter;
        uint32_t marked = (word >> 8 * length & 0xFE) == 0xCC;
        if ((letter | space) <= marked)
            break;
        store_word(text, word);
        *letters++ = (uint8_t)(space ? '<' : '@' + (entry & 31));
        text += length;
        at += length;
        blank = space;
        after_letter = letter & with_blanks;
    }
    part->text_length = (unsigned)(text - part->text) - blank;
    part->characters += (unsigned)(letters - letters_start) - blank;
    part->letters_length += (unsigned)(letters - letters_start) - blank;
    return at - blank;
}

#endif
