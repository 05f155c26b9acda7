"""Keys of names: equal exactly where two writings are one name, against a reference by `unicodedata`."""

from __future__ import annotations

import itertools
import os
import random
import subprocess
import sys
import unicodedata
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reference.name_keys import reference_key

from signer._core import name_keys

NAMES = Path(__file__).parents[2] / "src" / "signer" / "native" / "names"

TONES = ["", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323"]
VOWELS = ["a", "a\u0306", "a\u0302", "e", "e\u0302", "i", "o", "o\u0302", "o\u031b", "u", "u\u031b", "y"]
MARKS = [chr(code) for code in range(0x300, 0x370) if code != 0x34F]
UNREADABLE = "ƄƅƛƧƨƪƻƼƽƾǀǁǂǃɁɂ"
LATIN = [
    chr(code)
    for code in [*range(0x41, 0x5B), *range(0x61, 0x7B), *range(0xC0, 0x250), *range(0x1E00, 0x1F00)]
    if unicodedata.category(chr(code)).startswith("L") and chr(code) not in UNREADABLE
]


def keys(*full_names: str | bytes) -> list[str | None]:
    """The keys of some names."""
    texts = [name.encode() if isinstance(name, str) else name for name in full_names]
    found: list[str | None] = name_keys(pa.array(texts, pa.binary()).view(pa.string())).to_pylist()
    return found


def key(full_name: str | bytes) -> str | None:
    return keys(full_name)[0]


def same(*writings: str) -> bool:
    """Whether they all have one key, and the same in NFD and in capitals."""
    forms = [f for w in writings for f in (w, unicodedata.normalize("NFD", w), w.upper(), w.lower())]
    found = set(keys(*forms))
    return len(found) == 1 and None not in found


@pytest.mark.parametrize(
    "writings",
    [
        ("Hòa", "Hoà"),
        ("Khỏe", "Khoẻ"),
        ("Thủy", "Thuỷ"),
        ("Thúy", "Thuý"),
        ("khuỵu", "khụyu", "khuyụ"),
        ("Quý", "Qúy"),
        ("Quỳnh", "Qùynh"),
        ("Già", "Gìa"),
        ("Giàng", "Gìang"),
        ("Hoàn", "Hòan"),
        ("Tiến", "Tíên"),
        ("Thuở", "Thủơ"),
        ("Nguyễn Thị Hoà", "NGUYỄN  THỊ\u00a0HÒA ", "nguyễn-thị-hòa", "NguyễnThịHoà", "Nguyễn, Thị Hòa"),
        ("Đặng", "\u00d0ặng", "\u0189ặng", "\u0111ặng", "Dặng"),
        ("Phạm Đức Đạt", "PHẠM DỨC DẠT"),
        ("Rơ Châm H'Hen", "Rơ Châm H’Hen", "Rơ-Châm HHen"),
        ("Bình", "Bi\u0307\u0300nh"),
    ],
)
def test_writings_of_one_name_have_one_key(writings: tuple[str, ...]) -> None:
    assert same(*writings)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Hương", "Hường"),
        ("Hương", "Huong"),
        ("Hưng", "Hung"),
        ("Dũng", "Đung"),
        ("D\u0331ung", "Đung"),
        ("Hoa", "Hoà"),
        ("Hoa Ánh", "Hoá Anh"),
        ("Thảo", "Thão"),
        ("Lan", "Lân"),
        ("Lan", "Lăn"),
        ("Mỹ", "Mĩ"),
        ("Lý", "Ly"),
        ("Anh", "Ánh"),
        ("Văn An", "Văn Ân"),
        ("Müller", "Mueller"),
        ("Nuñez", "Nunez"),
        ("Nuñez", "Nũnez"),
    ],
)
def test_tones_and_vowels_tell_names_apart(one: str, other: str) -> None:
    assert len({*keys(one, other, one.upper(), other.upper())}) == 2


def test_every_vietnamese_syllable_has_its_own_key_and_one_only() -> None:
    found: dict[str | None, str] = {}
    for vowel, tone in itertools.product(VOWELS, TONES):
        letter = unicodedata.normalize("NFC", vowel + tone)
        forms = [
            letter,
            letter.upper(),
            unicodedata.normalize("NFD", letter),
            tone and vowel[0] + tone + vowel[1:],
        ]
        assert len(set(keys(*(f"B{form}n" for form in forms if form)))) == 1
        assert found.setdefault(key(f"B{letter}n"), letter) == letter
    assert len(found) == 72


@pytest.mark.parametrize(
    "cluster", ["oa", "oe", "uy", "ia", "ua", "ưa", "uê", "uyê", "oai", "iêu", "ươi", "uyu"]
)
@pytest.mark.parametrize("frame", ["H{}", "qu{}n", "gi{}", "{}nh", "{}"])
def test_a_tone_is_the_same_on_whichever_vowel_of_its_run(cluster: str, frame: str) -> None:
    for tone in TONES[1:]:
        places = [cluster[: i + 1] + tone + cluster[i + 1 :] for i in range(len(cluster))]
        assert same(*(unicodedata.normalize("NFC", frame.format(place)) for place in places))


