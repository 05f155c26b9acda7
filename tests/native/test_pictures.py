"""Pictures of QR symbols hold the symbol pixel by pixel, whatever the version, scale and quiet zone."""

from __future__ import annotations

import functools
import io
import random
import re
import struct
import xml.etree.ElementTree as ET
import zlib
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pytest
from native.iso_18004 import CHARACTERS
from PIL import Image

from signer import _core

Modules = npt.NDArray[np.bool_]  # rows by columns; true is dark

ALPHANUMERIC = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
SCALES = range(1, 17)
QUIET_ZONES = (0, 1, 4, 32)
SVG = "{http://www.w3.org/2000/svg}"


def random_text(source: random.Random, length: int) -> str:
    return "".join(source.choices(ALPHANUMERIC, k=length))


@functools.cache
def text_of(version: int) -> str:
    """A text that fits this version at level L, and none before."""
    too_short = CHARACTERS["L"][version - 2] if version > 1 else 0
    return random_text(random.Random(version), too_short + 1)


def draw(picture: str, text: str, *, level: str = "L", scale: int = 4, quiet_zone: int = 4) -> bytes:
    painter = _core.QrPainter(picture=picture, level=level, scale=scale, quiet_zone=quiet_zone)
    drawn: bytes = painter.draw(pa.array([text]))[0].as_py()
    return drawn


def modules_of(text: str, level: str = "L") -> Modules:
    symbol = _core.qr_symbol(text, level=level)
    rows = np.frombuffer(symbol.bits, np.uint8).reshape(symbol.side, -1)
    return np.unpackbits(rows, axis=1)[:, : symbol.side].astype(bool)


def pixels_of(modules: Modules, scale: int, quiet_zone: int) -> Modules:
    """Of the whole picture; true is white."""
    framed = np.pad(modules, quiet_zone)
    return ~framed.repeat(scale, axis=0).repeat(scale, axis=1)


