"""Looks up in a registry what it has of a person or of some shots."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import Any

import duckdb

from signer.campaign.registry_views import RegistryFiles, open_views
from signer.reporting.explain_known import KnownCertificate, KnownOrder, KnownRefusal
from signer.tables.out_of_core import Room

__all__ = ["LookUp", "RegistryAnswer", "open_look_up"]

SQL = resources.files("signer.campaign") / "sql"
MEMORY_LIMIT = "1GB"
Row = dict[str, Any]
CAMPAIGN_TIME = re.compile(r"issue-([0-9]{8}T[0-9]{6}Z)(-.*)?", re.ASCII)


@dataclass(frozen=True)
class RegistryAnswer:
    """Of all shots asked for: their certificates, whosever, the orders about them, and their refusals."""

    certificates: list[KnownCertificate]
    orders: list[KnownOrder]
    refusals: list[KnownRefusal]


class LookUp:
    """Questions to one registry."""

    def __init__(self, database: duckdb.DuckDBPyConnection) -> None:
        self._database = database

    def shots_of(self, person_key: bytes) -> set[str]:
        """The shots that have a certificate under the person's number."""
        self._set("person_key", _blob(person_key))
        return {row["shot_id"] for row in self._ask("explain_certificates_of_person")}

    def person_of(self, shot_id: str) -> bytes | None:
        """The key of the person to whom a shot's last certificate was given."""
        self._set_texts("shot_ids", [shot_id])
        rows = self._ask("explain_certificates_of_shots")
        last = max(rows, key=lambda row: (row["file"], row["row_in_file"]), default=None)
        return None if last is None else bytes(last["person_key"])

    def of_shots(self, shot_ids: Collection[str], person_key: bytes | None) -> RegistryAnswer:
        """What there is of the shots; certificates under another key than the person's are marked."""
        self._set_texts("shot_ids", sorted(shot_ids))
        rows = self._ask("explain_certificates_of_shots")
        certificates = [_certificate(row, person_key) for row in rows]
        refusals = [_refusal(row) for row in self._ask("explain_refusals")]
        self._set_texts("uvcis", sorted({each.uvci for each in certificates if not each.is_other_person}))
        orders = [KnownOrder(**row) for row in self._ask("explain_orders")]
        return RegistryAnswer(certificates, orders, refusals)

    # Variables and not parameters: to hand over a parameter, DuckDB imports pandas where that is installed,
    # which takes longer than the look-up. What is asked for comes as hexadecimal digits, whatever is in it.
    def _set(self, name: str, value: str) -> None:
        self._database.execute(f"SET VARIABLE {name} = {value}")

    def _set_texts(self, name: str, texts: Sequence[str]) -> None:
        values = ", ".join(f"decode({_blob(text.encode('utf-8', 'replace'))})" for text in texts)
        self._set(name, f"[{values}]::VARCHAR[]")

    def _ask(self, name: str) -> list[Row]:
        asked = self._database.execute((SQL / f"{name}.sql").read_text("utf-8"))
        names = [column[0] for column in asked.description or ()]
        return [dict(zip(names, row, strict=True)) for row in asked.fetchall()]


def _certificate(row: Row, person_key: bytes | None) -> KnownCertificate:
    place, key = (row.pop("file"), row.pop("row_in_file")), bytes(row.pop("person_key"))
    return KnownCertificate(**row, place=place, is_other_person=key != person_key)


def _refusal(row: Row) -> KnownRefusal:
    refused_at = _time_of(row.pop("campaign"))
    return KnownRefusal(**row, refused_at=refused_at)


def _blob(content: bytes) -> str:
    return f"unhex('{content.hex()}')"


@contextmanager
def open_look_up(files: RegistryFiles, temp_directory: Path, threads: int) -> Iterator[LookUp]:
    """Starts threads: do not fork afterwards. Raises RegistryUnreadable, StoppedHalfWay and DiskFull."""
    room = Room(MEMORY_LIMIT, temp_directory, threads)
    with open_views("looking up certificates", files, room) as database:
        yield LookUp(database)


def _time_of(campaign: str | None) -> int | None:
    """The time of issue of a campaign, which its name tells."""
    found = CAMPAIGN_TIME.fullmatch(campaign or "")
    if not found:
        return None
    return int(datetime.strptime(found[1], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC).timestamp())
