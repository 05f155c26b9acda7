/* Reads a full name once from left to right and writes its parts; letters with marks take the way through
 * NFC. */
#include "names/names.h"

#include "names/name_part.h"
#include "names/names_table.h"
#include "names/nfc.h"
#include "names/plain_run.h"
#include "names/utf8.h"

typedef struct {
    const uint8_t *at, *end;
    name_part fn, gn;
    name_part *part; /* the one being written */
    bool blank;      /* blanks were read and not yet written */
} name_reader;

/* The table entry of a character: class and ICAO letters. */
static inline uint16_t entry_of(uint32_t character) {
    if (character < TABLE_END)
        return CHARACTER_ENTRIES[CHARACTER_BLOCKS[character >> 6] << 6 | (character & 63)];
    return (character == 0xFEFF ? CLASS_CONTROL : CLASS_FOREIGN) << 10;
}

/* The first blank after the family name turns to the given names; blanks after that wait for another word. */
static inline void read_blank(name_reader *reader) {
    if (reader->part == &reader->gn)
        reader->blank = reader->gn.characters > 0;
    else if (reader->fn.characters > 0)
        reader->part = &reader->gn;
}

/* Writes the blank that waits before a word. */
static inline void write_blank(name_reader *reader) {
    if (!reader->blank)
        return;
    reader->blank = false;
    name_part_text(reader->part, (const uint8_t *)" ", 1);
    reader->part->filler = true;
}

/* Composes a letter with the marks at the reader's place, and writes it. */
static void write_marked(name_reader *reader, uint32_t letter) {
    nfc_segment segment;
    nfc_start(&segment, letter);
    while (reader->at < reader->end) {
        uint32_t mark;
        unsigned taken = utf8_read(reader->at, (uint64_t)(reader->end - reader->at), &mark);
        if (taken == 0 || entry_of(mark) >> 10 != CLASS_MARK)
            break;
        nfc_add_mark(&segment, mark);
        reader->at += taken;
    }
    nfc_compose(&segment);
    for (unsigned i = 0; i < segment.length; i++) {
        uint8_t bytes[3];
        name_part_text(reader->part, bytes, utf8_write(bytes, segment.characters[i]));
    }
    reader->part->too_long |= segment.overflow;
    name_part_letters(reader->part, entry_of(segment.characters[0]));
}

/* U+0300..U+037F begin with the bytes CC and CD. */
static inline bool mark_may_follow(const name_reader *reader) {
    return reader->at < reader->end && (*reader->at & 0xFE) == 0xCC;
}

/* Reads one character and writes it. */
static inline name_status read_character(name_reader *reader) {
    uint32_t character;
    const uint8_t *bytes = reader->at;
    unsigned taken = utf8_read(bytes, (uint64_t)(reader->end - bytes), &character);
    if (taken == 0)
        return NAME_NOT_UTF8;
    reader->at += taken;
    uint16_t entry = entry_of(character);
    unsigned kind = entry >> 10;
    if (kind == CLASS_BLANK) {
        read_blank(reader);
        return NAME_OK;
    }
    if (kind < CLASS_LETTER || kind == CLASS_MARK)
        return kind == CLASS_CONTROL ? NAME_CONTROL_CHARACTER : NAME_FOREIGN_CHARACTER;
    write_blank(reader);
    if (kind == CLASS_LETTER && mark_may_follow(reader)) {
        write_marked(reader, character);
        return NAME_OK;
    }
    name_part_text(reader->part, bytes, taken);
    if (kind == CLASS_LETTER)
        name_part_letters(reader->part, entry);
    else if (kind == CLASS_HYPHEN)
        reader->part->filler = true;
    return NAME_OK;
}

/* Reads as much as the quick way can. */
static inline void read_plain(name_reader *reader) {
    if (!reader->blank && !reader->part->filler)
        reader->at = plain_run(reader->part, reader->at, reader->end, reader->part == &reader->gn);
}

/* Reads to the end or the first fault. */
static name_status read_all(name_reader *reader) {
    bool quick = reader->end - reader->at >= 4;
    while (reader->at < reader->end) {
        if (quick)
            read_plain(reader);
        if (reader->at == reader->end)
            break;
        name_status status = read_character(reader);
        if (status != NAME_OK)
            return status;
    }
    return NAME_OK;
}

/* What is wrong with parts whose characters are all right. */
static name_status check_parts(const name_part *fn, const name_part *gn) {
    if (fn->too_long || gn->too_long)
        return NAME_TOO_LONG;
    if (fn->characters == 0)
        return NAME_EMPTY;
    if (fn->letters_length == 0 || (gn->characters > 0 && gn->letters_length == 0))
        return NAME_NOTHING_LEFT;
    return NAME_OK;
}

name_status name_split(const uint8_t *full_name, size_t length, dcc_name *out) {
    out->fn_length = out->gn_length = out->fnt_length = out->gnt_length = 0;
    if (length == 0)
        return NAME_EMPTY;
    name_reader reader = {.at = full_name,
                          .end = full_name + length,
                          .fn = {.text = out->fn, .letters = out->fnt},
                          .gn = {.text = out->gn, .letters = out->gnt}};
    reader.part = &reader.fn;
    name_status status = read_all(&reader);
    if (status != NAME_OK)
        return status;
    name_part_trim(&reader.fn);
    name_part_trim(&reader.gn);
    status = check_parts(&reader.fn, &reader.gn);
    if (status != NAME_OK)
        return status;
    out->fn_length = (uint16_t)reader.fn.text_length;
    out->gn_length = (uint16_t)reader.gn.text_length;
    out->fnt_length = (uint16_t)reader.fn.letters_length;
    out->gnt_length = (uint16_t)reader.gn.letters_length;
    return NAME_OK;
}
