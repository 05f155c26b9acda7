"""Names: split, NFC and ICAO letters of the C kernel, against `unicodedata` and a reference of our own."""

from __future__ import annotations

import itertools
import random
import re
import subprocess
import sys
import unicodedata
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reference.names import ICAO, reference_split

from signer._core import split_name

NAMES = Path(__file__).parents[2] / "src" / "signer" / "native" / "names"

TONES = ["", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323"]
VOWELS = ["a", "a\u0306", "a\u0302", "e", "e\u0302", "i", "o", "o\u0302", "o\u031b", "u", "u\u031b", "y"]
CONSONANTS = [*"bcdghklmnpqrstvx", "đ"]
VIETNAMESE = [
    unicodedata.normalize("NFC", case(vowel + tone))
    for vowel, tone, case in itertools.product(VOWELS, TONES, (str.lower, str.upper))
] + [case(letter) for letter in CONSONANTS for case in (str.lower, str.upper)]

LATIN = [
    chr(code)
    for code in [*range(0x41, 0x5B), *range(0x61, 0x7B), *range(0xC0, 0x250), *range(0x1E00, 0x1F00)]
    if unicodedata.category(chr(code)).startswith("L")
]
UNREADABLE = "ƄƅƛƧƨƪƻƼƽƾǀǁǂǃɁɂ"
READABLE = [letter for letter in LATIN if letter not in UNREADABLE]
MARKS = [chr(code) for code in range(0x300, 0x370) if code != 0x34F]


def split(full_name: str) -> tuple[str, str, str, str]:
    """The kernel's four fields of a text."""
    return split_name(full_name.encode())


def refused_as(full_name: bytes) -> str:
    """The status with which a name is refused."""
    with pytest.raises(ValueError) as refusal:  # noqa: PT011 (the message is asserted by the caller)
        split_name(full_name)
    return str(refusal.value)


@pytest.mark.parametrize(
    ("full_name", "fnt", "gnt"),
    [
        ("Nguyễn", "NGUYEN", ""),
        ("Nguyễn Bảo Duy", "NGUYEN", "BAO<DUY"),
        ("Đặng", "DANG", ""),
        ("Đức", "DUC", ""),
        ("Phạm Đức Mạnh", "PHAM", "DUC<MANH"),
        ("Trần Thị Hồng", "TRAN", "THI<HONG"),
        ("Lương", "LUONG", ""),
        ("Đỗ Thị Hường", "DO", "THI<HUONG"),
        ("ĐẶNG THỊ HOÀ", "DANG", "THI<HOA"),
        ("O'Connor Mary-Jane", "OCONNOR", "MARY<JANE"),
        ("D’Artagnan St. John", "DARTAGNAN", "ST<JOHN"),
        ("Müller Änne Þóra", "MUELLER", "AENNE<THORA"),
        ("Ærø Ĳsbrand Strauß", "AEROE", "IJSBRAND<STRAUSS"),
        ("Ångström Œuvre", "AANGSTROEM", "OEUVRE"),
        ("Łukasz Ŋara Ħal", "LUKASZ", "NARA<HAL"),
        ("Iǆ Ǻke Lǚ", "IDZ", "AAKE<LUE"),
    ],
)
def test_names_become_the_letters_that_icao_9303_asks_for(full_name: str, fnt: str, gnt: str) -> None:
    family, _, given_names = full_name.partition(" ")
    assert split(full_name) == (family, given_names, fnt, gnt)
    assert split(unicodedata.normalize("NFD", full_name)) == (family, given_names, fnt, gnt)


@pytest.mark.parametrize("letter", "\u0110\u0111\u00d0\u00f0\u0189\u0256")
def test_the_three_capitals_that_look_like_d_with_a_stroke_and_their_small_forms_become_d(
    letter: str,
) -> None:
    assert split(letter + "ặng")[2] == "DANG"


@pytest.mark.parametrize("letter", VIETNAMESE)
def test_a_vietnamese_letter_is_kept_in_every_form_and_order_of_marks(letter: str) -> None:
    base, *marks = list(unicodedata.normalize("NFD", letter))
    ascii_letter = "D" if letter in "đĐ" else base.upper()
    forms = {base + "".join(order) for order in itertools.permutations(marks)} | {letter}
    forms |= {
        unicodedata.normalize("NFC", base + mark) + rest for mark, rest in itertools.permutations(marks, 2)
    }
    for form in forms:
        # Circumflex, breve and most tones are of one class: in another order they are another text.
        expected = unicodedata.normalize("NFC", f"B{form}n")
        assert split(f"B{form}n B{form}") == (
            expected,
            expected[:-1],
            f"B{ascii_letter}N",
            f"B{ascii_letter}",
        )
    assert split(letter)[0] == letter


@given(
    st.lists(
        st.lists(st.sampled_from([*VIETNAMESE, *"fjwz", *ICAO, "-", "‐", "'", "’", "."]), max_size=24).map(
            "".join
        ),
        min_size=1,
        max_size=6,
    ),
    st.sampled_from(["NFC", "NFD"]),
    st.sampled_from([" ", "  ", "\u00a0", ", ", " - ", "-"]),
)
@settings(max_examples=800, deadline=None)
def test_no_letter_is_lost_from_any_name(words: list[str], form: Literal["NFC", "NFD"], between: str) -> None:
    full_name = unicodedata.normalize(form, between.join(words))
    expected = reference_split(full_name)
    found = refused_as(full_name.encode()) if isinstance(expected, str) else split(full_name)
    assert found == expected


def test_every_letter_with_every_mark_is_in_nfc() -> None:
    for letter in READABLE:
        for first in range(0, len(MARKS), 20):
            marked = [letter + mark for mark in MARKS[first : first + 20]]
            assert split("".join(marked))[0] == unicodedata.normalize("NFC", "".join(marked))


def test_random_letters_with_many_marks_are_in_nfc() -> None:
    chosen = random.Random(20220414)
    common = [
        "\u0300",
        "\u0301",
        "\u0302",
        "\u0306",
        "\u0307",
        "\u0308",
        "\u0304",
        "\u031b",
        "\u0323",
        "\u0328",
    ]
    for _ in range(20_000):
        marks = chosen.choices(chosen.choice([MARKS, common]), k=chosen.randrange(6))
        text = "".join(chosen.choice(READABLE) + "".join(marks) for _ in range(3))
        assert split(text)[0] == unicodedata.normalize("NFC", text), ascii(text)


def test_every_latin_letter_has_icao_letters_or_is_refused() -> None:
    for letter in LATIN:
        if letter in UNREADABLE:
            assert refused_as(letter.encode()) == "name_foreign_character"
        else:
            assert re.fullmatch("[A-Z]{1,2}", split(letter)[2]), letter


def test_small_and_capital_letters_have_the_same_icao_letters() -> None:
    for letter in READABLE:
        for other in (letter.lower(), letter.upper()):
            if (
                len(other) == 1 and ord(other) < 0x2C00
            ):  # beyond: capitals of Ⱥ's kind, which names do not have
                assert split(letter)[2] == split(other)[2]


def test_blanks_are_trimmed_and_runs_of_them_are_one() -> None:
    assert split("\u00a0 Nguyễn ,\u00a0 Bảo   Duy  ") == ("Nguyễn", "Bảo Duy", "NGUYEN", "BAO<DUY")


def test_hyphens_and_blanks_together_are_one_filler_and_none_leads_or_ends() -> None:
    assert split("-An- -Bình -  Châu -") == ("-An-", "-Bình - Châu -", "AN", "BINH<CHAU")


def test_a_single_name_has_no_given_names() -> None:
    assert split(" Hoa ") == ("Hoa", "", "HOA", "")


@pytest.mark.parametrize("letter", ["a", "đ", "ễ"])
def test_eighty_characters_are_a_name_and_eighty_one_are_not(letter: str) -> None:
    ascii_letter = {"a": "A", "đ": "D", "ễ": "E"}[letter]
    longest, given_names = letter * 80, f"{letter * 40} {letter * 39}"
    for form in ("NFC", "NFD"):
        found = split(unicodedata.normalize(form, f"{longest} {given_names}"))
        assert found == (longest, given_names, ascii_letter * 80, f"{ascii_letter * 40}<{ascii_letter * 39}")
        too_long = unicodedata.normalize(form, letter * 81)
        assert refused_as(too_long.encode()) == "name_too_long"
        assert refused_as(f"A {too_long}".encode()) == "name_too_long"


def test_marks_that_stay_count_as_characters() -> None:
    assert split("a" + "\u0335" * 79)[0] == "a" + "\u0335" * 79
    assert split("u" + "\u0323\u031b" + "\u0335" * 79)[0] == unicodedata.normalize("NFC", "ự" + "\u0335" * 79)
    assert refused_as(("a" + "\u0335" * 80).encode()) == "name_too_long"
    assert refused_as(("a" + "\u0335" * 100_000).encode()) == "name_too_long"


def test_icao_letters_are_cut_at_eighty_and_do_not_end_in_a_filler() -> None:
    assert split("Ä" * 41)[2] == "AE" * 40
    assert split("A" + "Ä" * 40)[2] == "A" + "AE" * 39 + "A"
    assert split("A A" + "Ä" * 39 + " Bình")[3] == "A" + "AE" * 39  # the filler would be the 80th


CONTROLS = [0, 9, 10, 0x1F, 0x7F, 0x80, 0x9F, 0xAD, 0x34F, 0x61C, 0x200B, 0x200F, 0x2028, 0x202A, 0x202E]
CONTROLS += [0x2060, 0x2064, 0x2066, 0x2069, 0xFEFF]


@pytest.mark.parametrize("code", CONTROLS)
def test_controls_are_refused_wherever_they_stand(code: int) -> None:
    for full_name in ("{}Nguyễn", "Nguyễn{}", "Nguyễn Văn{} An", "Nguye\u0302{}\u0303n"):
        assert refused_as(full_name.format(chr(code)).encode()) == "name_control_character"


@pytest.mark.parametrize(
    "sign", [*'0?`´^~/\\()"×÷<@_;:', "Д", "α", "王", "あ", "ʻ", "\u3000", "\u212b", "😀", "ﬁ"]
)
def test_characters_without_transliteration_are_refused_and_not_dropped(sign: str) -> None:
    for full_name in ("{}Nguyễn", "Nguyễn{}", "Nguyễn Văn {} An"):
        assert refused_as(full_name.format(sign).encode()) == "name_foreign_character"


@pytest.mark.parametrize(
    "full_name", ["\u0301", "\u0301Nam", "Nguyễn \u0301An", "An-\u0301", "An'\u0301", "\u00a0\u0301"]
)
def test_a_mark_on_no_letter_is_refused(full_name: str) -> None:
    assert refused_as(full_name.encode()) == "name_foreign_character"


STRAY = [b"\x80", b"\xbf", b"\xff", b"\xc4A", b"\xe1\xbbA", b"\xe1A\x85", b"\xccA", b"\xf0\x9f\x98A"]
OVERLONG = [
    b"\xc0\xa0",
    b"\xc1\x81",
    b"\xe0\x81\x81",
    b"\xe0\x9f\xbf",
    b"\xf0\x80\x81\x81",
    b"\xf0\x8f\xbf\xbf",
]
SURROGATES = [b"\xed\xa0\x80", b"\xed\xbf\xbf"]
TOO_HIGH = [b"\xf4\x90\x80\x80", b"\xf5\x80\x80\x80"]
TRUNCATED = [b"\xc4", b"\xe1", b"\xe1\xbb", b"\xcc", b"\xf0\x9f\x98"]


@pytest.mark.parametrize("malformed", STRAY + OVERLONG + SURROGATES + TOO_HIGH + TRUNCATED)
def test_malformed_utf8_is_refused(malformed: bytes) -> None:
    for before, after in itertools.product([b"", b"Ng", "Nguyễn Văn An".encode()], repeat=2):
        assert refused_as(before + malformed + after) == "name_not_utf8"


@pytest.mark.parametrize("full_name", ["", " ", "\u00a0 \u00a0", " , "])
def test_blanks_alone_are_an_empty_name(full_name: str) -> None:
    assert refused_as(full_name.encode()) == "name_empty"


@pytest.mark.parametrize("full_name", ["'", "-", "' -", ".", "’ An", "Nguyễn '", "Nguyễn - ."])
def test_a_part_of_signs_that_are_dropped_leaves_nothing(full_name: str) -> None:
    assert refused_as(full_name.encode()) == "name_nothing_left"


def test_the_first_wrong_character_is_reported_before_the_length() -> None:
    too_long = "a" * 100
    assert refused_as(f"{too_long} 7".encode()) == "name_foreign_character"
    assert refused_as(f"{too_long} \0 7".encode()) == "name_control_character"
    assert refused_as(f"7{too_long}".encode() + b"\xff") == "name_foreign_character"
    assert refused_as(f"{too_long} '".encode()) == "name_too_long"


def test_the_table_is_what_its_generator_writes(tmp_path: Path) -> None:
    subprocess.run([sys.executable, NAMES / "generate_table.py", tmp_path / "names_table.h"], check=True)
    assert (tmp_path / "names_table.h").read_bytes() == (NAMES / "names_table.h").read_bytes()
