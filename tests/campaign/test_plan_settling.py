"""Which plan a run goes by: a new one, the stored one, or none at all because something has changed."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
from made_shots import ISSUED_AT, KEYS_MADE_AT, make_profile, write_shots

from signer.campaign import plan_settling
from signer.campaign.plan import Encoder, Plan
from signer.campaign.plan_inputs import hash_inputs
from signer.campaign.plan_parts import staged_inputs
from signer.campaign.plan_settling import PlanOrder, SettledPlan, settle
from signer.campaign.plan_store import find_plan, keep_plan, load_plans
from signer.errors import InputUnreadable, KeyUnusable, PlanChanged, PreflightFailed
from signer.issuing.terms import IssueTerms
from signer.profile import Profile, load_profile
from signer.records.pictures import PictureOptions

DAY_S = 86_400


def order_of(profile: Profile) -> PlanOrder:
    return PlanOrder(profile, pictures=None, per="shot", issued_at=None, now=ISSUED_AT, rows_per_part=100)


@pytest.fixture(scope="module")
def profile(tmp_path_factory: pytest.TempPathFactory) -> Profile:
    return load_profile(make_profile(tmp_path_factory.mktemp("issuer")))


@pytest.fixture
def plans(tmp_path: Path) -> Path:
    (tmp_path / "plans").mkdir()
    return tmp_path / "plans"


@pytest.fixture
def shots(tmp_path: Path) -> Path:
    return write_shots(tmp_path / "shots.parquet", 300, {250: {"shot_id": "S7"}}, rows_per_group=100)


Settle = Callable[..., SettledPlan]


@pytest.fixture
def settled(plans: Path, tmp_path: Path, profile: Profile) -> Settle:
    """Settles a plan for tables; `finished` are the ids of the plans that count as finished."""

    def run(*tables: Path, finished: Sequence[str] = (), **changes: Any) -> SettledPlan:
        order = replace(order_of(profile), **changes)
        inputs = hash_inputs(tables, 2, lambda done, total: None)
        with staged_inputs(inputs, tmp_path, 1) as staged:
            return settle(order, inputs, staged, plans, lambda plan: plan.plan_id in finished)

    return run


def test_a_new_plan_is_stored_with_all_that_is_settled(settled: Settle, plans: Path, shots: Path) -> None:
    plan = settled(shots).plan
    assert find_plan(plans, plan.plan_id) == plan
    assert (plan.attempt, plan.issued_at, plan.input_rows, plan.n_duplicates) == (0, ISSUED_AT, (300,), 1)
    assert [(part.first_row, part.n_rows, part.row_groups) for part in plan.parts] == [
        (0, 100, (0,)),
        (100, 100, (1,)),
        (200, 100, (2,)),
    ]


def test_the_same_again_is_resumed_with_its_time_of_issue(settled: Settle, plans: Path, shots: Path) -> None:
    first = settled(shots)
    again = settled(shots, now=ISSUED_AT + DAY_S)
    assert (first.is_resumed, again.is_resumed) == (False, True)
    assert again.plan == first.plan
    assert again.terms == first.terms
    assert again.terms is not None
    assert again.terms.issued_at == ISSUED_AT
    assert len(load_plans(plans)) == 1


def test_a_resumed_plan_keeps_its_parts_whatever_new_ones_would_be(
    settled: Settle, tmp_path: Path, shots: Path
) -> None:
    plan = settled(shots).plan
    inputs = hash_inputs([shots], 1, lambda done, total: None)
    with staged_inputs(inputs, tmp_path, 1) as staged:
        parts = staged.parts_of(plan)
        assert len(staged.cut(1000)) == 1
    assert [(part.number, part.first_row, part.n_rows) for part in parts] == [
        (0, 0, 100),
        (1, 100, 100),
        (2, 200, 100),
    ]
    assert [part.duplicates.tolist() for part in parts] == [[], [], [50]]


def test_parts_of_a_stored_plan_are_those_that_were_cut(settled: Settle, tmp_path: Path, shots: Path) -> None:
    csv = tmp_path / "more.csv"
    table = pq.read_table(shots)
    lines = [",".join(table.schema.names)]
    lines += [",".join("" if v is None else str(v) for v in row.values()) for row in table.to_pylist()]
    csv.write_text("\n".join(lines) + "\n", encoding="utf-8")
    empty = write_shots(tmp_path / "empty.parquet", 0)
    plan = settled(csv, empty, shots).plan
    inputs = hash_inputs([csv, empty, shots], 1, lambda done, total: None)
    with staged_inputs(inputs, tmp_path, 1) as staged:
        for cut, rebuilt in zip(staged.cut(100), staged.parts_of(plan), strict=True):
            assert (rebuilt.number, rebuilt.rows, rebuilt.first_row) == (cut.number, cut.rows, cut.first_row)
            assert np.array_equal(rebuilt.duplicates, cut.duplicates)
    assert not list(tmp_path.glob("staging-*"))


def test_inputs_without_rows_have_a_plan_of_one_part(settled: Settle, tmp_path: Path) -> None:
    empty = write_shots(tmp_path / "empty.parquet", 0)
    plan = settled(empty).plan
    assert [part.n_rows for part in plan.parts] == [0]
    with staged_inputs(plan.subject.inputs, tmp_path, 1) as staged:
        (part,) = staged.parts_of(plan)
    assert (part.n_rows, len(part.duplicates)) == (0, 0)


def test_inputs_under_other_names_are_the_same_plan(settled: Settle, shots: Path, tmp_path: Path) -> None:
    first = settled(shots).plan
    shots.rename(tmp_path / "renamed.parquet")
    assert settled(tmp_path / "renamed.parquet").plan == first


def test_a_finished_plan_needs_no_key_and_no_look_into_the_inputs(
    settled: Settle, shots: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = settled(shots).plan
    monkeypatch.setattr(plan_settling, "encoder_here", lambda: Encoder("9", "00"))
    monkeypatch.setattr(plan_settling, "settle_terms", None)
    again = settled(shots, finished=[first.plan_id], now=ISSUED_AT + 9999 * DAY_S, issued_at=1)
    assert (again.plan, again.terms, again.is_resumed) == (first, None, True)


def test_another_version_does_not_go_on_with_a_plan(
    settled: Settle, plans: Path, shots: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = settled(shots).plan
    monkeypatch.setattr(plan_settling, "encoder_here", lambda: Encoder("9.9", "ab" * 32))
    with pytest.raises(
        PlanChanged,
        match=rf"{first.plan_id}: was begun by signer .*this is 9\.9 \(core abababab\).*--new-plan",
    ):
        settled(shots)
    anew = settled(shots, new_plan=True).plan
    assert (anew.attempt, anew.instead_of) == (1, (first.plan_id,))
    assert settled(shots).plan == anew
    assert settled(shots, new_plan=True).plan.attempt == 2
    assert len(load_plans(plans)) == 3


def test_another_time_of_issue_does_not_go_on_with_a_plan(settled: Settle, shots: Path) -> None:
    first = settled(shots, issued_at=ISSUED_AT).plan
    assert settled(shots, issued_at=ISSUED_AT).plan == first
    with pytest.raises(
        PlanChanged, match=r"begun with time of issue 2022-04-14T03:15:00Z; leave --issued-at out"
    ):
        settled(shots, issued_at=ISSUED_AT + 1)


def test_a_dsc_that_has_expired_signs_nothing_more(settled: Settle, shots: Path, profile: Profile) -> None:
    settled(shots)
    five_years_s = 5 * 365 * DAY_S
    with pytest.raises(PlanChanged, match=r"its DSC [0-9a-f]{16} expired at 20.*name a newer one"):
        settled(shots, now=ISSUED_AT + five_years_s)


def test_a_plan_is_gone_on_with_where_a_new_one_could_not_be_made(
    settled: Settle, shots: Path, tmp_path: Path
) -> None:
    """The DSC is still in force, but no more for as long as a new certificate would be."""
    ends = KEYS_MADE_AT + timedelta(days=2 * 365)
    first = settled(shots).plan
    late = int((ends - timedelta(days=30)).timestamp())
    assert settled(shots, now=late).plan == first
    with pytest.raises(PreflightFailed, match="before certificates would"):
        settled(write_shots(tmp_path / "other.parquet", 3), now=late)


def rewritten(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[1000] ^= 1
    path.write_bytes(content)


def grown(path: Path) -> None:
    write_shots(path, 301)


def exchanged(path: Path) -> None:
    other = path.with_name("other")
    other.write_bytes(path.read_bytes())
    rewritten(other)
    other.replace(path)


def disguised(path: Path) -> None:
    found = path.stat()
    rewritten(path)
    os.utime(path, ns=(found.st_atime_ns, found.st_mtime_ns))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (grown, r"has come to have [\d,]+ bytes instead of [\d,]+"),
        (rewritten, "was written to"),
        (exchanged, "was exchanged for another file of its size"),
        (disguised, "has got other bytes, its size and time being the same,"),
    ],
)
def test_changed_inputs_are_refused_while_their_plan_is_unfinished(
    settled: Settle, plans: Path, shots: Path, change: Callable[[Path], None], words: str
) -> None:
    first = settled(shots).plan
    content = shots.read_bytes()
    change(shots)
    with pytest.raises(
        PlanChanged, match=f"{shots}: {words} since plan {first.plan_id} was begun; put the file back"
    ):
        settled(shots)
    assert load_plans(plans) == [first]
    shots.write_bytes(content)
    assert settled(shots).plan == first


def test_inputs_that_changed_after_their_plan_was_finished_are_a_new_plan(
    settled: Settle, shots: Path
) -> None:
    first = settled(shots).plan
    grown(shots)
    second = settled(shots, finished=[first.plan_id])
    assert not second.is_resumed
    assert (second.plan.attempt, second.plan.instead_of) == (0, ())


def test_a_plan_given_up_for_changed_inputs_hinders_no_more(
    settled: Settle, plans: Path, shots: Path
) -> None:
    first = settled(shots).plan
    grown(shots)
    second = settled(shots, new_plan=True).plan
    assert (second.attempt, second.instead_of) == (0, (first.plan_id,))
    assert settled(shots).plan == second
    write_shots(shots, 302)
    third = settled(shots, finished=[second.plan_id]).plan
    assert third.instead_of == ()
    write_shots(shots, 303)
    with pytest.raises(PlanChanged, match=third.plan_id):
        settled(shots, finished=[second.plan_id])


def test_other_settings_are_another_plan_and_places_of_files_are_not(
    settled: Settle, shots: Path, profile: Profile
) -> None:
    first = settled(shots).plan
    for other in (
        replace(profile, issuer="Another"),
        replace(profile, utc_offset_minutes=0),
        replace(profile, validity_months=6),
        replace(profile, uvci_checksum=not profile.uvci_checksum),
        replace(profile, products={}),
    ):
        assert settled(shots, profile=other).plan.plan_id != first.plan_id
    assert settled(shots, pictures=PictureOptions("bits")).plan.plan_id != first.plan_id
    assert settled(shots, per="person").plan.plan_id != first.plan_id
    same = replace(
        profile, refused_limit=0.0, path=Path("elsewhere"), products=dict(reversed(profile.products.items()))
    )
    assert settled(shots, profile=same).plan == first


def test_other_keys_are_another_plan(settled: Settle, shots: Path, tmp_path: Path, profile: Profile) -> None:
    other = load_profile(make_profile(tmp_path / "other"))
    renewed = replace(profile, dsc=other.dsc, key=other.key, csca=other.csca)
    assert settled(shots).plan.plan_id != settled(shots, profile=renewed).plan.plan_id


@pytest.mark.parametrize("secret", ["uvci_secret", "person_secret"])
def test_other_secrets_are_refused(
    settled: Settle, shots: Path, tmp_path: Path, profile: Profile, secret: str
) -> None:
    settled(shots)
    other = load_profile(make_profile(tmp_path / "other"))
    with pytest.raises(PlanChanged, match=r"\[secrets\] are not those of plan"):
        settled(shots, profile=replace(profile, **{secret: getattr(other, secret)}))


def test_no_secret_can_be_read_in_a_plan(settled: Settle, plans: Path, shots: Path, profile: Profile) -> None:
    settled(shots)
    (path,) = plans.iterdir()
    for secret in (profile.uvci_secret, profile.person_secret):
        assert secret.read_text().strip() not in path.read_text()


@pytest.mark.parametrize("fault", ["key", "table"])
def test_what_keeps_a_run_from_starting_leaves_no_plan(
    settled: Settle, plans: Path, shots: Path, tmp_path: Path, fault: str
) -> None:
    """A plan stored too early would keep its time of issue until the fault is mended."""
    profile = load_profile(make_profile(tmp_path / "issuer"))
    if fault == "key":
        profile.key.chmod(0o644)
    else:
        shots.write_bytes(shots.read_bytes()[:-100])
    with pytest.raises((KeyUnusable, InputUnreadable)):
        settled(shots, profile=profile)
    assert not list(plans.iterdir())


def test_secrets_exchanged_meanwhile_are_refused(
    settled: Settle, shots: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    profile = load_profile(make_profile(tmp_path / "issuer"))
    settle_terms = plan_settling.settle_terms

    def exchanging(profile: Profile, issued_at: int, pictures: PictureOptions | None) -> IssueTerms:
        profile.uvci_secret.write_bytes(
            make_profile(tmp_path / "other").with_name("uvci.secret").read_bytes()
        )
        return settle_terms(profile, issued_at, pictures)

    monkeypatch.setattr(plan_settling, "settle_terms", exchanging)
    with pytest.raises(KeyUnusable, match="exchanged meanwhile"):
        settled(shots, profile=profile)


def test_an_input_exchanged_after_it_was_hashed_is_refused(
    tmp_path: Path, plans: Path, shots: Path, profile: Profile
) -> None:
    inputs = hash_inputs([shots], 1, lambda done, total: None)
    grown(shots)
    order = order_of(profile)
    with (
        pytest.raises(InputUnreadable, match="since the start"),
        staged_inputs(inputs, tmp_path, 1) as staged,
    ):
        settle(order, inputs, staged, plans, lambda plan: False)
    assert not list(plans.iterdir())


def test_of_two_that_begin_one_plan_at_once_both_go_by_the_first(
    settled: Settle, plans: Path, shots: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def overtaken(folder: Path, plan: Plan) -> Plan:
        keep_plan(folder, replace(plan, issued_at=plan.issued_at - 5, expires_at=plan.expires_at - 5))
        return keep_plan(folder, plan)

    monkeypatch.setattr(plan_settling, "keep_plan", overtaken)
    slower = settled(shots)
    assert slower.is_resumed
    assert slower.terms is not None
    assert slower.plan.issued_at == slower.terms.issued_at == ISSUED_AT - 5


def test_a_table_read_otherwise_than_planned_is_refused(settled: Settle, tmp_path: Path, shots: Path) -> None:
    plan = settled(shots).plan
    with staged_inputs(plan.subject.inputs, tmp_path, 1) as staged:
        for other in (replace(plan, n_duplicates=2), replace(plan, input_rows=(299,))):
            with pytest.raises(PlanChanged, match="read otherwise"):
                staged.parts_of(other)
