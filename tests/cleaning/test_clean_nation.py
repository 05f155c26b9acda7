"""An invented nation with its truth: what was planted is found, and nothing else; however the run is done."""

from __future__ import annotations

import hashlib
from collections import Counter
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from made_registers import TODAY

from signer.cleaning import Rules, ShotTable, clean, parquet_batches
from signer.records.products import NATIONAL_NAMES
from signer.records.schemas import POPULATION, SHOTS
from signer.synthetic.nation import write_nation
from signer.synthetic.planted import CLASSES
from signer.tables.columns import TableKind
from signer.tables.files import open_table

CLASS_OF_PLANTED = {
    **{kind: {kind} for kind in CLASSES},
    "date_impossible": {"date_impossible", "birth_differs", "birth_impossible"},
    "name_unreadable": {"name_differs", "name_unreadable"},
}


@pytest.fixture(scope="module")
def nation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("nation")
    write_nation(folder, 50_000, 20220414)
    return folder


def clean_nation(nation: Path, out: Path, memory_limit: str = "500MB", threads: int = 2) -> dict[str, str]:
    """Cleans it; gives the digests of both files."""
    shots = open_table(nation / "shots.parquet", "shots.parquet", TableKind("shots", SHOTS, "", ""))
    people = open_table(
        nation / "population.parquet", "population.parquet", TableKind("people", POPULATION, "", "")
    )
    counts = clean(
        [ShotTable(parquet_batches(shots, SHOTS))],
        [parquet_batches(people, POPULATION)],
        out,
        Rules(TODAY, NATIONAL_NAMES),
        memory_limit=memory_limit,
        threads=threads,
    )
    assert counts.verified + sum(counts.refused.values()) == counts.shots == shots.n_rows
    assert counts.persons == people.n_rows
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in out.iterdir()}


def test_every_planted_error_is_found_in_its_class_and_no_right_row_is_refused(
    nation: Path, tmp_path: Path
) -> None:
    clean_nation(nation, tmp_path)
    truth = pq.read_table(nation / "truth.parquet").to_pydict()
    planted = dict(zip(truth["shot_id"], truth["planted"], strict=True))
    verified = pq.read_table(tmp_path / "verified.parquet", columns=["shot_id"])["shot_id"].to_pylist()
    refused = pq.read_table(tmp_path / "refused.parquet", columns=["shot_id", "reason"]).to_pydict()
    assert {planted[shot_id] for shot_id in verified} == {None}
    met = Counter()
    for shot_id, reason in zip(refused["shot_id"], refused["reason"], strict=True):
        error = planted[shot_id]
        assert error is not None, f"a right row was refused: {reason}"
        assert reason in CLASS_OF_PLANTED[error]
        met[error] += 1
    assert met == Counter(error for error in truth["planted"] if error is not None)
    assert set(met) == set(CLASS_OF_PLANTED)


def test_the_files_do_not_depend_on_memory_or_threads(nation: Path, tmp_path: Path) -> None:
    one = clean_nation(nation, tmp_path / "one", "1GB", 1)
    assert clean_nation(nation, tmp_path / "two", "100MB", 2) == one
    assert set(one) == {"verified.parquet", "refused.parquet"}
