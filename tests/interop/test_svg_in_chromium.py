"""SVGs as a real browser paints them: the screenshot is read by zxing-cpp."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
from pathlib import Path

import pyarrow as pa
import pytest
import zxingcpp
from PIL import Image

from signer import _core

pytestmark = pytest.mark.long

ALPHANUMERIC = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
WINDOW = 1600  # pixels either way


@pytest.fixture(scope="session")
def chromium() -> str:
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        pytest.skip("no chromium here; Debian has it in the package chromium")
    return found


def made_texts(n: int, longest: int) -> list[str]:
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    source = random.Random(seed)
    return ["".join(source.choices(ALPHANUMERIC, k=source.randrange(1, longest))) for _ in range(n)]


def svgs(texts: list[str], scale: int) -> list[bytes]:
    drawn: list[bytes] = _core.QrPainter(picture="svg", scale=scale).draw(pa.array(texts)).to_pylist()
    return drawn


def screenshot(chromium: str, folder: Path, page: str) -> Image.Image:
    """Of a page in `folder`. The browser gets a home of its own, and no name to look up."""
    head = "<!DOCTYPE html><meta charset=utf-8><title>codes</title><body style='margin:8px;background:#ccc'>"
    (folder / "page.html").write_text(head + page)
    command = [chromium, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
    command += ["--no-first-run", "--disable-dev-shm-usage", "--host-resolver-rules=MAP * ~NOTFOUND"]
    command += [f"--user-data-dir={folder / 'profile'}", f"--window-size={WINDOW},{WINDOW}"]
    command += [f"--screenshot={folder / 'page.png'}", (folder / "page.html").as_uri()]
    home = {**os.environ, "HOME": str(folder), "XDG_CONFIG_HOME": str(folder / "config")}
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=120, env=home)
    assert done.returncode == 0, done.stderr
    return Image.open(folder / "page.png")


def texts_on(image: Image.Image) -> list[str]:
    found = zxingcpp.read_barcodes(image.convert("L"), zxingcpp.BarcodeFormat.QRCode)
    return sorted(code.text for code in found)


@pytest.mark.parametrize("scale", [2, 3, 4])
def test_pictures_in_a_page_are_read_from_its_screenshot(tmp_path: Path, chromium: str, scale: int) -> None:
    texts = made_texts(9, 540)
    for row, svg in enumerate(svgs(texts, scale)):
        (tmp_path / f"{row}.svg").write_bytes(svg)
    page = "".join(f"<img src={row}.svg style='margin:6px'>" for row in range(len(texts)))
    assert texts_on(screenshot(chromium, tmp_path, page)) == sorted(texts)


def test_pictures_written_into_a_page_are_read_from_its_screenshot(tmp_path: Path, chromium: str) -> None:
    texts = made_texts(6, 540)
    page = "".join(svg.decode() for svg in svgs(texts, 4))
    assert texts_on(screenshot(chromium, tmp_path, page)) == sorted(texts)


def test_every_pixel_is_where_the_png_has_it(tmp_path: Path, chromium: str) -> None:
    # Strokes lie on either side of a line: half a pixel off would be gray, or a row too high.
    text = made_texts(1, 540)
    (tmp_path / "code.svg").write_bytes(svgs(text, 4)[0])
    (tmp_path / "code.png").write_bytes(
        _core.QrPainter(picture="png", scale=4).draw(pa.array(text))[0].as_py()
    )
    png = Image.open(tmp_path / "code.png").convert("L")
    shown = screenshot(chromium, tmp_path, "<img src=code.svg style='display:block'>").convert("L")
    assert shown.crop((8, 8, 8 + png.width, 8 + png.height)).tobytes() == png.tobytes()
