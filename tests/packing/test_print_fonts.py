"""The typefaces of printed certificates have every Vietnamese letter; a file without them is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from signer.errors import SignerError

reportlab = pytest.importorskip("reportlab", reason="the extra [print] is not installed")

from signer.packing.print_sheets import require_print  # noqa: E402 (behind the question for the extra)
from signer.packing.sheet_fonts import VIETNAMESE_LETTERS, load_faces  # noqa: E402 (the same)

VERA = Path(reportlab.__file__).parent / "fonts" / "Vera.ttf"  # has Western European letters only


def test_the_alphabet_has_all_precomposed_letters() -> None:
    precomposed = {letter for letter in VIETNAMESE_LETTERS if not letter.isascii()}
    assert len(precomposed) == 134  # 67 capitals and as many small letters
    assert {*"ẮẰẲẴẶắằẳẵặƯỨỪỬỮỰưứừửữựĐđỹỴ"} <= precomposed


def test_the_typefaces_of_the_extra_show_every_vietnamese_letter() -> None:
    faces = load_faces(None)
    for face in (faces.label, faces.value):
        assert all(face.widths[letter] > 0 for letter in VIETNAMESE_LETTERS)
    assert faces.can_show("Nguyễn Thị Hường, Zoë Groß, Œuvrard, Şükrü, Łukasz")
    assert not faces.can_show("山田")


def test_a_font_without_vietnamese_letters_is_refused_before_anything_is_written() -> None:
    with pytest.raises(SignerError, match=r"Vera\.ttf: \d+ needed letters are missing, Ă \(U\+0102\)"):
        require_print(VERA)


@pytest.mark.parametrize(
    "content", [b"", b"no font", b"OTTO" + bytes(100), b"\x00\x01\x00\x00\x00\x09" + bytes(60)]
)
def test_a_file_that_is_no_truetype_font_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "font.ttf"
    path.write_bytes(content)
    with pytest.raises(SignerError, match=r"font\.ttf: is no TrueType font that can be embedded"):
        load_faces(path)


def test_a_damaged_font_is_refused(tmp_path: Path) -> None:
    whole = VERA.read_bytes()
    path = tmp_path / "font.ttf"
    for length in range(0, len(whole), 4999):
        path.write_bytes(whole[:length])
        with pytest.raises(SignerError):
            load_faces(path)


def test_a_font_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SignerError, match=r"gone\.ttf: cannot be read"):
        load_faces(tmp_path / "gone.ttf")
