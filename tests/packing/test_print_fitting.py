"""A text of any length fits its box whole, or is refused: nothing is cut off."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signer.packing.sheet_fitting import LEADING, TextUnfit, fit

WIDTHS = {"i": 0.3, "W": 1.0, "\u0302": 0.0}


def width_of(text: str) -> float:
    return sum(WIDTHS.get(letter, 0.5) for letter in text)


def test_a_short_text_keeps_its_size_on_one_line() -> None:
    fitted = fit("Lương", 300, 50, 40, width_of)
    assert (fitted.lines, fitted.size) == (("Lương",), 40)


def test_a_text_a_little_too_long_becomes_smaller_before_it_breaks() -> None:
    """8 wide at size 1, so that 300 allow 37.5; two lines would have room at 40."""
    fitted = fit("Nguyễn Thị Hường", 300, 100, 40, width_of)
    assert (fitted.lines, fitted.size) == (("Nguyễn Thị Hường",), 37.5)


def test_a_longer_text_breaks_at_blanks() -> None:
    """7 wide: on one line it would have to be 22, below seven tenths of 40."""
    fitted = fit("một hai ba bốn", 155, 150, 40, width_of)
    assert (fitted.lines, fitted.size) == (("một hai", "ba bốn"), pytest.approx(40))


def test_a_word_longer_than_a_line_breaks_anywhere() -> None:
    assert fit("URN:UVCI:01:VN:A1B2C3", 100, 500, 20, width_of).lines == ("URN:UVCI:0", "1:VN:A1B2C", "3")


def test_an_empty_text_is_one_empty_line() -> None:
    assert fit("", 100, 50, 20, width_of).lines == ("",)


def test_a_text_that_would_become_illegible_is_refused() -> None:
    with pytest.raises(TextUnfit):
        fit("W" * 1000, 100, 50, 40, width_of)


@given(st.text("iWN \u0302ễ:", max_size=180), st.integers(20, 600), st.integers(20, 200))
def test_nothing_is_lost_and_no_line_is_too_wide(text: str, width: int, height: int) -> None:
    try:
        fitted = fit(text, width, height, 40, width_of)
    except TextUnfit:
        return
    assert "".join(fitted.lines).replace(" ", "") == text.replace(" ", "")
    assert len(fitted.lines) * fitted.size * LEADING <= height * (1 + 1e-9)
    assert all(len(line) == 1 or width_of(line) * fitted.size <= width * (1 + 1e-9) for line in fitted.lines)
