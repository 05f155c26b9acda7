"""The issue run into a registry: by a plan, part after part, each committed once, to be gone on with."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa

from signer.campaign.earlier_doses import find_earlier_doses
from signer.campaign.issue_destinations import RegistryOfPlan
from signer.campaign.issue_parts import ROWS_PER_PART, n_rows_of
from signer.campaign.issue_progress import OnProgress, RowsDone
from signer.campaign.issue_worker import OpenIssueWorker
from signer.campaign.known_shots import find_known_shots
from signer.campaign.left_out import LeftOut
from signer.campaign.plan import Per, Plan
from signer.campaign.plan_inputs import hash_inputs
from signer.campaign.plan_parts import StagedInputs, staged_inputs
from signer.campaign.plan_settling import PlanOrder, settle
from signer.campaign.plan_store import renewal_plans
from signer.campaign.registry_room import refuse_damaged, staging_prefix, sweep, with_bytes_needed
from signer.campaign.registry_summary import RegistrySummary, counts_of
from signer.campaign.registry_views import files_of_registry, open_views
from signer.campaign.row_list import RowList
from signer.engines.local import LocalEngine
from signer.errors import DiskFull, StoppedHalfWay
from signer.issuing.terms import IssueTerms
from signer.profile import Profile, load_profile
from signer.records.pictures import PictureOptions
from signer.registry import FileKey, Lease, PartFiles, Registry, open_or_create
from signer.registry.layout import CERTIFICATES, PART_TABLES
from signer.tables.out_of_core import Room

__all__ = ["RegistryOrder", "issue_into_registry"]

REVOKED_MEMORY = "300MB"

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class RegistryOrder:
    """What to issue, by what profile and into which registry; times are in seconds since 1970.

    `issued_at` is the iat that was asked for, or None for that of the plan, or else `now`. `per` "person"
    issues for the latest dose of each person only. `new_plan` gives up the plan that was begun with these
    shots, and `take_over` takes the registry from a process that is stopped for ever.
    """

    shots: Sequence[Path]
    profile: Path
    registry: Path
    n_workers: int
    issued_at: int | None
    now: int
    pictures: PictureOptions | None = None
    per: Per = "shot"
    new_plan: bool = False
    take_over: bool = False
    rows_per_part: int = ROWS_PER_PART

    def plan_order(self, profile: Profile, registry_version: int) -> PlanOrder:
        """What of it the plan is settled by, in a registry at that version."""
        return PlanOrder(
            profile=profile,
            pictures=self.pictures,
            per=self.per,
            issued_at=self.issued_at,
            now=self.now,
            registry_version=registry_version,
            rows_per_part=self.rows_per_part,
            new_plan=self.new_plan,
        )


def issue_into_registry(
    order: RegistryOrder, on_progress: OnProgress, clock: Callable[[], float]
) -> RegistrySummary:
    """Signs the shots that need it; `on_progress` hears the rows done and the rows in all.

    Raises before anything is signed: InputUnreadable, ProfileInvalid, KeyUnusable, PreflightFailed,
    OutputExists where another run has the registry, OutputUnwritable, RegistryUnreadable also where a file
    that it relies on is damaged, and PlanChanged. Afterwards StoppedHalfWay or DiskFull: then what was
    committed stays, and the same order goes on with the rest.
    """
    started_s = clock()
    try:
        # The workers first: nothing has been opened, and no thread started, that they could inherit.
        with LocalEngine(order.n_workers) as engine:
            profile = load_profile(order.profile)
            is_new = not order.registry.exists()
            registry = open_or_create(order.registry, order.pictures)
            if is_new:
                log.info("%s: a new registry", order.registry)
            with registry.lease(order.take_over) as lease:
                sweep(registry, lease)
                run = _Run(order, profile, registry, lease, engine, on_progress)
                plan, before = run.issue()
                counts = counts_of(registry, plan)
                return counts.summary(order.n_workers, profile.refused_limit, before, clock() - started_s)
    except KeyboardInterrupt:
        raise StoppedHalfWay("interrupted; what is committed stays, the same command goes on") from None


@dataclass(frozen=True)
class _Run:
    """One order in a registry whose lease it holds."""

    order: RegistryOrder
    profile: Profile
    registry: Registry
    lease: Lease
    engine: LocalEngine
    on_progress: OnProgress

    def issue(self) -> tuple[Plan, set[int]]:
        """Gives the plan, all parts of which are committed, and the numbers of those that were before."""
        order, registry = self.order, self.registry
        inputs = hash_inputs(order.shots, order.n_workers, lambda done, total: None)
        plan: Plan | None = None
        try:
            with staged_inputs(inputs, registry.path, order.n_workers, staging_prefix(self.lease)) as staged:
                plan_order = order.plan_order(self.profile, registry.version)
                settled = settle(plan_order, inputs, staged, registry.plans, self.is_finished)
                plan = settled.plan
                self.lease.note_plan(plan.plan_id)
                done = registry.committed_parts(plan.plan_id)
                self.refuse_damaged(plan, relies_on_others=settled.terms is not None)
                if settled.terms is not None:
                    self.do_missing(plan, done, replace(settled.terms, plan_id=plan.plan_id), staged)
        except DiskFull as error:
            raise with_bytes_needed(error, registry, plan) from error
        return plan, set(done)

    def is_finished(self, plan: Plan) -> bool:
        return len(self.registry.committed_parts(plan.plan_id)) == len(plan.parts)

    def refuse_damaged(self, plan: Plan, relies_on_others: bool) -> None:
        """Of all others the certificates are relied on: a shot lost there would be issued twice."""
        files = [
            file
            for table in PART_TABLES
            for file in self.registry.files(table)
            if file.plan_id == plan.plan_id or (relies_on_others and table == CERTIFICATES)
        ]
        refuse_damaged(files, self.order.n_workers)

    def do_missing(
        self, plan: Plan, done: dict[int, PartFiles], terms: IssueTerms, staged: StagedInputs
    ) -> None:
        parts = staged.parts_of(plan)
        missing = [part for part in parts if part.number not in done]
        log.info("plan %s: %d of %d parts to do", plan.plan_id, len(missing), len(parts))
        destination = RegistryOfPlan(self.registry.path, plan.plan_id, FileKey(terms.file_key))
        open_worker = OpenIssueWorker(terms, destination, self.left_out(plan, staged))
        progress = RowsDone(plan.n_rows, self.on_progress, n_before=plan.n_rows - n_rows_of(missing))
        with closing(self.engine.run(missing, open_worker, progress.hear)) as results:
            for part, issued in results:
                self.registry.commit(self.lease, [issued.files] if issued.files else [])
                progress.hear(part, part.n_rows)

    def left_out(self, plan: Plan, staged: StagedInputs) -> LeftOut:
        committed = self.registry.files(CERTIFICATES)
        # Renewals are of certificates that stand there, and say nothing newer of their shots.
        left_aside = {plan.plan_id} | renewal_plans(self.registry.plans)
        others = [file for file in committed if file.plan_id not in left_aside]
        known = find_known_shots(
            staged.sources,
            staged.duplicates,
            [file.path for file in others],
            staged.staging / "known.parquet",
            n_before=sum(file.version <= plan.after_version for file in others),
            revoked=self.revoked(staged),
            temp_directory=staged.staging,
        )
        if self.order.per == "shot":
            return LeftOut(known, RowList(None))
        earlier = find_earlier_doses(
            staged.sources,
            staged.duplicates,
            staged.staging / "earlier.parquet",
            temp_directory=staged.staging,
            threads=self.order.n_workers,
        )
        return LeftOut(known, earlier)

    def revoked(self, staged: StagedInputs) -> pa.Array:
        """The UVCIs that are revoked now."""
        files = files_of_registry(self.registry)
        if not files.revocations:
            return pa.array([], pa.binary())
        room = Room(REVOKED_MEMORY, staged.staging, self.order.n_workers)
        with open_views("finding what is revoked", files, room) as database:
            found = database.execute("SELECT uvci FROM revoked").to_arrow_table()
        return found.column("uvci").combine_chunks().cast(pa.binary())
