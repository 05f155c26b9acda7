"""The keys that a verifier trusts, found by their kid."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.utils import CryptographyDeprecationWarning

from signer.cms import CERTIFICATE_ERRORS, certificate_files, certificates_in, demand_signature, is_authority
from signer.errors import TrustUnreadable
from signer.regular import open_regular
from signer.verifying.dsc import Dsc
from signer.verifying.snapshot import PublishedList, looks_like_list, read_snapshot

__all__ = ["TrustStore"]

MAX_FILE_BYTES: Final = 64 << 20
"""A snapshot of all the world's keys has some 3 MB."""


@dataclass(frozen=True, slots=True)
class TrustStore:
    """DSCs by kid; several can share one, since a kid is only eight bytes of a hash.

    `made_at` is when the snapshot was made that they come from, None for certificates from files.
    """

    by_kid: Mapping[bytes, tuple[Dsc, ...]]
    made_at: datetime | None = None

    @classmethod
    def load(cls, path: Path, signer: x509.Certificate | None = None) -> TrustStore:
        """Reads a trust snapshot, a PEM or DER file, or every certificate in a folder and its subfolders.

        Whatever certificate lies there is trusted as a DSC. Private keys are passed over. With `signer`,
        only a snapshot is taken, and only with its signature beside it. Raises TrustUnreadable for a file
        that is missing or neither, for a signature that is missing or of another, and when there is no
        certificate at all or only those of CAs, which sign DSCs and no certificates of people.
        """
        if not path.is_dir() and looks_like_list(data := _bytes_of(path)):
            if signer is not None:
                demand_signature(path, data, signer)
            return cls._of_snapshot(path, data)
        if signer is not None:
            raise TrustUnreadable(f"{path} is no trust snapshot, and only those are signed; name one")
        found = [entry for file in certificate_files(path) for entry in _read_file(file)]
        store = cls.of(dsc for dsc, _ in found)
        if not store.by_kid:
            raise TrustUnreadable(
                f"no certificate to trust in {path}: give a DSC (PEM or DER), a folder of them, or a"
                " snapshot; of a published list `signer trust import` makes one"
            )
        if all(of_ca for _, of_ca in found):
            raise TrustUnreadable(f"{path}: that is a CA; name the DSC that it signed, such as dsc.pem")
        return store

    @classmethod
    def _of_snapshot(cls, path: Path, data: bytes) -> TrustStore:
        try:
            with _without_warnings():
                snapshot = read_snapshot(data)
        except PublishedList as error:
            raise TrustUnreadable(
                f"{path}: is a published list: `signer trust import` makes a snapshot of it"
            ) from error
        except ValueError as error:
            raise TrustUnreadable(f"{path}: {error}; make it anew by `signer trust import`") from error
        return cls(cls.of(snapshot.keys).by_kid, snapshot.made_at)

    @classmethod
    def of(cls, dscs: Iterable[Dsc]) -> TrustStore:
        """Makes a store of DSCs at hand; the same one given twice counts once."""
        by_kid: dict[bytes, tuple[Dsc, ...]] = {}
        for dsc in dscs:
            known = by_kid.get(dsc.kid, ())
            by_kid[dsc.kid] = known if dsc in known else (*known, dsc)
        return cls(by_kid)

    def find(self, kid: bytes) -> tuple[Dsc, ...]:
        """Every DSC with that kid, in the order of loading; empty when there is none."""
        return self.by_kid.get(kid, ())


def _bytes_of(file: Path) -> bytes:
    try:
        with open_regular(file) as opened:
            data = opened.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise TrustUnreadable(f"cannot read {file}: {error.strerror or error}") from error
    if len(data) > MAX_FILE_BYTES:
        raise TrustUnreadable(f"{file} is larger than {MAX_FILE_BYTES} bytes and nothing to trust")
    return data


def _read_file(file: Path) -> list[tuple[Dsc, bool]]:
    """The certificates of a file as DSCs, and of each whether it is in truth a CA."""
    data = _bytes_of(file)
    try:
        with _without_warnings():
            return [(Dsc.from_certificate(found), is_authority(found)) for found in certificates_in(data)]
    except CERTIFICATE_ERRORS as error:
        raise TrustUnreadable(
            f"{file} is no certificate in PEM or DER, or is damaged; name a DSC such as dsc.pem"
        ) from error


@contextmanager
def _without_warnings() -> Iterator[None]:
    """Odd serial numbers and key usages are common in the field: no reason to write to the terminal."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", CryptographyDeprecationWarning)
        yield
