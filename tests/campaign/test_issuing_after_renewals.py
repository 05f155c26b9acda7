"""Issuing into a registry with renewed certificates: they are known, and are corrected as others are."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from made_renewals import last_rows, renew
from made_shots import ISSUED_AT, make_profile, write_shots

from signer.campaign.left_out import UNCHANGED
from signer.campaign.registry_run import RegistryOrder, issue_into_registry
from signer.campaign.registry_summary import RegistrySummary
from signer.errors import StoppedHalfWay
from signer.registry import Registry, open_registry

N_ROWS, DAY_S = 60, 86_400
Issue = Callable[..., RegistrySummary]


@pytest.fixture(scope="module")
def profile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_profile(tmp_path_factory.mktemp("issuer"))


@pytest.fixture
def shots(tmp_path: Path) -> Path:
    return write_shots(tmp_path / "shots.parquet", N_ROWS, rows_per_group=20)


@pytest.fixture
def issue(tmp_path: Path, profile: Path) -> Issue:
    def run(table: Path, on_progress: Any = lambda done, total: None, **choices: Any) -> RegistrySummary:
        order: dict[str, Any] = {"issued_at": None, "now": ISSUED_AT, "n_workers": 1, "rows_per_part": 20}
        order |= {"registry": tmp_path / "registry", "profile": profile} | choices
        return issue_into_registry(RegistryOrder([table], **order), on_progress, time.monotonic)

    return run


@pytest.fixture
def registry(tmp_path: Path) -> Callable[[], Registry]:
    return lambda: open_registry(tmp_path / "registry")


def signatures_of(registry: Registry) -> Counter[str]:
    return Counter(uvci for batch in registry.read("certificates", ["uvci"]) for uvci in batch[0].to_pylist())


def test_shots_whose_certificates_were_renewed_are_unchanged(
    issue: Issue, registry: Callable[[], Registry], shots: Path
) -> None:
    issue(shots)
    renew(registry(), "2022-04-20", [f"S{row}" for row in range(N_ROWS)])
    renew(registry(), "2022-04-21", ["S0", "S59"])
    again = issue(shots, now=ISSUED_AT + 10 * DAY_S, new_plan=True)
    assert (again.issued, again.skipped) == (0, {UNCHANGED: N_ROWS})


def test_a_corrected_shot_supersedes_its_renewed_certificate_once(
    issue: Issue, registry: Callable[[], Registry], shots: Path, tmp_path: Path
) -> None:
    issue(shots)
    first = last_rows(registry())["S7"]["uvci"]
    renew(registry(), "2022-04-20", ["S7", "S8"])
    corrected = write_shots(tmp_path / "corrected.parquet", N_ROWS, {7: {"full_name": "Trần Văn Nam"}})
    summary = issue(corrected, now=ISSUED_AT + 10 * DAY_S)
    assert (summary.issued, summary.skipped) == (1, {UNCHANGED: N_ROWS - 1})
    new = last_rows(registry())["S7"]
    assert (new["supersedes"], new["uvci"] != first) == (first, True)
    renew(registry(), "2022-05-01", ["S7"])
    again = issue(corrected, now=ISSUED_AT + 30 * DAY_S, new_plan=True)
    assert (again.issued, again.skipped) == (0, {UNCHANGED: N_ROWS})
    back = issue(shots, now=ISSUED_AT + 31 * DAY_S, new_plan=True)
    assert (back.issued, back.skipped) == (1, {UNCHANGED: N_ROWS - 1})
    assert last_rows(registry())["S7"]["supersedes"] == new["uvci"]


def test_a_renewal_meanwhile_keeps_no_correction_from_being_gone_on_with(
    issue: Issue, registry: Callable[[], Registry], shots: Path, tmp_path: Path
) -> None:
    """Else the renewal would count as newer than the plan, and the correction would be skipped for good."""

    def stop(done: int, total: int) -> None:
        if done >= 21:
            raise KeyboardInterrupt

    issue(shots)
    corrected = write_shots(
        tmp_path / "corrected.parquet", N_ROWS, {50: {"full_name": "Trần Văn Nam"}}, rows_per_group=20
    )
    with pytest.raises(StoppedHalfWay):
        issue(corrected, stop, now=ISSUED_AT + DAY_S)
    renew(registry(), "2022-04-20", ["S1", "S50", "S51"])
    summary = issue(corrected, now=ISSUED_AT + 10 * DAY_S)
    assert (summary.issued, summary.skipped) == (1, {UNCHANGED: N_ROWS - 1})
    assert max(signatures_of(registry()).values()) == 2
