"""Reading QR codes from pictures: official ones, turned and shrunk ones, and those that cannot be read."""

from __future__ import annotations

import base64
import io
import json
import random
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest
from made_pictures import code_picture, sheet, texts_in
from PIL import Image

from signer._core import QrPainter, qr_symbol
from signer.verifying import pictures
from signer.verifying.code import Code
from signer.verifying.codes import read_codes
from signer.verifying.pictures import MAX_PIXELS, MAX_SIDE, codes_of_picture

TEXT = "HC1:" + "6BF+70790T9WJWG.FKY*4GO0.O1CV2 O5 N2FBBRW1*70HS8" * 4 + "54 "
"""Ends in a blank, which is a digit of base45."""


def read(path: Path) -> list[str]:
    return [code.text for code in read_codes(str(path)) if code.failure is None]


def saved(picture: Image.Image, path: Path, **options: int) -> Path:
    picture.save(path, **options)
    return path


def failure_of(path: Path) -> str:
    (code,) = read_codes(str(path))
    assert (code.text, code.row, code.page) == ("", None, None)
    assert code.failure is not None
    assert code.failure.reason == "unreadable"
    return str(code.failure)


# --- official pictures


@pytest.fixture(scope="module")
def official(corpora: Path) -> dict[Path, list[Code]]:
    """The official samples, and what is read from each."""
    found = (corpora / "dcc-quality-assurance").rglob("*")
    pictures = sorted(path for path in found if path.suffix.lower() == ".png")
    return {path: list(codes_of_picture(path)) for path in pictures}


def test_every_official_sample_is_read(official: dict[Path, list[Code]]) -> None:
    read_well = [path for path, codes in official.items() if [code.text[:4] for code in codes] == ["HC1:"]]
    print(f"{len(read_well)} of {len(official)} pictures read")
    assert len(read_well) == len(official) >= 264


def test_the_text_of_every_official_vector_is_read_to_the_letter(corpora: Path, tmp_path: Path) -> None:
    n_read, file = 0, tmp_path / "code.png"
    for path in sorted((corpora / "dgc-testdata").glob("*/2DCode/raw/*.json")):
        vector = json.loads(path.read_text(encoding="utf-8-sig"))
        if "2DCODE" not in vector:
            continue
        file.write_bytes(base64.b64decode(vector["2DCODE"]))
        if vector["EXPECTEDRESULTS"].get("EXPECTEDPICTUREDECODE", True):
            assert read(file) == [vector["PREFIX"]], path.stem
            n_read += 1
        else:
            assert "damaged" in failure_of(file)
    print(f"{n_read} pictures read")
    assert n_read >= 145


