"""Audits of registries with renewals: what they must not be is named, and what they may be is no fault."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from made_registry import (
    LATER,
    N_ISSUED,
    MadeRegistry,
    commit,
    issued,
    make_plan,
    make_registry,
    terms_of,
    uvcis_of,
    with_value,
    write_part,
)
from made_renewed_registry import order, renew, with_another_name
from made_shots import shots_batch

from signer.campaign.audit_contents import ContentDigests
from signer.campaign.audit_events import AuditedFiles
from signer.campaign.audit_faults import Faults
from signer.campaign.audit_renewals import check_renewals
from signer.campaign.audit_run import AuditOrder, audit
from signer.campaign.audit_summary import AuditSummary
from signer.errors import RegistryUnreadable
from signer.tables.out_of_core import Room

CORRECTED = {"full_name": "Nguyễn Thị Hương"}
"""What the corrections of S0 and S13 say."""

NIGHT, NEXT_NIGHT = "2022-04-20", "2022-04-21"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> MadeRegistry:
    """Not to be added to."""
    return make_registry(tmp_path_factory.mktemp("whole"))


@pytest.fixture
def made(whole: MadeRegistry, tmp_path: Path) -> MadeRegistry:
    return whole.copy(tmp_path / "registry")


def audited(made: MadeRegistry, n_workers: int = 1) -> AuditSummary:
    order = AuditOrder(made.registry.path, None, n_workers)
    return audit(order, lambda _done, _of: None, time.monotonic)


def faults_of(summary: AuditSummary) -> list[tuple[str, str | None, int | None]]:
    """Kind of each fault, and the file and row that it names."""
    return [(fault.kind, fault.path, fault.row) for fault in summary.faults.in_order()]


def only_message(summary: AuditSummary, kind: str = "renewal") -> str:
    (message,) = (fault.message for fault in summary.faults.listed if fault.kind == kind)
    return message


def correction(made: MadeRegistry, shot: str) -> dict[str, Any]:
    """The shot as it was corrected, with what its certificate supersedes."""
    rows = [
        row
        for batch in made.registry.read("certificates", ["shot_id", "supersedes"])
        for row in batch.to_pylist()
    ]
    (former,) = {row["supersedes"] for row in rows if row["shot_id"] == shot and row["supersedes"]}
    return {"shot_id": shot, "supersedes": former, **CORRECTED}


def test_renewals_night_after_night_are_well(made: MadeRegistry, monkeypatch: pytest.MonkeyPatch) -> None:
    """The work is cut within row groups of four, so that digests of different rows would be compared."""
    monkeypatch.setattr("signer.campaign.audit_files.ROWS_AT_A_TIME", 3)
    monkeypatch.setattr("signer.campaign.audit_worker.BATCH_ROWS", 2)
    renew(made, NIGHT, ["S30", "S1", "S25", "S2", "S14", correction(made, "S13")])
    renew(made, NEXT_NIGHT, [correction(made, "S13"), "S1", correction(made, "S0")])
    renew(made, "2022-12-02", [correction(made, "S0")])
    summary = audited(made, n_workers=2)
    assert faults_of(summary) == []
    assert (summary.is_well, summary.verified) == (True, N_ISSUED + 10)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("person_key", b"k" * 16),
        ("province", "Huế"),
        ("district", None),
        ("facility", "01-0008"),
        ("shot_id", "S2"),
        ("supersedes", "URN:UVCI:01:VN:OTHER"),
    ],
)
def test_a_renewal_that_differs_in_a_column_is_found(made: MadeRegistry, column: str, value: object) -> None:
    renew(made, NIGHT, ["S2", "S1"], with_value(column, 1, value))
    summary = audited(made)
    assert faults_of(summary) == [("renewal", str(made.files()[-1]), 1)]
    assert f"({made.files()[0]}, row 1) in {column}; " in only_message(summary)
    assert summary.verified == N_ISSUED + 2


def test_a_renewal_whose_hc1_says_something_else_is_found_though_it_verifies(made: MadeRegistry) -> None:
    renew(made, NIGHT, ["S1", "S14", "S2"], with_another_name(made, 1))
    summary = audited(made)
    assert faults_of(summary) == [("renewal", str(made.files()[-1]), 1)]
    assert "in what its HC1 says; " in only_message(summary)


def test_the_one_before_it_is_the_last_renewal(made: MadeRegistry) -> None:
    """A second renewal that has the name of the first, and not that of what was issued."""
    renew(made, NIGHT, ["S1"], with_another_name(made, 0))
    renew(made, NEXT_NIGHT, ["S1"], with_another_name(made, 0))
    assert faults_of(audited(made)) == [("renewal", str(made.files()[-2]), 0)]


def test_a_renewal_that_does_not_verify_is_found_as_such_alone(made: MadeRegistry) -> None:
    def harmed(text: str) -> str:
        return text[:-1] + ("0" if text[-1] != "0" else "1")

    renew(made, NIGHT, ["S1", "S2"], with_value("hc1", 0, harmed))
    assert faults_of(audited(made)) == [("certificate", str(made.files()[-1]), 0)]


def test_a_renewal_of_what_is_not_there_is_found(made: MadeRegistry) -> None:
    renew(made, NIGHT, ["S1", "S900"])
    summary = audited(made)
    assert faults_of(summary) == [("renewal", str(made.files()[-1]), 1)]
    assert "renews a certificate that is not there" in only_message(summary)


def test_while_its_file_is_missing_a_renewal_is_no_fault(made: MadeRegistry) -> None:
    renew(made, NIGHT, ["S1", "S14"])
    made.files()[0].unlink()
    assert faults_of(audited(made)) == [("file", str(made.files()[0]), None)]


def test_two_renewals_in_one_plan_are_found(made: MadeRegistry) -> None:
    renew(made, NIGHT, ["S1", "S2", "S1"])
    summary = audited(made)
    assert faults_of(summary) == [("renewal", str(made.files()[-1]), 2)]
    assert f"({made.files()[-1]}, row 0)" in only_message(summary)


def test_two_renewals_in_one_night_are_found(made: MadeRegistry) -> None:
    renew(made, NIGHT, ["S1", "S2"])
    renew(made, NIGHT, ["S14", "S1"], attempt=1)
    summary = audited(made)
    assert faults_of(summary) == [("renewal", str(made.files()[-1]), 1)]
    assert "for the second time in one night" in only_message(summary)


@pytest.mark.parametrize("night", ["2022-04-19", "2022-04-10"])
def test_a_renewal_that_is_earlier_than_what_it_renews_is_found(made: MadeRegistry, night: str) -> None:
    """Readers take the latest iat for the last signature."""
    renew(made, NIGHT, ["S1"])
    renew(made, night, ["S1"])
    assert faults_of(audited(made)) == [("renewal", str(made.files()[-1]), 0)]


def test_a_renewal_of_what_was_superseded_is_found(made: MadeRegistry) -> None:
    """S0 as it was before it was corrected."""
    renew(made, NIGHT, ["S1", "S0"])
    summary = audited(made)
    assert faults_of(summary) == [("renewal", str(made.files()[-1]), 1)]
    assert "was superseded before it was renewed" in only_message(summary)


def test_what_was_superseded_after_it_was_renewed_is_well(tmp_path: Path) -> None:
    made = make_registry(tmp_path)
    renew(made, NIGHT, ["S1"])
    again = make_plan(made.registry, made.profile, [1], "c", LATER + 10 * 86_400)
    terms = terms_of(made.profile, again.issued_at, again.plan_id)
    certificates, refused = issued(terms, 0, shots_batch(1, {0: {"shot_id": "S1", **CORRECTED}}))
    linked = with_value("supersedes", 0, uvcis_of(made.registry)["S1"])(certificates)
    commit(made.registry, write_part(made.registry, again, 0, (linked, refused), {}))
    assert faults_of(audited(made)) == []


def test_a_renewal_of_what_was_revoked_is_found(made: MadeRegistry) -> None:
    order(made, 0, "revoked", "S1")
    renew(made, NIGHT, ["S1", "S2"])
    summary = audited(made)
    assert ("renewal", str(made.files()[-1]), 0) in faults_of(summary)
    assert "was revoked before it was renewed" in only_message(summary)
    assert {fault.kind for fault in summary.faults.listed} == {
        "renewal",
        "order",
    }  # it is not covered, either


def test_what_was_revoked_and_restored_before_or_is_revoked_since_is_well(made: MadeRegistry) -> None:
    order(made, 0, "revoked", "S1")
    order(made, 1, "restored", "S1")
    renew(made, NIGHT, ["S1", "S2"])
    order(made, 2, "revoked", "S1")
    assert faults_of(audited(made)) == []


def test_renewals_of_a_plan_that_is_lost_are_no_repeated_certificates(made: MadeRegistry) -> None:
    plan = renew(made, NIGHT, ["S1", "S2"])
    (made.registry.plans / f"{plan.plan_id}.json").unlink()
    summary = audited(made)
    assert faults_of(summary) == [("part", str(made.files()[-1]), None)]
    assert summary.unchecked == 2


def test_a_renewed_certificate_that_was_issued_again_is_repeated(tmp_path: Path) -> None:
    made = make_registry(tmp_path)
    renew(made, NIGHT, ["S1"])
    again = make_plan(made.registry, made.profile, [1], "c", LATER + 10 * 86_400)
    terms = terms_of(made.profile, again.issued_at, again.plan_id)
    tables = issued(terms, 0, shots_batch(1, {0: {"shot_id": "S1"}}))
    commit(made.registry, write_part(made.registry, again, 0, tables, {}))
    path = str(made.files()[-1])
    assert faults_of(audited(made)) == [("uvci", path, 0), ("shot", path, 0)]


def test_all_are_counted_and_the_first_are_listed(
    made: MadeRegistry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("signer.campaign.audit_run.MOST_LISTED", 2)
    renew(made, NIGHT, ["S1", *(f"S90{row}" for row in range(9))])
    summary = audited(made)
    assert summary.faults.counts == {"renewal": 9}
    assert [fault.row for fault in summary.faults.in_order()] == [1, 2]


def test_without_renewals_nothing_is_noted(made: MadeRegistry, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr("signer.campaign.audit_run.check_renewals", refuse)
    assert faults_of(audited(made)) == []


def test_a_file_that_goes_while_renewals_are_compared_is_named(made: MadeRegistry, tmp_path: Path) -> None:
    plan = renew(made, NIGHT, ["S1", "S14"])
    files = AuditedFiles(
        made.registry.files("certificates"), [], {each.plan_id: each for each in (*made.plans, plan)}
    )
    contents = ContentDigests.make(tmp_path / "contents", files.first_rows[-1])
    files.certificates[1].path.unlink()
    with pytest.raises(RegistryUnreadable, match=files.certificates[1].path.name):
        check_renewals(files, contents, True, Room("150MB", tmp_path, 1), Faults(9))
