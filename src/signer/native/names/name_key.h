/* A full name to the key by which it is compared: two writings have one key where they are the same name. */
#ifndef SIGNER_NAMES_NAME_KEY_H
#define SIGNER_NAMES_NAME_KEY_H

#include <stddef.h>
#include <stdint.h>

/* Room for the key of a name of `length` bytes while it is written: no character takes more than three times
 * its bytes, and a letter is written with up to eight bytes behind it. */
#define NAME_KEY_BOUND(length) (3 * (size_t)(length) + 8)

/* The key of a full name of `length` bytes of UTF-8, in any normal form, to NAME_KEY_BOUND(length) bytes at
 * `key`; gives its length, or 0 where the name is unreadable: it holds no letter, or a character that
 * name_split refuses, or is not UTF-8. A name may be longer than name_split takes.
 *
 * The key is UTF-8: each letter small and decomposed, the marks that make another vowel behind it ('^' for a
 * circumflex, '(' for a breve, '+' for a horn), and one digit for a tone, behind the vowels that carry it.
 * The input is never read past its end and must not overlap `key`. Not constant time. No allocation. See
 * docs/names.md for the rule. */
size_t name_key(const uint8_t *full_name, size_t length, uint8_t *key);

#endif
