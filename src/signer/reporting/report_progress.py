"""The parts of a report on shots: how many are without a certificate, where, and why."""

from __future__ import annotations

from collections.abc import Iterator

from signer.durations import DAY_S
from signer.reporting.charts.burn_down import burn_down, shows_deadline
from signer.reporting.charts.small import share_bar, spark_line
from signer.reporting.report_content import Cell, PlaceCounts, Places, Progress, ReportContent
from signer.reporting.report_markup import Html, element, joined, paragraph, table
from signer.reporting.report_words import Words

__all__ = ["places_section", "progress_section", "refusals_section"]

N_REASONS_BY_PLACE = 6
SHADES = (0.05, 0.15, 0.3, 0.5)
"""Shares from which on a cell is darker; classes shade-1 to shade-4 of report.css."""


def progress_section(content: ReportContent, words: Words) -> Iterator[Html]:
    """Against the deadline, over time, and round after round of cleaning."""
    progress = content.progress
    yield paragraph(_against_deadline(content, words), class_="lead")
    if len(progress.points) > 1:
        yield joined([burn_down(progress.points, content.deadline, words), _legend(content, words)])
    else:
        yield paragraph(words.text("progress_nothing"))
    if progress.rows_undone:
        yield paragraph(words.text("progress_undone", rows=words.number(progress.rows_undone)))
    if progress.left_out:
        yield paragraph(words.text("progress_left_out", rows=words.number(progress.left_out)))
    if progress.rounds:
        yield _rounds(progress, words)


def places_section(content: ReportContent, words: Words) -> Iterator[Html]:
    """A line a province: shots, those without a certificate, and how that fell."""
    places = content.places
    if places is None:
        yield paragraph(words.text("provinces_hidden"))
        return
    last = min((places.ends or (places.begins + 1,))[-1] - 1, content.now)  # a span may end behind today
    begin, end = words.day(places.begins // DAY_S), words.day(last // DAY_S)
    yield paragraph(words.text("provinces_told", begin=begin, end=end))
    headings = [words.text(name) for name in ("province", "over_time", "shots", "with", "without")]
    headings[1] = f" {headings[1]}"
    rows = [_whole_country(content.progress, words), *(_place_row(row, words) for row in places.rows)]
    yield table(words.text("provinces"), [*headings, "%", ""], rows, class_="places")


def refusals_section(content: ReportContent, words: Words) -> Iterator[Html]:
    """Reasons of the whole country, and the commonest of them by province."""
    progress = content.progress
    if not progress.without_certificate:
        yield paragraph(words.text("refusals_none"))
        return
    rows = [
        (
            words.reason(code),
            code or "–",
            words.number(shots),
            words.percent(shots, progress.without_certificate),
            _bar_cell(shots, progress.without_certificate),
        )
        for code, shots in progress.reasons.items()
    ]
    headings = [words.text("reason"), words.text("code"), words.text("shots"), "%", ""]
    yield table(words.text("refusals"), headings, rows, texts=2, class_="reasons")
    if content.places is not None:
        yield element("h3", words.text("refusals_places"))
        yield paragraph(words.text("refusals_shade"))
        yield _reasons_by_place(content.places, words)


def _against_deadline(content: ReportContent, words: Words) -> str:
    progress = content.progress
    left = words.number(progress.without_certificate)
    pace = words.number(progress.pace_per_day)
    if content.deadline is None:
        return words.text("progress_free", left=left, pace=pace)
    days = (content.deadline - content.now) / DAY_S
    if days <= 0:
        return words.text("progress_past", left=left, pace=pace)
    needed = words.number(-(-progress.without_certificate // max(days, 1)))
    return words.text(
        "progress_needed",
        left=left,
        days=words.number(int(days)) if days >= 10 else words.number(days, 1),
        needed=needed,
        pace=pace,
    )


def _legend(content: ReportContent, words: Words) -> Html:
    entries = [_swatch("blue", words.text("legend_left"))]
    if shows_deadline(content.progress.points, content.deadline):
        entries.append(_swatch("dashed", words.text("legend_needed")))
    return element("p", *entries, class_="legend")


def _swatch(kind: str, told: str) -> Html:
    return element("span", element("i", class_=kind), told)


def _rounds(progress: Progress, words: Words) -> Html:
    rows = [
        (
            each.today,
            words.number(each.shots),
            words.number(each.verified),
            words.percent(each.verified, each.shots),
            words.number(each.refused),
            words.number(each.withdrawn),
        )
        for each in progress.rounds
    ]
    names = ("round", "shots", "verified", "share", "refused", "withdrawn")
    return table(words.text("rounds"), [words.text(name) for name in names], rows)


def _whole_country(progress: Progress, words: Words) -> list[str]:
    return [
        words.text("all"),
        "",
        words.number(progress.shots),
        words.number(progress.with_certificate),
        words.number(progress.without_certificate),
        words.percent(progress.without_certificate, progress.shots),
        _bar_cell(progress.without_certificate, progress.shots),
    ]


def _place_row(row: PlaceCounts, words: Words) -> list[str]:
    whole = row.shots if isinstance(row.shots, int) else None
    line = spark_line([*row.left_after()], whole, words.text("progress_chart"))
    return [
        row.name or words.text("none"),
        element("td", line, class_="chart-cell"),
        *(_shown(cell, words) for cell in (row.shots, row.with_certificate, row.without_certificate)),
        _share(row.without_certificate, row.shots, words),
        _bar_cell(row.without_certificate, row.shots),
    ]


def _shown(cell: Cell, words: Words) -> str:
    return words.number(cell) if isinstance(cell, int) else cell


def _share(part: Cell, whole: Cell, words: Words) -> str:
    """Only of what is shown: a share of a hidden count would tell it."""
    return words.percent(part, whole) if isinstance(part, int) and isinstance(whole, int) else ""


def _bar_cell(part: Cell, whole: Cell) -> Html:
    ratio = _ratio(part, whole)
    return element("td", "" if ratio is None else share_bar(ratio), class_="chart-cell")


def _reasons_by_place(places: Places, words: Words) -> Html:
    codes = places.reasons[:N_REASONS_BY_PLACE]
    headings = [words.text("province"), *(words.reason(code) for code in codes)]
    rows = [
        [row.name or words.text("none"), *(_shaded(row.reasons[code], row, words) for code in codes)]
        for row in places.rows
    ]
    return table(words.text("refusals_places"), headings, rows, class_="matrix")


def _shaded(cell: Cell, row: PlaceCounts, words: Words) -> Html:
    ratio = _ratio(cell, row.without_certificate)
    shade = 0 if ratio is None else sum(ratio >= least for least in SHADES)
    return element("td", _shown(cell, words), class_=f"number shade-{shade}" if shade else "number")


def _ratio(part: Cell, whole: Cell) -> float | None:
    """None where either is hidden, and of nothing."""
    if isinstance(part, int) and isinstance(whole, int) and whole > 0:
        return part / whole
    return None
