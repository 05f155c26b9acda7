"""Whether the holders of certificates still stand in the register as their certificates name them.

A registry knows of a holder no more than a keyed hash of the number. So the register's numbers are hashed
alike; what it says of those that are found is held against what stands in the certificate.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from signer import _core
from signer.campaign.registry_views import open_views
from signer.campaign.renew_settling import Choosing
from signer.cleaning import parquet_batches
from signer.cleaning.rows import keyed
from signer.records.reasons import Reason
from signer.records.schemas import POPULATION
from signer.tables.files import TableFile
from signer.tables.out_of_core import Stream
from signer.verifying.verifier import peek

__all__ = ["HolderVerdict", "Holders", "find_holders"]

KEY_BYTES = 16
ROWS_PER_GROUP = 1 << 16
BIRTH = re.compile(r"[0-9]{4}(-[0-9]{2}){0,2}")  # YYYY, YYYY-MM or YYYY-MM-DD, as in cleaning
QUERIES = resources.files("signer.campaign") / "sql"
PERSON = ("person_id", "full_name", "date_of_birth")
REGISTER = pa.schema([("person_key", pa.binary()), ("name_key", pa.string()), ("date_of_birth", pa.string())])
FOUND = pa.schema([("row", pa.int64()), ("name_key", pa.string()), ("date_of_birth", pa.string())])


@dataclass(frozen=True)
class HolderVerdict:
    """Why a certificate is not renewed."""

    reason: Reason
    field: str


@dataclass(frozen=True)
class Holders:
    """What the register says of the holders of a plan's rows, in a file; None where nobody asks.

    Goes to the workers by pickle.
    """

    found: Path | None

    def verdicts(self, first_row: int, texts: pa.StringArray) -> dict[int, HolderVerdict]:
        """Of certificates that follow each other from `first_row` on, those whose holder is not confirmed."""
        if self.found is None:
            return {}
        persons = self._read(first_row, len(texts))
        names = [_name_and_birth(text) for text in texts.to_pylist()]
        keys = _core.name_keys(pa.array([name for name, _ in names], pa.string())).to_pylist()
        verdicts = {}
        for at, (key, (_, birth)) in enumerate(zip(keys, names, strict=True)):
            if wrong := _difference(persons[at], key, birth):
                verdicts[first_row + at] = HolderVerdict(*wrong)
        return verdicts

    def _read(self, first_row: int, n_rows: int) -> list[list[tuple[str | None, str | None]]]:
        among = [("row", ">=", first_row), ("row", "<", first_row + n_rows)]
        persons = [list[tuple[str | None, str | None]]() for _ in range(n_rows)]
        for row in pq.read_table(self.found, filters=among, use_threads=False).to_pylist():
            if row["date_of_birth"] is not None:
                persons[row["row"] - first_row].append((row["name_key"], row["date_of_birth"]))
        return persons


def find_holders(choosing: Choosing, population: Sequence[TableFile], secret: bytes, out: Path) -> None:
    """Puts down the holders of the chosen rows; several rows of the register may have one number.

    Starts threads: do not fork afterwards. Raises InputUnreadable, naming the table, where one is damaged,
    and what `open_views` does.
    """
    register = Stream(REGISTER, _register(population, secret))
    with open_views("looking holders up", choosing.files, choosing.room, [register]) as database:
        database.register("register", register.reader())
        query = (QUERIES / "holders_found.sql").read_text("utf-8")
        found = database.execute(query, {"selected": str(choosing.selected)})
        with pq.ParquetWriter(out, FOUND) as writer:
            for batch in found.to_arrow_reader(ROWS_PER_GROUP):
                writer.write_batch(batch.cast(FOUND), row_group_size=ROWS_PER_GROUP)


def _register(population: Sequence[TableFile], secret: bytes) -> Iterator[pa.RecordBatch]:
    for table in population:
        for batch in map(keyed, parquet_batches(table, POPULATION)(PERSON)):
            ids = [(number or "").strip().encode() for number in batch.column("person_id").to_pylist()]
            keys = [key[:KEY_BYTES] for key in _core.hmac_sha256_many(secret, ids)]
            births = batch.column("date_of_birth").fill_null("")
            columns_of = [pa.array(keys, pa.binary()), batch.column("full_name_key"), births]
            yield pa.RecordBatch.from_arrays(columns_of, schema=REGISTER)


def _name_and_birth(text: str) -> tuple[str | None, str]:
    dcc: dict[str, Any] = (peek(text) or {}).get("dcc") or {}
    name: dict[str, Any] = dcc.get("nam") or {}
    return " ".join(part for part in (name.get("fn"), name.get("gn")) if part) or None, dcc.get("dob") or ""


def _difference(
    persons: Sequence[tuple[str | None, str | None]], key: str | None, birth: str
) -> tuple[Reason, str] | None:
    """What the register has against a holder. It may know less of a date of birth, as cleaning allows."""
    if not persons:
        return Reason.HOLDER_NOT_FOUND, "person_id"
    named = [born for name, born in persons if key is not None and name == key]
    if not named:
        return Reason.HOLDER_DIFFERS, "full_name"
    if not any(_is_same_birth(born or "", birth) for born in named):
        return Reason.HOLDER_DIFFERS, "date_of_birth"
    return None


def _is_same_birth(registered: str, shown: str) -> bool:
    """As cleaning has it (sql/birth_rules.sql): what is blank, or no date, is nobody's."""
    are_births = BIRTH.fullmatch(registered) and BIRTH.fullmatch(shown)
    return bool(are_births) and shown.startswith(registered)
