"""The revoke run: finds what an order covers and records it, all or nothing, under the registry's lease."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

import duckdb
import pyarrow as pa

from signer.campaign.registry_views import MEMORY_LIMIT, files_of_registry, open_views
from signer.campaign.revoke_order import NamedCertificates, RevokeOrder, gather
from signer.campaign.revoke_summary import KeyCost, RevokeSummary
from signer.campaign.tables import REVOCATIONS_TABLE, open_table_file
from signer.campaign.temporary_room import temporary_room
from signer.durable import naming
from signer.errors import StoppedHalfWay
from signer.records.canonical import digest_of
from signer.records.schemas import RESTORED, REVOCATIONS, REVOKED
from signer.registry import Lease, NewFile, Registry, layout, open_registry
from signer.registry.orders import upgrade_revocations
from signer.revoking.selection import Selector

__all__ = ["revoke"]

log = logging.getLogger(__name__)

OnProgress = Callable[[int, int], None]

BATCHES_PER_FILE = 10  # a million rows
ID_DIGITS = 32
BLANKS_COUNT = "; blanks around an id count, as they do in `signer issue`"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def revoke(order: RevokeOrder, on_progress: OnProgress, clock: Callable[[], float]) -> RevokeSummary:
    """Carries out an order; `on_progress` hears the signatures recorded and in all.

    What is revoked already stays as it is, so the same order again does what is missing. Raises before it is
    recorded: InputUnreadable, ProfileInvalid, KeyUnusable, OutputExists where another
    run has the registry, OutputUnwritable, RegistryUnreadable. StoppedHalfWay or DiskFull: then the order is
    recorded as a whole or not at all, and the same command completes it in either case.
    """
    started_s = clock()
    try:
        registry = open_registry(order.registry)
        with ExitStack() as held:
            lease = None if order.dry_run else held.enter_context(registry.lease(order.take_over))
            if lease is not None:
                upgrade_revocations(registry.path, lease)
            room = held.enter_context(temporary_room("signer-revoke-", MEMORY_LIMIT, order.n_threads))
            named = gather(order, registry, room.temp_directory)
            files = files_of_registry(registry)
            database = held.enter_context(open_views("finding what an order covers", files, room))
            run = _Run(order, registry, named, database, on_progress)
            return run.carry_out(lease, lambda: clock() - started_s)
    except KeyboardInterrupt:
        raise StoppedHalfWay("interrupted; the order is recorded or not, the same command tells") from None


class _Run:
    """One order, and what it names in one registry."""

    def __init__(
        self,
        order: RevokeOrder,
        registry: Registry,
        named: NamedCertificates,
        database: duckdb.DuckDBPyConnection,
        on_progress: OnProgress,
    ) -> None:
        self._order, self._registry, self._named = order, registry, named
        self._on_progress = on_progress
        self._action = RESTORED if order.undo else REVOKED
        self._ordered_us = max(order.now, _last_order_us(database) + 1)
        now = EPOCH + order.now * MICROSECOND
        self._selector = Selector(database, named.criteria, order.undo, now)
        self._counts = self._selector.counts()

    def carry_out(self, lease: Lease | None, seconds: Callable[[], float]) -> RevokeSummary:
        recorded: dict[str, Any] = {"order": None, "campaign": None}
        told: dict[str, Any] = {
            "by_province": self._selector.by_province(),
            "keys": [] if self._order.undo else [KeyCost.of(cover) for cover in self._selector.key_cover()],
            "not_found": [self._not_found(kind, value) for kind, value in self._selector.not_found()],
        }
        if lease is not None and self._counts.signatures:
            recorded = self._record(lease)
        return RevokeSummary(
            registry=self._registry.path,
            action=self._action,
            dry_run=self._order.dry_run,
            reason=self._order.reason,
            ordered_by=self._order.ordered_by,
            ordered_at=self._ordered_at,
            criteria=self._named.criteria.as_dict(),
            counts=self._counts,
            faults=self._named.faults,
            seconds=round(seconds(), 3),
            **told,
            **recorded,
        )

    @property
    def _ordered_at(self) -> str:
        return (
            (EPOCH + self._ordered_us * MICROSECOND).isoformat(timespec="microseconds").replace("+00:00", "Z")
        )

    def _not_found(self, kind: str, value: str | bytes) -> str:
        has_blanks = isinstance(value, str) and value != value.strip()
        return f"{self._named.places[kind, value]}: not found{BLANKS_COUNT if has_blanks else ''}"

    def _record(self, lease: Lease) -> dict[str, str]:
        """Gives the id and the campaign of the order, which is in the registry then."""
        order_id = self._order_id()
        moment = EPOCH + self._ordered_us * MICROSECOND
        campaign = f"revoke-{moment:%Y%m%dT%H%M%SZ}-{order_id[:8]}"
        files = list(self._write(order_id, campaign))
        self._registry.commit_files(
            lease, layout.REVOCATIONS, files, {"order": self._about(order_id, campaign)}
        )
        log.info("order %s: certificates %s: %d", order_id, self._action, self._counts.certificates)
        return {"order": order_id, "campaign": campaign}

    def _order_id(self) -> str:
        content = {
            "action": self._action,
            "criteria_sha256": self._named.criteria.digest,
            "reason": self._order.reason,
            "ordered_by": self._order.ordered_by,
            "ordered_at_us": self._ordered_us,
        }
        return digest_of(content)[:ID_DIGITS]

    def _about(self, order_id: str, campaign: str) -> dict[str, Any]:
        """What the commit says of the order; no personal data, which is why persons are only counted."""
        return {
            "id": order_id,
            "campaign": campaign,
            "action": self._action,
            "reason": self._order.reason,
            "ordered_by": self._order.ordered_by,
            "ordered_at": self._ordered_at,
            "criteria": self._named.criteria.as_dict(),
            "criteria_sha256": self._named.criteria.digest,
            "counts": asdict(self._counts),
        }

    def _write(self, order_id: str, campaign: str) -> Iterator[NewFile]:
        batches, n_rows = self._selector.rows(), 0
        part = 0
        while rows := list(islice(batches, BATCHES_PER_FILE)):
            with (
                naming(self._registry.path / layout.REVOCATIONS),
                self._registry.new_file(layout.REVOCATIONS, order_id, part) as working,
                open_table_file(REVOCATIONS_TABLE, working.path) as table,
            ):
                for batch in rows:
                    table.write(self._events(batch, campaign))
                    n_rows += len(batch)
                    self._on_progress(n_rows, self._counts.signatures)
            yield working.new_file
            part += 1

    def _events(self, signatures: pa.RecordBatch, campaign: str) -> pa.RecordBatch:
        """The rows that are written of a batch of signatures."""
        same = {
            "action": self._action,
            "reason": self._order.reason,
            "ordered_by": self._order.ordered_by,
            "ordered_at": self._ordered_us,
            "campaign": campaign,
        }
        columns = [
            pa.repeat(pa.scalar(same[field.name], field.type), len(signatures))
            if field.name in same
            else signatures.column(field.name).cast(field.type)
            for field in REVOCATIONS
        ]
        return pa.RecordBatch.from_arrays(columns, schema=REVOCATIONS)


def _last_order_us(database: duckdb.DuckDBPyConnection) -> int:
    """When the last order was given, in microseconds since 1970: the next must be later in `ordered_at`."""
    found = database.execute("SELECT coalesce(epoch_us(max(ordered_at)), 0) FROM revocations").fetchall()
    return int(found[0][0])