CHANGES: dict[str, tuple[Callable[[Image.Image], Image.Image], int]] = {
    "turned left": (lambda picture: picture.transpose(Image.Transpose.ROTATE_90), 264),
    "askew": (lambda picture: picture.rotate(30, expand=True, fillcolor=255), 263),
    "half size": (lambda picture: picture.resize((picture.width // 2, picture.height // 2)), 200),
    "JPEG of 30 %": (lambda picture: as_jpeg(picture, 30), 264),
}
"""What is done to each picture, and how many are still read at least; some have modules of one pixel."""


def as_jpeg(picture: Image.Image, quality: int) -> Image.Image:
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=quality)
    return Image.open(file)


@pytest.mark.parametrize(
    "change",
    [pytest.param(each, marks=[] if each == "askew" else [pytest.mark.long]) for each in CHANGES],
)
def test_changed_pictures_are_read_as_the_unchanged(official: dict[Path, list[Code]], change: str) -> None:
    altered, n_expected = CHANGES[change]
    n_read = 0
    for path, codes in official.items():
        found = texts_in(altered(on_white(path)))
        assert found in ([], [code.text for code in codes]), path
        n_read += len(found)
    print(f"{change}: {n_read} read")
    assert n_read >= n_expected


def on_white(path: Path) -> Image.Image:
    picture = Image.open(path).convert("RGBA")
    white = Image.new("RGBA", picture.size, "white")
    white.alpha_composite(picture)
    return white.convert("L")


# --- kinds of pictures


@pytest.mark.parametrize("name", ["code.png", "CODE.PNG", "code.jpg", "code.Jpeg"])
def test_a_text_is_read_to_its_last_blank(tmp_path: Path, name: str) -> None:
    path = saved(code_picture(TEXT), tmp_path / name)
    (code,) = read_codes(str(path))
    assert code._replace(symbol=None) == Code(TEXT, str(path), 1)


@pytest.mark.parametrize("level", ["L", "M", "Q", "H"])
def test_how_a_code_is_drawn_is_told(tmp_path: Path, level: str) -> None:
    symbol = qr_symbol(TEXT, level=level)
    drawn = QrPainter(picture="png", level=level).draw(pa.array([TEXT]))[0].as_py()
    (tmp_path / "code.png").write_bytes(drawn)
    (code,) = read_codes(str(tmp_path / "code.png"))
    assert code.symbol == (level, symbol.version)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_kind_of_png_is_read(tmp_path: Path, mode: str) -> None:
    code = code_picture(TEXT)
    if mode == "I;16":  # light grey on dark grey, which look alike above the lowest 256 levels
        deep = code.convert("I").point(lambda level: level * 100 + 20_000)
        assert read(saved(deep.convert(mode), tmp_path / "code.png")) == [TEXT]
    else:
        assert read(saved(code.convert(mode), tmp_path / "code.png")) == [TEXT]


def test_dark_modules_on_nothing_are_read(tmp_path: Path) -> None:
    code = code_picture(TEXT)
    picture = Image.new("RGBA", code.size, (0, 0, 0, 0))
    picture.paste((0, 0, 0, 255), mask=code.point(lambda level: 255 - level))
    assert read(saved(picture, tmp_path / "code.png")) == [TEXT]


def test_cmyk_and_grey_jpegs_are_read(tmp_path: Path) -> None:
    for mode in ("CMYK", "L"):
        assert read(saved(code_picture(TEXT).convert(mode), tmp_path / "code.jpg", quality=50)) == [TEXT]


def test_the_kind_is_taken_from_the_content_not_from_the_ending(tmp_path: Path) -> None:
    code_picture(TEXT).save(tmp_path / "code.png", format="JPEG")
    assert read(tmp_path / "code.png") == [TEXT]


# --- several codes


@pytest.mark.parametrize(("n_codes", "n_columns"), [(2, 1), (10, 2), (24, 4), (254, 16)])
def test_all_codes_of_a_sheet_are_read_in_their_order(tmp_path: Path, n_codes: int, n_columns: int) -> None:
    texts = [f"HC1:{place} {'A' * (300 if n_codes <= 24 else 10)}" for place in range(n_codes)]
    path = saved(sheet(texts, n_columns), tmp_path / "sheet.png")
    assert [(code.text, code.row) for code in read_codes(str(path))] == [
        (text, row) for row, text in enumerate(texts, start=1)
    ]


def test_equal_codes_are_all_read(tmp_path: Path) -> None:
    assert read(saved(sheet([TEXT] * 4, 2), tmp_path / "sheet.png")) == [TEXT] * 4


def test_a_sheet_of_more_codes_than_can_be_read_is_refused_instead_of_read_in_part(tmp_path: Path) -> None:
    path = saved(sheet([f"HC1:{place}" for place in range(256)], 16), tmp_path / "sheet.png")
    assert "255 codes or more" in failure_of(path)


# --- what cannot be read


def test_a_code_that_is_no_text_is_left_for_the_verifier_to_refuse(tmp_path: Path) -> None:
    path = saved(code_picture(b"HC1:\xff\x00"), tmp_path / "code.png")
    assert read(path) == ["HC1:\ufffd\x00"]


def test_a_picture_without_a_code_is_a_failure(tmp_path: Path) -> None:
    for name in ("white.png", "white.jpg"):
        assert "no QR code" in failure_of(saved(Image.new("RGB", (300, 200), "white"), tmp_path / name))
    assert "no QR code" in failure_of(saved(Image.new("L", (1, 1)), tmp_path / "dot.png"))


def test_a_damaged_picture_is_a_failure(tmp_path: Path) -> None:
    png, jpeg = tmp_path / "code.png", tmp_path / "code.jpg"
    whole = {path: saved(code_picture(TEXT), path).read_bytes() for path in (png, jpeg)}
    for path, data in whole.items():
        for content in (b"", b"no picture", data[:8], data[: len(data) // 2]):
            path.write_bytes(content)
            assert "damaged" in failure_of(path)


def test_other_kinds_of_pictures_are_not_decoded(tmp_path: Path) -> None:
    for kind in ("GIF", "TIFF", "EPS", "BMP"):
        code_picture(TEXT).convert("RGB").save(tmp_path / "code.png", format=kind)
        assert "neither PNG nor JPEG" in failure_of(tmp_path / "code.png")


def test_random_damage_gives_a_text_or_a_failure(tmp_path: Path) -> None:
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    draw = random.Random(seed)
    path = tmp_path / "code.png"
    for name in ("code.png", "code.jpg"):
        whole = saved(code_picture(TEXT, 2), tmp_path / name).read_bytes()
        for _ in range(300):
            content = bytearray(whole)
            for _ in range(draw.randint(1, 4)):
                content[draw.randrange(len(content))] = draw.randrange(256)
            path.write_bytes(content[: draw.randint(1, len(content))] if draw.random() < 0.2 else content)
            for code in read_codes(str(path)):
                assert code.text == TEXT or code.failure is not None


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def bomb(width: int, height: int) -> bytes:
    """A PNG of few bytes that claims to be of that size."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")


@pytest.mark.parametrize("width", [MAX_PIXELS // 1000 + 1, 89_479, 100_000, 2_000_000, 2**31 - 1])
def test_a_picture_of_too_many_pixels_is_refused_before_it_is_decoded(tmp_path: Path, width: int) -> None:
    # Pillow itself warns above 89 million pixels, and refuses above twice as many.
    (tmp_path / "bomb.png").write_bytes(bomb(width, 1000))
    assert f"more than {MAX_PIXELS} pixels" in failure_of(tmp_path / "bomb.png")


def test_a_picture_of_as_many_pixels_as_allowed_is_decoded(tmp_path: Path) -> None:
    (tmp_path / "large.png").write_bytes(bomb(MAX_PIXELS // 1000, 1000))
    assert "damaged" in failure_of(tmp_path / "large.png")


def test_a_side_longer_than_the_reader_takes_is_a_failure(tmp_path: Path) -> None:
    assert "no QR code" in failure_of(saved(Image.new("1", (MAX_SIDE, 2)), tmp_path / "long.png"))
    assert "65535 pixels" in failure_of(saved(Image.new("1", (2, MAX_SIDE + 1)), tmp_path / "high.png"))


def test_a_file_of_too_many_bytes_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = saved(code_picture(TEXT), tmp_path / "code.png")
    monkeypatch.setattr(pictures, "MAX_FILE_BYTES", path.stat().st_size)
    assert read(path) == [TEXT]
    monkeypatch.setattr(pictures, "MAX_FILE_BYTES", path.stat().st_size - 1)
    assert "bytes" in failure_of(path)


# --- folders


def test_of_a_folder_all_pictures_are_read_in_the_order_of_their_names(tmp_path: Path) -> None:
    for name in ("b.png", "a.JPG", "c.jpeg"):
        saved(code_picture(f"HC1:{name.upper()}"), tmp_path / name)
    (tmp_path / "bad.png").write_bytes(b"")
    (tmp_path / "index.csv").write_text("hc1\nHC1:NOT READ\n")
    codes = list(read_codes(str(tmp_path)))
    assert [code.text for code in codes] == ["HC1:A.JPG", "HC1:B.PNG", "", "HC1:C.JPEG"]
    assert [Path(code.source).name for code in codes] == ["a.JPG", "b.png", "bad.png", "c.jpeg"]


def test_a_folder_named_like_a_picture_is_named(tmp_path: Path) -> None:
    (tmp_path / "folder.png").mkdir()
    (code,) = read_codes(str(tmp_path))
    assert Path(code.source).name == "folder.png"
    assert code.failure is not None
    assert "not a regular file" in str(code.failure)
