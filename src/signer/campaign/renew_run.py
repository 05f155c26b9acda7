"""The nightly renewal: certificates of a registry that expire soon are signed anew, each once a night."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from signer.campaign.clean_population import open_population
from signer.campaign.issue_destinations import RegistryOfPlan
from signer.campaign.issue_parts import ROWS_PER_PART
from signer.campaign.issue_progress import OnProgress, RowsDone
from signer.campaign.plan import InputFile, Plan
from signer.campaign.plan_inputs import hash_inputs
from signer.campaign.registry_room import staging_prefix, sweep, with_bytes_needed
from signer.campaign.registry_summary import refuse_lost_rows
from signer.campaign.registry_views import MEMORY_LIMIT, files_of_registry
from signer.campaign.renew_holders import Holders, find_holders
from signer.campaign.renew_parts import CertificatesOfPlan, parts_of_renewal
from signer.campaign.renew_settling import (
    Choosing,
    RenewalAsked,
    RenewalPlan,
    select_again,
    settle_renewal,
)
from signer.campaign.renew_summary import RenewalSummary, summarise
from signer.campaign.renew_withdrawn import withdrawn_since
from signer.campaign.renew_worker import OpenRenewWorker
from signer.durable import naming
from signer.durations import DAY_S
from signer.engines.local import LocalEngine
from signer.errors import DiskFull, InputUnreadable, ProfileInvalid, StoppedHalfWay
from signer.issuing.terms import IssueTerms
from signer.profile import Profile, load_profile
from signer.registry import FileKey, Lease, Registry, open_registry
from signer.tables.out_of_core import Room

__all__ = ["RenewOrder", "renew"]

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class RenewOrder:
    """What to renew in which registry, by what profile.

    Certificates are due `window_days` before they expire; certificates of `spread_days` more are drawn upon
    to level the load, and `limit` is the most that are renewed. `now` is the new iat, in seconds since 1970,
    and its local date is the night. Holders are looked up in `population`, if it names tables. `take_over`
    takes the registry from a process that is stopped for ever.
    """

    registry: Path
    profile: Path
    n_workers: int
    now: int
    window_days: int
    spread_days: int = 0
    limit: int | None = None
    population: tuple[Path, ...] = ()
    take_over: bool = False
    rows_per_part: int = ROWS_PER_PART

    def asked(self, profile: Profile, population: tuple[InputFile, ...] = ()) -> RenewalAsked:
        """What of it the plan is settled by.

        Raises ProfileInvalid where certificates would be due again as soon as they are renewed.
        """
        if profile.expires_at(self.now) - self.now <= self.window_days * DAY_S:
            raise ProfileInvalid(
                f"{profile.path}: certificates hold {profile.validity_months} months; if those were due that"
                f" expire within {self.window_days} days, every night would renew all; name fewer days"
            )
        return RenewalAsked(
            profile=profile,
            now=self.now,
            window_days=self.window_days,
            spread_days=self.spread_days,
            limit=self.limit,
            rows_per_part=self.rows_per_part,
            population=population,
        )


def renew(order: RenewOrder, on_progress: OnProgress, clock: Callable[[], float]) -> RenewalSummary:
    """Signs anew what is due; `on_progress` hears the certificates done and in all.

    Raises before anything is signed: ProfileInvalid, KeyUnusable, PreflightFailed, OutputExists where another
    run has the registry, RegistryUnreadable and PlanChanged. Afterwards DiskFull, or StoppedHalfWay also
    where a file that is read is damaged or not the issuer's: then what was committed stays, and the same
    order goes on.
    """
    started_s = clock()
    try:
        # The workers first: nothing has been opened, and no thread started, that they could inherit.
        with LocalEngine(order.n_workers) as engine:
            profile = load_profile(order.profile)
            population = hash_inputs(order.population, order.n_workers, lambda done, total: None)
            asked = order.asked(profile, population)
            registry = open_registry(order.registry)
            with registry.lease(order.take_over) as lease:
                sweep(registry, lease)
                run = _Run(order, asked, registry, lease, engine, on_progress)
                settled, before = run.renew()
                return summarise(
                    registry,
                    asked.night,
                    settled.terms,
                    settled.plan,
                    before=before,
                    n_workers=order.n_workers,
                    seconds=clock() - started_s,
                )
    except KeyboardInterrupt:
        raise StoppedHalfWay("interrupted; what is committed stays, the same command goes on") from None


@dataclass(frozen=True)
class _Run:
    """One order in a registry whose lease it holds."""

    order: RenewOrder
    asked: RenewalAsked
    registry: Registry
    lease: Lease
    engine: LocalEngine
    on_progress: OnProgress

    def renew(self) -> tuple[RenewalPlan, frozenset[int]]:
        """Gives the plan, all parts of which are committed, and the numbers of those that were before."""
        plan: Plan | None = None
        prefix = staging_prefix(self.lease)
        try:
            with (
                naming(self.registry.path),
                tempfile.TemporaryDirectory(prefix=prefix, dir=self.registry.path) as folder,
            ):
                choosing = self.choosing(Path(folder))
                look_up = partial(self.look_holders_up, choosing)
                settled = settle_renewal(self.asked, choosing, self.registry.plans, look_up)
                plan = settled.plan
                if plan is None:
                    return settled, frozenset()
                self.lease.note_plan(plan.plan_id)
                done = choosing.files.parts_done(plan.plan_id)
                if len(done) < len(plan.parts):
                    self.do_missing(plan, settled, done, choosing)
                return settled, done
        except DiskFull as error:
            raise with_bytes_needed(error, self.registry, plan) from error

    def choosing(self, folder: Path) -> Choosing:
        room = Room(MEMORY_LIMIT, folder, self.order.n_workers)
        return Choosing(files_of_registry(self.registry), folder / "selected.parquet", room)

    def do_missing(self, plan: Plan, settled: RenewalPlan, done: frozenset[int], choosing: Choosing) -> None:
        files = choosing.files
        if settled.selected is None:
            select_again(plan, self.asked, choosing)
            self.look_holders_up(choosing, settled.terms)
        key = FileKey(settled.terms.file_key)
        missing = [part for part in parts_of_renewal(plan) if part.number not in done]
        log.debug("plan %s: %d of %d parts to do", plan.plan_id, len(missing), len(plan.parts))
        n_missing = sum(part.n_rows for part in missing)
        progress = RowsDone(plan.n_rows, self.on_progress, n_before=plan.n_rows - n_missing)
        open_worker = OpenRenewWorker(
            replace(settled.terms, plan_id=plan.plan_id, kind="renew"),
            RegistryOfPlan(self.registry.path, plan.plan_id, key),
            CertificatesOfPlan(choosing.selected, files.certificates, key),
            withdrawn_since(plan, files, choosing.selected, choosing.room),
            Holders(_holders_in(choosing) if self.order.population else None),
        )
        with closing(self.engine.run(missing, open_worker, progress.hear)) as results:
            for part, renewed in results:
                refuse_lost_rows(self.registry, part.number, part.n_rows, renewed.files)
                self.registry.commit(self.lease, [renewed.files] if renewed.files else [])
                progress.hear(part, part.n_rows)

    def look_holders_up(self, choosing: Choosing, terms: IssueTerms) -> None:
        """Puts down what the register says of the holders of the rows chosen, where one was named."""
        if not self.order.population:
            return
        staging = choosing.selected.parent
        tables = [open_population(path, staging) for path in self.order.population]
        for path, table in zip(self.order.population, tables, strict=True):
            if not table.n_rows:
                raise InputUnreadable(f"{path}: has no rows, so nobody would be renewed; name a register")
        find_holders(choosing, tables, terms.person_secret, _holders_in(choosing))


def _holders_in(choosing: Choosing) -> Path:
    return choosing.selected.with_name("holders.parquet")
