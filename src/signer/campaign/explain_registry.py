"""Looks up in a registry what it has of a person or of some shots."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import Any

import duckdb

from signer.campaign.registry_views import MEMORY_LIMIT, RegistryFiles, open_views
from signer.reporting.explain_known import KnownCertificate, KnownOrder, KnownRefusal
from signer.tables.out_of_core import Room

__all__ = ["LookUp", "Signature", "open_look_up"]

SQL = resources.files("signer.campaign") / "sql"
Row = dict[str, Any]
CAMPAIGN_TIME = re.compile(r"(?:issue|renew)-([0-9]{8}T[0-9]{6}Z)(-.*)?", re.ASCII)


@dataclass(frozen=True)
class Signature:
    """A certificate as it was given out, and the key of the person to whom."""

    certificate: KnownCertificate
    person_key: bytes


class LookUp:
    """Questions to one registry; by person or shot each reads one column of all certificates."""

    def __init__(self, database: duckdb.DuckDBPyConnection) -> None:
        self._database = database
        database.execute(_statement("explain_views"))

    def of_person(self, person_key: bytes) -> list[Signature]:
        """What was given out under a person's number."""
        self._set("person_key", _blob(person_key))
        return self._signatures("explain_of_person")

    def of_shots(self, shot_ids: Collection[str]) -> list[Signature]:
        """What was given out for shots, to whomever."""
        if not shot_ids:
            return []
        self._set_texts("shot_ids", shot_ids)
        return self._signatures("explain_of_shots")

    def superseding(self, uvcis: Collection[str]) -> list[Signature]:
        """What was given out in the place of certificates, to whomever."""
        self._set_texts("uvcis", uvcis)
        return self._signatures("explain_superseding")

    def orders(self, uvcis: Collection[str]) -> list[KnownOrder]:
        """All that was ordered about certificates."""
        self._set_texts("uvcis", uvcis)
        return [KnownOrder(**row) for row in self._ask("explain_orders")]

    def refusals(self, shot_ids: Collection[str]) -> list[KnownRefusal]:
        """The refusals of shots at issuing and renewing."""
        self._set_texts("shot_ids", shot_ids)
        return [_refusal(row) for row in self._ask("explain_refusals")]

    def _signatures(self, name: str) -> list[Signature]:
        return [_signature(row) for row in self._ask(name)]

    # Variables and not parameters: to hand over a parameter, DuckDB imports pandas where that is installed,
    # which takes longer than the look-up. What is asked for comes as hexadecimal digits, whatever is in it.
    def _set(self, name: str, value: str) -> None:
        self._database.execute(f"SET VARIABLE {name} = {value}")

    def _set_texts(self, name: str, texts: Collection[str]) -> None:
        values = ", ".join(f"decode({_blob(text.encode('utf-8', 'replace'))})" for text in sorted(texts))
        self._set(name, f"[{values}]::VARCHAR[]")

    def _ask(self, name: str) -> list[Row]:
        asked = self._database.execute(_statement(name))
        names = [column[0] for column in asked.description or ()]
        return [dict(zip(names, row, strict=True)) for row in asked.fetchall()]


def _signature(row: Row) -> Signature:
    place, key = (row.pop("file"), row.pop("row_in_file")), bytes(row.pop("person_key"))
    return Signature(KnownCertificate(**row, place=place), key)


def _statement(name: str) -> str:
    return (SQL / f"{name}.sql").read_text("utf-8")


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
