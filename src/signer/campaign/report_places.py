"""What a report may show of provinces: certificates by span of time, and shots without one by reason.

All of it is one table, as its numbers belong together: spans and reasons are the classes, and what is shown
of one of them cannot give away another. Charts are drawn from what is shown.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence

import pyarrow as pa

from signer.campaign.report_shots import Shots
from signer.durations import DAY_S
from signer.reporting.report_content import Cell, PlaceCounts, Places
from signer.suppression.costs import SHOWN, SMALL, States
from signer.suppression.places import PlaceTree, place_tree
from signer.suppression.swaps import hidden_cells_below_country

__all__ = ["MOST_SPANS", "places_of"]

MOST_SPANS = 10
"""The more, the finer the line over time, and the more of it is small and hidden."""
MOST_PLACES = 200
"""A country has fewer provinces: of more, the column holds something else, and nothing of it is shown."""


def places_of(shots: Shots, times: Mapping[int, float], smallest: int) -> Places | None:
    """Provinces, of which no count below `smallest` can be read or worked out; None where none may be named.

    `times` are those of commits by version, in seconds since 1970.
    """
    provinces = shots.provinces
    if not 2 <= len(provinces) <= MOST_PLACES:
        return None
    begins, ends = _spans([times[version] for version in shots.issued_by_version])
    spans = [f"span {number}" for number in range(len(ends))]
    reasons = [*shots.reasons]
    tree = place_tree(_table(shots, times, ends, reasons), ["province"], [*spans, *reasons], len(spans))
    states = hidden_cells_below_country(tree, smallest)
    if states is None:
        return None
    shown = [_cells(tree, states, row, smallest) for row in range(1, len(tree.names))]
    rows = [
        _place(names[0], cells, len(spans), reasons)
        for names, cells in zip(tree.names[1:], shown, strict=True)
    ]
    rows.sort(key=lambda row: _alphabetical(row.name))
    return Places(smallest, begins, tuple(ends), tuple(reasons), tuple(rows))


def _alphabetical(name: str) -> tuple[str, str]:
    """Letters with marks beside those without, as people look for them."""
    plain = unicodedata.normalize("NFKD", name.casefold()).replace("đ", "d")
    return "".join(letter for letter in plain if not unicodedata.combining(letter)), name


def _spans(times: Sequence[float]) -> tuple[int, list[int]]:
    """When the first one begins and when each ends: whole days, as few that there are MOST_SPANS at most."""
    if not times:
        return 0, []
    first, last = int(min(times)) // DAY_S, int(max(times)) // DAY_S
    n_days = -(-(last + 1 - first) // MOST_SPANS)
    ends = range(first + n_days, last + n_days + 1, n_days)
    return first * DAY_S, [end * DAY_S for end in ends]


def _table(shots: Shots, times: Mapping[int, float], ends: Sequence[int], reasons: Sequence[str]) -> pa.Table:
    """As `place_tree` takes it. A reason counts under its own name, which no span has."""
    counts = Counter[tuple[str, str]]()
    for province, by_version in shots.issued.items():
        for version, n in by_version.items():
            span = next(number for number, end in enumerate(ends) if times[version] < end)
            counts[province, f"span {span}"] += n
    for province, by_reason in shots.without.items():
        counts.update({(province, reason): n for reason, n in by_reason.items()})
    kept = {key: n for key, n in counts.items() if n}
    return pa.table({
        "province": pa.array([province for province, _ in kept], pa.string()),
        "class": pa.array([name for _, name in kept], pa.string()),
        "shots": pa.array(list(kept.values()), pa.int64()),
    })  # fmt: skip


def _cells(tree: PlaceTree, states: States, row: int, smallest: int) -> list[Cell]:
    return [
        _cell(int(tree.counts[row, column]), int(states[row, column]), smallest)
        for column in range(tree.counts.shape[1])
    ]


def _place(name: str, cells: Sequence[Cell], n_spans: int, reasons: Sequence[str]) -> PlaceCounts:
    """From the cells of spans, reasons and sums, in this order."""
    n_classes = n_spans + len(reasons)
    by_reason = dict(zip(reasons, cells[n_spans:n_classes], strict=True))
    with_certificate, without, of_all = cells[n_classes:]
    return PlaceCounts(name, tuple(cells[:n_spans]), by_reason, with_certificate, without, of_all)


def _cell(count: int, state: int, smallest: int) -> Cell:
    if state == SHOWN:
        return count
    return f"<{smallest}" if state == SMALL else "*"
