"""The views of a registry: what is in force, superseded, revoked, restored and renewed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest
from made_withdrawals import SHOTS_IN_FORCE, make_registry, uvci

from signer.campaign.registry_views import files_of_registry, open_views
from signer.errors import RegistryUnreadable
from signer.registry import Registry, open_or_create
from signer.tables.out_of_core import Room


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
