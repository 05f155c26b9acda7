"""The room of a run in a registry: what earlier runs have left in it, and how much the rest will need."""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence

from signer.campaign.plan import Plan
from signer.errors import DiskFull, RegistryUnreadable
from signer.registry import Lease, Registry
from signer.registry.checking import damaged_files
from signer.registry.reading import CommittedFile

__all__ = ["refuse_damaged", "staging_prefix", "sweep", "with_bytes_needed"]

STAGING = re.compile(r"staging-([0-9]+)-.*", re.ASCII)
MAX_DAMAGES_TOLD = 5
BYTES_PER_ROW = {None: 600, "png": 1_900, "svg": 4_500, "bits": 1_000}
"""What a row takes in the registry, by the format of its picture, where nothing was committed to tell it."""


def staging_prefix(lease: Lease) -> str:
    """How the names of folders begin that the holder of the lease makes in the registry for a while."""
    return f"staging-{lease.epoch}-"


def sweep(registry: Registry, lease: Lease) -> None:
    """Removes what earlier holders of the lease have staged; one that has lost it must not remove ours."""
    for folder in registry.path.glob("staging-*"):
        found = STAGING.fullmatch(folder.name)
        if found and int(found[1]) < lease.epoch:
            shutil.rmtree(folder, ignore_errors=True)


def refuse_damaged(files: Sequence[CommittedFile], n_threads: int) -> None:
    """Holds files that a run relies on against their commits. Raises RegistryUnreadable, naming some."""
    damages = damaged_files(files, n_threads, lambda done, total: None)
    if damages:
        told = "; ".join(str(damage) for damage in damages[:MAX_DAMAGES_TOLD])
        raise RegistryUnreadable(f"{len(damages)} of {len(files)} files are damaged: {told}")


def with_bytes_needed(error: DiskFull, registry: Registry, plan: Plan | None) -> DiskFull:
    """The error with the room that the rest of the plan takes: as much a row as what was committed."""
    bytes_per_row: float = BYTES_PER_ROW[registry.picture_format]
    if plan is None:
        return DiskFull(f"{error}; a row takes about {bytes_per_row:,} bytes: make room, and start again")
    done = registry.committed_parts(plan.plan_id)
    n_rows = sum(part.n_rows for part in plan.parts if part.number not in done)
    n_bytes = sum(files.certificates.bytes + files.refused.bytes for files in done.values())
    if n_rows < plan.n_rows:
        bytes_per_row = n_bytes / (plan.n_rows - n_rows)
    return DiskFull(
        f"{error}; the {n_rows:,} rows that remain need about {int(n_rows * bytes_per_row):,} bytes:"
        " make room, and the same command goes on"
    )
