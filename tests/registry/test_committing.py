"""A part is in the registry once, however often and from wherever it is committed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from deltalake import DeltaTable
from made_parts import OTHER_PLAN, PLAN, once, rows_in, write_part, write_parts
from made_tables import FILE_KEY

from signer import durable
from signer.errors import RegistryUnreadable, StoppedHalfWay
from signer.registry import PartFiles, Registry, table_log


def test_a_committed_part_is_read_back_with_its_digest(registry: Registry) -> None:
    parts = write_parts(registry, [0, 1])
    with registry.lease() as lease:
        registry.commit(lease, parts)
    assert rows_in(registry) == once([0, 1])
    for table in ("certificates", "refused"):
        for file, part in zip(registry.files(table), parts, strict=True):
            assert (file.plan_id, file.part, file.epoch, file.file) == (
                PLAN,
                part.part,
                1,
                part.file_in(table),
            )
            content = file.path.read_bytes()
            assert (len(content), hashlib.sha256(content).hexdigest()) == (file.file.bytes, file.file.sha256)
    assert registry.committed_parts(PLAN) == {0: parts[0], 1: parts[1]}
    assert registry.committed_parts(OTHER_PLAN) == {}


def test_several_parts_take_one_commit_a_table(registry: Registry) -> None:
    with registry.lease() as lease:
        registry.commit(lease, write_parts(registry, range(5)))
    for table in ("certificates", "refused"):
        assert DeltaTable(registry.path / table).version() == 1


def test_a_part_that_is_in_already_is_not_added_again(registry: Registry) -> None:
    first, second = write_parts(registry, [0, 1])
    with registry.lease() as lease:
        registry.commit(lease, [first])
        registry.commit(lease, [first, second])
        registry.commit(lease, [first, second])
        registry.commit(lease, [])
    assert rows_in(registry) == once([0, 1])
    assert DeltaTable(registry.path / "certificates").version() == 2


def without_code(part: PartFiles) -> PartFiles:
    """A GMAC begins with a nonce of its own, whatever the content."""
    return replace(part, certificates=replace(part.certificates, gmac=None))


def test_a_part_that_is_written_again_has_the_same_name_and_bytes(registry: Registry) -> None:
    assert without_code(write_part(registry, 0)) == without_code(write_part(registry, 0))
    assert len(registry.orphans()) == 2


def test_two_processes_at_one_part_do_not_write_to_one_file(registry: Registry) -> None:
    """One was stopped and lost its lease, but its workers go on: it must not get into the other's bytes."""
    with registry.new_part(PLAN, 0, FILE_KEY) as stale:
        stale.certificates.write_bytes(b"half")
        stale.refused.write_bytes(b"half")
        part = write_part(registry, 0)
        for path in (stale.certificates, stale.refused):
            path.write_bytes((path.parent / part.file_in(path.parent.name).name).read_bytes())
    assert without_code(stale.files) == without_code(part)
    with registry.lease() as lease:
        registry.commit(lease, [part])
    assert rows_in(registry) == once([0])