def chunks_of(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Type and data of each chunk, their checksums looked at: ISO/IEC 15948 section 5.3."""
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    at = 8
    while at < len(png):
        length, kind = struct.unpack_from(">I4s", png, at)
        data, (crc,) = png[at + 8 : at + 8 + length], struct.unpack_from(">I", png, at + 8 + length)
        assert crc == zlib.crc32(kind + data)
        yield kind, data
        at += 12 + length


def assert_holds(png: bytes, modules: Modules, scale: int, quiet_zone: int) -> None:
    pixels = pixels_of(modules, scale, quiet_zone)
    side = len(pixels)
    (head, header), (body, stream), (end, nothing) = chunks_of(png)
    assert (head, body, end, nothing) == (b"IHDR", b"IDAT", b"IEND", b"")
    assert header == struct.pack(">II5B", side, side, 1, 0, 0, 0, 0)

    padded = np.pad(pixels, ((0, 0), (0, -side % 8)), constant_values=True)
    rows = np.packbits(padded, axis=1)
    inflater = zlib.decompressobj()
    assert inflater.decompress(stream) == np.pad(rows, ((0, 0), (1, 0))).tobytes()  # no filter in front
    assert inflater.eof
    assert inflater.unused_data == b""

    image = Image.open(io.BytesIO(png))
    assert image.mode == "1"
    assert np.array_equal(np.asarray(image), pixels)


@pytest.mark.parametrize("version", range(1, 41))
def test_a_png_of_any_version_holds_the_symbol(version: int) -> None:
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    source = random.Random(seed)
    modules = modules_of(text_of(version))
    assert len(modules) == 17 + 4 * version
    chosen = [(4, 4), (1, 0), (source.choice(SCALES), source.randint(0, 32))]
    for scale, quiet_zone in chosen:
        png = draw("png", text_of(version), scale=scale, quiet_zone=quiet_zone)
        assert_holds(png, modules, scale, quiet_zone)


@pytest.mark.parametrize("quiet_zone", QUIET_ZONES)
@pytest.mark.parametrize("scale", SCALES)
def test_a_png_of_any_scale_and_quiet_zone_holds_the_symbol(scale: int, quiet_zone: int) -> None:
    for version in (1, 2, 17, 40 if scale in (1, 15) else 5):  # 15: the longest codes
        modules = modules_of(text_of(version))
        png = draw("png", text_of(version), scale=scale, quiet_zone=quiet_zone)
        assert_holds(png, modules, scale, quiet_zone)


@pytest.mark.parametrize("quiet_zone", range(33))
def test_every_quiet_zone_begins_and_ends_rows_aright(quiet_zone: int) -> None:
    # Rows of pixels begin at any bit of a byte, and what is between two symbols may be too short for a match.
    modules = modules_of("A", level="H")
    for scale in SCALES:
        png = draw("png", "A", level="H", scale=scale, quiet_zone=quiet_zone)
        assert_holds(png, modules, scale, quiet_zone)


def test_the_usual_certificate_takes_a_kilobyte_and_a_half() -> None:
    text = random_text(random.Random(17), 531)  # as long as version 17 holds at level Q
    assert _core.qr_symbol(text, level="Q").version == 17
    assert len(draw("png", text, level="Q")) <= 1536


def move(match: re.Match[str], at: tuple[float, float]) -> tuple[float, float]:
    kind, x, y = match["kind"], float(match["x"]), float(match["y"] or 0)
    return {"M": (x, y), "m": (at[0] + x, at[1] + y), "h": (at[0] + x, at[1])}[kind]


def strokes_of(data: str) -> Iterator[tuple[int, int, int]]:
    """Row, first and last column of each horizontal line, a module thick, of a path: SVG 1.1 section 8.3."""
    at, end = (0.0, 0.0), 0
    for command in re.finditer(r"(?P<kind>[Mmh])(?P<x>-?[\d.]+)(?: (?P<y>-?[\d.]+))?", data):
        assert command.start() == end, "something between two commands"
        assert (command["y"] is None) == (command["kind"] == "h")
        before, at, end = at, move(command, at), command.end()
        if command["kind"] == "h":
            assert before[0] < at[0]
            assert at[1] % 1 == 0.5, "half of the stroke is not in this row"
            yield int(at[1]), int(before[0]), int(at[0])
    assert end == len(data)


@pytest.mark.parametrize("version", [1, 2, 7, 14, 17, 27, 40])
@pytest.mark.parametrize("quiet_zone", QUIET_ZONES)
def test_the_one_path_of_an_svg_is_the_symbol(version: int, quiet_zone: int) -> None:
    modules = modules_of(text_of(version))
    svg = ET.fromstring(draw("svg", text_of(version), scale=3, quiet_zone=quiet_zone))
    side = len(modules) + 2 * quiet_zone
    assert svg.attrib == {
        "viewBox": f"0 0 {side} {side}",
        "width": str(3 * side),
        "height": str(3 * side),
        "shape-rendering": "crispEdges",
    }
    ground, path = svg  # no other elements
    assert (svg.tag, ground.tag, path.tag) == (f"{SVG}svg", f"{SVG}rect", f"{SVG}path")
    assert ground.attrib == {"width": str(side), "height": str(side), "fill": "#fff"}
    assert set(path.attrib) == {"stroke", "d"}
    drawn = np.zeros((side, side), bool)
    for row, first, last in strokes_of(path.attrib["d"]):
        assert not drawn[row, first:last].any(), "drawn twice"
        drawn[row, first:last] = True
    assert np.array_equal(drawn, np.pad(modules, quiet_zone))


@pytest.mark.parametrize("version", [1, 2, 11, 12, 17, 40])  # 11 and 12: a row of 61 and of 65 modules
def test_bits_are_the_pixels_of_a_png_without_quiet_zone(version: int) -> None:
    png = Image.open(io.BytesIO(draw("png", text_of(version), scale=1, quiet_zone=0)))
    rows = np.packbits(~np.asarray(png), axis=1)  # each padded to bytes
    assert draw("bits", text_of(version), scale=7, quiet_zone=9) == rows.tobytes()


@pytest.mark.parametrize("picture", ["png", "svg", "bits"])
def test_a_picture_depends_on_its_text_only(cpu_level: str, picture: str) -> None:
    source = random.Random(picture)
    texts = [random_text(source, source.randrange(1, 900)) for _ in range(60)]
    painter = _core.QrPainter(picture=picture)
    together = painter.draw(pa.array(texts)).to_pylist()
    backwards = painter.draw(pa.array(texts[::-1])).to_pylist()
    assert together == backwards[::-1]
    assert together == [draw(picture, text, level="Q") for text in texts]


@pytest.mark.parametrize("picture", ["png", "svg", "bits"])
def test_null_stays_null(picture: str) -> None:
    painter = _core.QrPainter(picture=picture)
    drawn = painter.draw(pa.array(["A", None, "B", None]))
    assert drawn.is_valid().to_pylist() == [True, False, True, False]
    assert painter.draw(pa.array([None, "A", None, "B"])[1:]).to_pylist() == drawn.to_pylist()[:3]
    assert painter.draw(pa.array([], pa.string())).to_pylist() == []


@pytest.mark.parametrize(
    "odd",
    [
        {"scale": 0},
        {"scale": 17},
        {"scale": -1},
        {"quiet_zone": 33},
        {"quiet_zone": -1},
        {"level": "X"},
        {"level": ""},
        {"level": "LM"},
        {"picture": "jpeg"},
    ],
)
def test_odd_settings_are_refused(odd: dict[str, int | str]) -> None:
    with pytest.raises(ValueError, match="is"):
        _core.QrPainter(**{"picture": "png", **odd})
