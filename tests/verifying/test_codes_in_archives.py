"""Archives from strangers: bombs, what is no picture, and lists of contents that point anywhere."""

from __future__ import annotations

import io
import random
import zipfile
from pathlib import Path

import pytest
from made_pictures import code_picture

from signer.errors import InputUnreadable
from signer.verifying.archives import MAX_MEMBER_BYTES
from signer.verifying.codes import read_codes


def picture_bytes() -> bytes:
    buffer = io.BytesIO()
    code_picture("HC1:A").save(buffer, "PNG")
    return buffer.getvalue()


def test_a_bomb_in_a_zip_is_not_inflated_to_its_end(tmp_path: Path) -> None:
    """The cap was once that of a file, 256 MiB."""
    with zipfile.ZipFile(tmp_path / "x.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb.png", bytes(MAX_MEMBER_BYTES + 1))
        archive.writestr("good.png", picture_bytes())
    bomb, good = read_codes(str(tmp_path / "x.zip"))
    assert str(bomb.failure) == f"the picture has more than {32 << 20} bytes"
    assert good.text == "HC1:A"


def test_what_is_no_picture_is_told_when_it_is_passed_over(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.mkdir("folder")
        archive.writestr("folder/a.png", picture_bytes())
        archive.writestr("b.pdf", b"")
        archive.writestr("c.gif", b"")
    assert len(list(read_codes(str(tmp_path / "x.zip")))) == 1
    assert caplog.messages == [f"{tmp_path}/x.zip: passed over what is no PNG or JPEG: 2"]


def test_a_member_without_a_name_is_passed_over(tmp_path: Path) -> None:
    """Python 3.11 raises IndexError when it is asked whether that is a folder, which once got out."""
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr("a.png", picture_bytes())
        archive.writestr("b.png", b"no picture")
    content = (tmp_path / "x.zip").read_bytes()
    (tmp_path / "x.zip").write_bytes(content.replace(b"b.png", b"\0.png"))
    assert [code.text for code in read_codes(str(tmp_path / "x.zip"))] == ["HC1:A"]


def test_random_damage_gives_codes_or_the_one_error(tmp_path: Path) -> None:
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    draw = random.Random(seed)
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr("a.png", b"no picture")
        archive.writestr("ế.png", b"no picture")
    whole = (tmp_path / "x.zip").read_bytes()
    for _ in range(500):
        content = bytearray(whole)
        for _ in range(draw.randint(1, 4)):
            content[draw.randrange(len(content))] = draw.randrange(256)
        (tmp_path / "damaged.zip").write_bytes(content)
        try:
            assert all(code.failure for code in read_codes(str(tmp_path / "damaged.zip")))
        except InputUnreadable:
            continue
