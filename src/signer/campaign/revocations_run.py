"""Writes what verifiers and the gateway are told of revoked certificates: lists, filter and batches."""

from __future__ import annotations

import base64
import json
import logging
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

from cryptography import x509

from signer.campaign.plan_store import load_plans
from signer.campaign.registry_views import MEMORY_LIMIT, RegistryFiles, files_of_registry, open_views
from signer.campaign.revocations_cursor import RevocationsCursor, cursor_at, refuse_foreign
from signer.campaign.revocations_summary import BatchCounts, RevocationsSummary
from signer.campaign.workspace import make_folder, open_workspace, refuse_in_registry, refuse_taken
from signer.cms import Signatory, country_of
from signer.cms.bulk_signing import AttachedSigner
from signer.durable import naming, new_file, sync_tree, write_text
from signer.durations import DAY_S
from signer.errors import KeyUnusable, RegistryUnreadable, StoppedHalfWay
from signer.registry import Registry, open_registry
from signer.registry.layout import CERTIFICATES, REVOCATIONS
from signer.registry.settled import settled_versions
from signer.revoking.batches import Batch, batch_text
from signer.revoking.filter import filter_text, shape_for
from signer.revoking.hashes import HASH_TYPES
from signer.revoking.listing import Listed, read_listed
from signer.revoking.plain_list import RESTORED_HEADER, REVOKED_HEADER
from signer.tables.out_of_core import Room

__all__ = ["RevocationsOrder", "write_revocations"]

log = logging.getLogger(__name__)

OnProgress = Callable[[int, int], None]

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
US_PER_DAY = DAY_S * 1_000_000


@dataclass(frozen=True)
class RevocationsOrder:
    """What to write of which registry into the new folder `out`.

    `signatory` has the country's upload certificate; without it batches stay plain JSON. Batches expire with
    the last of their certificates, yet in `expires_days` from `now` at the soonest. Batches hold what was
    revoked behind `since`.
    """

    registry: Path
    out: Path
    signatory: Signatory | None
    expires_days: int
    since: RevocationsCursor | None
    rate: float
    now: datetime
    n_threads: int

    @property
    def since_version(self) -> int:
        return 0 if self.since is None else self.since.version

    @property
    def now_us(self) -> int:
        return (self.now - EPOCH) // timedelta(microseconds=1)


def write_revocations(
    order: RevocationsOrder, on_progress: OnProgress, clock: Callable[[], float]
) -> RevocationsSummary:
    """Writes the folder; `on_progress` hears the batches written and in all.

    Raises OutputExists, OutputUnwritable, RegistryUnreadable, KeyUnusable where the gateway would refuse what
    is signed, and StoppedHalfWay or DiskFull; then there is no folder.
    """
    started_s = clock()
    try:
        refuse_in_registry(order.out, order.registry)
        refuse_taken(order.out)
        registry = open_registry(order.registry)
        country = _country(registry)
        signer = None if order.signatory is None else _signer(order.signatory, country, order.now)
        if order.since is not None:
            refuse_foreign(registry, order.since)
        with open_workspace(order.out) as folder:
            summary = _Writer(order, country, signer, folder).write(registry, on_progress)
            summary = replace(summary, seconds=round(clock() - started_s, 3))
            write_text(folder / "summary.json", json.dumps(summary.as_dict(), sort_keys=True) + "\n")
            return summary
    except KeyboardInterrupt:
        raise StoppedHalfWay("interrupted; nothing was left, the same command starts over") from None


def _country(registry: Registry) -> str:
    """That of all DSCs that have signed here. Raises RegistryUnreadable."""
    plans = load_plans(registry.plans)
    try:
        found = {country_of(x509.load_der_x509_certificate(dsc)) for dsc in {plan.dsc for plan in plans}}
    except ValueError as error:
        raise RegistryUnreadable(f"{registry.plans}: a plan holds a damaged DSC") from error
    if len(found) != 1 or None in found:
        told = (
            "no plan says which country issued here"
            if not found
            else "the plans' DSCs are not of one country"
        )
        raise RegistryUnreadable(f"{registry.plans}: {told}; issue first, or look for a copy of the plans")
    return str(found.pop())