N_PAIRS = int(os.environ.get("SIGNER_TEST_NAMES", "300"))  # ci/test.sh asks for 1,500
WORDS = st.lists(
    st.one_of(
        st.sampled_from([unicodedata.normalize("NFC", v + t) for v in VOWELS for t in TONES]),
        st.sampled_from([*"bcdđghklmnpqrstvxÐɖƉıİIiYy", "ñ", "ǖ", "Ṍ", "ß", "ỳ"]),
        st.sampled_from(MARKS).map(lambda mark: "u" + mark),
        st.sampled_from(["\u0301", "\u0302", "\u0323", "\u0307"]).map(lambda mark: "i" + mark),
    ),
    min_size=1,
    max_size=6,
).map("".join)
FULL_NAMES = st.lists(WORDS, min_size=1, max_size=4)


@given(FULL_NAMES, FULL_NAMES, st.sampled_from([" ", "-", "  ", "'"]), st.sampled_from(["NFC", "NFD"]))
@settings(max_examples=N_PAIRS, deadline=None)
def test_two_names_have_one_key_exactly_where_the_reference_says_so(
    one: list[str], other: list[str], between: str, form: str
) -> None:
    first = " ".join(one)
    for second in (" ".join(other), between.join(one), "".join(one), first.swapcase(), first[::-1]):
        written = unicodedata.normalize(form, second)
        try:
            expected = reference_key(first) == reference_key(written)
        except ValueError:
            assert key(written) is None
            continue
        assert (key(first) == key(written)) == expected, ascii((first, written))


def test_random_short_names_fall_into_the_classes_of_the_reference() -> None:
    chosen = random.Random(20220331)
    pieces = [
        *"aoeuyiIĐdn",
        "à",
        "ò",
        "ú",
        "ỹ",
        "â",
        "ơ",
        "\u0300",
        "\u0301",
        "\u0302",
        " ",
        "-",
        "ı",
        "\u0307",
    ]
    names = {"".join(chosen.choices(pieces, k=chosen.randrange(1, 7))) for _ in range(40_000)}
    by_reference: dict[object, set[str | None]] = {}
    by_key: dict[str | None, set[object]] = {}
    for name in names:
        try:
            reference: object = reference_key(name) or None
        except ValueError:
            reference = None
        by_reference.setdefault(reference, set()).add(key(name))
        by_key.setdefault(key(name), set()).add(reference)
    assert by_reference.pop(None) == {None}
    assert all(len(found) == 1 for found in [*by_reference.values(), *by_key.values()])
    assert len(by_reference) > 5_000


def test_every_latin_letter_has_the_key_of_its_other_case_and_of_its_decomposition() -> None:
    for letter in LATIN:
        forms = [letter, unicodedata.normalize("NFD", letter)]
        forms += [form for form in (letter.lower(), letter.upper()) if len(form) == 1 and ord(form) < 0x2C00]
        assert len(set(keys(*forms))) == 1, letter
        assert key(letter) is not None


def test_letters_with_every_mark_have_one_key_in_both_forms() -> None:
    for letter in LATIN:
        for form in ("NFC", "NFD"):
            marked = [unicodedata.normalize(form, letter + mark) for mark in MARKS]
            expected = keys(*(letter + mark for mark in MARKS))
            assert keys(*marked) == expected


@pytest.mark.parametrize(
    "name", ["", " ", "-", "' .", "\u0301", " \u0301", "An \u0301", "??", "Nguyễn\x07", "王", "A1"]
)
def test_names_that_cannot_be_read_have_no_key(name: str) -> None:
    assert key(name) is None


@pytest.mark.parametrize(
    "malformed", [b"\x80", b"A\xff", b"\xc4", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"a\xcc"]
)
def test_malformed_utf8_has_no_key(malformed: bytes) -> None:
    assert key(malformed) is None
    assert key(b"Nguyen " + malformed) is None


def test_a_long_name_has_a_key_and_too_many_marks_have_none() -> None:
    assert key("Ễ" * 300) == "e^3" * 300
    assert key("ǖ" * 300) == "u\u0304\u0308" * 300
    assert key("a" + "\u0335" * 80) == "a\u0335"
    assert key("a" + "\u0335" * 100_000) is None


def test_nulls_slices_and_empty_arrays_are_taken() -> None:
    names = pa.array([None, "Hòa", None, "", "Đức", "x\x07", "Lan", None, "Bé", "Tư", "Út"])
    expected = [None, "hoa1", None, None, "du+2c", None, "lan", None, "be2", "tu+", "u2t"]
    for start, stop in itertools.combinations(range(len(names) + 1), 2):
        found = name_keys(names[start:stop])
        found.validate(full=True)
        assert found.to_pylist() == expected[start:stop]
    assert name_keys(names[:0]).to_pylist() == []
    assert name_keys(pa.array([None, None], pa.string())).to_pylist() == [None, None]


def test_other_types_are_refused() -> None:
    with pytest.raises(ValueError, match="not string"):
        name_keys(pa.array(["a"], pa.large_string()))


def test_the_table_is_what_its_generator_writes(tmp_path: Path) -> None:
    subprocess.run([sys.executable, NAMES / "generate_key_table.py", tmp_path / "key_table.h"], check=True)
    assert (tmp_path / "key_table.h").read_bytes() == (NAMES / "key_table.h").read_bytes()
