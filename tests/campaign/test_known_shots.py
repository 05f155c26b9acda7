"""Shots that stand in the registry already: found for each part, with the UVCI that counts."""

from __future__ import annotations

import pickle
import random
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_shots import shots_batch

from signer.campaign import known_shots, row_list, scattered_rows
from signer.campaign.issue_parts import IssuePart, cut_into_parts, find_repeated
from signer.campaign.known_shots import find_known_shots
from signer.campaign.row_list import RowList
from signer.errors import InputUnreadable, RegistryUnreadable, StoppedHalfWay
from signer.sources import open_source
from signer.tables import digests

NO_DUPLICATES = np.empty(0, np.int64)

Certificates = Sequence[tuple[str, str]]  # shot_id, uvci


def write_ids(path: Path, ids: Sequence[str | None]) -> Path:
    """A table of shots of these ids."""
    shots = shots_batch(1).take(pa.array([0] * len(ids), pa.int64()))
    shots = shots.set_column(0, "shot_id", pa.array(ids, pa.string()))
    pq.write_table(pa.Table.from_batches([shots]), path, row_group_size=50_000)
    return path


def write_certificates(path: Path, certificates: Certificates) -> Path:
    ids, uvcis = zip(*certificates, strict=True) if certificates else ((), ())
    table = pa.table(
        {
            "shot_id": pa.array(ids, pa.string()),
            "hc1": pa.array(["x"] * len(ids), pa.string()),
            "uvci": pa.array(uvcis, pa.string()),
            "supersedes": pa.array([None] * len(ids), pa.string()),
        }
    )
    pq.write_table(table, path)
    return path


def room(folder: Path) -> dict[str, Any]:
    """What else the search is given; no certificate is newer than the plan."""
    return {"n_before": 1 << 40, "temp_directory": folder}


Find = Callable[..., tuple[RowList, list[IssuePart]]]


@pytest.fixture
def find(tmp_path: Path) -> Find:
    """Looks up the ids of the inputs in the files of the registry."""

    def run(
        inputs: Sequence[Sequence[str | None]], *registry: Certificates, rows_per_part: int = 100_000
    ) -> tuple[RowList, list[IssuePart]]:
        opened = [open_source(write_ids(tmp_path / f"in{n}.parquet", ids)) for n, ids in enumerate(inputs)]
        issued = [write_certificates(tmp_path / f"out{n}.parquet", rows) for n, rows in enumerate(registry)]
        repeated = find_repeated(opened, tmp_path, 2)
        parts = cut_into_parts(opened, repeated, rows_per_part)
        known = find_known_shots(
            opened,
            repeated,
            issued,
            tmp_path / "known",
            **room(tmp_path),
        )
        return known, parts

    return run


def by_row(known: RowList, parts: Sequence[IssuePart]) -> dict[int, str]:
    """Row over all inputs and UVCI."""
    found = {}
    for part in parts:
        of_part = known.of(part)
        assert (np.diff(of_part.rows) > 0).all()
        found.update(zip((of_part.rows + part.first_row).tolist(), of_part.uvcis.to_pylist(), strict=True))
    return found


def test_rows_whose_shot_was_issued_before_are_found_with_its_uvci(find: Find) -> None:
    assert by_row(*find([["a", "b", "c"], ["d", "e"]], [("e", "U5")], [("b", "U2"), ("x", "U9")])) == {
        1: "U2",
        4: "U5",
    }


def test_of_several_certificates_the_last_one_committed_counts(find: Find) -> None:
    registry = [[("a", "A3"), ("b", "B1")], [("a", "A1"), ("b", "B2")], [("a", "A2")]]
    assert by_row(*find([["a", "b"]], *registry)) == {0: "A2", 1: "B2"}


def test_what_the_certificate_replaced_is_told_with_it(tmp_path: Path) -> None:
    opened = [open_source(write_ids(tmp_path / "in.parquet", ["a", "b"]))]
    issued = write_certificates(tmp_path / "1.parquet", [("a", "A2"), ("b", "B")])
    table = pq.read_table(issued)
    pq.write_table(table.set_column(3, "supersedes", pa.array(["A1", None], pa.string())), issued)
    known = find_known_shots(opened, NO_DUPLICATES, [issued], tmp_path / "known", **room(tmp_path))
    (part,) = cut_into_parts(opened, NO_DUPLICATES, 10)
    assert known.of(part).supersedes.to_pylist() == ["A1", None]


def test_rows_that_repeat_an_id_of_the_same_run_are_left_to_be_refused(find: Find) -> None:
    known, parts = find([["a", "b", "a"], ["b", "c"]], [("a", "A"), ("b", "B"), ("c", "C")])
    assert by_row(known, parts) == {0: "A", 1: "B", 4: "C"}


