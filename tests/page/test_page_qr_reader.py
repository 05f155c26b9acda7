"""The page's reader of QR codes: codes drawn by zxing-cpp and by our painter, slanted, bent and blurred."""

from __future__ import annotations

import base64
import io
import os
import random
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
import zxingcpp
from made_pictures import code_picture
from page.devtools import Browser, Page
from PIL import Image, ImageFilter

from signer import _core
from signer.page.scripts import joined_scripts

pytestmark = pytest.mark.long

ALPHANUMERIC = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
READ = """(async (address) => {
  const picture = new Image();
  picture.src = address;
  await picture.decode();
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [picture.width, picture.height];
  const context = canvas.getContext('2d');
  context.drawImage(picture, 0, 0);
  const pixels = context.getImageData(0, 0, canvas.width, canvas.height);
  return readCode(pixels);
})"""
CORRECTS = """(block, nCheck, errors) => {
  const damaged = block.slice();
  for (const [place, value] of errors) damaged[place] ^= value;
  return corrected(damaged, nCheck);
}"""


@pytest.fixture(scope="module")
def reader(browser: Browser) -> Iterator[Page]:
    """An empty tab that has only the reader."""
    page = browser.open("about:blank")
    page.evaluate(
        f"globalThis.readCode = (() => {{ {joined_scripts('qr/reading.js')}; return readCode; }})(); 0"
    )
    yield page
    page.close()


def read(reader: Page, picture: Image.Image) -> str | None:
    file = io.BytesIO()
    picture.save(file, "png")
    address = f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}"
    text: str | None = reader.evaluate(f"{READ}('{address}')")
    return text


def hc1(length: int, seed: int = 1) -> str:
    return "HC1:" + "".join(random.Random(seed).choices(ALPHANUMERIC, k=length - 4))


def drawn(text: str, level: str, scale: int = 3) -> Image.Image:
    png = _core.QrPainter(picture="png", scale=scale, level=level).draw(pa.array([text]))[0].as_py()
    return Image.open(io.BytesIO(png)).convert("L")


EVERY = int(os.environ.get("SIGNER_TEST_EVERY", "1"))
"""Of many pictures only one in so many is read where time is short."""

CAPACITY_OF_40 = {"L": 4296, "M": 3391, "Q": 2420, "H": 1852}


@pytest.mark.parametrize("level", CAPACITY_OF_40)
def test_codes_of_all_sizes_are_read(reader: Page, level: str) -> None:
    unread = []
    for length in sorted({int(10 * (CAPACITY_OF_40[level] / 10) ** (at / 39)) for at in range(40)}):
        text = hc1(length, seed=length)
        if read(reader, drawn(text, level)) != text:
            unread.append(length)
    assert unread == []


@pytest.mark.parametrize(
    "content",
    ["0123456", "HTTP", "https://example.org/a?b=c", "Nguyễn Bảo Duy", b"\xe4\xf6\xfc \x80", "1" * 500],
)
def test_all_modes_are_read(reader: Page, content: str | bytes) -> None:
    expected = content if isinstance(content, str) else content.decode("latin-1")
    assert read(reader, code_picture(content)) == expected


