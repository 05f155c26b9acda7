"""The certificates that a pack run is given; of a registry what its commits name, and what it withdraws."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from signer.campaign.plan_store import renewal_plans
from signer.packing.certificate_files import CertificateFile, files_of, open_certificates
from signer.packing.withdrawn import WITHDRAWALS
from signer.records.schemas import REVOKED
from signer.registry import open_registry
from signer.registry.layout import CERTIFICATES, LOG, MARK, REVOCATIONS
from signer.registry.reading import CommittedFile, read_batches, refuse_incomplete
from signer.tables.columns import converted

__all__ = ["GivenCertificates", "open_given"]

ROWS_PER_BATCH = 65_536


@dataclass(frozen=True)
class GivenCertificates:
    """The tables of all that was given, in order; of registries also what withdraws certificates.

    `renewals` are those of the files that renew what stands before them in the others.
    """

    files: Sequence[CertificateFile]
    renewals: Sequence[CertificateFile] = field(default=())
    _of_registries: Sequence[CommittedFile] = field(default=())
    _revocations: Sequence[CommittedFile] = field(default=())

    @property
    def has_registry(self) -> bool:
        """Whether anything can be withdrawn at all: folders and files know of nothing."""
        return bool(self._of_registries)

    def withdrawals(self) -> Iterator[pa.RecordBatch]:
        """Batches of the schema WITHDRAWALS. Raises RegistryUnreadable, naming the file."""
        for batch in read_batches(self._of_registries, ["supersedes"], ROWS_PER_BATCH):
            uvcis = batch.column("supersedes").drop_null()
            yield _withdrawals(uvcis, None, pa.nulls(len(uvcis), pa.bool_()))
        for event, file in enumerate(self._revocations):
            for batch in read_batches([file], ["uvci", "action"], ROWS_PER_BATCH):
                yield _withdrawals(batch.column("uvci"), event, pc.equal(batch.column("action"), REVOKED))


def open_given(given: Sequence[Path]) -> GivenCertificates:
    """Opens the tables of registries, output folders and folders of files; files stand for themselves.

    What is committed to a registry afterwards is not seen. Raises RegistryUnreadable and InputUnreadable.
    """
    paths: list[Path] = []
    committed: list[CommittedFile] = []
    revocations: list[CommittedFile] = []
    renewing_plans: set[str] = set()
    for path in given:
        if not _is_registry(path):
            paths += files_of(path)
            continue
        registry = open_registry(path)
        of_registry = registry.files(CERTIFICATES)
        refuse_incomplete(of_registry)
        paths += [file.path for file in of_registry]
        committed += of_registry
        revocations += registry.files(REVOCATIONS)
        renewing_plans |= renewal_plans(registry.plans)
    files = open_certificates(paths)
    renewing = {file.path for file in committed if file.plan_id in renewing_plans}
    renewals = [file for file in files if file.path in renewing]
    # What a renewal supersedes stands in the certificate that it renews, too.
    issued = [file for file in committed if file.path not in renewing]
    return GivenCertificates(files, renewals, issued, revocations)


def _is_registry(path: Path) -> bool:
    """Also where it has lost its mark: then it is for the registry to say so."""
    return (path / MARK).is_file() or (path / CERTIFICATES / LOG).is_dir()


def _withdrawals(uvcis: pa.Array, event: int | None, is_revoked: pa.Array) -> pa.RecordBatch:
    events = pa.repeat(pa.scalar(event, pa.int64()), len(uvcis))
    return pa.RecordBatch.from_arrays([converted(uvcis, pa.binary()), events, is_revoked], schema=WITHDRAWALS)
