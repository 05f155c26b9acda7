/* The generator, and texts that are nearly right. */
#include "fuzz.h"

#include <string.h>

static uint64_t state;

void fuzz_seed(uint64_t seed) {
    state = seed * 0x9e3779b97f4a7c15 | 1;
}

/* xorshift64* (Vigna, "An experimental exploration of Marsaglia's xorshift generators"). */
static uint64_t next(void) {
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    return state * 0x2545f4914f6cdd1d;
}

uint32_t fuzz_under(uint32_t n) {
    return (uint32_t)((next() >> 32) * n >> 32);
}

uint8_t *fuzz_exact(const void *bytes, size_t length) {
    uint8_t *copy = malloc(length); /* glibc and the sanitizers give a pointer for 0 too */
    CHECK(copy != NULL);
    if (length)
        memcpy(copy, bytes, length);
    return copy;
}

fuzz_text fuzz_bytes(size_t length) {
    fuzz_text text = {malloc(length), length};
    CHECK(text.bytes != NULL);
    uint32_t n_values = fuzz_under(4) ? 256 : 1 + fuzz_under(4);
    for (size_t i = 0; i < length; i++)
        text.bytes[i] = (uint8_t)fuzz_under(n_values);
    return text;
}

static size_t edit(uint8_t *bytes, size_t length) {
    switch (fuzz_under(5)) {
    case 0:
        if (length)
            bytes[fuzz_under((uint32_t)length)] = (uint8_t)fuzz_under(256);
        return length;
    case 1:
        if (length)
            bytes[fuzz_under((uint32_t)length)] ^= (uint8_t)(1u << fuzz_under(8));
        return length;
    case 2:
        return fuzz_under((uint32_t)length + 1);
    case 3:
        if (length == FUZZ_MAX_BYTES)
            return length;
        bytes[length] = (uint8_t)fuzz_under(256);
        return length + 1;
    default:
        if (length > FUZZ_MAX_BYTES / 2)
            return length;
        memcpy(bytes + length, bytes, length);
        return 2 * length;
    }
}

static fuzz_text finished(uint8_t *bytes, size_t length) {
    for (uint32_t edits = fuzz_under(3) ? 0 : 1 + fuzz_under(3); edits > 0; edits--)
        length = edit(bytes, length);
    return (fuzz_text){fuzz_exact(bytes, length), length};
}

fuzz_text fuzz_edited(const char *const *samples, uint32_t n) {
    uint8_t bytes[FUZZ_MAX_BYTES];
    const char *sample = samples[fuzz_under(n)];
    memcpy(bytes, sample, strlen(sample));
    return finished(bytes, strlen(sample));
}

fuzz_text fuzz_assembled(const char *const *pieces, uint32_t n) {
    uint8_t bytes[FUZZ_MAX_BYTES];
    size_t length = 0;
    const char *usual = pieces[fuzz_under(n)]; /* long runs of one piece find the limits of length */
    for (uint32_t left = fuzz_under(fuzz_under(8) ? 8 : 170); left > 0; left--) {
        const char *piece = fuzz_under(3) ? usual : pieces[fuzz_under(n)];
        if (length + strlen(piece) > FUZZ_MAX_BYTES)
            break;
        memcpy(bytes + length, piece, strlen(piece));
        length += strlen(piece);
    }
    return finished(bytes, length);
}