def slanted(picture: Image.Image, tilt: float) -> Image.Image:
    """As a camera sees it from the side: the upper edge is shorter by `tilt` of it on both sides."""
    width, height = picture.size
    wide = Image.new("L", (width * 2, height * 2), 200)
    wide.paste(picture, (width // 2, height // 2))
    left, top, right, bottom = width // 2, height // 2, width * 3 // 2, height * 3 // 2
    inset = tilt * width
    seen = [
        (left + inset, top + inset / 2),
        (right - inset, top),
        (right, bottom),
        (left, bottom - inset / 3),
    ]
    flat = [(left, top), (right, top), (right, bottom), (left, bottom)]
    return wide.transform(
        wide.size,
        Image.Transform.PERSPECTIVE,
        _coefficients(seen, flat),
        Image.Resampling.BICUBIC,
        fillcolor=200,
    )


def _coefficients(seen: list[tuple[float, float]], flat: list[tuple[float, float]]) -> list[float]:
    """What takes a pixel of the new picture to its place in the old one."""
    rows, right = [], []
    for (x, y), (u, v) in zip(seen, flat, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        right += [u, v]
    coefficients: list[float] = np.linalg.solve(np.array(rows, float), np.array(right, float)).tolist()
    return coefficients


def bent(picture: Image.Image) -> Image.Image:
    """As on paper that is rolled a little: rows rise and fall by 2% of the side."""
    pixels = np.asarray(picture)
    height, width = pixels.shape
    rise = (np.sin(np.linspace(0, np.pi, width)) * 0.02 * height).astype(int)
    return Image.fromarray(np.stack([np.roll(pixels[:, x], rise[x]) for x in range(width)], axis=1))


def in_half_shadow(picture: Image.Image) -> Image.Image:
    pixels = np.asarray(picture).astype(float)
    light = np.linspace(0.25, 1.0, pixels.shape[1])[None, :]
    noise = np.random.default_rng(5).normal(0, 5, pixels.shape)
    return Image.fromarray(np.clip((pixels * 0.8 + 25) * light + noise, 0, 255).astype(np.uint8))


def as_jpeg(picture: Image.Image) -> Image.Image:
    file = io.BytesIO()
    picture.save(file, "jpeg", quality=40)
    return Image.open(file)


CHANGES: dict[str, Callable[[Image.Image], Image.Image]] = {
    "as it is": lambda picture: picture,
    "quarter turn": lambda picture: picture.rotate(90),
    "upside down": lambda picture: picture.rotate(180),
    "mirrored": lambda picture: picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
    "white on black": lambda picture: Image.eval(picture, lambda value: 255 - value),
    "turned by 17": lambda picture: picture.rotate(
        17, expand=True, fillcolor=255, resample=Image.Resampling.BICUBIC
    ),
    "turned by 45": lambda picture: picture.rotate(
        45, expand=True, fillcolor=255, resample=Image.Resampling.BICUBIC
    ),
    "slanted": lambda picture: slanted(picture, 0.06),
    "much slanted": lambda picture: slanted(picture, 0.12),
    "bent": bent,
    "blurred": lambda picture: picture.filter(ImageFilter.GaussianBlur(2.2)),
    "at an odd size": lambda picture: picture.resize(
        (int(picture.width * 0.63),) * 2, Image.Resampling.BILINEAR
    ),
    "half in shadow": in_half_shadow,
    "as jpeg": as_jpeg,
    "slanted in shadow": lambda picture: in_half_shadow(slanted(picture, 0.08)),
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("length", [330, 538, 844])
def test_a_code_is_read_as_a_person_would_photograph_it(reader: Page, change: str, length: int) -> None:
    text = hc1(length)
    assert read(reader, CHANGES[change](drawn(text, "Q" if length < 800 else "L", scale=5))) == text


def test_a_code_with_a_blot_is_read(reader: Page) -> None:
    picture = drawn(hc1(538), "Q", scale=5)
    picture.paste(0, (150, 150, 210, 210))
    assert read(reader, picture) == hc1(538)


def test_a_code_that_is_too_damaged_gives_nothing_rather_than_another_text(reader: Page) -> None:
    picture = drawn(hc1(538), "Q", scale=5)
    picture.paste(0, (100, 100, 330, 330))
    assert read(reader, picture) is None


def test_errors_are_corrected_up_to_half_the_check_bytes(reader: Page) -> None:
    # The block of ISO/IEC 18004:2006, annex I.2: version 1-M.
    block = [0x10, 0x20, 0x0C, 0x56, 0x61, 0x80, 0xEC, 0x11, 0xEC, 0x11, 0xEC, 0x11, 0xEC, 0x11, 0xEC, 0x11]
    block += [0xA5, 0x24, 0xD4, 0xC1, 0xED, 0x36, 0xC7, 0x87, 0x2C, 0x55]
    correct = f"(() => {{ {joined_scripts('qr/reed_solomon.js')}; return {CORRECTS}; }})()"
    for n_errors in range(6):
        errors = [[place * 4, place + 1] for place in range(n_errors)]
        assert reader.evaluate(f"{correct}({block}, 10, {errors})") == block
    many = [[place, place + 1] for place in range(9)]
    assert reader.evaluate(f"{correct}({block}, 10, {many})") != block


def as_badly_photographed(picture: Image.Image, chance: random.Random) -> Image.Image:
    """Bent, slanted, turned, blurred, in half a shadow and compressed, each by chance."""
    if chance.random() < 0.3:
        picture = bent(picture)
    picture = slanted(picture, chance.uniform(0, 0.11))
    picture = picture.rotate(chance.uniform(0, 360), Image.Resampling.BICUBIC, expand=True, fillcolor=200)
    picture = picture.filter(ImageFilter.GaussianBlur(chance.uniform(0, 1.6)))
    if chance.random() < 0.5:
        picture = in_half_shadow(picture)
    return as_jpeg(picture) if chance.random() < 0.5 else picture


def test_as_many_bad_photographs_are_read_as_by_zxing(reader: Page) -> None:
    chance = random.Random(20220414)
    ours = theirs = 0
    for seed in range(0, 60, EVERY):
        text = hc1(chance.choice([330, 538, 620]), seed)
        picture = as_badly_photographed(drawn(text, "Q", chance.choice([4, 5])), chance)
        found = zxingcpp.read_barcodes(picture.convert("L"), zxingcpp.BarcodeFormat.QRCode)
        theirs += [code.text for code in found] == [text]
        ours += read(reader, picture) == text
    print(f"the page reads {ours}, zxing-cpp {theirs}")
    assert ours >= max(theirs, 50 // EVERY)


def test_official_pictures_are_read(reader: Page, corpora: Path) -> None:
    found = (corpora / "dcc-quality-assurance").rglob("*")
    pictures = sorted(path for path in found if path.suffix.lower() == ".png")
    unread = []
    for file in pictures[::EVERY]:
        picture = Image.open(file).convert("RGBA")
        texts = {code.text for code in zxingcpp.read_barcodes(picture, zxingcpp.BarcodeFormat.QRCode)}
        if read(reader, picture) not in texts:
            unread.append(f"{file.parts[-3]}/{file.name}")
    print(f"of {len(pictures)} pictures one in {EVERY} was tried; not read: {unread}")
    assert len(pictures) > 200
    assert unread == []
