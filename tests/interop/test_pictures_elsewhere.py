"""Other people's programs read our pictures: zxing-cpp, zbar and pngcheck."""

from __future__ import annotations

import io
import os
import random
import shutil
import subprocess
from pathlib import Path

import pyarrow as pa
import pytest
import zxingcpp
from native.iso_18004 import CHARACTERS
from PIL import Image

from signer import _core

ALPHANUMERIC = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
LEVELS = "LMQH"
N_PICTURES = int(os.environ.get("SIGNER_TEST_PICTURES", "200"))  # zbar is given a tenth of them


def tool(name: str, package: str) -> str:
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"no {name} here; Debian has it in the package {package}")
    return found


def made_texts(seed: str, n: int, longest: int) -> list[str]:
    source = random.Random(seed)
    lengths = (source.randrange(1, longest) for _ in range(n))
    return ["".join(source.choices(ALPHANUMERIC, k=length)) for length in lengths]


def pngs(texts: list[str], *, level: str = "Q", scale: int = 4, quiet_zone: int = 4) -> list[bytes]:
    painter = _core.QrPainter(picture="png", level=level, scale=scale, quiet_zone=quiet_zone)
    drawn: list[bytes] = painter.draw(pa.array(texts)).to_pylist()
    return drawn


def read(image: Image.Image) -> str:
    found = zxingcpp.read_barcodes(image.convert("L"), zxingcpp.BarcodeFormat.QRCode)
    assert len(found) == 1
    text: str = found[0].text
    return text


@pytest.mark.parametrize("level", LEVELS)
def test_zxing_reads_them_upright_turned_and_at_half_size(level: str) -> None:
    texts = made_texts(level, 25, 1500)
    for text, png in zip(texts, pngs(texts, level=level), strict=True):
        image = Image.open(io.BytesIO(png))
        assert read(image) == text
        assert read(image.transpose(Image.Transpose.ROTATE_90)) == text
        assert read(image.convert("L").resize((image.width // 2, image.height // 2))) == text


@pytest.mark.parametrize("level", LEVELS)
def test_zxing_reads_symbols_of_all_sizes(level: str) -> None:
    texts = made_texts(f"all sizes {level}", N_PICTURES // len(LEVELS), CHARACTERS[level][-1] + 1)
    painter = _core.QrPainter(picture="png", level=level, scale=2)
    for text in texts:
        (png,) = painter.draw(pa.array([text])).to_pylist()
        found = zxingcpp.read_barcodes(
            Image.open(io.BytesIO(png)).convert("L"),
            zxingcpp.BarcodeFormat.QRCode,
            try_rotate=False,
            try_downscale=False,
            try_invert=False,
        )
        assert [code.text for code in found] == [text]


@pytest.mark.parametrize(("scale", "quiet_zone"), [(2, 4), (3, 1), (5, 2), (8, 4), (16, 32)])
def test_zxing_reads_them_at_other_scales(scale: int, quiet_zone: int) -> None:
    texts = made_texts(f"{scale}", 5, 600)
    for text, png in zip(texts, pngs(texts, scale=scale, quiet_zone=quiet_zone), strict=True):
        assert read(Image.open(io.BytesIO(png))) == text


def test_zbar_reads_them(tmp_path: Path) -> None:
    zbarimg = tool("zbarimg", "zbar-tools")
    texts = made_texts("zbar", N_PICTURES // 10, 600)
    for row, png in enumerate(pngs(texts)):
        (tmp_path / f"{row:06}.png").write_bytes(png)
    # QR codes only: now and then zbar sees a bar code in some row of modules.
    command = [zbarimg, "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", *sorted(tmp_path.glob("*.png"))]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=600)
    assert done.stdout.removesuffix("\n").split("\n") == texts


@pytest.mark.parametrize("scale", range(1, 17))
def test_pngcheck_has_nothing_to_say(tmp_path: Path, scale: int) -> None:
    pngcheck = tool("pngcheck", "pngcheck")
    for quiet_zone in (0, 1, 4, 32):
        made = pngs(made_texts(f"{scale} {quiet_zone}", 3, 900), scale=scale, quiet_zone=quiet_zone)
        for row, png in enumerate(made):
            (tmp_path / f"{quiet_zone}-{row}.png").write_bytes(png)
    files = sorted(tmp_path.glob("*.png"))
    done = subprocess.run([pngcheck, *files], check=False, capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stdout
    assert done.stdout.count("OK: ") == len(files) == 12
