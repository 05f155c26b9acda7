"""A small campaign into a registry, run undisturbed once, and what others make of it to compare with that."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
from deltalake import DeltaTable
from forked_commands import Command, ForkedCommands
from made_shots import ISSUED_AT_TEXT, make_profile, shots_batch

from signer.failpoints import TALLY, VARIABLE
from signer.registry import open_registry

ROWS_PER_PART = 300
ROWS = {"shots.parquet": 1200, "more.csv": 600}
N_ROWS = sum(ROWS.values())
N_PARTS = N_ROWS // ROWS_PER_PART
N_WORKERS = 2
TABLES = ("certificates", "refused")


@dataclass(frozen=True)
class Campaign:
    """Inputs with a few rows to refuse and a few repeated shot_ids, and the profile of their issuer."""

    shots: tuple[Path, ...]
    profile: Path

    def arguments(self, registry: Path, *more: str) -> list[str]:
        """The command line that issues them into a registry; the bytes are the same each time."""
        options = (
            f"--workers {N_WORKERS} --rows-per-part {ROWS_PER_PART} --issued-at {ISSUED_AT_TEXT}".split()
        )
        paths = ["--profile", str(self.profile), "--registry", str(registry)]
        return ["issue", *map(str, self.shots), *paths, *options, *more]


def make_campaign(folder: Path) -> Campaign:
    folder.mkdir()
    parquet, text = (folder / name for name in ROWS)
    pq.write_table(pa.Table.from_batches([_parquet_rows()]), parquet, row_group_size=100)
    pa.csv.write_csv(pa.Table.from_batches([_csv_rows()]), text)
    return Campaign((parquet, text), make_profile(folder / "issuer"))


def _parquet_rows() -> pa.RecordBatch:
    refused = {10: {"vaccine": None}, 611: {"date_of_birth": "1980-02-31"}}
    return shots_batch(ROWS["shots.parquet"], {**refused, 905: {"shot_id": "S4"}})


def _csv_rows() -> pa.RecordBatch:
    """Shots of their own, from T0 on, but for one that stands in the other file."""
    ids = {row: {"shot_id": f"T{row}"} for row in range(ROWS["more.csv"])}
    return shots_batch(ROWS["more.csv"], {**ids, 300: {"shot_id": "S7"}, 599: {"shot_id": "T1", "sex": "?"}})


@dataclass(frozen=True)
class Contents:
    """What the commits of a registry name: each table's rows, sorted, and its files' digests."""

    rows: Mapping[str, pa.Table]
    digests: Mapping[str, Counter[str]]


def contents_of(registry: Path) -> Contents:
    """As another program reads it, by the Delta log."""
    files = {table: DeltaTable(str(registry / table)).file_uris() for table in TABLES}
    digests = {
        table: Counter(hashlib.sha256(Path(path).read_bytes()).hexdigest() for path in paths)
        for table, paths in files.items()
    }
    with duckdb.connect() as database:
        rows = {table: _sorted_rows(database, paths) for table, paths in files.items()}
    return Contents(rows, digests)


def _sorted_rows(database: duckdb.DuckDBPyConnection, paths: list[str]) -> pa.Table:
    if not paths:
        return pa.table({})
    return database.execute("SELECT * FROM read_parquet(?) ORDER BY ALL", [paths]).to_arrow_table()


def n_skipped(registry: Path) -> int:
    """How many rows the commits say were left out, being issued before."""
    opened = open_registry(registry)
    plans = [path.stem for path in (registry / "plans").glob("*.json")]
    parts = [part for plan in plans for part in opened.committed_parts(plan).values()]
    return sum(sum(part.skipped.values()) for part in parts)


@dataclass(frozen=True)
class Harness:
    """Who runs the campaign, and what came of it where nothing happened: a registry with its tally."""

    commands: ForkedCommands
    campaign: Campaign
    undisturbed: Path

    @cached_property
    def reference(self) -> Contents:
        return contents_of(self.undisturbed)

    @cached_property
    def passed(self) -> Counter[str]:
        """How often an undisturbed run comes by each failpoint."""
        return Counter(tally_of(self.undisturbed).read_text("ascii").splitlines())

    def start(self, registry: Path, *more: str, failpoint: str = "") -> Command:
        """Starts to issue. All processes of the run count together how often they come by a failpoint."""
        environment = {VARIABLE: failpoint, TALLY: str(tally_of(registry))} if failpoint else {}
        return self.commands.start(self.campaign.arguments(registry, *more), environment)

    def resume(self, registry: Path, *more: str) -> None:
        """Gives the same command once more, which must complete what the last one has left."""
        command = self.start(registry, *more)
        assert command.wait() == 0, command.errors
        self.assert_complete(registry)

    def assert_complete(self, registry: Path) -> None:
        """All that the undisturbed run has brought in is in, once, with the same bytes."""
        found = contents_of(registry)
        for table in TABLES:
            assert found.digests[table] == self.reference.digests[table], table
            assert found.rows[table].equals(self.reference.rows[table]), table
        shot_ids = found.rows["certificates"].column("shot_id").to_pylist()
        assert len(shot_ids) == len(set(shot_ids))
        assert sum(found.rows[table].num_rows for table in TABLES) + n_skipped(registry) == N_ROWS

    def assert_no_half_state(self, registry: Path) -> None:
        """Whatever is in is right and in once, and can be read; there need be no registry yet."""
        if not (registry / "registry.json").exists():
            return
        found = contents_of(registry)
        for table in TABLES:
            assert found.digests[table] <= self.reference.digests[table], table
        open_registry(registry).orphans()


def tally_of(registry: Path) -> Path:
    """Where the runs into a registry count the failpoints that they pass."""
    return registry.with_name(f"{registry.name}.tally")


def make_harness(commands: ForkedCommands, campaign: Campaign, undisturbed: Path) -> Harness:
    """Runs the campaign once, into the registry `undisturbed`."""
    arguments = campaign.arguments(undisturbed)
    command = commands.start(arguments, {TALLY: str(tally_of(undisturbed))})
    assert command.wait() == 0, command.errors
    return Harness(commands, campaign, undisturbed)
