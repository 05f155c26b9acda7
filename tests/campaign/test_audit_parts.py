"""What commits and plans say of parts, held against each other: no file is needed for it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from made_plans import PLAN

from signer.campaign.audit_faults import Faults
from signer.campaign.audit_parts import check_parts, progress_of
from signer.campaign.plan import Plan
from signer.registry.part_files import PartFile
from signer.registry.reading import CommittedFile

PLANS = {PLAN.plan_id: PLAN}
ROWS = [part.n_rows for part in PLAN.parts]


def committed(part: int, rows: int, skipped: int = 0, plan: Plan = PLAN) -> CommittedFile:
    about = PartFile(f"{part}-{rows}.parquet", rows, 1, "", None, None)
    counts = {"unchanged": skipped} if skipped else {}
    return CommittedFile(Path("/registry", about.name), plan.plan_id, part, 1, 1, about, counts)


WHOLE = [committed(part, rows) for part, rows in enumerate(ROWS)], [committed(part, 0) for part in range(3)]


def told(
    certificates: list[CommittedFile], refused: list[CommittedFile], plans: dict[str, Plan]
) -> list[str]:
    faults = Faults(100)
    check_parts(certificates, refused, plans, faults)
    assert all(f"part {fault.part} " in fault.message for fault in faults.listed)
    assert {fault.kind for fault in faults.listed} <= {"part"}
    return [fault.message for fault in faults.in_order()]


def test_parts_as_planned_are_well() -> None:
    assert told(*WHOLE, PLANS) == []
    (progress,) = progress_of(*WHOLE, PLANS)
    assert (progress.missing, progress.rows_done, progress.issued) == ((), 200, 200)


def test_rows_may_be_issued_refused_or_skipped() -> None:
    parts = [committed(0, ROWS[0] - 7, skipped=3)], [committed(0, 4, skipped=3)]
    assert told(*parts, PLANS) == []
    (progress,) = progress_of(*parts, PLANS)
    assert (progress.missing, progress.refused, progress.skipped) == ((1, 2), 4, {"unchanged": 3})
    found = progress.as_dict()
    assert (found["parts"], found["parts_done"], found["parts_missing"]) == (3, 1, 2)


def test_a_row_too_few_or_too_many_is_a_fault() -> None:
    for rows in (ROWS[1] - 1, ROWS[1] + 1):
        (message,) = told([committed(1, rows)], [committed(1, 0)], PLANS)
        assert f"of {ROWS[1]} rows {rows} were issued" in message


def test_a_part_of_one_table_alone_is_a_fault_where_certificates_has_it() -> None:
    (message,) = told([committed(0, ROWS[0])], [], PLANS)
    assert "is in certificates and not in refused" in message
    assert told([], [committed(0, 0)], PLANS) == [], "a run was stopped between the two commits"
    (progress,) = progress_of([], [committed(0, 0)], PLANS)
    assert progress.missing == (0, 1, 2)


def test_a_part_that_was_committed_twice_is_a_fault() -> None:
    certificates, refused = WHOLE
    (message,) = told([*certificates, certificates[1]], refused, PLANS)
    assert "part 1 " in message
    assert "committed 2 times to certificates" in message
    (message,) = told(certificates, [*refused, committed(2, 1)], PLANS)
    assert "committed 2 times to refused" in message


def test_a_part_that_no_plan_has_is_a_fault() -> None:
    (message,) = told([committed(3, 5)], [committed(3, 0)], PLANS)
    assert "3 parts and not this one" in message
    (message,) = told([committed(0, 100)], [committed(0, 0)], {})
    assert "its plan is missing or damaged" in message


def test_rows_that_another_plan_issued_between_the_two_commits_are_no_fault() -> None:
    assert told([committed(0, ROWS[0] - 2, skipped=2)], [committed(0, 0, skipped=1)], PLANS) == []


def test_a_plan_that_was_given_up_names_the_one_made_instead() -> None:
    other = replace(PLAN, attempt=1, instead_of=(PLAN.plan_id,))
    plans = {plan.plan_id: plan for plan in (PLAN, other)}
    given_up = {each.plan: each.given_up_for for each in progress_of([], [], plans)}
    assert given_up == {PLAN.plan_id: other.plan_id, other.plan_id: None}
