"""Audits of registries that are whole, and of such that came to harm: the fault is named, and no other."""

from __future__ import annotations

import json
import os
import random
import signal
import time
from collections.abc import Iterator
from dataclasses import replace
from functools import reduce
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from damaged_files import Damage, cut, delete, flip_a_bit
from deltalake import write_deltalake
from made_registry import (
    LATER,
    N_ISSUED,
    N_PARTS,
    ROWS_PER_PART,
    Change,
    MadeRegistry,
    commit,
    issued,
    make_corrections,
    make_part,
    make_plan,
    make_registry,
    terms_of,
    with_column,
    with_value,
)
from made_shots import make_profile, shots_batch

from signer import keys
from signer.campaign import audit_links
from signer.campaign.audit_run import AuditOrder, audit
from signer.campaign.audit_summary import AuditSummary
from signer.campaign.plan_store import keep_plan
from signer.cli.stopping import stopped_by_signals
from signer.errors import RegistryUnreadable, StoppedHalfWay, TrustUnreadable
from signer.registry import open_or_create


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> MadeRegistry:
    """Not to be harmed."""
    return make_registry(tmp_path_factory.mktemp("whole"))


@pytest.fixture
def made(whole: MadeRegistry, tmp_path: Path) -> MadeRegistry:
    """One to be harmed."""
    return whole.copy(tmp_path / "registry")


def audited(made: MadeRegistry, trust: Path | None = None, n_workers: int = 1) -> AuditSummary:
    before = content_of(made.registry.path)
    order = AuditOrder(made.registry.path, trust, n_workers)
    summary = audit(order, lambda _done, _of: None, time.monotonic)
    assert content_of(made.registry.path) == before, "an audit changes nothing"
    return summary


def content_of(folder: Path) -> dict[Path, object]:
    """What is below a folder, with its times of change."""
    return {path: path.lstat().st_mtime_ns for path in sorted(folder.rglob("*"))}


def faults_of(summary: AuditSummary) -> list[tuple[str, str | None]]:
    """Kind of each fault, and the file that it names."""
    assert summary.is_well == (not summary.faults.total)
    return [(fault.kind, fault.path) for fault in summary.faults.in_order()]


def registry_with(folder: Path, change: Change) -> MadeRegistry:
    """Part 0 alone of the first plan, its certificates changed, but committed as they are."""
    profile, registry = make_profile(folder / "issuer"), open_or_create(folder / "registry")
    plan = make_plan(registry, profile, [ROWS_PER_PART], "a")
    commit(registry, make_part(registry, plan, profile, 0, change))
    return MadeRegistry(registry, profile, (plan, plan))


def test_a_whole_registry_is_well(whole: MadeRegistry) -> None:
    heard: list[tuple[int, int]] = []
    order = AuditOrder(whole.registry.path, whole.dsc, 2)
    summary = audit(order, lambda done, of: heard.append((done, of)), time.monotonic)
    assert faults_of(summary) == []
    assert (summary.certificates, summary.verified, summary.unchecked) == (N_ISSUED, N_ISSUED, 0)
    assert (summary.refused, summary.skipped, summary.revocations) == (
        N_PARTS,
        {"unchanged": N_PARTS},
        0,
    )
    assert [plan.missing for plan in summary.plans] == [(), ()]
    assert heard[-1] == (N_ISSUED, N_ISSUED)
    assert [done for done, _ in heard] == sorted(done for done, _ in heard)


def test_the_summary_is_json(whole: MadeRegistry) -> None:
    summary = audited(whole).as_dict()
    assert json.loads(json.dumps(summary)) == json.loads(json.dumps(summary, allow_nan=False))
    assert summary["is_well"] is True
    assert summary["trusted"] is False


def test_an_empty_registry_is_well(tmp_path: Path) -> None:
    registry = open_or_create(tmp_path / "registry")
    summary = audit(AuditOrder(registry.path, None, 1), lambda _done, _of: None, time.monotonic)
    assert faults_of(summary) == []
    assert (summary.certificates, summary.plans) == (0, [])


def test_what_is_no_registry_cannot_be_audited(tmp_path: Path) -> None:
    with pytest.raises(RegistryUnreadable, match=r"is it a registry"):
        audit(AuditOrder(tmp_path, None, 1), lambda _done, _of: None, time.monotonic)


