"""What is revoked: filters and exact lists together, and whether a certificate is among it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

import numpy as np
import numpy.typing as npt
from cryptography import x509

from signer.cms import demand_signature
from signer.errors import CertificateInvalid, TrustUnreadable
from signer.regular import open_regular
from signer.verifying.revocation_filter import RevocationFilter, read_filter
from signer.verifying.revocation_list import HEADING, RESTORED_HEADING, RevocationList, read_list
from signer.verifying.revoked_hashes import HashesByType

__all__ = ["NOTHING_REVOKED", "Revocations"]

MAX_FILE_BYTES: Final = 1 << 30
"""A filter of all people of a large country has some 400 MB, a list of six million certificates as much."""


@dataclass(frozen=True, slots=True)
class Revocations:
    """Exact lists, and filters; `deciding` are the filters that no list speaks for."""

    lists: tuple[RevocationList, ...]
    filters: tuple[RevocationFilter, ...]
    deciding: tuple[RevocationFilter, ...]

    @classmethod
    def of(cls, lists: Iterable[RevocationList] = (), filters: Iterable[RevocationFilter] = ()) -> Self:
        """Lists and filters. Where a list is of the same export as a filter, the list decides."""
        exact, approximate = tuple(lists), tuple(filters)
        deciding = [each for each in approximate if not any(_is_same_export(each, known) for known in exact)]
        return cls(exact, approximate, tuple(deciding))

    @classmethod
    def load(cls, paths: Sequence[Path], signer: x509.Certificate | None = None) -> Self:
        """Reads files of either kind, told apart by what is in them.

        With `signer` each must have its signature beside it. Raises TrustUnreadable for a file that is
        missing, neither of the two, too large or damaged, or whose signature is missing or of another.
        """
        found = [_read(path, signer) for path in paths]
        lists = [each for each in found if isinstance(each, RevocationList)]
        return cls.of(lists, [each for each in found if isinstance(each, RevocationFilter)])

    def __bool__(self) -> bool:
        """Whether there is anything to look in."""
        return bool(self.lists or self.filters)

    def check(self, hashes: HashesByType) -> None:
        """Raises CertificateInvalid `revoked` for the hashes of a certificate that is."""
        for each in self.lists:
            if kind := each.kind_of(hashes):
                raise CertificateInvalid("revoked", f"the list {each.name} has its {kind} hash")
        for filter_ in self.deciding:
            if filter_.has(hashes["COUNTRYCODEUCI"]).any():
                raise CertificateInvalid("revoked", _told(filter_))

    def among(self, hashes: HashesByType) -> npt.NDArray[np.bool_]:
        """Of rows of hashes, one of each type: which of them are revoked."""
        found = np.zeros(len(hashes["UCI"]), np.bool_)
        for each in self.lists:
            found |= each.has(hashes)
        for filter_ in self.deciding:
            found |= filter_.has(hashes["COUNTRYCODEUCI"])
        return found


NOTHING_REVOKED: Final = Revocations.of()


def _is_same_export(filter_: RevocationFilter, known: RevocationList) -> bool:
    """Whether both have the same entries: as many, and the filter has each of the list's."""
    listed = known.by_type["COUNTRYCODEUCI"]
    return len(listed) == filter_.n_entries and bool(filter_.has(listed.hashes).all())


def _told(filter_: RevocationFilter) -> str:
    """A filter can err: the message says so, as the certificate may be in order."""
    made_at, rate = filter_.made_at.strftime("%Y-%m-%dT%H:%M:%SZ"), filter_.false_positive_rate
    return (
        f"the filter {filter_.name} of {made_at} has it, which alone errs at a rate of {rate:g}"
        " at most; the exact list of the same export decides"
    )


def _read(path: Path, signer: x509.Certificate | None) -> RevocationList | RevocationFilter:
    data = _bytes_of(path)
    if signer is not None:
        demand_signature(path, data, signer)
    try:
        if data.startswith(b"{"):
            return read_filter(str(path), data)
        if data.startswith(HEADING):
            return read_list(str(path), data)
    except ValueError as error:
        raise TrustUnreadable(f"{path}: {error}; get the file anew from who publishes it") from error
    if data.startswith(RESTORED_HEADING):
        raise TrustUnreadable(
            f"{path} lists what was restored and is no longer revoked; name revoked.csv, which is beside it"
        )
    raise TrustUnreadable(
        f"{path} is neither a revocation filter nor a list with the heading {HEADING.decode()}; name such a"
        " file"
    )


def _bytes_of(path: Path) -> bytes:
    try:
        with open_regular(path) as opened:
            is_too_large = opened.seek(0, 2) > MAX_FILE_BYTES
            opened.seek(0)
            data = b"" if is_too_large else opened.read(MAX_FILE_BYTES)
    except OSError as error:
        raise TrustUnreadable(f"cannot read {path}: {error.strerror or error}") from error
    if is_too_large:
        raise TrustUnreadable(f"{path} is larger than {MAX_FILE_BYTES} bytes; verify with the filter alone")
    return data
