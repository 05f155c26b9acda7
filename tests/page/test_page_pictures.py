"""Pictures and the camera: what the page reads by its own reader, in a real Chromium."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from made_pictures import code_picture
from page.devtools import Browser, Page
from page.made_pages import choose_picture, entry_of, open_page, paste, shown, write_page
from PIL import Image, ImageDraw
from reference.little_issuer import LittleIssuer

pytestmark = pytest.mark.long

FRAME = (640, 480)
N_FRAMES = 3


@pytest.fixture(scope="module")
def issuer() -> LittleIssuer:
    return LittleIssuer()


@pytest.fixture(scope="module")
def page_file(issuer: LittleIssuer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_page(tmp_path_factory.mktemp("page"), [entry_of(issuer.certificate)])


@pytest.fixture
def page(browser: Browser, page_file: Path) -> Iterator[Page]:
    opened = open_page(browser, page_file)
    yield opened
    opened.close()


@pytest.mark.parametrize("ending", ["png", "jpg", "webp"])
def test_a_picture_of_a_code_is_read_and_judged(
    page: Page, issuer: LittleIssuer, tmp_path: Path, ending: str
) -> None:
    file = tmp_path / f"code.{ending}"
    code_picture(issuer.text(), 3).save(file)
    assert choose_picture(page, file)["colour"] == "green"


def test_the_same_file_can_be_chosen_again(page: Page, issuer: LittleIssuer, tmp_path: Path) -> None:
    file = tmp_path / "code.png"
    code_picture(issuer.text()).save(file)
    assert choose_picture(page, file)["colour"] == "green"
    code_picture(LittleIssuer().text()).save(file)
    assert choose_picture(page, file)["reason"] == "kid_unknown"


def test_a_code_of_something_else_is_told_as_such(page: Page, tmp_path: Path) -> None:
    file = tmp_path / "code.png"
    code_picture("https://example.org/").save(file)
    result = choose_picture(page, file)
    assert (result["colour"], result["reason"]) == ("red", "context")


def test_a_picture_without_a_code_and_a_file_that_is_none_give_no_verdict(page: Page, tmp_path: Path) -> None:
    empty = tmp_path / "empty.png"
    Image.effect_noise((600, 400), 60).save(empty)
    result = choose_picture(page, empty)
    assert (result["verdict"], result["text"]) == ("none", "No QR code was found in the picture.")
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"\x89PNG no more")
    assert "no picture" in choose_picture(page, broken)["text"]


def test_a_large_photograph_is_read(page: Page, issuer: LittleIssuer, tmp_path: Path) -> None:
    photograph = Image.new("L", (4000, 3000), 190)
    photograph.paste(
        code_picture(issuer.text(), 5).rotate(12, expand=True, fillcolor=190, resample=3), (2300, 1500)
    )
    file = tmp_path / "large.jpg"
    photograph.save(file, quality=85)
    assert choose_picture(page, file)["colour"] == "green"


def y4m_of(picture: Image.Image) -> bytes:
    """A film of still frames (YUV4MPEG2) as Chromium's false camera plays it."""
    grey = np.asarray(picture.convert("L"))
    colourless = np.full((FRAME[0] // 2) * (FRAME[1] // 2) * 2, 128, np.uint8).tobytes()
    film = io.BytesIO()
    film.write(f"YUV4MPEG2 W{FRAME[0]} H{FRAME[1]} F10:1 Ip A1:1 C420\n".encode())
    for _ in range(N_FRAMES):
        film.write(b"FRAME\n" + grey.tobytes() + colourless)
    return film.getvalue()


@pytest.fixture
def before_camera(issuer: LittleIssuer, tmp_path: Path, chromium: str) -> Iterator[Browser]:
    """A browser whose camera sees a code, slightly turned, on a desk."""
    scene = Image.new("L", FRAME, 120)
    ImageDraw.Draw(scene).rectangle((60, 20, 580, 460), fill=235)
    scene.paste(code_picture(issuer.text(), 4).rotate(5, expand=True, fillcolor=235, resample=3), (100, 30))
    film = tmp_path / "scene.y4m"
    film.write_bytes(y4m_of(scene))
    flags = ("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream")
    home = tmp_path / "browser"
    home.mkdir()
    started = Browser(chromium, home, (*flags, f"--use-file-for-fake-video-capture={film}"))
    yield started
    started.close()


def test_a_code_before_the_camera_is_read_and_the_camera_let_go(
    before_camera: Browser, page_file: Path
) -> None:
    page = open_page(before_camera, page_file)
    page.evaluate("document.getElementById('camera').click()")
    page.wait_for("document.getElementById('result').dataset.verdict === 'valid'")
    assert shown(page)["colour"] == "green"
    page.wait_for("document.getElementById('video').hidden && !document.getElementById('video').srcObject")
    assert page.evaluate("document.getElementById('camera').textContent") == "Use the camera"


def test_a_text_that_is_checked_stops_the_camera_and_nothing_comes_after(
    before_camera: Browser, page_file: Path
) -> None:
    # The camera went on: what it saw later, and the click that stopped it, took the place of the verdict.
    page = open_page(before_camera, page_file)
    page.evaluate("document.getElementById('camera').click()")
    assert paste(page, LittleIssuer().text())["reason"] == "kid_unknown"
    assert page.evaluate("document.getElementById('camera').textContent") == "Use the camera"
    assert page.evaluate("document.getElementById('video').hidden")
    page.evaluate("new Promise((done) => setTimeout(done, 1500))")
    assert shown(page)["reason"] == "kid_unknown"
    assert not page.evaluate("Boolean(document.getElementById('video').srcObject)")


def test_the_camera_can_be_stopped_and_begun_again(before_camera: Browser, page_file: Path) -> None:
    page = open_page(before_camera, page_file)
    page.evaluate("for (const _ of 'abc') document.getElementById('camera').click()")  # on, off, on
    page.wait_for("document.getElementById('result').dataset.verdict === 'valid'")
    page.evaluate("for (const _ of 'ab') document.getElementById('camera').click()")  # on, off
    page.evaluate("new Promise((done) => setTimeout(done, 1500))")
    assert shown(page)["text"] == ""
    assert not page.evaluate("Boolean(document.getElementById('video').srcObject)")


def test_without_a_camera_it_says_so_and_a_text_still_works(page: Page, issuer: LittleIssuer) -> None:
    page.evaluate("document.getElementById('camera').click()")
    page.wait_for("document.getElementById('result').textContent.startsWith('The camera cannot')")
    assert paste(page, issuer.text())["colour"] == "green"