@pytest.mark.parametrize(
    ("harm", "table"), [(delete, "refused"), (cut, "certificates"), (flip_a_bit, "certificates")]
)
def test_a_damaged_file_is_named_alone(made: MadeRegistry, harm: Damage, table: str) -> None:
    hurt = made.files(table)[1]
    harm(hurt, random.Random(1))
    summary = audited(made)
    assert faults_of(summary) == [("file", str(hurt))]
    lost = ROWS_PER_PART - 2 if table == "certificates" else 0
    assert (summary.verified, summary.unchecked) == (N_ISSUED - lost, lost)


def test_a_damaged_file_that_was_superseded_is_named_alone(made: MadeRegistry) -> None:
    """The corrections name certificates in it; that they cannot be found is not their fault."""
    made.files()[0].unlink()
    assert faults_of(audited(made)) == [("file", str(made.files()[0]))]


def test_swapped_files_are_both_named(made: MadeRegistry) -> None:
    first, second = made.files()[:2]
    content = first.read_bytes()
    first.write_bytes(second.read_bytes())
    second.write_bytes(content)
    assert faults_of(audited(made)) == [("file", str(first)), ("file", str(second))]


def test_a_log_that_was_cut_short_is_named(made: MadeRegistry) -> None:
    last = max((made.registry.path / "certificates" / "_delta_log").glob("*.json"))
    last.write_bytes(b"")
    summary = audited(made)
    assert ("log", str(last)) in faults_of(summary)
    assert summary.verified == N_ISSUED - 2


@pytest.mark.parametrize("table", ["certificates", "refused", "revocations"])
def test_a_log_that_cannot_be_read_costs_no_other_table(made: MadeRegistry, table: str) -> None:
    (made.registry.path / table / "_delta_log" / f"{0:020d}.json").write_text("{no json")
    summary = audited(made)
    assert {kind for kind, _ in faults_of(summary)} == {"log"}
    assert str(made.registry.path / table) in summary.faults.listed[-1].message
    assert summary.verified == (0 if table == "certificates" else N_ISSUED)


def test_a_plan_that_is_damaged_is_named_with_its_parts(made: MadeRegistry) -> None:
    path = made.registry.plans / f"{made.plans[1].plan_id}.json"
    path.write_text(path.read_text().replace('"rows":2', '"rows":3'))
    summary = audited(made)
    assert faults_of(summary) == [("plan", str(path)), ("part", str(made.files()[3]))]
    assert (summary.verified, summary.unchecked) == (N_ISSUED - 2, 2)


def test_a_plan_that_is_gone_is_told_of_each_of_its_parts(made: MadeRegistry) -> None:
    (made.registry.plans / f"{made.plans[0].plan_id}.json").unlink()
    assert faults_of(audited(made)) == [("part", str(path)) for path in made.files()[:3]]


def test_a_foreign_file_in_a_table_is_named(made: MadeRegistry) -> None:
    table = pa.table({"shot_id": ["S0"]})
    write_deltalake(made.registry.path / "refused", table, mode="append", schema_mode="merge")
    ((kind, path),) = faults_of(audited(made))
    assert (kind, path in map(str, (made.registry.path / "refused").iterdir())) == ("log", True)


def test_a_file_that_was_taken_out_of_a_table_is_named(made: MadeRegistry) -> None:
    """Delta readers do not see it any more, though it lies there."""
    gone = made.files("refused")[1]
    log = made.registry.path / "refused" / "_delta_log"
    action = {"path": gone.name, "deletionTimestamp": 1, "dataChange": True}
    (log / f"{len(list(log.glob('*.json'))):020d}.json").write_text(json.dumps({"remove": action}))
    told = faults_of(audited(made))
    assert ("log", str(gone)) in told
    assert ("part", str(made.files()[1])) in told


def test_parts_that_are_still_to_be_done_are_told_and_no_fault(tmp_path: Path) -> None:
    profile, registry = make_profile(tmp_path / "issuer"), open_or_create(tmp_path / "registry")
    plan = make_plan(registry, profile, [ROWS_PER_PART] * 3, "a")
    commit(registry, make_part(registry, plan, profile, 1))
    summary = audited(MadeRegistry(registry, profile, (plan, plan)))
    assert faults_of(summary) == []
    assert [each.missing for each in summary.plans] == [(0, 2)]
    assert summary.plans[0].rows_done == ROWS_PER_PART


def test_files_that_no_commit_names_are_told_and_no_fault(made: MadeRegistry) -> None:
    orphan = make_part(made.registry, made.plans[0], made.profile, 1, with_value("province", 0, "Huế"))
    summary = audited(made)
    assert faults_of(summary) == []
    assert [orphan.path.name for orphan in summary.orphans] == [orphan.certificates.name]


