"""Issuing shots whose certificates are revoked: no correction undoes an order."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from made_shots import ISSUED_AT, write_shots
from made_withdrawals import give_order
from renewed_registries import rows_of

from signer.campaign.left_out import REVOKED, UNCHANGED
from signer.campaign.registry_run import RegistryOrder, issue_into_registry
from signer.campaign.registry_summary import RegistrySummary
from signer.registry import open_registry

N_SHOTS = 20


@pytest.fixture(scope="module")
def issued(tmp_path_factory: pytest.TempPathFactory, profile: Path) -> Path:
    """Certificates of all shots, of which that of S3 is revoked; tests have copies."""
    folder = tmp_path_factory.mktemp("issued")
    issue(folder / "registry", profile, write_shots(folder / "shots.parquet", N_SHOTS))
    uvci = rows_of(folder / "registry").column("uvci")[3].as_py()
    give_order(open_registry(folder / "registry"), 0, "revoked", [uvci])
    return folder / "registry"


def issue(registry: Path, profile: Path, shots: Path, **choices: Any) -> RegistrySummary:
    at = ISSUED_AT + 86_400
    order = RegistryOrder([shots], profile, registry, 1, at, at, **choices)
    return issue_into_registry(order, lambda done, total: None, time.monotonic)


@pytest.mark.parametrize("change", [{}, {"full_name": "Trần Thị Hồng"}], ids=["as it was", "corrected"])
def test_a_shot_whose_certificate_is_revoked_gets_no_other_one(
    registry: Path, profile: Path, tmp_path: Path, change: dict[str, Any]
) -> None:
    """Before, a correction of one letter gave a new certificate that was in force."""
    shots = write_shots(tmp_path / "again.parquet", N_SHOTS, {3: change, 5: {"full_name": "Lê Văn Nam"}})
    summary = issue(registry, profile, shots)
    assert (summary.issued, summary.skipped) == (1, {REVOKED: 1, UNCHANGED: N_SHOTS - 2})


def test_once_that_is_undone_a_correction_is_issued(registry: Path, profile: Path, tmp_path: Path) -> None:
    revoked = rows_of(registry).column("uvci")[3].as_py()
    give_order(open_registry(registry), 1, "restored", [revoked])
    corrected = write_shots(tmp_path / "again.parquet", N_SHOTS, {3: {"full_name": "Trần Thị Hồng"}})
    assert issue(registry, profile, corrected).issued == 1
    assert rows_of(registry).column("supersedes").drop_null().to_pylist() == [revoked]


def test_a_revoked_shot_that_is_to_be_refused_is_refused_all_the_same(
    registry: Path, profile: Path, tmp_path: Path
) -> None:
    broken = write_shots(tmp_path / "again.parquet", N_SHOTS, {3: {"vaccine": "Unheard-of"}})
    summary = issue(registry, profile, broken)
    assert (summary.refused, summary.skipped) == (1, {UNCHANGED: N_SHOTS - 1})
