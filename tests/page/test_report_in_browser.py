"""The page of a report in a real browser: nothing is asked of a network, nothing is wider than a phone."""

from __future__ import annotations

from pathlib import Path

import pytest
from page.devtools import Browser, Page
from reporting.made_small import Day, order_of, registry_of

from signer.campaign.report_run import report

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report")
    days = [Day({"Huế": 400, "Hà Nội": 1000}, {("Huế", "missing_value"): 12}) for _ in range(6)]
    report(order_of(registry_of(folder / "registry", days), folder / "report.html"))
    return folder / "report.html"


@pytest.fixture
def shown(browser: Browser, written: Path) -> Page:
    return browser.open(written.as_uri())


def test_the_page_asks_for_nothing_and_breaks_no_rule_of_its_own(shown: Page, written: Path) -> None:
    asked = [event["request"]["url"] for event in shown.events("Network.requestWillBeSent")]
    assert set(asked) <= {written.as_uri()}
    assert shown.events("Log.entryAdded") == []


def test_its_style_is_taken_and_charts_have_their_colours(shown: Page) -> None:
    """A style that the policy forbids would leave the browser's own."""
    assert shown.evaluate("getComputedStyle(document.querySelector('h2')).borderTopStyle") == "solid"
    colours = "[...document.querySelectorAll('svg.wide path')].map(each => getComputedStyle(each).fill)"
    assert "rgb(11, 95, 165)" in shown.evaluate(colours)


@pytest.mark.parametrize(("width", "size"), [(390, "narrow"), (1200, "wide")])
def test_it_fits_a_phone_and_a_desk(shown: Page, width: int, size: str) -> None:
    shown.size(width, 900)
    assert shown.evaluate("document.documentElement.scrollWidth") <= width
    charts = (
        "[...document.querySelectorAll('svg.chart')].filter(each => each.getBoundingClientRect().width > 0)"
    )
    assert shown.evaluate(f"{charts}.every(each => each.classList.contains('{size}'))")
    assert shown.evaluate(f"{charts}.length") >= 3


OVERLAPS = """
    [...document.querySelectorAll('svg.chart')].flatMap(chart => {
        const frame = chart.getBoundingClientRect();
        const words = [...chart.querySelectorAll('text')]
            .map(each => ({text: each.textContent, box: each.getBoundingClientRect()}))
            .filter(each => each.box.width);
        const meet = (one, other) => one.left < other.right && other.left < one.right
            && one.top < other.bottom - 3 && other.top < one.bottom - 3;
        return words.flatMap(({text, box}, n) => [
            ...(box.left < frame.left - 2 || box.right > frame.right + 2 ? [`${text} is cut`] : []),
            ...words.slice(n + 1).filter(other => meet(box, other.box))
                .map(other => `${text} / ${other.text}`),
        ]);
    })
"""


@pytest.mark.parametrize("width", [390, 1200])
def test_no_words_in_a_chart_lie_over_each_other_or_outside(shown: Page, width: int) -> None:
    shown.size(width, 900)
    assert shown.evaluate(OVERLAPS) == []


def test_every_chart_is_read_out(shown: Page) -> None:
    labels = shown.evaluate("[...document.querySelectorAll('svg[role=img]')].map(each => each.ariaLabel)")
    assert len(labels) > 3
    assert all(labels)


def test_ids_are_told_once(shown: Page) -> None:
    ids = shown.evaluate("[...document.querySelectorAll('[id]')].map(each => each.id)")
    assert len(ids) == len(set(ids))
