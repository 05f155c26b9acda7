"""Printed symbols keep within the sizes of the standard, whatever their version."""

from __future__ import annotations

from math import hypot

import pytest

from signer._core import qr_symbol
from signer.packing.sheet_layout import DOT_PT, LAYOUTS, PAGE_HEIGHT, PAGE_WIDTH, SYMBOL_BOX
from signer.packing.sheet_symbol import QUIET_ZONE, dots_per_module, side_of, symbol_operators

SIDES = range(21, 178, 4)  # versions 1 to 40


@pytest.mark.parametrize("side", SIDES)
def test_the_diagonal_is_between_35_and_60_mm_and_the_quiet_zone_has_its_place(side: int) -> None:
    dots = dots_per_module(side)
    diagonal_mm = hypot(side * dots, side * dots) / 300 * 25.4
    assert 35 <= diagonal_mm <= 60
    assert (side + 2 * QUIET_ZONE) * dots <= SYMBOL_BOX


@pytest.mark.parametrize("side", range(57, 178, 4))
def test_a_module_has_the_most_dots_that_60_mm_allow(side: int) -> None:
    """From version 10 on: no certificate fits a smaller one, and those would need too wide a quiet zone."""
    assert hypot(side, side) * (dots_per_module(side) + 1) / 300 * 25.4 > 60


def test_the_raster_stays_small_enough_for_an_image_within_a_page() -> None:
    bits = bytes(177 * 23)
    assert len(bits) <= 4096
    assert f"\n{bits.hex()}>\n" in symbol_operators(bits, 0, 0)


@pytest.mark.parametrize("length", [1, 40, 400, 850, 1852])
def test_the_side_of_a_symbol_follows_from_the_length_of_its_raster(length: int) -> None:
    symbol = qr_symbol("A" * length, level="H")
    assert side_of(symbol.bits) == symbol.side


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_a_cell_holds_all_that_is_put_into_it(layout) -> None:
    below = layout.rows_top + 10 * layout.row_height + 2 * layout.text
    assert below < layout.cell_height - layout.margin // 2
    assert layout.inner_width > SYMBOL_BOX
    assert layout.label_width < layout.inner_width // 2
    assert (layout.cell_width * layout.columns, layout.cell_height * layout.rows) == (PAGE_WIDTH, PAGE_HEIGHT)


def test_the_page_is_a4() -> None:
    width_mm, height_mm = (dots / 300 * 25.4 for dots in (PAGE_WIDTH, PAGE_HEIGHT))
    assert (width_mm, height_mm) == (pytest.approx(210, abs=0.1), pytest.approx(297, abs=0.1))
    assert pytest.approx(72 / 300) == DOT_PT
