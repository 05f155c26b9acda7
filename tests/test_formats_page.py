"""docs/formats.md names every member of what commands answer in JSON."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest

from signer.campaign.audit_faults import Fault
from signer.campaign.audit_parts import PlanProgress
from signer.campaign.audit_summary import AuditSummary
from signer.campaign.changes_run import ChangesSummary
from signer.campaign.left_out import EARLIER_DOSE, NEWER, REVOKED, UNCHANGED
from signer.campaign.registry_summary import RegistrySummary
from signer.campaign.status_campaign import CampaignStatus
from signer.campaign.status_pace import Outlook
from signer.reporting import report_content
from signer.reporting.explain_findings import Finding, FindingClass

PAGE = (Path(__file__).parents[1] / "docs" / "formats.md").read_text("utf-8")
ANSWERS = PAGE.partition("## What commands answer in JSON")[2].partition("\n## ")[0]


@pytest.mark.parametrize(
    "kind",
    [RegistrySummary, CampaignStatus, Outlook, AuditSummary, PlanProgress, Fault, ChangesSummary],
    ids=lambda kind: kind.__name__,
)
def test_each_member_is_told(kind: type) -> None:
    assert dataclasses.is_dataclass(kind)
    names = {field.name for field in dataclasses.fields(kind)}
    assert names <= set(re.findall(r"`([a-z_]+)`", ANSWERS))


def test_each_member_of_a_report_is_told() -> None:
    kinds = [getattr(report_content, name) for name in report_content.__all__]
    names = {
        field.name for kind in kinds if dataclasses.is_dataclass(kind) for field in dataclasses.fields(kind)
    }
    assert names <= set(re.findall(r"[`\"]([a-z_]+)[`\"]", ANSWERS))


@pytest.mark.parametrize("reason", [UNCHANGED, NEWER, REVOKED, EARLIER_DOSE])
def test_each_reason_to_skip_a_row_is_told(reason: str) -> None:
    assert f"`{reason}`: " in PAGE


def test_each_member_of_a_finding_is_told() -> None:
    in_json = {"kind": "class", "actor": "who_acts"}
    names = {in_json.get(field.name, field.name) for field in dataclasses.fields(Finding)}
    assert names | {"text"} <= set(re.findall(r"`([a-z_]+)`", ANSWERS))


def test_the_hotline_is_told_each_class() -> None:
    page = (Path(__file__).parents[1] / "docs" / "hotline.md").read_text("utf-8")
    assert {kind.value for kind in FindingClass} <= set(re.findall(r"`([a-z_]+)`", page))
