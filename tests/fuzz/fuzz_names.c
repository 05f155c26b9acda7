/* Names: whatever comes in, what comes out is refused or fits the fields of a certificate. */
#include "fuzz.h"

#include "names/name_key.h"
#include "names/names.h"

static const char *const PIECES[] = {
    "Nguyễn",
    " ",
    "e\u0302\u0303",
    "Đặng",
    "Thị",
    "-",
    "'",
    "Ä",
    "\u0301",
    "\u0344",
    "a",
    "ơ",
    "’",
    "\u00a0",
    ".",
    ",",
    "\u0335\u0335\u0335\u0335\u0335\u0335\u0335\u0335",
    "Ǟ",
    "ß",
    "Ễ",
    "\u200b",
    "中",
};

static void check_letters(const uint8_t *letters, unsigned length) {
    CHECK(length <= NAME_MAX_CHARACTERS);
    for (unsigned i = 0; i < length; i++) {
        int is_filler = letters[i] == '<';
        CHECK(is_filler || (letters[i] >= 'A' && letters[i] <= 'Z'));
        CHECK(!is_filler || (i > 0 && i < length - 1 && letters[i - 1] != '<'));
    }
}

/* The key fits its bound, and every name that a certificate can carry has one. */
static void check_key(fuzz_text text, name_status status) {
    uint8_t *key = malloc(NAME_KEY_BOUND(text.length));
    CHECK(key != NULL);
    size_t length = name_key(text.bytes, text.length, key);
    CHECK(length <= 3 * text.length);
    CHECK(status != NAME_OK || length > 0);
    free(key);
}

void fuzz_names(unsigned features) {
    (void)features; /* one implementation */
    fuzz_text text = fuzz_under(4) ? fuzz_assembled(PIECES, sizeof PIECES / sizeof *PIECES)
                                   : fuzz_bytes(fuzz_under(fuzz_under(8) ? 48 : 600));
    dcc_name *name = malloc(sizeof *name);
    CHECK(name != NULL);
    name_status status = name_split(text.bytes, text.length, name);
    if (status != NAME_OK)
        CHECK(!name->fn_length && !name->gn_length && !name->fnt_length && !name->gnt_length);
    else
        CHECK(name->fn_length && name->fnt_length && !name->gn_length == !name->gnt_length);
    CHECK(name->fn_length <= NAME_MAX_BYTES && name->gn_length <= NAME_MAX_BYTES);
    check_letters(name->fnt, name->fnt_length);
    check_letters(name->gnt, name->gnt_length);
    check_key(text, status);
    free(name);
    free(text.bytes);
}
