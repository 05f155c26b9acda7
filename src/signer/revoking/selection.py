"""Finds what an order covers, by SQL over the views of a registry."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib import resources

import duckdb
import pyarrow as pa

from signer.revoking.criteria import IN_BYTES, Criteria

__all__ = ["KeyCover", "OrderCounts", "Selector"]

SQL = resources.files("signer.revoking") / "sql"
ROWS_AT_A_TIME = 100_000

COLUMN_OF = {
    "uvci": "uvci",
    "shot_id": "shot_id",
    "person_key": "person_key",
    "province": "trim(nfc_normalize(province))",
    "district": "trim(nfc_normalize(district))",
    "facility": "trim(nfc_normalize(facility))",
    "kid": "kid",
    "campaign": "campaign",
}
"""What a value of each kind is compared with; lots are compared among the shots."""


@dataclass(frozen=True)
class OrderCounts:
    """`selected` certificates are named, `revoked_before` of them were revoked already.

    Of the targets, which get rows: `certificates` change their state, `completed` have signatures that the
    order which revoked them could not tell of; `signatures` are all ever made of them, `persons` their
    holders; `superseded` of them have a later certificate, and `expired` none that is still accepted.
    """

    selected: int
    revoked_before: int
    certificates: int
    signatures: int
    persons: int
    expired: int
    superseded: int
    completed: int


@dataclass(frozen=True)
class KeyCover:
    """Of the certificates under a kid that verifiers still accept, `covered` are targets of the order.

    Of these in turn `under_others` were signed anew and are accepted under another kid as well.
    """

    kid: bytes
    unexpired: int
    covered: int
    under_others: int


class Selector:
    """What one order names in a registry, as temporary tables of the database that has its views."""

    def __init__(
        self, database: duckdb.DuckDBPyConnection, criteria: Criteria, undo: bool, now: datetime
    ) -> None:
        self._database = database
        self._undo, self._now = undo, now
        self._kinds = [kind for kind in criteria.kinds if kind != "lot"]
        for kind in self._kinds:
            in_table = pa.binary() if kind in IN_BYTES else pa.string()
            self._keep(kind, pa.array(criteria.values[kind], in_table))
        if "lot" in criteria.kinds:
            self._keep("lot_shot", pa.array(criteria.lot_shots, pa.string()))
        self._select(criteria)

    def _keep(self, kind: str, values: pa.Array) -> None:
        self._database.register("given", pa.table({"value": values}))
        kept = f"CREATE TEMP TABLE wanted_{kind} AS SELECT DISTINCT value FROM given"  # noqa: S608 (our names)
        self._database.execute(kept)
        self._database.unregister("given")

    def _select(self, criteria: Criteria) -> None:
        conditions = [
            f"{COLUMN_OF[kind]} IN (SELECT value FROM wanted_{kind})"  # noqa: S608 (names of our own)
            for kind in self._kinds
        ]
        parameters: dict[str, datetime] = {}
        if "lot" in criteria.kinds:
            conditions.append("shot_id IN (SELECT value FROM wanted_lot_shot)")
        if criteria.issued_from is not None:
            conditions.append("iat >= $begin")
            parameters["begin"] = datetime.combine(criteria.issued_from, datetime.min.time(), UTC)
        if criteria.issued_until is not None:
            conditions.append("iat < $end")
            last = datetime.combine(criteria.issued_until, datetime.min.time(), UTC)
            parameters["end"] = last + timedelta(days=1)
        self._database.execute(
            "CREATE TEMP TABLE selected AS"  # noqa: S608 (conditions of our own)
            f" SELECT DISTINCT uvci FROM certificates WHERE {' AND '.join(conditions)}",
            parameters,
        )
        self._database.execute((SQL / "covered.sql").read_text("utf-8"))
        asked = "is_revoked" if self._undo else "NOT is_revoked OR NOT is_told"
        targets = f"CREATE TEMP TABLE targets AS SELECT * FROM covered WHERE {asked}"  # noqa: S608 (our own)
        self._database.execute(targets)

    def not_found(self) -> Iterator[tuple[str, str | bytes]]:
        """Kind and value of what was named and stands in no certificate at all."""
        for kind in self._kinds:
            column = COLUMN_OF[kind]
            found = self._database.execute(  # the few wanted are the side that is kept in memory
                f"SELECT value FROM wanted_{kind} EXCEPT"  # noqa: S608 (names of our own)
                f" SELECT {column} FROM certificates WHERE {column} IN (SELECT value FROM wanted_{kind})"
                " ORDER BY value"
            )
            yield from ((kind, value) for (value,) in found.fetchall())

    def counts(self) -> OrderCounts:
        found = self._database.execute(
            (SQL / "counts.sql").read_text("utf-8"), {"undo": self._undo, "now": self._now}
        ).fetchall()
        return OrderCounts(*found[0])

    def by_province(self) -> list[tuple[str | None, int]]:
        """The targets of each province, null for those without, most first."""
        found = self._database.execute(
            "SELECT province, count(*) FROM targets GROUP BY province ORDER BY count(*) DESC, province"
        )
        return [(province, number) for province, number in found.fetchall()]

    def key_cover(self) -> list[KeyCover]:
        """Of each kid under which certificates are covered that verifiers still accept, most covered
        first."""
        found = self._database.execute((SQL / "keys.sql").read_text("utf-8"), {"now": self._now})
        return [KeyCover(*row) for row in found.fetchall() if row[2]]

    def rows(self) -> Iterator[pa.RecordBatch]:
        """uvci, signature_hash, kid and exp of every signature of the targets, as they were committed."""
        found = self._database.execute(
            "SELECT uvci, signature_hash, kid, exp FROM signatures SEMI JOIN targets USING (uvci)"
            " ORDER BY version, file, row_in_file"
        )
        yield from found.to_arrow_reader(ROWS_AT_A_TIME)
