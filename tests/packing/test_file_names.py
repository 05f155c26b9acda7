"""Names of folders and files: readable where that is safe, never two for one, never out of the folder."""

from __future__ import annotations

import hashlib
import os
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signer.packing.file_names import folder_names, picture_stem
from signer.synthetic.places import province_texts

HOSTILE = [
    "", ".", "..", "../../etc", "/", "a/b", "a\\b", "a\0b", "a\nb", "\u202egnp.exe", "~", "~x", "-rf",
    "--out", "CON", "nul", "com1", "a.", "a ", " a", "a  b", "index.csv", "summary.json", ".lock", ".staging",
    "part-00000.zip", "*", "?", "a:b", "$(reboot)", "x" * 300, "ữ" * 300, "\u0301a", "\u200b", "😀", "%2e%2e",
    "TP.", ". x", "x. ", "x.  y",
]  # fmt: skip


def hash_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def test_the_63_provinces_are_called_as_they_are() -> None:
    provinces = province_texts().to_pylist()
    assert len(provinces) == 63
    assert folder_names(provinces) == {name: name for name in provinces}


@pytest.mark.parametrize(
    "text", ["Hà Nội", "TP. Hồ Chí Minh", "Bà Rịa - Vũng Tàu", "01-0007", "a_b", "ນະຄອນ", "part-00000"]
)
def test_a_harmless_text_is_its_own_name(text: str) -> None:
    assert folder_names([text]) == {text: text}


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_any_other_text_is_made_harmless_and_told_by_its_hash(text: str) -> None:
    name = folder_names([text])[text]
    assert name.endswith(f"~{hash_of(text)}")
    assert not set(name) & set('/\\\0\n:*?"<>|.\u202e')
    assert name[0] not in ". -"
    assert len(name.encode()) <= 255


@given(st.lists(st.text(), unique=True))
def test_different_texts_have_names_that_no_file_system_takes_for_each_other(texts: list[str]) -> None:
    names = list(folder_names(texts).values())
    for seen_as in (
        str,
        str.lower,
        str.upper,
        str.casefold,
        lambda name: unicodedata.normalize("NFKD", name),
    ):
        assert len({seen_as(name) for name in names}) == len(names)


def test_names_that_differ_but_for_case_are_told_apart() -> None:
    names = folder_names(["Hà Nội", "HÀ NỘI", "Huế"])
    assert names == {
        "Hà Nội": f"Hà Nội~{hash_of('Hà Nội')}",
        "HÀ NỘI": f"HÀ NỘI~{hash_of('HÀ NỘI')}",
        "Huế": "Huế",
    }


@settings(max_examples=30)
@given(st.text())
def test_every_name_is_a_folder_that_can_be_made(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    folder = tmp_path_factory.getbasetemp() / "names"
    folder.mkdir(exist_ok=True)
    made = folder / folder_names([text])[text]
    made.mkdir(exist_ok=True)
    assert made.parent.resolve() == folder.resolve()
    assert made.name in os.listdir(folder)


def test_a_uvci_as_issued_names_its_picture() -> None:
    assert picture_stem("URN:UVCI:01:VN:IU4CCRLNIKBDHJ22VXBD") == "URN-UVCI-01-VN-IU4CCRLNIKBDHJ22VXBD"


@pytest.mark.parametrize(
    "uvci",
    [
        "URN:UVCI:01:VN:ABC#X",
        "URN:UVCI:01:VN:abc",
        "URN-UVCI:01",
        "../../x",
        "CON",
        "a/b",
        "",
        "ữ",
        "U" * 200,
        "a b",
    ],
)
def test_any_other_uvci_is_told_by_its_hash(uvci: str) -> None:
    stem = picture_stem(uvci)
    assert stem.endswith(f"~{hash_of(uvci)}")
    assert len(stem) <= 80
    assert Path(stem).name == stem
    assert stem.isascii()
    assert stem.replace("~", "").replace("-", "").replace("_", "").isalnum()


@given(st.lists(st.from_regex(r"\AURN:UVCI:[0-9A-Z:#/-]{0,20}\Z"), unique=True))
def test_different_uvcis_have_different_pictures(uvcis: list[str]) -> None:
    assert len({picture_stem(uvci).casefold() for uvci in uvcis}) == len(uvcis)
