"""The status of registries: what is done, missing and wrong, whoever is at work meanwhile."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from made_campaigns import (
    N_REFUSED,
    ROWS_PER_PART,
    commit_part,
    commit_parts,
    given_up_for,
    log_of,
    made_plan,
    made_renewal,
    stored,
)

from signer.campaign.plan import Plan
from signer.campaign.status import RegistryStatus, read_status
from signer.campaign.status_campaign import CampaignStatus
from signer.campaign.status_json import status_as_dict
from signer.errors import RegistryUnreadable
from signer.registry import Registry, open_or_create
from signer.registry.table_log import read_table

NOW = 2e9


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return open_or_create(tmp_path / "registry", test=True)


def look(registry: Registry) -> RegistryStatus:
    return read_status(registry, NOW)


def only_campaign(registry: Registry) -> CampaignStatus:
    (campaign,) = look(registry).campaigns
    return campaign


def test_a_new_registry_has_no_campaign_and_no_fault(registry: Registry) -> None:
    assert look(registry) == RegistryStatus((), None, 0, 0, 0, 0, 0, 0, [], ())


def test_a_plan_without_any_part_is_stopped(registry: Registry) -> None:
    stored(registry, made_plan())
    campaign = only_campaign(registry)
    assert (campaign.state, campaign.parts_done, campaign.parts_missing) == ("stopped", 0, 3)
    assert campaign.rows_left == 300
    assert (campaign.rate_per_s, campaign.last_commit_at) == (None, None)


def test_rows_of_done_parts_are_counted_and_add_up(registry: Registry) -> None:
    plan = stored(registry, made_plan())
    with registry.lease() as lease:
        commit_part(registry, lease, plan, 0)
        commit_part(registry, lease, plan, 2, skipped={"unchanged": 10, "earlier_dose": 5}, n_superseding=7)
    status = look(registry)
    (campaign,) = status.campaigns
    assert (campaign.state, campaign.parts_done, campaign.rows_done) == ("stopped", 2, 2 * ROWS_PER_PART)
    assert campaign.skipped == {"earlier_dose": 5, "unchanged": 10}
    assert (campaign.issued, campaign.refused) == (2 * (ROWS_PER_PART - N_REFUSED) - 15, 2 * N_REFUSED)
    assert (status.certificates, status.superseded, status.refused) == (campaign.issued, 7, campaign.refused)
    assert status.all_faults == ()


def test_renewals_are_counted_by_themselves_and_supersede_nothing(registry: Registry) -> None:
    """A renewed row names what the one that it renews has superseded: before, that counted twice."""
    plan, renewal = stored(registry, made_plan()), stored(registry, made_renewal("2023-03-01"))
    with registry.lease() as lease:
        commit_part(registry, lease, plan, 0, n_superseding=7)
        commit_part(registry, lease, renewal, 0, n_superseding=5)
    status = look(registry)
    n_issued = ROWS_PER_PART - N_REFUSED
    assert (status.certificates, status.renewed, status.superseded) == (2 * n_issued, n_issued, 7)
    assert [campaign.against(NOW, NOW) is None for campaign in status.campaigns] == [False, True]


def test_a_plan_with_all_parts_is_finished(registry: Registry) -> None:
    plan = stored(registry, made_plan())
    commit_parts(registry, plan, 0, 1, 2)
    campaign = only_campaign(registry)
    assert (campaign.state, campaign.rows_left, campaign.seconds_left) == ("finished", 0, None)
    assert campaign.rate_per_s is not None


def test_the_plan_that_the_holder_of_the_lease_tells_of_is_running(registry: Registry) -> None:
    plan, other = stored(registry, made_plan()), stored(registry, made_plan(name="other"))
    with registry.lease() as lease:
        assert states(registry) == {plan.plan_id: "stopped", other.plan_id: "stopped"}
        assert look(registry).holder is not None
        lease.note_plan(other.plan_id)
        commit_part(registry, lease, other, 0)
        status = look(registry)
        assert states(registry) == {plan.plan_id: "stopped", other.plan_id: "running"}
        assert status.holder is not None
        assert (status.holder.epoch, status.holder.plan_id) == (1, other.plan_id)
    assert look(registry).holder is None
    assert states(registry)[other.plan_id] == "stopped"


def states(registry: Registry) -> dict[str, str]:
    return {campaign.plan.plan_id: campaign.state for campaign in look(registry).campaigns}


def test_looking_does_not_take_the_lease_away(registry: Registry) -> None:
    with registry.lease() as lease:
        look(registry)
        lease.check()
    look(registry)
    with registry.lease():
        pass


def test_what_is_committed_while_a_log_is_read_is_no_fault(registry: Registry) -> None:
    """The library's history goes on behind a snapshot: new files looked as if taken out of the table."""
    plan = stored(registry, made_plan())
    commit_parts(registry, plan, 0)
    snapshot = read_table(registry.path / "certificates")
    before = [commit.get("signer") for commit in snapshot.metadata()]
    commit_parts(registry, plan, 1)
    assert [commit.get("signer") for commit in snapshot.metadata()] == before


def test_a_plan_that_another_one_stands_in_for_is_given_up_but_not_if_it_is_finished(
    registry: Registry,
) -> None:
    left, done = stored(registry, made_plan(name="left")), stored(registry, made_plan(name="done"))
    commit_parts(registry, done, 0, 1, 2)
    new = [given_up_for(plan, made_plan(name=f"new {plan.plan_id}")) for plan in (left, done)]
    for plan in new:
        stored(registry, plan)
    found = states(registry)
    assert (found[left.plan_id], found[done.plan_id]) == ("given up", "finished")
    assert [found[plan.plan_id] for plan in new] == ["stopped", "stopped"]


