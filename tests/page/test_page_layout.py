"""How the page lies on a narrow phone: no label is broken, nothing cut off, nothing in another language."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from page.devtools import Browser, Page
from page.made_pages import entry_of, open_page, paste, shown, write_page
from reference.little_issuer import LittleIssuer, vaccination
from verifying.test_dcc_structure import RECOVERY_ENTRY, TEST_ENTRY

pytestmark = pytest.mark.long

NARROW, TALL = 360, 780
LINES_OF_LABELS = """[...document.querySelectorAll('dt')].map((label) => {
  const text = document.createRange();
  text.selectNodeContents(label);
  return [label.textContent, new Set([...text.getClientRects()].map(({top}) => top)).size];
})"""


@pytest.fixture(scope="module")
def issuer() -> LittleIssuer:
    return LittleIssuer()


@pytest.fixture(params=["en", "vi"])
def page(
    browser: Browser, issuer: LittleIssuer, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Page]:
    opened = open_page(
        browser, write_page(tmp_path, [entry_of(issuer.certificate)]), language=str(request.param)
    )
    opened.size(NARROW, TALL)
    yield opened
    opened.close()


def of_kind(kind: str) -> dict[str, Any]:
    entries = {"v": vaccination()["v"][0], "t": TEST_ENTRY | {"nm": "PCR", "ma": "1", "tc": "Hà Nội"}}
    entry = (entries | {"r": RECOVERY_ENTRY})[kind]
    return {name: value for name, value in vaccination().items() if name != "v"} | {kind: [entry]}


@pytest.mark.parametrize("kind", ["v", "t", "r"])
def test_no_label_is_broken_and_nothing_is_wider_than_a_phone(
    page: Page, issuer: LittleIssuer, kind: str
) -> None:
    assert paste(page, issuer.text(issuer.payload(of_kind(kind))))["verdict"] == "valid"
    lines = page.evaluate(LINES_OF_LABELS)
    assert len(lines) >= 10
    assert [label for label, n_lines in lines if n_lines != 1] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW


def test_a_picture_is_chosen_by_a_button_in_the_language_of_the_page(page: Page) -> None:
    label, names = page.evaluate("""(() => {
      const label = document.querySelector('label[for=picture]');
      const {left, top, width, height} = label.getBoundingClientRect();
      const hit = document.elementFromPoint(left + width / 2, top + height / 2);
      return [label.textContent, [hit === label, height >= 44, getComputedStyle(label.control).opacity]];
    })()""")
    assert label in {"Or choose a picture of the QR code", "Hoặc chọn ảnh chụp mã QR"}
    assert names == [True, True, "0"]
    page.evaluate("document.getElementById('picture').focus()")
    page.press("Tab", 9)
    assert page.evaluate("document.activeElement.id") == "text"


def test_what_is_damaged_says_what_to_do(page: Page, issuer: LittleIssuer) -> None:
    for text in ("HC1:A", issuer.text()[:-3]):
        paste(page, text)
        said = shown(page)["text"]
        assert "Scan the code again" in said or "Hãy quét lại mã" in said
