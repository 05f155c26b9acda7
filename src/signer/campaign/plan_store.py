"""Plans in their folder: a file each, whole or not at all, and never written a second time."""

from __future__ import annotations

import re
from pathlib import Path

from signer.campaign.plan import Plan
from signer.campaign.plan_text import plan_of_text, text_of_plan
from signer.durable import naming, write_absent
from signer.errors import RegistryUnreadable
from signer.failpoints import failpoint

__all__ = ["find_plan", "keep_plan", "load_plans", "plan_path", "renewal_plans"]

PRIVATE_FILE = 0o600
PLAN_NAME = re.compile(r"([0-9a-f]{32})\.json", re.ASCII)


def plan_path(folder: Path, plan_id: str) -> Path:
    """Where the plan of that id stands."""
    return folder / f"{plan_id}.json"


def find_plan(folder: Path, plan_id: str) -> Plan | None:
    """The plan of that id, or None where there is none.

    Raises RegistryUnreadable, naming the file, where it is damaged, was edited, or is another plan's.
    """
    path = plan_path(folder, plan_id)
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise RegistryUnreadable.of_reading(path, error) from error
    try:
        plan = plan_of_text(content.decode("ascii", errors="replace"))
    except ValueError as error:
        raise RegistryUnreadable(f"{path}: {error}") from error
    if plan.plan_id != plan_id:
        raise RegistryUnreadable(f"{path}: holds plan {plan.plan_id}; put it back from a copy")
    return plan


def load_plans(folder: Path) -> list[Plan]:
    """All plans by their ids. Raises RegistryUnreadable as `find_plan`."""
    ids = sorted(found[1] for path in folder.iterdir() if (found := PLAN_NAME.fullmatch(path.name)))
    return [plan for plan_id in ids if (plan := find_plan(folder, plan_id)) is not None]


def renewal_plans(folder: Path) -> set[str]:
    """The ids of the plans that renew. Raises RegistryUnreadable as `find_plan`.

    Read them after a registry's files: then the plan of each is there.
    """
    return {plan.plan_id for plan in load_plans(folder) if plan.kind == "renew"}


def keep_plan(folder: Path, plan: Plan) -> Plan:
    """Stores a plan of mode 0600, durably; gives the one that now stands under its id.

    That is another one where another run has stored it first, with its own time of issue: a plan is never
    replaced. Raises RegistryUnreadable as `find_plan`, and DiskFull or StoppedHalfWay where the disk fails.
    """
    path = plan_path(folder, plan.plan_id)
    failpoint("plan-begun")
    with naming(path):
        is_new = write_absent(path, text_of_plan(plan).encode("ascii"), PRIVATE_FILE)
    failpoint("plan-stored")
    return plan if is_new else find_plan(folder, plan.plan_id) or plan