def test_rows_without_id_are_not_known(find: Find) -> None:
    assert by_row(*find([[None, "", "a"]], [("a", "A")])) == {2: "A"}


def test_ids_are_compared_to_the_letter(find: Find) -> None:
    ids = ["A", "a ", " a", "\\x61", "é", "é", "a"]
    assert by_row(*find([ids], [("a", "A"), ("\\x61", "B"), ("é", "C")])) == {3: "B", 4: "C", 6: "A"}


def test_an_id_that_is_not_utf_8_is_not_known_and_no_hindrance(tmp_path: Path) -> None:
    shots = shots_batch(3)
    broken = pa.array([b"\xff\xfe", b"a", b"b"], pa.binary()).view(pa.string())
    shots = shots.set_column(0, "shot_id", broken)
    pq.write_table(pa.Table.from_batches([shots]), tmp_path / "shots.parquet")
    opened = [open_source(tmp_path / "shots.parquet")]
    issued = [write_certificates(tmp_path / "1.parquet", [("b", "B")])]
    known = find_known_shots(
        opened,
        NO_DUPLICATES,
        issued,
        tmp_path / "known",
        **room(tmp_path),
    )
    assert by_row(known, cut_into_parts(opened, NO_DUPLICATES, 100)) == {2: "B"}


@pytest.mark.parametrize(
    ("inputs", "registry"),
    [([["a"]], []), ([["a"]], [[]]), ([[]], [[("a", "A")]]), ([["a"]], [[("b", "B")]]), ([[]], [])],
)
def test_where_nothing_is_known_there_are_no_rows(
    find: Find, inputs: Sequence[Sequence[str]], registry: Sequence[Certificates]
) -> None:
    known, parts = find(inputs, *registry)
    for part in parts:
        assert (len(known.of(part).rows), len(known.of(part).uvcis)) == (0, 0)


def test_known_rows_are_cut_into_the_batches_of_a_part(find: Find) -> None:
    known, (part,) = find([list("abcdefgh")], [(letter, letter.upper()) for letter in "abdfh"])
    rows = known.of(part)
    batches = [rows.within(first, 3) for first in (0, 3, 6)]
    assert [(batch.rows.tolist(), batch.uvcis.to_pylist()) for batch in batches] == [
        ([0, 1], ["A", "B"]),
        ([0, 2], ["D", "F"]),
        ([1], ["H"]),
    ]


@pytest.mark.parametrize(("n_rows", "n_issued"), [(150_000, 60_000), (50_000, 200_000)])
@pytest.mark.parametrize("seed", [5])
def test_many_shots_agree_with_a_plain_look_up(find: Find, n_rows: int, n_issued: int, seed: int) -> None:
    """Either side may be the larger; a third of the ids repeat, and chains are up to nine long."""
    chance = random.Random(seed)
    ids = [f"S{chance.randrange(n_rows)}" for _ in range(n_rows)]
    issued = [(f"S{chance.randrange(n_rows)}", f"U{n}") for n in range(n_issued)]
    registry = [issued[first : first + 50_000] for first in range(0, n_issued, 50_000)]
    registry = [list({row[0]: row for row in rows}.values()) for rows in registry]  # a file has an id once
    latest = look_up(registry)
    first_row: dict[str, int] = {}
    for row, shot_id in enumerate(ids):
        first_row.setdefault(shot_id, row)
    expected = {row: latest[shot_id] for shot_id, row in first_row.items() if shot_id in latest}
    half = n_rows // 2 - 7
    known, parts = find([ids[:half], ids[half:]], *registry, rows_per_part=10_000)
    assert len(parts) > 3
    assert by_row(pickle.loads(pickle.dumps(known)), parts) == expected
    assert list(known.path.parent.glob("known-*")) == [] if known.path else True


IDS = st.sampled_from([None, "", "a", "b", "c", "an id of more than twelve bytes", "é"])
ISSUED = st.lists(st.tuples(IDS.filter(bool), st.uuids(version=4).map(str)), max_size=8)


