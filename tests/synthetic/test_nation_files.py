"""The files of an invented nation: their form, that a seed repeats them, and where they may be written."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from signer.errors import OutputExists, OutputUnwritable, StoppedHalfWay
from signer.records.schemas import POPULATION, SHOTS, TRUTH
from signer.synthetic import nation as nation_module
from signer.synthetic import write_nation
from signer.synthetic.writing import TableWriter

FILES = {"shots.parquet": SHOTS, "population.parquet": POPULATION, "truth.parquet": TRUTH}
WRITE = """
import pathlib, sys
from signer.synthetic import write_nation
write_nation(pathlib.Path(sys.argv[1]), 700, 5)
"""


def digests(directory: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(directory.iterdir())}


def test_files_have_exactly_the_schemas_of_the_records(nation):
    for name, schema in FILES.items():
        assert pq.read_schema(nation.directory / name).equals(schema, check_metadata=True)


def test_row_groups_have_100_000_rows(nation):
    metadata = pq.read_metadata(nation.directory / "shots.parquet")
    groups = [metadata.row_group(group).num_rows for group in range(metadata.num_row_groups)]
    assert groups[:-1] == [100_000] * (len(groups) - 1)
    assert sum(groups) == nation.summary.shots


def test_truth_has_a_row_for_each_shot_in_the_same_order(nation):
    shots = pq.read_table(nation.directory / "shots.parquet", columns=["shot_id"])
    truth = pq.read_table(nation.directory / "truth.parquet", columns=["shot_id"])
    assert shots.equals(truth)


def test_the_summary_counts_what_was_written(nation):
    counted = {name: nation.planted.count(name) for name in nation.summary.planted}
    assert counted == nation.summary.planted
    assert nation.summary.population == len(nation.register)
    assert nation.summary.wrong == sum(planted is not None for planted in nation.planted)


def digests_written_in(environment: dict[str, str], directory: Path) -> dict[str, str]:
    command = [sys.executable, "-c", WRITE, str(directory)]
    subprocess.run(command, env={**os.environ, **environment}, check=True)
    return digests(directory)


@pytest.fixture(scope="module")
def plainly_written(tmp_path_factory):
    plain = {"PYTHONHASHSEED": "1", "LC_ALL": "C", "TZ": "UTC", "OMP_NUM_THREADS": "1"}
    return digests_written_in(plain, tmp_path_factory.mktemp("plain") / "nation")


def test_the_same_seed_gives_the_same_bytes_in_any_environment(tmp_path, plainly_written):
    """Hash seed, time zone and the threads that Arrow and numpy may use; how fast each file is written."""
    other = {"PYTHONHASHSEED": "2", "LC_ALL": "C.UTF-8", "TZ": "Asia/Ho_Chi_Minh", "OMP_NUM_THREADS": "8"}
    assert digests_written_in(other, tmp_path / "nation") == plainly_written
    assert list(plainly_written) == sorted(FILES)


def test_the_same_seed_gives_the_same_bytes_in_turkish(tmp_path, plainly_written, turkish):
    assert digests_written_in(turkish, tmp_path / "nation") == plainly_written


def test_another_seed_gives_other_files(tmp_path):
    write_nation(tmp_path / "a", 300, 1)
    write_nation(tmp_path / "b", 300, 2)
    assert not set(digests(tmp_path / "a").values()) & set(digests(tmp_path / "b").values())


def test_full_chunks_do_not_depend_on_the_number_of_people(tmp_path, monkeypatch):
    monkeypatch.setattr(nation_module, "PEOPLE_PER_CHUNK", 200)
    small = write_nation(tmp_path / "small", 400, 9)
    write_nation(tmp_path / "large", 1000, 9)
    first = pq.read_table(tmp_path / "large" / "shots.parquet").slice(0, small.shots)
    assert first.equals(pq.read_table(tmp_path / "small" / "shots.parquet"))


def test_one_person_makes_a_nation(tmp_path):
    summary = write_nation(tmp_path, 1, 4)
    assert 1 <= summary.shots <= 8
    assert pq.read_table(tmp_path / "shots.parquet").num_rows == summary.shots


def test_progress_ends_at_the_number_of_people(tmp_path, monkeypatch):
    monkeypatch.setattr(nation_module, "PEOPLE_PER_CHUNK", 100)
    seen: list[int] = []
    write_nation(tmp_path, 250, 1, seen.append)
    assert seen == [100, 200, 250]


def test_a_directory_with_something_in_it_is_left_alone(tmp_path):
    (tmp_path / "mine").write_text("x")
    with pytest.raises(OutputExists, match="not empty"):
        write_nation(tmp_path, 10, 1)
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_a_file_in_place_of_the_directory_is_left_alone(tmp_path):
    (tmp_path / "file").write_text("x")
    for taken in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(OutputExists, match="is a file"):
            write_nation(taken, 10, 1)


@pytest.mark.parametrize(("people", "seed"), [(0, 1), (200_000_000, 1), (10, -1)])
def test_numbers_out_of_range_are_refused_before_anything_is_written(tmp_path, people, seed):
    with pytest.raises(OutputUnwritable):
        write_nation(tmp_path / "new", people, seed)
    assert not (tmp_path / "new").exists()


def test_a_full_disk_leaves_nothing_that_looks_finished(tmp_path, monkeypatch):
    def full(self: TableWriter) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(TableWriter, "close", full)
    with pytest.raises(StoppedHalfWay, match="No space left on device"):
        write_nation(tmp_path, 100, 1)
    assert list(tmp_path.iterdir()) == []


def test_what_befalls_the_writing_thread_stops_the_run_and_leaves_nothing(tmp_path, monkeypatch):
    def full(self: TableWriter, table: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(nation_module, "PEOPLE_PER_CHUNK", 100)
    monkeypatch.setattr(TableWriter, "_add", full)
    with pytest.raises(StoppedHalfWay, match="No space left on device"):
        write_nation(tmp_path, 1_000, 1)
    assert list(tmp_path.iterdir()) == []


def test_an_interrupt_leaves_nothing_that_looks_finished(tmp_path):
    def interrupt(_done: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_nation(tmp_path, 100_000, 1, interrupt)
    assert list(tmp_path.iterdir()) == []
