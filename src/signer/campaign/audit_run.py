"""The audit: reads all of a registry, verifies every certificate in it, and changes nothing."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from signer.campaign.audit_contents import ContentDigests
from signer.campaign.audit_events import AuditedFiles
from signer.campaign.audit_faults import Fault, Faults
from signer.campaign.audit_files import check_refused, check_revocations, cut_certificates
from signer.campaign.audit_links import check_links
from signer.campaign.audit_orders import check_orders
from signer.campaign.audit_parts import check_parts, progress_of, skipped_rows
from signer.campaign.audit_renewals import check_renewals
from signer.campaign.audit_summary import AuditSummary
from signer.campaign.audit_tables import AuditedTables, read_plans, read_tables
from signer.campaign.audit_terms import PlanTerms, terms_of_plans
from signer.campaign.audit_worker import OpenAuditWorker, Rows
from signer.campaign.registry_views import RegistryFiles
from signer.campaign.temporary_room import naming_temporary, temporary_room
from signer.engines.local import LocalEngine
from signer.errors import RegistryUnreadable, StoppedHalfWay
from signer.registry import Registry, open_registry
from signer.registry.checking import damaged_files
from signer.registry.orders import count_revoked
from signer.registry.orphans import Orphan, find_orphans
from signer.registry.reading import CommittedFile
from signer.tables.out_of_core import Room
from signer.verifying import TrustStore

__all__ = ["AuditOrder", "audit"]

log = logging.getLogger(__name__)

OnProgress = Callable[[int, int], None]

MOST_LISTED, MOST_LISTED_OF_ROWS = 10_000, 1_000
MEMORY_LIMIT = "150MB"  # of DuckDB, which takes twice that


@dataclass(frozen=True)
class AuditOrder:
    """Which registry to audit; `trust` is a DSC or a folder of them that its plans must have signed with."""

    registry: Path
    trust: Path | None
    n_workers: int


def audit(order: AuditOrder, on_progress: OnProgress, clock: Callable[[], float]) -> AuditSummary:
    """Looks at all there is in a registry; `on_progress` hears the certificates verified and in all.

    What is wrong is in the summary. Raises RegistryUnreadable where there is no registry to open,
    TrustUnreadable, OutputUnwritable where there is no room for temporary files, and StoppedHalfWay.
    """
    started_s = clock()
    try:
        # The workers first: nothing has been opened, and no thread started, that they could inherit.
        with LocalEngine(order.n_workers) as engine:
            registry = open_registry(order.registry)
            trust = None if order.trust is None else TrustStore.load(order.trust)
            return _Audit(order, registry, trust, engine).run(on_progress, lambda: clock() - started_s)
    except KeyboardInterrupt:
        raise StoppedHalfWay("interrupted; nothing was changed, the same command starts over") from None


class _Audit:
    """One audit, from the logs down to the single certificate."""

    def __init__(
        self, order: AuditOrder, registry: Registry, trust: TrustStore | None, engine: LocalEngine
    ) -> None:
        self._order = order
        self._registry = registry
        self._trust = trust
        self._engine = engine
        self._faults = Faults(MOST_LISTED)

    def run(self, on_progress: OnProgress, seconds: Callable[[], float]) -> AuditSummary:
        faults = self._faults
        tables = read_tables(self._registry, faults)
        plans = read_plans(self._registry, faults)
        terms = terms_of_plans(plans, self._registry.plans, self._trust, faults)
        certificates, refused = tables.certificates or [], tables.refused or []
        if tables.certificates is not None and tables.refused is not None:
            check_parts(certificates, refused, plans, faults)
        damaged = self._damaged(tables)
        check_refused([file for file in refused if file.path not in damaged], faults)
        revocations = [file for file in tables.revocations or [] if file.path not in damaged]
        revocations = check_revocations(revocations, faults)
        whole = list({file.path: file for file in certificates if file.path not in damaged}.values())
        readable, rows = cut_certificates(whole, terms, faults)
        # What a plan that is lost has made may be renewals or not; that it is lost is a fault already.
        files = AuditedFiles(readable, revocations, plans)
        is_all = tables.certificates is not None and len(readable) == len(certificates)
        has_all_plans = is_all and all(file.plan_id in plans for file in readable)
        has_all_orders = tables.revocations is not None and len(revocations) == len(tables.revocations)
        # All that is written is temporary: also the digests, by the workers.
        opened = temporary_room("signer-audit-", MEMORY_LIMIT, self._order.n_workers)
        with naming_temporary(), opened as room:
            self._check_links(files, has_all_plans, room)
            if is_all and has_all_orders:
                self._check_orders(readable, revocations, room)
            contents = self._contents(files, room)
            n_verified = self._verify(rows, terms, contents, on_progress)
            if contents is not None:
                log.info("comparing renewals with what they renew")
                check_renewals(files, contents, has_all_plans, room, faults)
        n_certificates, elapsed_s = sum(file.file.rows for file in certificates), seconds()
        return AuditSummary(
            registry=self._registry.path,
            plans=progress_of(certificates, refused, plans),
            files=len(tables.committed),
            bytes=sum(file.file.bytes for file in tables.committed),
            certificates=n_certificates,
            verified=n_verified,
            unchecked=max(0, n_certificates - sum(each.n_rows for each in rows)),
            refused=sum(file.file.rows for file in refused),
            skipped=skipped_rows(certificates),
            revocations=sum(file.file.rows for file in tables.revocations or []),
            trusted=self._trust is not None,
            faults=faults,
            orphans=self._orphans(),
            seconds=round(elapsed_s, 3),
            rate_per_s=round(n_verified / elapsed_s, 1) if elapsed_s > 0 else 0.0,
            workers=self._order.n_workers,
        )

    def _damaged(self, tables: AuditedTables) -> set[Path]:
        files = tables.committed
        log.info("comparing %d files with their commits", len(files))
        damages = damaged_files(files, self._order.n_workers, lambda _done, _of: None)
        for damage in damages:
            file = damage.file
            self._faults.add(Fault("file", str(damage), str(file.path), file.plan_id, file.part))
        return {damage.file.path for damage in damages}

    def _check_links(self, files: AuditedFiles, is_all: bool, room: Room) -> None:
        """Renewals have the uvci and the link of what they renew: they are held against that one alone."""
        issued = files.of_kind("issue")
        log.info("comparing the certificates of %d files with each other", len(issued))
        check_links(issued, is_all, room, self._faults)

    def _contents(self, files: AuditedFiles, room: Room) -> ContentDigests | None:
        """Where the workers note what certificates say; None where no renewal is to be held against it."""
        if not files.of_kind("renew"):
            return None
        return ContentDigests.make(room.temp_directory / "contents", files.first_rows[-1])

    def _check_orders(
        self, certificates: list[CommittedFile], orders: list[CommittedFile], room: Room
    ) -> None:
        log.info("comparing the orders of %d files with the certificates", len(orders))
        files = RegistryFiles(certificates, [], orders, set())
        check_orders(files, count_revoked(self._registry.path), room, self._faults)

    def _verify(
        self,
        rows: list[Rows],
        terms: dict[str, PlanTerms],
        contents: ContentDigests | None,
        on_progress: OnProgress,
    ) -> int:
        """Has every certificate verified; gives the number of the sound ones."""
        n_rows, n_sound, n_done = sum(each.n_rows for each in rows), 0, Counter[int | str]()

        def hear(part: Rows, done: int) -> None:
            """Rows that are done again start from nothing."""
            n_done["all"] += done - n_done[part.number]
            n_done[part.number] = done
            on_progress(n_done["all"], n_rows)

        log.info("verifying %d certificates", n_rows)
        open_worker = OpenAuditWorker(terms, MOST_LISTED_OF_ROWS, contents)
        with closing(self._engine.run(rows, open_worker, hear)) as results:
            for part, checked in results:
                n_sound += checked.n_sound
                self._faults.merge(checked.faults)
                hear(part, part.n_rows)
        return n_sound

    def _orphans(self) -> list[Orphan]:
        try:
            return find_orphans(self._registry.path)
        except RegistryUnreadable:
            return []  # the table that cannot be read is a fault already
