/* Canonical decomposition, ordering and composition of one letter with its marks (UAX #15, Unicode
 * section 3.11). */
#include "names/nfc.h"

#include <stddef.h>

#include "names/names_table.h"

#define FIRST_MARK 0x300u

static unsigned combining_class(uint32_t mark) {
    return COMBINING_CLASSES[mark - FIRST_MARK];
}

/* The composition of which `composite` is the result, or NULL if it does not decompose. */
static const composition *decomposition_of(uint32_t composite) {
    unsigned low = 0, high = N_COMPOSITIONS;
    while (low < high) {
        unsigned middle = (low + high) / 2;
        const composition *row = &COMPOSITIONS[BY_COMPOSITE[middle]];
        if (row->composite == composite)
            return row;
        if (row->composite < composite)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

/* The primary composite of a letter and a mark, or 0 if there is none. */
static uint16_t composite_of(uint32_t first, uint32_t mark) {
    uint32_t wanted = first << 16 | mark;
    unsigned low = 0, high = N_COMPOSITIONS;
    while (low < high) {
        unsigned middle = (low + high) / 2;
        uint32_t found = (uint32_t)COMPOSITIONS[middle].first << 16 | COMPOSITIONS[middle].mark;
        if (found == wanted)
            return COMPOSITIONS[middle].composite;
        if (found < wanted)
            low = middle + 1;
        else
            high = middle;
    }
    return 0;
}

/* Puts a mark that does not decompose behind all marks of its own or a lower class. */
static void insert_mark(nfc_segment *segment, uint32_t mark) {
    if (segment->length == NFC_MAX_CHARACTERS) {
        segment->overflow = true;
        return;
    }
    unsigned at = segment->length++;
    while (at > 1 && combining_class(segment->characters[at - 1]) > combining_class(mark)) {
        segment->characters[at] = segment->characters[at - 1];
        at--;
    }
    segment->characters[at] = (uint16_t)mark;
}

/* Decomposes to the base letter first: the inner marks come before the outer ones. */
static void start_decomposed(nfc_segment *segment, uint32_t letter) {
    uint16_t marks[NFC_MAX_CHARACTERS];
    unsigned n_marks = 0;
    for (const composition *row; (row = decomposition_of(letter)) != NULL; letter = row->first)
        marks[n_marks++] = row->mark;
    segment->characters[0] = (uint16_t)letter;
    while (n_marks > 0)
        insert_mark(segment, marks[--n_marks]);
}

void nfc_start(nfc_segment *segment, uint32_t letter) {
    segment->length = 1;
    segment->overflow = false;
    start_decomposed(segment, letter);
}

void nfc_add_mark(nfc_segment *segment, uint32_t mark) {
    for (unsigned row = 0; row < N_MARK_DECOMPOSITIONS; row++) {
        if (MARK_DECOMPOSITIONS[row][0] != mark)
            continue;
        insert_mark(segment, MARK_DECOMPOSITIONS[row][1]);
        if (MARK_DECOMPOSITIONS[row][2] != 0)
            insert_mark(segment, MARK_DECOMPOSITIONS[row][2]);
        return;
    }
    insert_mark(segment, mark);
}

/* A mark is blocked from the letter by a mark of its own class that stayed: the order rules out higher ones.
 */
void nfc_compose(nfc_segment *segment) {
    unsigned kept = 1, last_class = 0;
    for (unsigned i = 1; i < segment->length; i++) {
        uint16_t mark = segment->characters[i];
        unsigned mark_class = combining_class(mark);
        uint16_t composite = mark_class == last_class ? 0 : composite_of(segment->characters[0], mark);
        if (composite != 0) {
            segment->characters[0] = composite;
        } else {
            segment->characters[kept++] = mark;
            last_class = mark_class;
        }
    }
    segment->length = kept;
}