def test_a_part_that_fails_leaves_nothing(registry: Registry) -> None:
    def write_half() -> None:
        with registry.new_part(PLAN, 0, FILE_KEY) as working:
            working.certificates.write_bytes(b"half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_half()
    assert registry.orphans() == []


def test_a_part_without_rows_is_done_like_any_other(registry: Registry) -> None:
    empty = write_part(registry, 0, empty=True)
    assert (empty.certificates.rows, empty.certificates.min_shot_id) == (0, None)
    with registry.lease() as lease:
        registry.commit(lease, [empty])
    assert registry.committed_parts(PLAN) == {0: empty}
    assert rows_in(registry) == once([])


def test_the_log_tells_the_range_of_the_shot_ids(registry: Registry) -> None:
    with registry.lease() as lease:
        registry.commit(lease, [write_part(registry, 7)])
    entry = (registry.path / "certificates" / "_delta_log" / f"{1:020d}.json").read_text()
    (add,) = [json.loads(line)["add"] for line in entry.splitlines() if "add" in json.loads(line)]
    assert json.loads(add["stats"]) == {
        "numRecords": 8,
        "minValues": {"shot_id": "0123-007-2"},
        "maxValues": {"shot_id": "0123-007-9"},
    }


def test_a_part_counts_as_done_only_in_both_tables(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    part = write_part(registry, 0)
    append = table_log.Snapshot.append

    def fail_on_certificates(snapshot: table_log.Snapshot, *given: Any, **named: Any) -> None:
        if snapshot.folder.name == "certificates":
            raise table_log.CommitFailed("no space left")
        append(snapshot, *given, **named)

    with registry.lease() as lease:
        with monkeypatch.context() as patch:
            patch.setattr(table_log.Snapshot, "append", fail_on_certificates)
            with pytest.raises(StoppedHalfWay, match=r"certificates: cannot be committed to: no space left"):
                registry.commit(lease, [part])
        assert registry.committed_parts(PLAN) == {}
        registry.commit(lease, [part])
    assert registry.committed_parts(PLAN) == {0: part}
    assert rows_in(registry) == once([0])


@pytest.mark.parametrize("arrived", [True, False])
def test_after_an_unknown_outcome_it_looks_before_it_tries_again(
    registry: Registry, monkeypatch: pytest.MonkeyPatch, arrived: bool
) -> None:
    part = write_part(registry, 0)
    create = DeltaTable.create_write_transaction
    failures = iter([True])

    def lose_the_answer(table: DeltaTable, *given: Any, **named: Any) -> None:
        fails = next(failures, False)
        if arrived or not fails:
            create(table, *given, **named)
        if fails:
            raise TimeoutError("no answer")

    monkeypatch.setattr(DeltaTable, "create_write_transaction", lose_the_answer)
    with registry.lease() as lease:
        registry.commit(lease, [part])
    assert rows_in(registry) == once([0])
    assert DeltaTable(registry.path / "refused").version() == 1


def test_a_commit_between_look_and_commit_is_noticed(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The library refuses a repeat that comes at the same time, but not one that comes later."""
    part = write_part(registry, 0)
    append = table_log.Snapshot.append
    late: list[bool] = [True, True]  # once a table

    def come_too_late(snapshot: table_log.Snapshot, *given: Any, **named: Any) -> None:
        if late and late.pop():
            append(table_log.read_table(snapshot.folder), *given, **named)
        append(snapshot, *given, **named)

    monkeypatch.setattr(table_log.Snapshot, "append", come_too_late)
    with registry.lease() as lease:
        registry.commit(lease, [part])
    assert late == []
    assert rows_in(registry) == once([0])
    assert DeltaTable(registry.path / "certificates").version() == 1


def test_a_commit_is_tried_at_one_version_only(registry: Registry) -> None:
    """Else the library would go on to the next version, and the file synced would be another's."""
    one, other = write_parts(registry, [0, 1])
    snapshot = table_log.read_table(registry.path / "refused")
    snapshot.append([one.refused], [one.new_file("refused").transaction], {})
    with pytest.raises(table_log.CommitFailed):
        snapshot.append([other.refused], [other.new_file("refused").transaction], {})
    assert DeltaTable(registry.path / "refused").version() == 1


@pytest.mark.parametrize("damage", [lambda path: path.unlink(), lambda path: path.write_bytes(b"cut")])
def test_a_file_that_was_lost_or_cut_is_not_committed(registry: Registry, damage: Any) -> None:
    part = write_part(registry, 0)
    path = registry.path / "certificates" / part.certificates.name
    damage(path)
    with registry.lease() as lease, pytest.raises(StoppedHalfWay, match=path.name):
        registry.commit(lease, [part])
    assert registry.committed_parts(PLAN) == {}


def test_a_commit_that_cannot_be_synced_stops_the_run(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second fsync may report success for pages that are lost, so it is not tried in this process."""
    part = write_part(registry, 0)
    sync_all = durable.sync_all

    def fail_on_new_commits(paths: Sequence[Path]) -> None:
        if paths[0].name == f"{1:020d}.json":
            raise OSError(5, "Input/output error")
        sync_all(paths)

    with registry.lease() as lease:
        monkeypatch.setattr(durable, "sync_all", fail_on_new_commits)
        with pytest.raises(StoppedHalfWay, match="refused: cannot be written: Input/output error"):
            registry.commit(lease, [part])


def test_a_long_log_gets_a_checkpoint_and_nothing_is_lost(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table_log, "VERSIONS_PER_CHECKPOINT", 3)
    with registry.lease() as lease:
        for number in range(8):
            registry.commit(lease, [write_part(registry, number)])
    log = registry.path / "certificates" / "_delta_log"
    assert sorted(path.name[18:] for path in log.glob("*.checkpoint.parquet")) == [
        "03.checkpoint.parquet",
        "06.checkpoint.parquet",
    ]
    assert rows_in(registry) == once(range(8))
    assert sorted(registry.committed_parts(PLAN)) == list(range(8))
    assert len(registry.files("refused")) == 8


def test_no_checkpoint_is_made_of_what_another_has_committed_since(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its entry may not be durable, and a log that a power cut ends before its checkpoint cannot be read."""
    folder = registry.path / "certificates"
    with registry.lease() as lease:
        for number in range(3):
            registry.commit(lease, [write_part(registry, number)])
    monkeypatch.setattr(table_log, "VERSIONS_PER_CHECKPOINT", 1)
    table_log.Follower(folder).keep_short(2)
    assert not list(folder.glob("_delta_log/*.checkpoint.parquet"))
    table_log.Follower(folder).keep_short(3)
    assert list(folder.glob("_delta_log/*.checkpoint.parquet"))


def test_a_file_that_another_program_put_in_is_named(registry: Registry) -> None:
    part = write_part(registry, 0)
    snapshot = table_log.read_table(registry.path / "certificates")
    snapshot.append([part.certificates], ["someone/1"], {})
    with pytest.raises(RegistryUnreadable, match=f"{part.certificates.name}: was put into the table by"):
        registry.files("certificates")


@pytest.mark.parametrize("damage", [lambda path: path.unlink(), lambda path: path.write_bytes(b"PAR1")])
def test_a_committed_file_that_is_gone_or_damaged_is_named(registry: Registry, damage: Any) -> None:
    part: PartFiles = write_part(registry, 0)
    with registry.lease() as lease:
        registry.commit(lease, [part])
    damage(registry.path / "certificates" / part.certificates.name)
    with pytest.raises(RegistryUnreadable, match=part.certificates.name):
        rows_in(registry)
