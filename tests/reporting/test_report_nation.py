"""A report of an invented nation: its numbers against other counts of the same tables, and what it hides."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import duckdb
import pytest
from deltalake import DeltaTable
from made_reports import DEADLINE, NOW, MadeNation, make_nation

from signer.campaign.report_health import health_of
from signer.campaign.report_run import ReportOrder, content_of
from signer.campaign.standing import Standing
from signer.campaign.status import read_status
from signer.registry import open_registry
from signer.reporting.report_content import Cell, ReportContent


@pytest.fixture(scope="module")
def nation(tmp_path_factory: pytest.TempPathFactory) -> MadeNation:
    return make_nation(tmp_path_factory.mktemp("nation"), people=1_500, days=(15, 24, 122))


@pytest.fixture(scope="module")
def order(nation: MadeNation) -> ReportOrder:
    now, deadline = int(NOW.timestamp()), int(DEADLINE.timestamp())
    return ReportOrder(nation.registry, Path("none"), nation.rounds, deadline, now, "en", 5, 1)


@pytest.fixture(scope="module")
def content(order: ReportOrder) -> ReportContent:
    return content_of(order)


@pytest.fixture(scope="module")
def tables(nation: MadeNation) -> duckdb.DuckDBPyConnection:
    """The Delta tables as any other program reads them."""
    database = duckdb.connect()
    database.execute("SET TimeZone = 'UTC'")
    for name in ("certificates", "refused", "revocations"):
        table = DeltaTable(str(nation.registry / name)).to_pyarrow_dataset().to_table()
        database.register(name, table)
    database.execute("""
        CREATE VIEW standing AS
        SELECT * FROM certificates AS one
        WHERE NOT EXISTS (FROM certificates AS later WHERE later.uvci = one.uvci AND later.exp > one.exp)
            AND uvci NOT IN (
                SELECT uvci FROM revocations GROUP BY uvci
                HAVING max_by(action, ordered_at) = 'revoked'
            )
            AND uvci NOT IN (SELECT supersedes FROM certificates WHERE supersedes IS NOT NULL)
    """)
    return database


def one(tables: duckdb.DuckDBPyConnection, question: str) -> int:
    return int(tables.execute(question).fetchall()[0][0])


def test_what_is_in_force_expires_and_is_revoked(
    content: ReportContent, tables: duckdb.DuckDBPyConnection
) -> None:
    now = f"TIMESTAMPTZ '{NOW.isoformat()}'"
    assert content.expiry.in_force == one(tables, f"SELECT count(*) FROM standing WHERE exp > {now}")
    assert content.expiry.lapsed == one(tables, f"SELECT count(*) FROM standing WHERE exp <= {now}")
    within = f"SELECT count(*) FROM standing WHERE exp > {now} AND exp <= {now} + INTERVAL 30 DAY"
    assert content.expiry.within[30] == one(tables, within) > 0
    days = tables.execute(
        f"SELECT exp::DATE - DATE '1970-01-01', count(*) FROM standing WHERE exp > {now} GROUP BY ALL"
    ).fetchall()
    first = content.expiry.first_day
    told = {first + day: n for day, n in enumerate(content.expiry.by_day) if n}
    assert told == {day: n for day, n in days if day < first + 365}
    assert content.revocations.revoked == one(
        tables,
        "SELECT count(*) FROM (SELECT max_by(action, ordered_at) AS last FROM revocations GROUP BY uvci)"
        " WHERE last = 'revoked'",
    )  # fmt: skip


def test_keys_and_their_shares(content: ReportContent, tables: duckdb.DuckDBPyConnection) -> None:
    counted = tables.execute(
        "SELECT lower(hex(kid)), count(*) FROM standing"
        f" WHERE exp > TIMESTAMPTZ '{NOW.isoformat()}' GROUP BY ALL"
    ).fetchall()
    assert {key.kid: key.in_force for key in content.keys if key.in_force} == dict(counted)
    assert {key.outliving for key in content.keys} == {0}
    ends = {datetime.fromtimestamp(key.not_after or 0, UTC).date().isoformat() for key in content.keys}
    assert {"2023-12-01", "2024-04-01"} <= ends


def test_shots_with_and_without_a_certificate_by_province(
    content: ReportContent, nation: MadeNation, tables: duckdb.DuckDBPyConnection
) -> None:
    """Cleaned shots that are not in the registry, and those that are; the 60 refused ones are in no round."""
    issued = dict(
        tables.execute("SELECT province, count(DISTINCT shot_id) FROM certificates GROUP BY ALL").fetchall()
    )
    cleaned = dict(
        duckdb.sql(
            f"SELECT province, sum(shots)::BIGINT FROM '{nation.rounds[1] / 'counts.parquet'}' GROUP BY ALL"
        ).fetchall()
    )
    assert content.progress.with_certificate == sum(issued.values())
    assert content.places is not None
    shown = 0
    for row in content.places.rows:
        if isinstance(row.with_certificate, int):
            assert row.with_certificate == issued.get(row.name, 0)
            shown += 1
        if isinstance(row.shots, int) and row.name != "Hà Nội":
            assert row.shots == cleaned[row.name]
    assert shown > 30


def test_what_is_left_falls_to_what_is_left_now(content: ReportContent) -> None:
    points = content.progress.points
    assert points[-1].shots == content.progress.without_certificate
    assert points[-1].at == content.now
    assert content.places is not None
    for row in content.places.rows:
        known = [value for value in row.left_after() if value is not None]
        assert known == sorted(known, reverse=True)


def test_no_small_count_by_province_is_shown_or_follows(content: ReportContent) -> None:
    """Solves all sums that a reader can take: of places, of spans, of reasons, against the exact country."""
    assert content.places is not None
    rows = [cells_of(row.issued, [*row.reasons.values()], row) for row in content.places.rows]
    assert not [cell for row in rows for cell in row if isinstance(cell, int) and 0 < cell < 5]
    assert any(cell == "<5" for row in rows for cell in row)
    assert known_by_sums(rows, len(content.places.ends)) == set()


def test_a_renewal_is_due_the_night_after_and_overdue_after_a_day_and_a_half(
    content: ReportContent, order: ReportOrder
) -> None:
    renewal = content.health.renewal
    assert renewal is not None
    assert (renewal.night, renewal.next_night, renewal.is_overdue) == ("2022-05-14", "2022-05-15", False)
    later = content_of(replace(order, now=order.now + 26 * 3600)).health.renewal
    assert later is not None
    assert later.is_overdue


@pytest.mark.parametrize("spread_days", [0, 300])
def test_levelled_nights_always_have_work_and_others_only_what_is_due(
    order: ReportOrder, spread_days: int
) -> None:
    """Long after the last night, where nothing expires within the window."""
    now = order.now + 3 * 366 * 86_400
    status = read_status(open_registry(order.registry), now)
    campaigns = [
        replace(one, plan=replace(one.plan, subject=replace(one.plan.subject, spread_days=spread_days)))
        if one.plan.kind == "renew"
        else one
        for one in status.campaigns
    ]
    nothing_due = Standing(now, (), 0, 0)
    renewal = health_of(replace(status, campaigns=campaigns), nothing_due, now).renewal
    assert renewal is not None
    assert renewal.is_overdue == (spread_days > 0)


def test_the_rounds_are_told_by_their_days(content: ReportContent, order: ReportOrder) -> None:
    assert [each.today for each in content.progress.rounds] == ["2022-01-05", "2022-04-20"]
    turned = content_of(replace(order, cleaned=order.cleaned[::-1]))
    assert turned.progress == content.progress
    first, second = content.progress.rounds
    assert first.shots == second.shots == first.verified + first.refused
    assert second.verified > first.verified


def test_the_solver_would_find_what_follows() -> None:
    assert known_by_sums([["<5", 9, 9, 7, 16], [5, 5, 5, 5, 10]], 1) == {(0, 0)}


def test_a_greater_least_count_is_kept(order: ReportOrder) -> None:
    places = content_of(replace(order, smallest=20)).places
    assert places is not None
    cells = [cell for row in places.rows for cell in cells_of(row.issued, [*row.reasons.values()], row)]
    assert not [cell for cell in cells if isinstance(cell, int) and 0 < cell < 20]


def cells_of(issued: tuple[Cell, ...], reasons: list[Cell], row: object) -> list[Cell]:
    sums = (getattr(row, name) for name in ("with_certificate", "without_certificate", "shots"))
    return [*issued, *reasons, *sums]


def known_by_sums(rows: list[list[Cell]], n_spans: int) -> set[tuple[int, int]]:
    """Hidden cells in which all solutions agree: those alone in a row of the reduced equations."""
    hidden = [(r, c) for r, row in enumerate(rows) for c, cell in enumerate(row) if isinstance(cell, str)]
    place = {cell: number for number, cell in enumerate(hidden)}
    n_classes = len(rows[0]) - 3
    equations: list[dict[int, Fraction]] = []

    def add(terms: list[tuple[tuple[int, int], int]]) -> None:
        equation = {place[cell]: Fraction(sign) for cell, sign in terms if cell in place}
        if equation:
            equations.append(equation)

    for r in range(len(rows)):
        add([*(((r, c), 1) for c in range(n_spans)), ((r, n_classes), -1)])
        add([*(((r, c), 1) for c in range(n_spans, n_classes)), ((r, n_classes + 1), -1)])
        add([((r, n_classes), 1), ((r, n_classes + 1), 1), ((r, n_classes + 2), -1)])
    for c in range(n_classes + 3):
        add([((r, c), 1) for r in range(len(rows))])
    return {hidden[next(iter(equation))] for equation in reduced(equations) if len(equation) == 1}


def reduced(equations: list[dict[int, Fraction]]) -> list[dict[int, Fraction]]:
    """In reduced row echelon form; constants are left out, as only what is determined matters."""
    done: dict[int, dict[int, Fraction]] = {}
    for equation in equations:
        for pivot, row in done.items():
            if pivot in equation:
                subtract(equation, row, equation[pivot])
        if not equation:
            continue
        pivot = next(iter(equation))
        scale = equation[pivot]
        equation = {column: value / scale for column, value in equation.items()}  # noqa: PLW2901
        for row in done.values():
            if pivot in row:
                subtract(row, equation, row[pivot])
        done[pivot] = equation
    return list(done.values())


def subtract(row: dict[int, Fraction], other: dict[int, Fraction], times: Fraction) -> None:
    for column, value in other.items():
        left = row.get(column, Fraction(0)) - times * value
        if left:
            row[column] = left
        else:
            row.pop(column, None)