def _settled_files(registry: Registry) -> RegistryFiles:
    """What cannot be lost any more: who goes on from there must find it again."""
    # Revocations first: then the certificates that they name are there.
    versions = settled_versions(registry.path, [REVOCATIONS, CERTIFICATES])
    return files_of_registry(registry).until(versions[CERTIFICATES], versions[REVOCATIONS])


def _signer(signatory: Signatory, country: str, now: datetime) -> AttachedSigner:
    if (theirs := country_of(signatory.certificate)) != country:
        raise KeyUnusable(
            f"the upload certificate is of {theirs or 'no country'}, the certificates are of {country};"
            " the gateway takes a country's own only"
        )
    return AttachedSigner(signatory, now)


@dataclass(frozen=True)
class _Writer:
    """Writes what is found for one order into the folder that becomes `out`."""

    order: RevocationsOrder
    country: str
    signer: AttachedSigner | None
    folder: Path

    def write(self, registry: Registry, on_progress: OnProgress) -> RevocationsSummary:
        order = self.order
        files = _settled_files(registry)
        found = self._read(files)
        listed, restored = found["listed"], found["restored"].since(order.since_version)
        log.info("certificates revoked: %d, restored: %d", listed.n_certificates, restored.n_certificates)
        self._write_lists(listed, restored)
        batches = list(listed.since(order.since_version).batches(order.now_us))
        self._write_batches(batches, on_progress)
        shape = shape_for(listed.n_certificates, order.rate)
        version = max((file.version for file in files.revocations), default=0)
        return RevocationsSummary(
            country=self.country,
            made_at=order.now.strftime("%Y-%m-%dT%H:%M:%SZ"),
            version=version,
            since=None if order.since is None else str(order.since),
            until=str(cursor_at(registry, version)),
            certificates=listed.n_certificates,
            signatures=listed.n_signatures,
            expired=listed.n_expired(order.now_us),
            restored=restored.n_certificates,
            false_positive_rate=order.rate,
            filter_bits=shape.bits,
            filter_hashes=shape.hashes,
            batches=_counts(batches),
            is_signed=self.signer is not None,
            seconds=0.0,
        )

    def _read(self, files: RegistryFiles) -> dict[Literal["listed", "restored"], Listed]:
        spill = self.folder / "staging"
        make_folder(spill)
        room = Room(MEMORY_LIMIT, spill, self.order.n_threads)
        with open_views("listing what is revoked", files, room) as database:
            found = read_listed(database, self.country)
        with naming(spill):
            spill.rmdir()
        return found

    def _write_lists(self, listed: Listed, restored: Listed) -> None:
        lists = (("revoked.csv", REVOKED_HEADER, listed), ("restored.csv", RESTORED_HEADER, restored))
        for name, header, rows in lists:
            path = self.folder / name
            with naming(path), new_file(path) as temporary, temporary.open("wb") as file:
                file.write(header)
                file.writelines(rows.plain_rows())
        path = self.folder / "revoked.filter"
        text = filter_text(listed.country_code_uci, self.country, self.order.now, self.order.rate)
        with naming(path):
            write_text(path, text)

    def _write_batches(self, batches: Sequence[Batch], on_progress: OnProgress) -> None:
        folder = self.folder / "batches"
        make_folder(folder)
        soonest_us = self.order.now_us + self.order.expires_days * US_PER_DAY
        for number, batch in enumerate(batches):
            text = batch_text(replace(batch, expires_us=max(batch.expires_us, soonest_us)), self.country)
            path = folder / f"{batch.name}.json"
            if self.signer is not None:
                text = base64.b64encode(self.signer.sign(text.encode("ascii"))).decode("ascii")
                path = path.with_suffix(".cms")
            with naming(path):
                path.write_text(text, "ascii")
            on_progress(number + 1, len(batches))
        with naming(folder):
            sync_tree(folder)  # all behind each other: thousands of files, each synced at once, take minutes


def _counts(batches: Iterable[Batch]) -> dict[str, BatchCounts]:
    n_batches, n_entries = Counter[str](), Counter[str]()
    for batch in batches:
        n_batches[batch.hash_type] += 1
        n_entries[batch.hash_type] += len(batch.hashes)
    return {kind: BatchCounts(n_batches[kind], n_entries[kind]) for kind in HASH_TYPES}
