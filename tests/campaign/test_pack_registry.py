"""Packing what is not withdrawn in a registry: no orphans, nothing superseded or revoked."""

from __future__ import annotations

import csv
import shutil
import time
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from made_certificates import write_certificates
from made_withdrawals import N_CERTIFICATES, N_OUTDATED, N_SUPERSEDED, SHOTS_IN_FORCE, make_registry, uvci

from signer.campaign.pack_run import PackOrder, pack
from signer.campaign.pack_summary import PackSummary
from signer.errors import InputUnreadable, RegistryUnreadable
from signer.packing.delivery import Texts
from signer.packing.selection import Selection
from signer.registry import Registry, open_or_create


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Registry:
    return make_registry(tmp_path_factory.mktemp("registry") / "registry")


def run(out: Path, *given: Path, selection: Selection | None = None) -> PackSummary:
    order = PackOrder(given, out, Texts("csv"), "none", 1000, selection or Selection(), 2)
    return pack(order, lambda done, total: None, time.monotonic)


def packed(out: Path) -> list[dict[str, str]]:
    with (out / "shard-00000.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def test_what_is_not_withdrawn_is_packed_and_the_rest_is_counted(tmp_path: Path, registry: Registry) -> None:
    """An expired certificate goes too, as from a folder."""
    summary = run(tmp_path / "out", registry.path)
    assert sorted(row["shot_id"] for row in packed(tmp_path / "out")) == sorted([*SHOTS_IN_FORCE, "S9"])
    counts = (summary.certificates, summary.renewed, summary.superseded, summary.revoked, summary.packed)
    assert counts == (N_CERTIFICATES, N_OUTDATED, N_SUPERSEDED, 2, len(SHOTS_IN_FORCE) + 1)
    assert summary.is_complete


def test_a_corrected_shot_is_packed_in_its_last_certificate(tmp_path: Path, registry: Registry) -> None:
    run(tmp_path / "out", registry.path, selection=Selection(shot_ids=["S7", "S8"]))
    rows = packed(tmp_path / "out")
    assert [(row["shot_id"], row["uvci"], row["iat"][:10]) for row in rows] == [
        ("S7", uvci(107), "2022-04-15"),
        ("S8", uvci(208), "2022-04-16"),
    ]


def test_a_renewed_certificate_is_packed_in_its_latest_signature(tmp_path: Path, registry: Registry) -> None:
    """Before, the repeated uvci was refused."""
    run(tmp_path / "out", registry.path, selection=Selection(shot_ids=["S2", "S12"]))
    rows = packed(tmp_path / "out")
    assert [(row["shot_id"], row["uvci"], row["iat"]) for row in rows] == [
        ("S2", uvci(2), "2022-04-14T19:00:00Z"),
        ("S12", uvci(12), "2022-04-16T19:00:00Z"),
    ]


def test_a_signature_that_was_renewed_is_not_packed_by_its_own_day(
    tmp_path: Path, registry: Registry
) -> None:
    asked = Selection(shot_ids=["S12", "S13"], issued_until=date(2022, 4, 14))
    summary = run(tmp_path / "out", registry.path, selection=asked)
    assert [row["shot_id"] for row in packed(tmp_path / "out")] == ["S13"]
    assert [summary.selected, summary.not_found] == [1, 1]


def test_a_uvci_that_was_issued_twice_is_refused_also_where_one_was_renewed(
    tmp_path: Path, registry: Registry
) -> None:
    beside = write_certificates(tmp_path / "beside.parquet", 1, {0: {"uvci": uvci(2)}})
    with pytest.raises(InputUnreadable, match="has the same uvci"):
        run(tmp_path / "out", registry.path, beside)


def test_an_id_that_is_withdrawn_is_not_found(tmp_path: Path, registry: Registry) -> None:
    asked = Selection(uvcis=[uvci(0), uvci(5), uvci(7)])
    summary = run(tmp_path / "out", registry.path, selection=asked)
    assert [row["uvci"] for row in packed(tmp_path / "out")] == [uvci(0)]
    assert (summary.not_found, summary.is_complete) == (2, False)


def test_what_a_registry_revokes_is_not_packed_from_files_beside_it_either(
    tmp_path: Path, registry: Registry
) -> None:
    beside = write_certificates(tmp_path / "beside.parquet", 1, {0: {"uvci": uvci(6)}})
    summary = run(tmp_path / "out", registry.path, beside)
    assert (summary.certificates, summary.revoked, summary.packed) == (N_CERTIFICATES + 1, 3, 18)


def test_nothing_is_said_to_be_withdrawn_in_an_output_folder(tmp_path: Path) -> None:
    given = write_certificates(tmp_path / "issued" / "certificates" / "part-00000.parquet", 3)
    summary = run(tmp_path / "out", given)
    assert (summary.superseded, summary.revoked, summary.packed) == (0, 0, 3)


@pytest.mark.parametrize("given", ["certificates", "certificates/*"])
def test_the_files_of_a_registry_are_refused_without_its_log(
    tmp_path: Path, registry: Registry, given: str
) -> None:
    """Before, an orphan among them was packed."""
    paths = [path for path in registry.path.glob(given) if path.name != "_delta_log"]
    assert paths
    with pytest.raises(InputUnreadable, match="belongs to a registry") as raised:
        run(tmp_path / "out", *paths)
    assert str(raised.value).endswith(f"name the registry, {registry.path}")
    assert not list(tmp_path.iterdir())


def test_an_empty_registry_has_nothing_to_pack(tmp_path: Path) -> None:
    empty = open_or_create(tmp_path / "registry")
    with pytest.raises(InputUnreadable, match="none of the 0 certificates is selected"):
        run(tmp_path / "out", empty.path)


def test_a_registry_that_lost_its_mark_is_named(tmp_path: Path, registry: Registry) -> None:
    shutil.copytree(registry.path, tmp_path / "copy")
    (tmp_path / "copy" / "registry.json").unlink()
    with pytest.raises(RegistryUnreadable, match=r"registry\.json: cannot be read"):
        run(tmp_path / "out", tmp_path / "copy")


def test_a_registry_that_lost_a_file_is_not_packed(tmp_path: Path, registry: Registry) -> None:
    copy = replace(registry, path=tmp_path / "copy")
    shutil.copytree(registry.path, copy.path)
    lost = copy.files("certificates")[1].path
    lost.unlink()
    with pytest.raises(RegistryUnreadable, match=r"\.parquet: is missing; put it back from a copy"):
        run(tmp_path / "out", copy.path)
    assert not (tmp_path / "out").exists()
