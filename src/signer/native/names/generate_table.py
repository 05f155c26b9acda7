"""Writes names_table.h: characters of names with their ICAO letters, and NFC tables of the same repertoire.

    python generate_table.py names_table.h

The Unicode data are Python's own `unicodedata`; what these blocks hold has been fixed since Unicode 7, so
every supported Python writes the same file. The ICAO letters are our own table (ICAO Doc 9303 part 3,
section 6, table A).
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path

LATIN = [*range(0xC0, 0x250), *range(0x1E00, 0x1F00)]
ASCII_LETTERS = [*range(0x41, 0x5B), *range(0x61, 0x7B)]
MARKS = [code for code in range(0x300, 0x370) if code != 0x34F]

BLANKS = [0x20, 0x2C, 0xA0]  # a comma parts two words, as a blank does
HYPHENS = [0x2D, 0x2010, 0x2011]
DROPPED = [0x27, 0x2E, 0x2BC, 0x2018, 0x2019]  # apostrophes and the period: no filler in their place
CONTROLS = [
    *range(0x20),
    *range(0x7F, 0xA0),
    0xAD,  # soft hyphen
    0x34F,  # combining grapheme joiner: draws nothing, and stops composition
    0x61C,
    *range(0x200B, 0x2010),
    *range(0x2028, 0x202F),
    *range(0x2060, 0x2070),
]

# ICAO Doc 9303 part 3, section 6, table A: the letters that are more than a base letter with marks.
ICAO_LETTERS = {
    "Ä": "AE", "Å": "AA", "Æ": "AE", "Ð": "D", "Ö": "OE", "Ø": "OE", "Ü": "UE", "Þ": "TH", "ß": "SS",
    "ẞ": "SS", "Đ": "D", "Ħ": "H", "ı": "I", "Ĳ": "IJ", "Ŀ": "L", "Ł": "L", "Ŋ": "N", "Œ": "OE", "Ŧ": "T",
}  # fmt: skip

# Latin letters that ICAO does not list and whose Unicode name does not begin with their base letter.
OWN_LETTERS = {
    "ŉ": "N", "ĸ": "Q", "ſ": "S", "ẜ": "S", "ẝ": "S", "ƍ": "D", "ẟ": "D", "Ɖ": "D", "ȸ": "DB", "ȹ": "QP",
    "ȷ": "J", "Ɔ": "O", "Ɵ": "O", "Ǝ": "E", "ǝ": "E", "Ə": "E", "Ɛ": "E", "Ɣ": "G", "Ƣ": "GH", "Ɩ": "I",
    "Ɯ": "M", "Ʊ": "U", "Ʉ": "U", "Ʀ": "R", "Ʃ": "S", "Ʌ": "V", "Ʒ": "Z", "Ƹ": "Z", "ƺ": "Z", "Ƕ": "HV",
    "Ƿ": "W", "Ȝ": "Y", "Ȣ": "OU", "Ɋ": "Q", "Ǆ": "DZ", "ǅ": "DZ", "Ǳ": "DZ", "ǲ": "DZ", "Ǉ": "LJ",
    "ǈ": "LJ", "Ǌ": "NJ", "ǋ": "NJ", "Ỻ": "LL", "Ỽ": "V",
}  # fmt: skip

# Signs of phonetics and of abolished alphabets: no agreed reading, so a name that has one is refused.
UNREADABLE = set("ƄƅƛƧƨƪƻƼƽƾǀǁǂǃɁɂ")

NAMED_BY_BASE = re.compile(r"LATIN (?:CAPITAL|SMALL) LETTER ([A-Z])(?: WITH .*)?")

CLASSES = ["FOREIGN", "CONTROL", "LETTER", "MARK", "BLANK", "HYPHEN", "DROPPED"]
BLOCK = 64  # characters: what the last byte of UTF-8 counts
TABLE_END = 0x2080


def icao_letters(letter: str) -> str | None:
    """The one or two letters A-Z for a Latin letter, or None where there is no transliteration.

    The explicit tables come first, at each step of the canonical decomposition: Ǟ is Ä with a macron, so AE.
    """
    for form in (letter, letter.upper()):
        explicit = ICAO_LETTERS.get(form) or OWN_LETTERS.get(form)
        if explicit:
            return explicit
    decomposition = unicodedata.decomposition(letter)
    if decomposition and not decomposition.startswith("<"):
        return icao_letters(chr(int(decomposition.split()[0], 16)))
    named = NAMED_BY_BASE.fullmatch(unicodedata.name(letter))
    return named[1] if named else None


def letters() -> dict[int, str]:
    """Every letter of the repertoire with its ICAO letters."""
    latin = [code for code in LATIN if unicodedata.category(chr(code)).startswith("L")]
    small = [ord(chr(code).lower()) for code in latin if len(chr(code).lower()) == 1]
    phonetic = [code for code in small if 0x250 <= code < 0x2B0]  # ə, ɖ, ʒ: small forms of letters above
    found = {}
    for code in sorted({*ASCII_LETTERS, *latin, *phonetic}):
        ascii_letters = icao_letters(chr(code))
        if ascii_letters:
            found[code] = ascii_letters
        elif chr(code) not in UNREADABLE:
            raise ValueError(f"U+{code:04X} has no transliteration")
    return found


def entries() -> list[int]:
    """The 16-bit entry of every character below TABLE_END: class, second letter, first letter (A = 1)."""
    table = [0] * TABLE_END
    for name, codes in (
        ("BLANK", BLANKS),
        ("HYPHEN", HYPHENS),
        ("DROPPED", DROPPED),
        ("CONTROL", CONTROLS),
        ("MARK", MARKS),
    ):
        for code in codes:
            table[code] = CLASSES.index(name) << 10
    for code, ascii_letters in letters().items():
        first, second = (ord(x) - 64 if x else 0 for x in (ascii_letters[0], ascii_letters[1:]))
        table[code] = CLASSES.index("LETTER") << 10 | second << 5 | first
    return table


def compositions() -> list[tuple[int, int, int]]:
    """(first, mark, composite) of every primary composite of the repertoire (UAX #15), by first and mark."""
    found = []
    for code in letters():
        decomposition = unicodedata.decomposition(chr(code))
        if not decomposition or decomposition.startswith("<"):
            continue
        first, mark = (int(part, 16) for part in decomposition.split())
        if unicodedata.normalize("NFC", chr(code)) != chr(code):
            raise ValueError(f"U+{code:04X} does not stay in NFC")
        found.append((first, mark, code))
    return sorted(found)


def mark_decompositions() -> list[tuple[int, int, int]]:
    """(mark, first, second or 0) of the marks that NFC replaces."""
    found = []
    for code in MARKS:
        parts = [ord(part) for part in unicodedata.normalize("NFD", chr(code))]
        if parts != [code]:
            found.append((code, parts[0], parts[1] if len(parts) > 1 else 0))
    return found


def check_closed() -> None:
    """Raises if a letter of the repertoire and a mark could compose to a character outside of it."""
    known = letters()
    for first in known:
        for mark in MARKS:
            composed = unicodedata.normalize("NFC", chr(first) + chr(mark))
            if ord(composed[0]) not in known:
                raise ValueError(f"U+{first:04X} U+{mark:04X} leaves the repertoire")
    if not all(unicodedata.combining(chr(mark)) for mark in MARKS):
        raise ValueError("a mark of combining class 0 would end the reordering")


def wrapped(values: Iterable[str]) -> Iterator[str]:
    """Lines of an initializer, at most 110 columns wide."""
    line = "   "
    for value in values:
        if len(line) + len(value) + 2 > 110:
            yield line
            line = "   "
        line += f" {value},"
    yield line


def array(comment: str, declaration: str, values: Iterable[str]) -> Iterator[str]:
    """A commented constant table."""
    yield f"/* {comment} */"
    yield f"static const {declaration} = {{"
    yield from wrapped(values)
    yield "};"
    yield ""


def triples(rows: Iterable[tuple[int, int, int]]) -> Iterator[str]:
    """C initializers of rows of three characters."""
    return (f"{{0x{a:04X}, 0x{b:04X}, 0x{c:04X}}}" for a, b, c in rows)


def header() -> Iterator[str]:
    """The lines of names_table.h."""
    table = entries()
    blocks = [tuple(table[start : start + BLOCK]) for start in range(0, TABLE_END, BLOCK)]
    distinct = sorted(set(blocks), key=blocks.index)
    pairs = compositions()
    by_composite = sorted(range(len(pairs)), key=lambda row: pairs[row][2])
    yield "/* Generated by generate_table.py, do not edit: characters of names, ICAO letters, NFC tables. */"
    yield "/* clang-format off */"
    yield "#ifndef SIGNER_NAMES_TABLE_H"
    yield "#define SIGNER_NAMES_TABLE_H"
    yield ""
    yield "#include <stdint.h>"
    yield ""
    yield f"enum {{ {', '.join(f'CLASS_{name}' for name in CLASSES)} }};"
    yield f"#define TABLE_END 0x{TABLE_END:04X}u /* characters from here on are not in the table */"
    yield f"#define N_COMPOSITIONS {len(pairs)}"
    yield f"#define N_MARK_DECOMPOSITIONS {len(mark_decompositions())}"
    yield ""
    yield "typedef struct {"
    yield "    uint16_t first, mark, composite;"
    yield "} composition;"
    yield ""
    numbers = [str(distinct.index(block)) for block in blocks]
    yield from array("Block of CHARACTER_ENTRIES, by character / 64.", "uint8_t CHARACTER_BLOCKS[]", numbers)
    yield from array(
        "Class << 10 | second letter << 5 | first letter, A = 1 (ICAO Doc 9303 part 3, section 6).",
        "uint16_t CHARACTER_ENTRIES[]",
        (f"0x{entry:x}" if entry else "0" for block in distinct for entry in block),
    )
    yield from array(
        "Primary composites by first and mark (UAX #15).", "composition COMPOSITIONS[]", triples(pairs)
    )
    yield from array("Rows of COMPOSITIONS by composite.", "uint16_t BY_COMPOSITE[]", map(str, by_composite))
    yield from array(
        "Marks that NFC replaces: mark, first, second or 0.",
        "uint16_t MARK_DECOMPOSITIONS[][3]",
        triples(mark_decompositions()),
    )
    classes = [str(unicodedata.combining(chr(code))) for code in range(0x300, 0x370)]
    yield from array("Canonical combining class of U+0300 and on.", "uint8_t COMBINING_CLASSES[]", classes)
    yield "#endif"


def main() -> None:
    """Checks the tables and writes the header to the path given."""
    check_closed()
    Path(sys.argv[1]).write_text("\n".join(header()) + "\n", encoding="ascii")


if __name__ == "__main__":
    main()