def test_rows_that_do_not_add_up_are_a_fault_that_names_the_part(registry: Registry) -> None:
    plan = stored(registry, made_plan())
    with registry.lease() as lease:
        commit_part(registry, lease, plan, 0)
        commit_part(registry, lease, plan, 1, n_lost=1)
    (fault,) = look(registry).all_faults
    assert fault == (
        f"plan {plan.plan_id}: part 1 has 100 rows, but 96 issued + 3 refused + 0 skipped are 99"
    )


def test_parts_that_no_plan_knows_are_faults(registry: Registry) -> None:
    plan, short = made_plan(), stored(registry, made_plan(n_parts=1, name="short"))
    commit_parts(registry, plan, 0)
    commit_parts(registry, replace(short, parts=made_plan(2).parts), 1)
    lost, unknown = look(registry).all_faults
    assert lost == f"plan {plan.plan_id}: has parts in the registry, but its file is gone"
    assert unknown == f"plan {short.plan_id}: part 1 is in, and is no part of the plan"


def test_a_part_that_is_in_refused_only_is_missing(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So it is between the two commits, and where a coordinator was killed there."""
    plan = stored(registry, made_plan())
    monkeypatch.setattr("signer.registry.committing.PART_TABLES", ("refused",))
    commit_parts(registry, plan, 0)
    assert only_campaign(registry).parts_done == 0
    assert look(registry).all_faults == ()


def test_a_part_that_is_in_certificates_only_is_a_fault(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = stored(registry, made_plan())
    monkeypatch.setattr("signer.registry.committing.PART_TABLES", ("certificates",))
    commit_parts(registry, plan, 0)
    assert look(registry).all_faults == (
        f"plan {plan.plan_id}: part 0 is in certificates and not in refused",
    )


@pytest.mark.parametrize("table", ["certificates", "refused", "revocations"])
@pytest.mark.parametrize("content", [b"", b'{"commitInf'])
def test_a_log_that_is_cut_short_is_told_with_what_to_do(
    registry: Registry, table: str, content: bytes
) -> None:
    log = log_of(registry, table)
    (log / f"{1:020d}.json").write_bytes(content)
    with pytest.raises(
        RegistryUnreadable, match=r"1\.json: was cut short.*run the last command that wrote here again"
    ):
        look(registry)


@pytest.mark.parametrize("content", [b"", b"{", None])
@pytest.mark.parametrize("n_parts", [3, 25])
def test_a_damaged_older_commit_is_told_with_what_to_do(
    registry: Registry, content: bytes | None, n_parts: int
) -> None:
    """With 25 parts there is a checkpoint behind it."""
    plan = stored(registry, made_plan(n_parts))
    commit_parts(registry, plan, *range(n_parts))
    commit = log_of(registry, "certificates") / f"{2:020d}.json"
    if content is None:
        commit.unlink()
    else:
        commit.write_bytes(content)
    with pytest.raises(RegistryUnreadable, match=r"2\.json: is missing or damaged; put it back from a copy"):
        look(registry)


def test_orphans_are_told(registry: Registry) -> None:
    (registry.path / "certificates" / ".0123456789abcdef-00002-ff.tmp").write_bytes(b"half")
    assert [orphan.n_bytes for orphan in look(registry).orphans] == [4]


def test_a_certificates_file_that_is_gone_is_not_read_by_the_status(registry: Registry) -> None:
    """Only how many are superseded cannot be told: the audit looks at files."""
    plan = stored(registry, made_plan())
    commit_parts(registry, plan, 0)
    (registry.path / "certificates" / registry.files("certificates")[0].file.name).unlink()
    status = look(registry)
    assert (status.certificates, status.superseded) == (97, None)


def test_the_json_of_a_campaign_says_all_of_it(registry: Registry) -> None:
    plan = stored(registry, made_plan())
    with registry.lease() as lease:
        commit_part(registry, lease, plan, 0, skipped={"unchanged": 1})
    text = json.dumps(status_as_dict(look(registry), NOW, NOW + 100))
    found = json.loads(text)
    (campaign,) = found.pop("campaigns")
    assert found == {
        "at": "2033-05-18T03:33:20Z",
        "deadline": "2033-05-18T03:35:00Z",
        "run": None,
        "certificates": 96,
        "renewed": 0,
        "superseded": 0,
        "refused": 3,
        "revocations": 0,
        "revoked": 0,
        "orphans": [],
        "faults": [],
    }
    assert campaign.pop("last_commit_at") is not None
    assert campaign == {
        "plan": plan.plan_id,
        "kind": "issue",
        "state": "stopped",
        "issued_at": "2022-04-14T03:15:00Z",
        "expires_at": "2022-04-14T03:15:01Z",
        "per": "shot",
        "inputs": [{"path": "/data/shots.parquet", "rows": 300}],
        "rows": 300,
        "rows_done": 100,
        "parts": 3,
        "parts_done": 1,
        "parts_missing": 2,
        "issued": 96,
        "refused": 3,
        "skipped": {"unchanged": 1},
        "rate_per_s": None,
        "seconds_left": None,
        "against_deadline": {"verdict": "unknown", "margin_s": None, "needed_per_s": 2.0},
        "faults": [],
    }


def test_campaigns_stand_in_the_order_of_their_time_of_issue(registry: Registry) -> None:
    plans: list[Plan] = [
        stored(registry, replace(made_plan(name=name), issued_at=issued_at))
        for name, issued_at in (("a", 3), ("b", 1), ("c", 2))
    ]
    assert [campaign.plan.issued_at for campaign in look(registry).campaigns] == [1, 2, 3]
    assert len(plans) == 3
