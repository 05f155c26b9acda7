/* A letter with its combining marks to normal form C (UAX #15), for the repertoire of names. */
#ifndef SIGNER_NAMES_NFC_H
#define SIGNER_NAMES_NFC_H

#include <stdbool.h>
#include <stdint.h>

/* A letter takes up two marks at most, so that a fuller segment is longer than a name may be in any form. */
#define NFC_MAX_CHARACTERS 88

/* A letter, then marks. Fully decomposed and in canonical order until nfc_compose, in NFC after it. */
typedef struct {
    unsigned length;
    bool overflow; /* more than NFC_MAX_CHARACTERS: the rest is left out */
    uint16_t characters[NFC_MAX_CHARACTERS];
} nfc_segment;

/* Begins a segment with a letter of the repertoire, composed or not. */
void nfc_start(nfc_segment *segment, uint32_t letter);

/* Adds a mark in U+0300..U+036F other than U+034F. */
void nfc_add_mark(nfc_segment *segment, uint32_t mark);

/* Composes what was added. */
void nfc_compose(nfc_segment *segment);

#endif
