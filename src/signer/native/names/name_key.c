/* Reads a full name once from left to right and writes its key; letters with marks behind them take the way
 * through NFD. */
#include "names/name_key.h"

#include <stdbool.h>
#include <string.h>

#include "names/key_table.h"
#include "names/nfc.h"
#include "names/utf8.h"

#define DOT_ABOVE 0x307u

typedef struct {
    const uint8_t *at, *end;
    uint8_t *key;
    unsigned tones; /* of the vowels just read, one bit each, not yet written */
} key_writer;

static const key_entry UNKNOWN = {.kind = KEY_REFUSED};

static inline const key_entry *entry_of(uint32_t character) {
    if (character < KEY_TABLE_END)
        return &KEY_ENTRIES[KEY_BLOCKS[character >> 6] << 6 | (character & 63)];
    return &UNKNOWN;
}

/* The vowels end here: writes their tone. */
static inline void write_tones(key_writer *writer) {
    for (uint8_t digit = '1'; writer->tones != 0; digit++, writer->tones >>= 1)
        if (writer->tones & 1)
            *writer->key++ = digit;
}

/* Before a letter: a tone moves on over vowels that have none, to the last of them. */
static inline void begin_letter(key_writer *writer, unsigned kind, unsigned tones) {
    if (kind != KEY_VOWEL || tones != 0)
        write_tones(writer);
    writer->tones |= tones;
}

static inline void write_letter(key_writer *writer, const key_entry *entry) {
    begin_letter(writer, entry->kind, entry->tones);
    memcpy(writer->key, entry->text, sizeof entry->text);
    writer->key += entry->length;
}

static unsigned tone_of(uint32_t mark) {
    for (unsigned tone = 0; tone < N_TONES; tone++)
        if (TONES[tone] == mark)
            return 1u << tone;
    return 0;
}

static void write_mark(key_writer *writer, uint32_t mark) {
    for (unsigned row = 0; row < N_SHORT_MARKS; row++) {
        if (SHORT_MARKS[row].mark == mark) {
            *writer->key++ = SHORT_MARKS[row].sign;
            return;
        }
    }
    writer->key += utf8_write(writer->key, mark);
}

/* Puts the marks behind the letter in the order of their code points: how they were typed does not count. */
static void sort_marks(nfc_segment *segment) {
    for (unsigned i = 2; i < segment->length; i++) {
        uint16_t mark = segment->characters[i];
        unsigned at = i;
        for (; at > 1 && segment->characters[at - 1] > mark; at--)
            segment->characters[at] = segment->characters[at - 1];
        segment->characters[at] = mark;
    }
}

/* The tones among the marks, which are taken out; and the dot of an i, which is none. */
static unsigned take_tones(nfc_segment *segment, bool is_i) {
    unsigned kept = 1, tones = 0;
    for (unsigned i = 1; i < segment->length; i++) {
        uint16_t mark = segment->characters[i];
        unsigned tone = tone_of(mark);
        tones |= tone;
        if (tone == 0 && !(is_i && mark == DOT_ABOVE))
            segment->characters[kept++] = mark;
    }
    segment->length = kept;
    return tones;
}

/* Decomposes a letter with the marks at the writer's place; false where they are too many. */
static bool read_segment(key_writer *writer, uint32_t letter, nfc_segment *segment) {
    nfc_start(segment, letter);
    while (writer->at < writer->end) {
        uint32_t mark;
        unsigned taken = utf8_read(writer->at, (uint64_t)(writer->end - writer->at), &mark);
        if (taken == 0 || entry_of(mark)->kind != KEY_MARK)
            break;
        nfc_add_mark(segment, mark);
        writer->at += taken;
    }
    return !segment->overflow;
}

static bool write_marked(key_writer *writer, uint32_t letter) {
    nfc_segment segment;
    if (!read_segment(writer, letter, &segment))
        return false;
    sort_marks(&segment);
    const key_entry *base = entry_of(segment.characters[0]);
    unsigned tones = base->kind == KEY_VOWEL ? take_tones(&segment, base->text[0] == 'i') : 0;
    begin_letter(writer, base->kind, tones);
    memcpy(writer->key, base->text, sizeof base->text);
    writer->key += base->length;
    for (unsigned i = 1; i < segment.length; i++)
        if (i == 1 || segment.characters[i] != segment.characters[i - 1])
            write_mark(writer, segment.characters[i]);
    return true;
}

/* U+0300..U+037F begin with the bytes CC and CD. */
static inline bool mark_may_follow(const key_writer *writer) {
    return writer->at < writer->end && (*writer->at & 0xFE) == 0xCC;
}

/* Reads one character and writes it; false where it cannot be read. */
static inline bool read_character(key_writer *writer) {
    uint32_t character;
    unsigned taken = utf8_read(writer->at, (uint64_t)(writer->end - writer->at), &character);
    if (taken == 0)
        return false;
    writer->at += taken;
    const key_entry *entry = entry_of(character);
    if (entry->kind == KEY_BREAK) {
        write_tones(writer);
        return true;
    }
    if (entry->kind < KEY_CONSONANT)
        return false;
    if (mark_may_follow(writer))
        return write_marked(writer, character);
    write_letter(writer, entry);
    return true;
}

size_t name_key(const uint8_t *full_name, size_t length, uint8_t *key) {
    if (length == 0)
        return 0;
    key_writer writer = {.at = full_name, .end = full_name + length, .key = key, .tones = 0};
    while (writer.at < writer.end)
        if (!read_character(&writer))
            return 0;
    write_tones(&writer);
    return (size_t)(writer.key - key);
}
