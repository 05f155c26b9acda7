"""The views of a registry: what is in force, superseded, revoked, restored and renewed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
from made_damages import overwrite_page
from made_withdrawals import SHOTS_IN_FORCE, make_registry, uvci

from signer.campaign.registry_views import files_of_registry, open_views
from signer.errors import InputUnreadable, RegistryUnreadable, StoppedHalfWay
from signer.registry import Registry, open_or_create
from signer.tables.out_of_core import Room, Stream


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return make_registry(tmp_path / "registry")


@contextmanager
def views(registry: Registry, tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_views("testing", files_of_registry(registry), Room("500MB", tmp_path, 1)) as database:
        yield database


def test_in_force_is_what_neither_another_one_nor_an_order_has_withdrawn(
    registry: Registry, tmp_path: Path
) -> None:
    with views(registry, tmp_path) as database:
        shots = database.execute("SELECT shot_id FROM in_force ORDER BY shot_id").fetchall()
    expired = "S9"
    assert [shot for (shot,) in shots] == sorted([*SHOTS_IN_FORCE, expired])


def test_each_superseded_and_revoked_certificate_is_named_once(registry: Registry, tmp_path: Path) -> None:
    with views(registry, tmp_path) as database:
        superseded = database.execute('SELECT uvci, "by" FROM superseded ORDER BY uvci').fetchall()
        revoked = database.execute("SELECT uvci, reason FROM revoked ORDER BY uvci").fetchall()
    assert superseded == [(uvci(7), uvci(107)), (uvci(8), uvci(108)), (uvci(108), uvci(208))]
    assert revoked == [(uvci(5), "made up"), (uvci(6), "made up")]


def test_a_row_can_be_found_again_in_its_file(registry: Registry, tmp_path: Path) -> None:
    files = files_of_registry(registry)
    with views(registry, tmp_path) as database:
        found = database.execute(
            "SELECT file, row_in_file, version FROM certificates WHERE uvci = ?", [uvci(13)]
        ).fetchall()
    assert found == [(1, 3, files.certificates[1].version)]


def test_an_empty_registry_has_all_views(tmp_path: Path) -> None:
    with views(open_or_create(tmp_path / "registry", test=True), tmp_path) as database:
        for view in (
            "certificates",
            "renewals",
            "refused",
            "revocations",
            "revoked",
            "superseded",
            "in_force",
        ):
            assert database.execute(f"SELECT count(*) FROM {view}").fetchall() == [(0,)], view


def test_what_came_later_is_not_in_the_registry_of_then(registry: Registry, tmp_path: Path) -> None:
    then = files_of_registry(registry).until(1, 0)
    with open_views("testing", then, Room("500MB", tmp_path, 1)) as database:
        assert database.execute("SELECT count(*) FROM in_force").fetchall() == [(10,)]


@pytest.mark.parametrize("harm", ["gone", "cut"])
def test_a_damaged_file_is_named(registry: Registry, tmp_path: Path, harm: str) -> None:
    path = registry.files("certificates")[0].path
    content = path.read_bytes()
    path.unlink()
    if harm == "cut":
        path.write_bytes(content[:1000])
    with pytest.raises(RegistryUnreadable, match=path.name), views(registry, tmp_path) as database:
        database.execute("SELECT count(uvci) FROM certificates").fetchall()


@pytest.mark.parametrize("at", [0, 20])
def test_a_page_that_was_overwritten_is_found_by_the_digest_of_its_file(
    registry: Registry, tmp_path: Path, at: int
) -> None:
    """DuckDB says of it "don't know what type", in a plain error that names no file."""
    path = registry.files("certificates")[0].path
    overwrite_page(path, "uvci", at)
    with (
        pytest.raises(RegistryUnreadable, match=f"{path.name}: was changed"),
        views(registry, tmp_path) as database,
    ):
        database.execute("SELECT count(uvci) FROM certificates").fetchall()


def test_batches_that_end_at_a_damaged_page_name_its_file(registry: Registry, tmp_path: Path) -> None:
    """Whoever reads batches gets an OSError of the reader, in place of an error of DuckDB."""
    path = registry.files("certificates")[0].path
    overwrite_page(path, "uvci")
    with pytest.raises(RegistryUnreadable, match=path.name), views(registry, tmp_path):
        raise OSError("Invalid Error: don't know what type")


@pytest.mark.parametrize(
    ("error", "told"),
    [(duckdb.OutOfMemoryException("x"), StoppedHalfWay), (OSError(13, "Permission denied"), PermissionError)],
)
def test_a_want_of_room_and_a_file_of_others_are_told_as_they_are(
    registry: Registry, tmp_path: Path, error: Exception, told: type[Exception]
) -> None:
    overwrite_page(registry.files("certificates")[0].path, "uvci")
    with pytest.raises(told), views(registry, tmp_path):
        raise error


def test_where_no_file_is_damaged_a_wrong_statement_stays_a_mistake_of_ours(
    registry: Registry, tmp_path: Path
) -> None:
    with pytest.raises(duckdb.BinderException), views(registry, tmp_path) as database:
        database.execute("SELECT nothing FROM certificates")
    with (
        pytest.raises(RegistryUnreadable, match="all files are what was committed"),
        views(registry, tmp_path),
    ):
        raise duckdb.Error("Out of buffer")


def test_an_error_of_a_stream_is_not_looked_for_in_the_registry(registry: Registry, tmp_path: Path) -> None:
    def batches() -> Iterator[pa.RecordBatch]:
        raise InputUnreadable("register.parquet: damaged")
        yield

    overwrite_page(registry.files("certificates")[0].path, "uvci")
    stream, room = Stream(pa.schema([("n", pa.int64())]), batches()), Room("500MB", tmp_path, 1)

    def ask() -> None:
        with open_views("testing", files_of_registry(registry), room, [stream]) as database:
            database.register("numbers", stream.reader())
            database.execute("SELECT n FROM numbers").fetchall()

    with pytest.raises(InputUnreadable, match="register"):
        ask()