def test_a_row_that_is_lost_though_the_commit_agrees_is_found(tmp_path: Path) -> None:
    made = registry_with(tmp_path, lambda table: table.slice(1))
    summary = audited(made)
    assert faults_of(summary) == [("part", str(made.files()[0]))]
    assert "of 12 rows 9 were issued, 1 refused and 1 skipped" in summary.faults.listed[0].message


def test_a_file_that_has_other_rows_than_its_commit_says_is_found(tmp_path: Path) -> None:
    profile, registry = make_profile(tmp_path / "issuer"), open_or_create(tmp_path / "registry")
    plan = make_plan(registry, profile, [ROWS_PER_PART], "a")
    part = make_part(registry, plan, profile, 0, lambda table: table.slice(1))
    commit(registry, replace(part, certificates=replace(part.certificates, rows=ROWS_PER_PART - 2)))
    summary = audited(MadeRegistry(registry, profile, (plan, plan)))
    path = registry.path / "certificates" / part.certificates.name
    assert faults_of(summary) == [("file", str(path))]
    assert "has 9 rows, its commit says 10" in summary.faults.listed[0].message


def test_the_row_is_told_however_the_work_is_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Groups are of four rows: three rows at a time begin amid a group, and two end amid them."""
    monkeypatch.setattr("signer.campaign.audit_files.ROWS_AT_A_TIME", 3)
    monkeypatch.setattr("signer.campaign.audit_worker.BATCH_ROWS", 2)
    wrong = [0, 3, 6, 7, 9]
    made = registry_with(
        tmp_path,
        lambda table: reduce(lambda done, row: with_value("dose_number", row, 1)(done), wrong, table),
    )
    summary = audited(made, n_workers=2)
    assert [fault.row for fault in summary.faults.in_order()] == wrong
    assert summary.verified == ROWS_PER_PART - 2 - len(wrong)


def test_a_row_that_stands_there_twice_is_found(tmp_path: Path) -> None:
    made = registry_with(tmp_path, lambda table: pa.concat_tables([table, table.slice(4, 1)]))
    path = str(made.files()[0])
    assert faults_of(audited(made)) == [("part", path), ("uvci", path), ("shot", path)]


def test_certificates_that_were_written_wrong_are_found_by_row_and_cost_no_other(tmp_path: Path) -> None:
    wrong = [
        with_value("dose_number", 1, 1),
        with_value("campaign", 2, "issue-20000101T000000Z"),
        with_value("part", 5, 1),
        with_value("hc1", 8, lambda text: text[:-1] + ("0" if text[-1] != "0" else "1")),
    ]
    made = registry_with(tmp_path, lambda table: reduce(lambda done, change: change(done), wrong, table))
    summary = audited(made)
    found = [(fault.kind, fault.path, fault.part, fault.row) for fault in summary.faults.in_order()]
    assert found == [("certificate", str(made.files()[0]), 0, row) for row in (1, 2, 5, 8)]
    assert summary.verified == summary.certificates - 4 == ROWS_PER_PART - 6


@pytest.mark.parametrize("under_our_kid", [False, True])
def test_certificates_of_another_key_are_found_though_all_digests_agree(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, under_our_kid: bool
) -> None:
    """They are what another issuer makes of the same shots, if need be with our kid in the signed header."""
    foreign = make_profile(tmp_path / "foreign")

    def forged(table: Any) -> Any:
        shots = shots_batch(table.num_rows, {row: {"shot_id": f"F{row}"} for row in range(table.num_rows)})
        kid, campaign = (table.column(name)[0].as_py() for name in ("kid", "campaign"))
        with monkeypatch.context() as patched:
            terms = terms_of(foreign)
            if under_our_kid:
                patched.setattr(keys, "kid", lambda _certificate: kid)
                terms = replace(terms, kid=kid)
            certificates, _ = issued(terms, 0, shots)
        with_campaign = with_column(certificates, "campaign", [campaign] * table.num_rows)
        return with_column(with_campaign, "kid", [kid] * table.num_rows)

    summary = audited(registry_with(tmp_path, forged))
    assert summary.faults.counts == {"certificate": ROWS_PER_PART - 2}
    assert (summary.verified, summary.certificates) == (0, ROWS_PER_PART - 2)
    reason = "signature" if under_our_kid else "kid_unknown"
    assert all(f"does not verify ({reason}: " in fault.message for fault in summary.faults.listed)


def test_a_correction_without_its_link_is_found(tmp_path: Path) -> None:
    made = make_registry(tmp_path)
    again = make_plan(made.registry, made.profile, [2], "c", LATER + 1)

    def unlinked(table: Any) -> Any:
        renamed = with_column(table, "uvci", [f"{uvci}X" for uvci in table.column("uvci").to_pylist()])
        return with_column(renamed, "supersedes", [None] * table.num_rows)

    commit(made.registry, make_corrections(made.registry, again, made.profile, unlinked))
    summary = audited(made)
    assert summary.faults.counts["shot"] == 2
    assert {fault.path for fault in summary.faults.listed if fault.kind == "shot"} == {str(made.files()[4])}


def test_the_dscs_of_the_plans_are_held_against_those_trusted(made: MadeRegistry, tmp_path: Path) -> None:
    assert faults_of(audited(made, made.dsc)) == []
    assert audited(made, made.dsc).trusted
    other = make_profile(tmp_path / "other").parent / "keys" / "dsc.pem"
    told = faults_of(audited(made, other))
    assert [kind for kind, _ in told] == ["plan", "plan"]
    assert {path for _, path in told} == {
        str(made.registry.plans / f"{plan.plan_id}.json") for plan in made.plans
    }


def test_a_store_that_cannot_be_read_is_told_before_anything(made: MadeRegistry, tmp_path: Path) -> None:
    with pytest.raises(TrustUnreadable):
        audited(made, tmp_path / "nothing.pem")


def test_a_plan_whose_dsc_is_none_is_named(tmp_path: Path) -> None:
    made = make_registry(tmp_path)
    plan = replace(made.plans[0], attempt=1, dsc=b"no certificate")
    keep_plan(made.registry.plans, plan)
    assert faults_of(audited(made)) == [("plan", str(made.registry.plans / f"{plan.plan_id}.json"))]


def test_a_plan_that_contradicts_itself_is_named(tmp_path: Path) -> None:
    made = make_registry(tmp_path)
    (first, *rest) = made.plans[0].parts
    keep_plan(
        made.registry.plans, replace(made.plans[0], attempt=1, parts=(replace(first, kid="00" * 8), *rest))
    )
    (message,) = (fault.message for fault in audited(made).faults.listed if fault.kind == "plan")
    assert "not all of its DSC" in message


def test_a_file_that_is_no_table_of_certificates_is_named(tmp_path: Path) -> None:
    made = registry_with(tmp_path, lambda table: table.drop_columns(["hc1"]))
    summary = audited(made)
    assert faults_of(summary) == [("file", str(made.files()[0]))]
    assert "has no column hc1" in summary.faults.listed[0].message


def test_what_is_found_does_not_depend_on_the_number_of_workers(made: MadeRegistry) -> None:
    made.files()[1].unlink()
    flip_a_bit(made.files("refused")[0], random.Random(1))
    found = [audited(made, n_workers=n).as_dict() for n in (1, 3)]
    for each in found:
        for varying in ("seconds", "rate_per_s", "workers"):
            del each[varying]
    assert found[0]["faults"]["total"] == 2
    assert found[0] == found[1]


def test_ctrl_c_stops_it(whole: MadeRegistry) -> None:
    def interrupt(_done: int, _of: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(StoppedHalfWay, match="interrupted"):
        audit(AuditOrder(whole.registry.path, None, 1), interrupt, time.monotonic)


def test_ctrl_c_stops_it_amid_a_query(whole: MadeRegistry, monkeypatch: pytest.MonkeyPatch) -> None:
    """DuckDB makes an error of its own of it."""
    batches_of = audit_links._batches_of

    def interrupted(*arguments: Any) -> Iterator[pa.RecordBatch]:
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.1)
        yield from batches_of(*arguments)

    monkeypatch.setattr(audit_links, "_batches_of", interrupted)
    with stopped_by_signals(), pytest.raises(StoppedHalfWay, match="interrupted; nothing was changed"):
        audit(AuditOrder(whole.registry.path, None, 1), lambda _done, _of: None, time.monotonic)


def test_no_fault_holds_personal_data(tmp_path: Path) -> None:
    made = registry_with(tmp_path, with_value("hc1", 2, "HC1:NCF"))
    made.files("refused")[0].unlink()
    text = json.dumps(audited(made).as_dict(), ensure_ascii=False)
    assert not any(name in text for name in ("Nguyễn", "NGUYEN", "Hường", "HUONG", "1980"))
