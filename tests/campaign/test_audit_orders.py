"""An audit of orders: digests, certificates that are there, signatures that were not left out."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from campaign.made_orders import carried_out, events_of, renew
from campaign.made_registry import MadeRegistry, make_registry, uvcis_of
from made_tables import write_file

from signer.campaign.audit_run import AuditOrder, audit
from signer.campaign.audit_summary import AuditSummary
from signer.campaign.tables import REVOCATIONS_TABLE
from signer.records.schemas import REVOCATIONS

OTHER = "fedcba9876543210" * 2


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> MadeRegistry:
    made = make_registry(tmp_path_factory.mktemp("original"))
    carried_out(made.registry, {"shot_id": ["S1", "S2", "S4"]})
    carried_out(made.registry, {"shot_id": ["S4"]}, undo=True)
    return made


@pytest.fixture
def made(original: MadeRegistry, tmp_path: Path) -> MadeRegistry:
    return original.copy(tmp_path / "registry")


def audited(made: MadeRegistry) -> AuditSummary:
    return audit(AuditOrder(made.registry.path, None, 1), lambda done, total: None, time.monotonic)


def faults_of(summary: AuditSummary) -> list[str]:
    return [fault.message for fault in summary.faults.listed]


def record(made: MadeRegistry, rows: list[dict[str, Any]], told: dict[str, Any]) -> None:
    """An order as no run of ours records it."""
    with made.registry.lease() as lease:
        with made.registry.new_file("revocations", OTHER, 0) as working:
            write_file(REVOCATIONS_TABLE, pa.Table.from_pylist(rows, REVOCATIONS), working.path)
        made.registry.commit_files(lease, "revocations", [working.new_file], {"order": told})


def test_orders_as_they_should_be_are_no_fault(made: MadeRegistry) -> None:
    summary = audited(made)
    assert (faults_of(summary), summary.revocations) == ([], 4)
    assert summary.is_well


def test_a_changed_or_lost_file_of_an_order_is_named(made: MadeRegistry) -> None:
    changed, lost = made.files("revocations")
    content = bytearray(changed.read_bytes())
    content[len(content) // 2] ^= 1
    changed.write_bytes(content)
    lost.unlink()
    told = faults_of(audited(made))
    assert len(told) == 2
    assert told[0].startswith(f"{changed}: was changed")
    assert told[1].startswith(f"{lost}: is missing")


def test_an_order_about_a_certificate_that_is_not_there_is_named(made: MadeRegistry) -> None:
    row = {**events_of(made.registry)[0], "uvci": "URN:UVCI:01:VN:NONE", "action": "revoked"}
    record(made, [row], {"action": "revoked", "counts": {"certificates": 1}})
    (told,) = faults_of(audited(made))
    assert "certificate URN:UVCI:01:VN:NONE is of an order, and in no table of certificates" in told


def test_a_signature_that_an_order_does_not_cover_is_named_until_it_is_revoked_too(
    made: MadeRegistry,
) -> None:
    renew(made, ["S1", "S4"])
    uvcis = uvcis_of(made.registry)
    told = [message for message in faults_of(audited(made)) if "revoked, but not its signature" in message]
    assert len(told) == 1
    assert told[0].startswith(
        f"certificate {uvcis['S1']} is revoked, but not its signature under kid {'63' * 8}"
    )
    carried_out(made.registry, {"uvci": [uvcis["S1"]]})
    assert not [message for message in faults_of(audited(made)) if "not its signature" in message]


def test_an_order_whose_commit_counts_otherwise_than_its_rows_is_a_fault(made: MadeRegistry) -> None:
    row = next(row for row in events_of(made.registry) if row["uvci"] == uvcis_of(made.registry)["S1"])
    record(made, [{**row, "action": "restored"}], {"action": "restored", "counts": {"certificates": 2}})
    (told,) = faults_of(audited(made))
    assert "that are revoked, by the rows of the orders: 1; by their commits: 0" in told
