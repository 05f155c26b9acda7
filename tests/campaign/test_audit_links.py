"""Certificates of a registry that do not go together: found as by hand, however many there are."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from signer.campaign.audit_faults import Faults
from signer.campaign.audit_links import check_links
from signer.errors import RegistryUnreadable
from signer.registry.part_files import PartFile
from signer.registry.reading import CommittedFile
from signer.tables.out_of_core import Room

Row = tuple[str | None, str | None, str | None]
"""uvci, shot_id, supersedes"""

SCHEMA = pa.schema([("uvci", pa.string()), ("shot_id", pa.string()), ("supersedes", pa.string())])


def write(folder: Path, files: Sequence[Sequence[Row]]) -> list[CommittedFile]:
    written = []
    for number, rows in enumerate(files):
        path = folder / f"{number}.parquet"
        columns = list(zip(*rows, strict=True)) or [(), (), ()]
        table = pa.table([pa.array(column, pa.string()) for column in columns], schema=SCHEMA)
        pq.write_table(table, path, row_group_size=3)
        about = PartFile(path.name, len(rows), 1, "", None, None)
        written.append(CommittedFile(path, "a" * 32, number, 1, 1, about, {}))
    return written


def check(
    folder: Path, files: Sequence[Sequence[Row]], is_all: bool = True, most_listed: int = 100
) -> Faults:
    faults = Faults(most_listed)
    (folder / "room").mkdir()
    check_links(write(folder, files), is_all, Room("150MB", folder / "room", 2), faults)
    return faults


def places(faults: Faults, kind: str) -> list[tuple[int | None, int | None]]:
    return [(fault.part, fault.row) for fault in faults.in_order() if fault.kind == kind]


def test_certificates_of_different_shots_go_together(tmp_path: Path) -> None:
    assert check(tmp_path, [[("U1", "A", None)], [("U2", "B", None)]]).total == 0


def test_nothing_at_all_goes_together(tmp_path: Path) -> None:
    assert check(tmp_path, [[], []]).total == 0


def test_a_chain_of_corrections_goes_together(tmp_path: Path) -> None:
    chain = [[("U1", "A", None)], [("U2", "A", "U1"), ("V", "B", None)], [("U3", "A", "U2")]]
    assert check(tmp_path, chain).total == 0


def test_a_repeated_uvci_is_named_with_both_places(tmp_path: Path) -> None:
    faults = check(tmp_path, [[("U1", "A", None)], [("U2", "B", None), ("U1", "C", None)]])
    assert places(faults, "uvci") == [(1, 1)]
    (fault,) = faults.listed
    assert "U1 of shot C" in fault.message
    assert f"{tmp_path / '0.parquet'}, row 0" in fault.message


@pytest.mark.parametrize("link", [None, "U9", "U2"])
def test_a_second_certificate_that_does_not_name_the_first_is_a_fault(
    tmp_path: Path, link: str | None
) -> None:
    faults = check(tmp_path, [[("U1", "A", None)], [("U2", "A", link)]])
    assert places(faults, "shot") == [(1, 0)]
    assert f"{tmp_path / '0.parquet'}, row 0" in faults.listed[0].message


def test_two_that_supersede_the_same_one_are_a_fault(tmp_path: Path) -> None:
    faults = check(tmp_path, [[("U1", "A", None)], [("U2", "A", "U1")], [("U3", "A", "U1")]])
    assert places(faults, "shot") == [(2, 0)]


def test_one_that_supersedes_what_is_not_there_is_a_fault(tmp_path: Path) -> None:
    faults = check(tmp_path, [[("U2", "A", "U1"), ("V", "B", None)]])
    assert places(faults, "shot") == [(0, 0)]
    assert "that is not there" in faults.listed[0].message


def test_while_a_file_is_missing_only_a_link_that_is_not_there_is_a_fault(tmp_path: Path) -> None:
    rows: list[list[Row]] = [
        [("U2", "A", "U1"), ("V", "B", None), ("W1", "C", None)],
        [("V2", "B", "V1"), ("W2", "C", None)],
    ]
    assert places(check(tmp_path, rows, is_all=False), "shot") == [(1, 1)]


def test_what_has_no_id_repeats_nothing(tmp_path: Path) -> None:
    assert check(tmp_path, [[(None, None, None)] * 3]).total == 0


def test_all_are_counted_and_the_first_are_listed(tmp_path: Path) -> None:
    faults = check(tmp_path, [[("U", "A", None)] * 50], most_listed=7)
    assert faults.counts == {"uvci": 49, "shot": 49}
    assert len(faults.listed) == 7


def test_ids_of_any_bytes_are_shown_as_text(tmp_path: Path) -> None:
    faults = check(tmp_path, [[("U\n\x1b[2J", "A", None), ("U\n\x1b[2J", "B", None)]])
    assert r"U\n\x1b[2J of shot B" in faults.listed[0].message


def test_a_file_that_goes_meanwhile_is_named(tmp_path: Path) -> None:
    files = write(tmp_path, [[("U1", "A", None)], [("U2", "B", None)]])
    files[1].path.unlink()
    with pytest.raises(RegistryUnreadable, match=r"1\.parquet"):
        check_links(files, True, Room("150MB", tmp_path, 2), Faults(9))


def test_random_registries_are_judged_as_by_hand(tmp_path: Path) -> None:
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    for number in range(10):
        files = [[row_by(chance) for _ in range(chance.randrange(12))] for _ in range(4)]
        (tmp_path / str(number)).mkdir()
        faults = check(tmp_path / str(number), files)
        assert (places(faults, "uvci"), places(faults, "shot")) == by_hand(files), files


def row_by(chance: random.Random) -> Row:
    return (
        f"U{chance.randrange(40)}",
        f"S{chance.randrange(25)}",
        chance.choice([None, f"U{chance.randrange(40)}"]),
    )


def by_hand(files: Sequence[Sequence[Row]]) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    repeated, unlinked = [], []
    uvcis: set[str | None] = set()
    latest: dict[str | None, str | None] = {}
    for number, rows in enumerate(files):
        for row, (uvci, shot_id, supersedes) in enumerate(rows):
            if uvci in uvcis:
                repeated.append((number, row))
            if supersedes != latest.get(shot_id):
                unlinked.append((number, row))
            uvcis.add(uvci)
            latest[shot_id] = uvci
    return repeated, unlinked
