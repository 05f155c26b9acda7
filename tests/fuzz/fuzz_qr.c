/* Symbols of random texts: the right status, and the same symbol from every implementation. */
#include "fuzz.h"

#include "qr/qr.h"
#include <string.h>

static const char ALPHANUMERIC[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"; /* ISO 18004 table 5 */

/* Mostly short, as large symbols are slow under the sanitizers; now and then at the limits of version 40. */
static size_t random_length(void) {
    if (fuzz_under(16))
        return fuzz_under(48);
    return fuzz_under(fuzz_under(32) ? 300 : 4400);
}

static fuzz_text random_text(void) {
    fuzz_text text = fuzz_bytes(random_length());
    for (size_t i = 0; i < text.length; i++)
        text.bytes[i] = (uint8_t)ALPHANUMERIC[text.bytes[i] % 45];
    if (text.length && fuzz_under(12) == 0)
        text.bytes[fuzz_under((uint32_t)text.length)] = (uint8_t)fuzz_under(256);
    return text;
}

static int is_alphanumeric(fuzz_text text) {
    for (size_t i = 0; i < text.length; i++)
        if (text.bytes[i] == 0 || !strchr(ALPHANUMERIC, text.bytes[i]))
            return 0;
    return 1;
}

static qr_encoder *encoder(void) {
    static qr_encoder *made;
    if (made == NULL) {
        made = aligned_alloc(64, (qr_encoder_bytes() + 63) / 64 * 64);
        CHECK(made != NULL);
        qr_encoder_init(made);
    }
    return made;
}

static void check_status(qr_status status, fuzz_text text, qr_level level) {
    int is_long = qr_version_for(text.length, level) == 0, is_foreign = !is_alphanumeric(text);
    if (text.length == 0)
        CHECK(status == QR_EMPTY);
    else if (is_foreign || is_long)
        CHECK((is_foreign && status == QR_CHARACTER) || (is_long && status == QR_TOO_LONG));
    else
        CHECK(status == QR_OK);
}

static void check_symbol(const qr_symbol *symbol, fuzz_text text, qr_level level, int raise_level) {
    CHECK(symbol->version == qr_version_for(text.length, level) && symbol->side == 17 + 4 * symbol->version);
    CHECK(symbol->level == level || (raise_level && symbol->level > level && symbol->level <= QR_H));
    CHECK(qr_version_for(text.length, symbol->level) == symbol->version && symbol->mask < 8);
    for (unsigned row = 0; row < symbol->side; row++)
        for (unsigned column = symbol->side; column < 64 * QR_WORDS; column++)
            CHECK(!(symbol->rows[row][column / 64] >> column % 64 & 1));
}

/* Rows past the side are not defined. */
static int are_equal(const qr_symbol *a, const qr_symbol *b) {
    return a->version == b->version && a->level == b->level && a->mask == b->mask && a->side == b->side &&
           !memcmp(a->rows, b->rows, a->side * sizeof a->rows[0]);
}

void fuzz_qr(unsigned features) {
    fuzz_text text = random_text();
    const qr_level level = (qr_level)fuzz_under(4);
    const int raise_level = fuzz_under(2) == 0;
    qr_symbol *symbol = malloc(sizeof *symbol), *expected = malloc(sizeof *expected);
    CHECK(symbol && expected);
    memset(symbol, 0xa5, sizeof *symbol);
    memset(expected, 0x5a, sizeof *expected);
    qr_select(features);
    qr_status status = qr_encode(encoder(), text.bytes, text.length, level, raise_level, symbol);
    qr_select(0);
    CHECK(status == qr_encode(encoder(), text.bytes, text.length, level, raise_level, expected));
    check_status(status, text, level);
    if (status == QR_OK) {
        check_symbol(symbol, text, level, raise_level);
        CHECK(are_equal(symbol, expected));
    }
    free(symbol);
    free(expected);
    free(text.bytes);
}
