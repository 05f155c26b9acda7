"""Renewing in a registry: the same certificates with new times, each once a night, by a plan that goes on."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pytest
from made_shots import ISSUED_AT, make_profile, write_shots
from made_withdrawals import commit_revocations
from renewed_registries import (
    DAY_S,
    DUE,
    EXPIRES_AT,
    KEYS_MADE_AT,
    N_ISSUED,
    SAID,
    change_key,
    issue,
    renew_once,
    renewed_in,
    rows_of,
    stop_after,
)

from signer.campaign import renew_settling
from signer.campaign.plan_store import load_plans
from signer.campaign.renew_summary import RenewalSummary
from signer.errors import PlanChanged, PreflightFailed, ProfileInvalid, StoppedHalfWay
from signer.records.pictures import PictureOptions
from signer.registry import open_registry
from signer.verifying import TrustStore, verify

Renew = Callable[..., RenewalSummary]


@pytest.fixture(scope="module")
def shots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_shots(tmp_path_factory.mktemp("shots") / "shots.parquet", N_ISSUED)


@pytest.fixture
def other(tmp_path: Path, issued: Path) -> Path:
    """A registry that is the same."""
    return shutil.copytree(issued, tmp_path / "other")


def test_a_renewed_certificate_says_the_same_with_other_times(registry: Path, renew: Renew) -> None:
    before = rows_of(registry)
    summary = renew()
    after = renewed_in(registry)
    assert (summary.due, summary.selected) == (N_ISSUED, N_ISSUED)
    assert (summary.renewed, summary.refused) == (N_ISSUED, 0)
    assert after.select(SAID).equals(before.select(SAID))
    assert after.column("iat").unique().to_pylist() == [datetime.fromtimestamp(DUE, UTC)]
    assert after.column("exp").unique().to_pylist() == [datetime(2024, 3, 25, 3, 15, tzinfo=UTC)]


def test_a_renewed_certificate_is_what_issuing_would_make_of_its_shot_then(
    registry: Path, renew: Renew, profile: Path, shots: Path, tmp_path: Path
) -> None:
    renew()
    issue(tmp_path / "anew", profile, shots, at=DUE)
    columns = [*SAID, "kid", "iat", "exp", "hc1", "signature_hash"]
    assert renewed_in(registry).select(columns).equals(rows_of(tmp_path / "anew").select(columns))


def test_the_key_of_the_profile_signs_whatever_key_signed_before(tmp_path: Path) -> None:
    profile = make_profile(tmp_path / "issuer", made_at=KEYS_MADE_AT)
    issue(tmp_path / "registry", profile, write_shots(tmp_path / "shots.parquet", 10))
    dsc = change_key(profile, KEYS_MADE_AT)
    renew_once(tmp_path / "registry", profile)
    trust, at = TrustStore.load(dsc), datetime.fromtimestamp(DUE, UTC)
    texts = renewed_in(tmp_path / "registry").column("hc1").to_pylist()
    assert [verify(text, trust, at).issued_at for text in texts] == [at] * 10


def test_a_certificate_never_outlives_the_key_that_signs_it(registry: Path, renew: Renew) -> None:
    keys_end = KEYS_MADE_AT.replace(year=KEYS_MADE_AT.year + 2)
    too_late = int(keys_end.timestamp()) - 364 * DAY_S
    with pytest.raises(PreflightFailed, match="name a newer DSC"):
        renew(too_late)
    assert not renewed_in(registry)


def test_the_same_night_has_nothing_more_to_do(registry: Path, renew: Renew) -> None:
    plan = renew().plan
    again = renew(DUE + 3600)
    assert (again.plan, again.renewed_now, again.parts_before) == (plan, 0, again.parts)
    assert renew(DUE + 7200, window_days=364, spread_days=366).plan is None
    assert len(renewed_in(registry)) == N_ISSUED


def test_the_next_night_renews_none_that_the_last_one_has(registry: Path, renew: Renew) -> None:
    renew()
    assert renew(DUE + DAY_S).plan is None
    assert len(renewed_in(registry)) == N_ISSUED


def test_what_expires_later_than_the_window_is_not_renewed_yet(renew: Renew) -> None:
    assert renew(EXPIRES_AT - 31 * DAY_S).plan is None
    assert renew(EXPIRES_AT - 30 * DAY_S).renewed == N_ISSUED


def test_what_has_expired_unrenewed_is_renewed_and_told(tmp_path: Path) -> None:
    profile = make_profile(tmp_path / "issuer", made_at=KEYS_MADE_AT)
    issue(tmp_path / "registry", profile, write_shots(tmp_path / "shots.parquet", 10))
    change_key(profile, datetime(2023, 1, 1, tzinfo=UTC))
    summary = renew_once(tmp_path / "registry", profile, EXPIRES_AT + 40 * DAY_S)
    assert (summary.renewed, summary.lapsed) == (10, 10)


def test_a_limit_takes_those_that_expire_soonest(
    registry: Path, renew: Renew, profile: Path, tmp_path: Path
) -> None:
    changes = {row: {"shot_id": f"E{row}"} for row in range(20)}
    earlier = write_shots(tmp_path / "earlier.parquet", 20, changes)
    issue(registry, profile, earlier, at=ISSUED_AT - 3600)
    summary = renew(limit=30)
    assert (summary.due, summary.renewed, summary.left_over) == (N_ISSUED + 20, 30, N_ISSUED - 10)
    shot_ids = renewed_in(registry).column("shot_id").to_pylist()
    assert {shot_id for shot_id in shot_ids if shot_id.startswith("E")} == {f"E{row}" for row in range(20)}
    assert renew(DUE + DAY_S, limit=30).renewed == 30


@pytest.mark.long
def test_a_spread_draws_on_what_is_due_later(registry: Path, renew: Renew) -> None:
    first = renew(EXPIRES_AT - 39 * DAY_S, spread_days=20)
    assert (first.due, first.renewed) == (0, N_ISSUED // 10)
    for night in range(38, 29, -1):
        assert renew(EXPIRES_AT - night * DAY_S, spread_days=20).renewed == N_ISSUED // 10
    assert sorted(renewed_in(registry).column("uvci").to_pylist()) == sorted(
        rows_of(registry).slice(0, N_ISSUED).column("uvci").to_pylist()
    )


def test_superseded_and_revoked_certificates_are_left_out(
    registry: Path, renew: Renew, profile: Path, tmp_path: Path
) -> None:
    corrected = write_shots(tmp_path / "corrected.parquet", 1, {0: {"full_name": "Trần Thị Hồng"}})
    issue(registry, profile, corrected)
    uvcis = rows_of(registry).column("uvci").to_pylist()
    commit_revocations(open_registry(registry), [uvcis[5]])
    assert renew().renewed == N_ISSUED - 1
    names = renewed_in(registry).column("uvci").to_pylist()
    assert uvcis[0] not in names, "superseded"
    assert uvcis[5] not in names, "revoked"
    assert uvcis[N_ISSUED] in names, "the correction"


def test_a_renewal_is_what_the_shot_has_when_it_is_issued_again(
    registry: Path, renew: Renew, profile: Path, shots: Path
) -> None:
    renew()
    issue(registry, profile, shots, at=DUE + DAY_S, new_plan=True)
    assert len(rows_of(registry)) == 2 * N_ISSUED


def test_a_correction_supersedes_a_renewed_certificate_once(
    registry: Path, renew: Renew, profile: Path, tmp_path: Path
) -> None:
    renew()
    corrected = write_shots(tmp_path / "corrected.parquet", 1, {0: {"full_name": "Trần Thị Hồng"}})
    issue(registry, profile, corrected, at=DUE + DAY_S)
    superseding = rows_of(registry).column("supersedes").drop_null().to_pylist()
    assert superseding == [rows_of(registry).column("uvci")[0].as_py()]


def test_a_renewal_that_was_stopped_goes_on_as_if_nothing_had_been(
    registry: Path, renew: Renew, profile: Path, other: Path
) -> None:
    renew_once(other, profile)
    with pytest.raises(StoppedHalfWay, match="the same command goes on"):
        renew(on_progress=stop_after(150))
    n_before = len(renewed_in(registry))
    assert 0 < n_before < N_ISSUED
    summary = renew(DUE + 3600)
    assert (summary.renewed, summary.renewed_now) == (N_ISSUED, N_ISSUED - n_before)
    by_uvci = [("uvci", "ascending")]
    assert renewed_in(registry).sort_by(by_uvci).equals(renewed_in(other).sort_by(by_uvci))


def test_what_was_withdrawn_while_a_renewal_was_stopped_is_skipped(
    registry: Path, renew: Renew, profile: Path, tmp_path: Path
) -> None:
    with pytest.raises(StoppedHalfWay):
        renew(on_progress=stop_after(100))
    done = set(renewed_in(registry).column("uvci").to_pylist())
    left = [name for name in rows_of(registry).column("uvci").to_pylist() if name not in done]
    of_shot = dict(
        zip(*(rows_of(registry).column(name).to_pylist() for name in ("uvci", "shot_id")), strict=True)
    )
    commit_revocations(open_registry(registry), [left[0]])
    change = {0: {"shot_id": of_shot[left[1]], "full_name": "Trần Thị Hồng"}}
    issue(registry, profile, write_shots(tmp_path / "corrected.parquet", 1, change))
    summary = renew()
    assert summary.skipped == {"revoked": 1, "superseded": 1}
    assert summary.renewed == N_ISSUED - 2
    assert not {left[0], left[1]} & set(renewed_in(registry).column("uvci").to_pylist())


def test_a_night_that_was_stopped_is_given_up_for_the_next_one(registry: Path, renew: Renew) -> None:
    with pytest.raises(StoppedHalfWay):
        renew(on_progress=stop_after(100))
    n_before = len(renewed_in(registry))
    summary = renew(DUE + DAY_S)
    assert summary.renewed == N_ISSUED - n_before
    plans = {plan.plan_id: plan for plan in load_plans(open_registry(registry).plans) if plan.kind == "renew"}
    assert len(plans.pop(summary.plan or "").instead_of) == len(plans) == 1


def test_another_version_of_signer_goes_on_behind_what_was_committed(
    registry: Path, renew: Renew, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(StoppedHalfWay):
        renew(on_progress=stop_after(100))
    n_before = len(renewed_in(registry))
    encoder = replace(renew_settling.encoder_here(), version="9.9.9")
    monkeypatch.setattr(renew_settling, "encoder_here", lambda: encoder)
    assert renew().renewed == N_ISSUED - n_before
    assert len(set(renewed_in(registry).column("uvci").to_pylist())) == N_ISSUED == len(renewed_in(registry))


def test_pictures_are_drawn_as_those_of_the_registry(profile: Path, shots: Path, tmp_path: Path) -> None:
    options = PictureOptions("png", "Q", True, 2, 4)
    issue(tmp_path / "drawn", profile, shots, pictures=options)
    renew_once(tmp_path / "drawn", profile)
    issue(tmp_path / "anew", profile, shots, pictures=options, at=DUE)
    assert renewed_in(tmp_path / "drawn").column("qr_png").equals(rows_of(tmp_path / "anew").column("qr_png"))


def test_a_window_as_long_as_certificates_hold_is_refused(registry: Path, renew: Renew) -> None:
    """Before, every night signed everything."""
    with pytest.raises(ProfileInvalid, match="name fewer days"):
        renew(window_days=366)
    assert not renewed_in(registry)


def test_the_secrets_of_another_registry_are_refused(registry: Path, tmp_path: Path) -> None:
    with pytest.raises(PlanChanged, match="are not those of plan"):
        renew_once(registry, make_profile(tmp_path / "other"))


def test_rows_do_not_depend_on_how_many_work_at_them(
    registry: Path, renew: Renew, profile: Path, other: Path
) -> None:
    renew(n_workers=1)
    renew_once(other, profile, n_workers=3)
    names = [
        {file.file.name for file in open_registry(each).files("certificates")} for each in (registry, other)
    ]
    assert names[0] == names[1]


def test_a_table_can_be_renewed_that_many_nights_have_renewed(registry: Path, renew: Renew) -> None:
    """Some of each file are taken, in any order of files: the rows must be those that were meant."""
    for night in range(4):
        renew(EXPIRES_AT - (40 - night) * DAY_S, spread_days=60)
    first = rows_of(registry).slice(0, N_ISSUED)
    said = {row["uvci"]: row for row in first.select(SAID).to_pylist()}
    found = renewed_in(registry).select(SAID).to_pylist()
    assert all(row == said[row["uvci"]] for row in found)
    assert len(found) == len({row["uvci"] for row in found}) > 4
    assert (
        pc.min(renewed_in(registry).column("iat")).as_py()
        < pc.max(renewed_in(registry).column("iat")).as_py()
    )


def test_an_empty_registry_has_nothing_to_renew(tmp_path: Path, profile: Path) -> None:
    issue(tmp_path / "registry", profile, write_shots(tmp_path / "none.parquet", 0))
    summary: Any = renew_once(tmp_path / "registry", profile)
    assert (summary.plan, summary.due) == (None, 0)
