"""Which rows of a plan that renews have been withdrawn by others since it was made."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import numpy as np
import numpy.typing as npt

from signer.campaign.plan import Plan
from signer.campaign.registry_views import RegistryFiles, open_views
from signer.tables.out_of_core import Room

__all__ = ["WithdrawnRows", "withdrawn_since"]

QUERY = resources.files("signer.campaign") / "sql" / "withdrawn_since.sql"


@dataclass(frozen=True)
class WithdrawnRows:
    """Rows of the plan, ascending, and for each why it needs none: `revoked`, `superseded` or `newer`."""

    rows: npt.NDArray[np.int64]
    reasons: npt.NDArray[np.str_]

    def among(self, rows: npt.NDArray[np.int64]) -> WithdrawnRows:
        """Those of `rows`, which follow each other."""
        begin, end = np.searchsorted(self.rows, [rows[0], rows[-1] + 1])
        return WithdrawnRows(self.rows[begin:end], self.reasons[begin:end])


def withdrawn_since(plan: Plan, files: RegistryFiles, selected: Path, room: Room) -> WithdrawnRows:
    """Looks the plan's rows up in the registry as it is now; `selected` is as `select_due` has written it.

    Starts threads: do not fork afterwards. Raises RegistryUnreadable and StoppedHalfWay.
    """
    if not _has_changed(plan, files):
        return WithdrawnRows(np.empty(0, np.int64), np.empty(0, np.str_))
    with open_views("finding what was withdrawn meanwhile", files, room) as database:
        own = [number for number, file in enumerate(files.certificates) if file.plan_id == plan.plan_id]
        parameters = {"selected": str(selected), "version": plan.after_version, "own": own}
        found = database.execute(QUERY.read_text("utf-8"), parameters).fetchnumpy()
    return WithdrawnRows(np.asarray(found["row"], np.int64), np.asarray(found["reason"], np.str_))


def _has_changed(plan: Plan, files: RegistryFiles) -> bool:
    """Whether others have committed anything since the plan was made."""
    revocations_version = plan.selection.revocations_version if plan.selection else 0
    return any(
        file.version > plan.after_version and file.plan_id != plan.plan_id for file in files.certificates
    ) or any(file.version > revocations_version for file in files.revocations)