@settings(max_examples=25, deadline=None)
@given(
    inputs=st.lists(st.lists(IDS, max_size=8), min_size=1, max_size=3),
    registry=st.lists(ISSUED, max_size=3),
    n_digests=st.sampled_from([1, 3, 2**64 - 1]),
    rows_at_once=st.sampled_from([1, 4, 100]),
)
def test_any_shots_agree_with_a_plain_look_up_though_digests_are_equal(
    inputs: list[list[str | None]], registry: list[Certificates], n_digests: int, rows_at_once: int
) -> None:
    """Also where the registry has to be read again and again, and where a row has a range for itself."""
    digests_of = digests.Digester.__call__
    latest = look_up(registry)
    ids = [shot_id for ids in inputs for shot_id in ids]
    first_rows = {shot_id: row for row, shot_id in reversed(list(enumerate(ids)))}
    expected = {row: latest[shot_id] for shot_id, row in first_rows.items() if shot_id in latest}
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as name:
        patch.setattr(digests.Digester, "__call__", lambda *given: digests_of(*given) % np.uint64(n_digests))
        patch.setattr(known_shots, "ROWS_PER_LOOKUP", rows_at_once)
        patch.setattr(known_shots, "ROWS_PER_RANGE", rows_at_once)
        patch.setattr(scattered_rows, "ROWS_PER_RANGE", rows_at_once)
        folder = Path(name)
        opened = [open_source(write_ids(folder / f"in{n}.parquet", ids)) for n, ids in enumerate(inputs)]
        issued = [write_certificates(folder / f"out{n}.parquet", rows) for n, rows in enumerate(registry)]
        repeated = find_repeated(opened, folder, 2)
        known = find_known_shots(
            opened,
            repeated,
            issued,
            folder / "known",
            **room(folder),
        )
        assert by_row(known, cut_into_parts(opened, repeated, 7)) == expected


def look_up(registry: Sequence[Certificates]) -> dict[str | None, str]:
    """The UVCI that counts of each shot_id."""
    return {shot_id: uvci for certificates in registry for shot_id, uvci in certificates}


def damage(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[4:200] = b"\xff" * 196
    path.write_bytes(content)


@pytest.mark.parametrize("fault", ["damaged", "cut", "gone", "column"])
def test_a_damaged_file_of_the_registry_is_named(tmp_path: Path, fault: str) -> None:
    opened = [open_source(write_ids(tmp_path / "shots.parquet", [f"S{n}" for n in range(1000)]))]
    paths = [
        write_certificates(tmp_path / f"{n}.parquet", [(f"S{row}", f"U{row}") for row in range(500)])
        for n in range(3)
    ]
    if fault == "damaged":
        damage(paths[1])
    elif fault == "cut":
        paths[1].write_bytes(paths[1].read_bytes()[:-50])
    elif fault == "gone":
        paths[1].unlink()
    else:
        pq.write_table(pq.read_table(paths[1]).drop_columns(["uvci"]), paths[1])
    with pytest.raises(RegistryUnreadable, match=f"{paths[1]}: damaged"):
        find_known_shots(
            opened,
            NO_DUPLICATES,
            paths,
            tmp_path / "known",
            **room(tmp_path),
        )


def test_a_damaged_table_of_shots_is_named(tmp_path: Path) -> None:
    path = write_ids(tmp_path / "shots.parquet", [f"S{n}" for n in range(1000)])
    damage(path)
    opened = [open_source(path)]
    issued = [write_certificates(tmp_path / "1.parquet", [("S1", "U1")])]
    with pytest.raises(InputUnreadable, match=f"{path}: damaged"):
        find_known_shots(
            opened,
            NO_DUPLICATES,
            issued,
            tmp_path / "known",
            **room(tmp_path),
        )


def test_no_room_stops_the_run(tmp_path: Path) -> None:
    opened = [open_source(write_ids(tmp_path / "shots.parquet", ["a"]))]
    issued = [write_certificates(tmp_path / "1.parquet", [("a", "A")])]
    with pytest.raises(StoppedHalfWay, match="absent: cannot be written: No such file or directory"):
        find_known_shots(
            opened,
            NO_DUPLICATES,
            issued,
            tmp_path / "known",
            n_before=0,
            temp_directory=tmp_path / "absent",
        )


def test_the_query_reads_only_the_row_groups_of_a_part(find: Find, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = [f"S{row}" for row in range(270_000)]
    known, parts = find([ids], [(shot_id, f"U{shot_id}") for shot_id in ids])
    read: list[list[int]] = []
    read_row_groups = pq.ParquetFile.read_row_groups

    def noting(file: pq.ParquetFile, groups: list[int], **options: Any) -> pa.Table:
        read.append(groups)
        return read_row_groups(file, groups, **options)

    monkeypatch.setattr(row_list.pq.ParquetFile, "read_row_groups", noting)
    assert [len(known.of(part).rows) for part in parts] == [part.n_rows for part in parts]
    assert max(map(len, read)) <= 2


def test_a_certificate_that_is_newer_than_the_plan_is_told_from_one_to_be_replaced(tmp_path: Path) -> None:
    opened = [open_source(write_ids(tmp_path / "in.parquet", ["A", "B", "C"]))]
    issued = [
        write_certificates(tmp_path / f"{name}.parquet", [(name, f"U{name}")]) for name in ("A", "B", "C")
    ]
    known = find_known_shots(
        opened, NO_DUPLICATES, issued, tmp_path / "known", n_before=2, temp_directory=tmp_path
    )
    (part,) = cut_into_parts(opened, NO_DUPLICATES, 10)
    assert known.of(part).uvcis.to_pylist() == ["UA", "UB", None]
