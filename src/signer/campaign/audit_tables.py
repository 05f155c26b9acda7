"""What the logs of a registry say it consists of, and where they contradict themselves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from signer.campaign.audit_faults import Fault, Faults
from signer.campaign.plan import Plan
from signer.campaign.plan_store import PLAN_NAME, find_plan
from signer.errors import RegistryUnreadable
from signer.registry import Registry
from signer.registry.layout import CERTIFICATES, REFUSED, REVOCATIONS
from signer.registry.reading import CommittedFile, described_files
from signer.registry.table_log import Snapshot, read_table
from signer.registry.whole_log import told_of_torn, torn_files

__all__ = ["AuditedTables", "read_plans", "read_tables"]

FROM_COPY = "put it back from a copy of the registry"


@dataclass(frozen=True)
class AuditedTables:
    """The files that commits name, oldest first; None for a table whose log cannot be read."""

    certificates: list[CommittedFile] | None
    refused: list[CommittedFile] | None
    revocations: list[CommittedFile] | None

    @property
    def committed(self) -> list[CommittedFile]:
        """All files with a digest, each once."""
        files = [*(self.certificates or ()), *(self.refused or ()), *(self.revocations or ())]
        return list({file.path: file for file in files}.values())


def read_tables(registry: Registry, faults: Faults) -> AuditedTables:
    """Reads the three logs. A table that cannot be read is a fault, and costs no other table."""
    for fault in _torn(registry):
        faults.add(fault)
    # Certificates first: a part that is committed meanwhile stands in refused before it stands there.
    certificates = _files(registry.path / CERTIFICATES, faults)
    refused = _files(registry.path / REFUSED, faults)
    return AuditedTables(certificates, refused, _files(registry.path / REVOCATIONS, faults))


def read_plans(registry: Registry, faults: Faults) -> dict[str, Plan]:
    """The plans that are whole, by their ids."""
    plans = {}
    for path in sorted(registry.plans.iterdir()):
        if not (found := PLAN_NAME.fullmatch(path.name)):
            continue
        try:
            plan = find_plan(registry.plans, found[1])
        except RegistryUnreadable as error:
            faults.add(Fault("plan", str(error), str(path), found[1]))
            continue
        if plan is not None:
            plans[found[1]] = plan
    return plans


def _torn(registry: Registry) -> Iterator[Fault]:
    try:
        torn = torn_files(registry.path)
    except RegistryUnreadable as error:
        yield Fault("log", str(error), str(registry.path))
        return
    for path in torn:
        yield Fault("log", told_of_torn(path), str(path))


def _files(folder: Path, faults: Faults) -> list[CommittedFile] | None:
    """The files of a table; what no commit of ours put there or took away is a fault."""
    snapshot = _snapshot(folder, faults)
    if snapshot is None:
        return None
    try:
        described = list(described_files(snapshot))
        current = set(snapshot.names())
    except (RegistryUnreadable, KeyError, TypeError, ValueError, AttributeError) as error:
        told = f"{folder}: its log holds no description of a file where one must be; {FROM_COPY}"
        faults.add(Fault("log", str(error) if isinstance(error, RegistryUnreadable) else told, str(folder)))
        return None
    names = {file.file.name for file in described}
    for name in sorted(current - names):
        told = f"{folder / name}: was put into the table by another program; find out by which"
        faults.add(Fault("log", told, str(folder / name)))
    for name in sorted(names - current):
        told = f"{folder / name}: was taken out of the table by another program; {FROM_COPY}"
        faults.add(Fault("log", told, str(folder / name)))
    return [file for file in described if file.file.name in current]


def _snapshot(folder: Path, faults: Faults) -> Snapshot | None:
    try:
        return read_table(folder)
    except RegistryUnreadable as error:
        faults.add(Fault("log", f"{error}; {FROM_COPY}", str(folder)))
        return None
