"""An exact revocation list: the hashes of all that is revoked, of each kind, as a CSV has them.

It is read by numpy alone, in columns: millions of rows take seconds, and no thread is started that workers
could inherit.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from signer.verifying.revoked_hashes import HASH_BYTES, HASH_TYPES, Hashes, HashesByType, HashSet

__all__ = ["HEADING", "RESTORED_HEADING", "RevocationList", "read_list"]

HEADING: Final = b"kid,hash_type,hash"
RESTORED_HEADING: Final = b"kid,hash_type,restored_hash"
"""Of restored.csv beside it, which names what is not revoked any more."""
LAST_ROW: Final = re.compile(rb",ENTRIES,(0|[1-9][0-9]{0,17})\n")
"""How many rows stand above it: any part of a list is told from the whole."""
BLOCK_BYTES: Final = 4 << 20
N_COMMAS: Final = 2
MAX_KID_BYTES: Final = 88
"""In base64: of 64 bytes, as a trust snapshot has them at most."""
BASE64_BYTES: Final = 24
"""Of 16 bytes, two signs of padding included."""

_PADDING: Final = ord("=")
_BASE64: Final = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_NO_DIGIT: Final = 0xFF
_DIGIT_OF: Final = np.full(256, _NO_DIGIT, np.uint8)
_DIGIT_OF[np.frombuffer(_BASE64, np.uint8)] = np.arange(64, dtype=np.uint8)

_HIGHEST_BITS: Final = np.uint64(0x8080808080808080)

Octets = npt.NDArray[np.uint8]
Places = npt.NDArray[np.int64]
Truths = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class RevocationList:
    """The hashes that the list of this name has, by each of HASH_TYPES (docs/revocation.md)."""

    name: str
    by_type: Mapping[str, HashSet]

    def has(self, hashes: HashesByType) -> Truths:
        """Of rows of hashes, one of each type: which of them the list names by one at least."""
        found = np.zeros(len(hashes["UCI"]), np.bool_)
        for kind in HASH_TYPES:
            found |= self.by_type[kind].has(hashes[kind])
        return found

    def kind_of(self, hashes: HashesByType) -> str | None:
        """Of one certificate's hashes, any number of each type: the type by which the list names it."""
        return next((kind for kind in HASH_TYPES if self.by_type[kind].has(hashes[kind]).any()), None)


def read_list(name: str, data: bytes) -> RevocationList:
    """Reads the file revoked.csv (docs/revocation.md), its rows in any order.

    Raises ValueError with the row, from 1 below the heading, and the field that is wrong, or where rows are
    missing.
    """
    found: dict[str, list[Hashes]] = {kind: [np.empty(0, f"S{HASH_BYTES}")] for kind in HASH_TYPES}
    n_before = 0
    end, n_entries = _last_row(data)
    for block in _blocks(data, end):
        rows = _Rows(block, n_before)
        hashes = rows.hashes()
        rows.require(rows.are_kids(), "kid is neither base64 nor empty")
        are_of = {kind: rows.are_of(kind) for kind in HASH_TYPES}
        rows.require(
            np.logical_or.reduce(list(are_of.values())), f"hash_type is none of {', '.join(HASH_TYPES)}"
        )
        for kind in HASH_TYPES:
            found[kind].append(hashes[are_of[kind]])
        n_before += len(hashes)
    _require_all(n_before, n_entries)
    by_type = {kind: HashSet.of(np.concatenate(found[kind])) for kind in found}
    _require_whole(by_type)
    return RevocationList(name, by_type)


def _last_row(data: bytes) -> tuple[int, int | None]:
    """Where the others end, and how many it says there are; None where it is one of them itself."""
    begin = data.rfind(b"\n", 0, -1) + 1
    told = LAST_ROW.fullmatch(data, begin)
    return (begin, int(told[1])) if told else (len(data), None)


def _require_all(n_rows: int, n_entries: int | None) -> None:
    """Raises ValueError where the list was cut between rows: who is listed behind the cut would be valid."""
    if n_entries is None:
        raise ValueError(
            "its last row does not tell the number of entries, so that rows are missing, or it is of an"
            " earlier version"
        )
    if n_rows != n_entries:
        raise ValueError(
            f"it has {n_rows} rows and tells of {n_entries}, so that rows are missing or too many"
        )


def _require_whole(by_type: Mapping[str, HashSet]) -> None:
    """Raises ValueError where rows of a type are missing: a certificate has a hash of each type.

    It may have more of SIGNATURE, if it was signed anew.
    """
    n_issued, n_signatures, n_uci = (len(by_type[kind]) for kind in HASH_TYPES)
    if n_uci != n_issued or n_signatures < n_uci:
        raise ValueError(
            f"it has {n_issued} different hashes of COUNTRYCODEUCI, {n_uci} of UCI and {n_signatures} of"
            " SIGNATURE, so that rows are missing"
        )


def _blocks(data: bytes, end: int) -> Iterator[Octets]:
    """Whole rows below the heading and before `end`, many at a time."""
    if not data.startswith(HEADING + b"\n"):
        raise ValueError(f"its heading is not {HEADING.decode()}, ended by a line feed")
    if not data.endswith(b"\n", 0, end):
        raise ValueError("its last row does not end, so that it was cut short")
    octets, begin = np.frombuffer(data, np.uint8), len(HEADING) + 1
    while begin < end:
        block_end = data.rfind(b"\n", begin, min(begin + BLOCK_BYTES, end)) + 1
        if not block_end:
            raise ValueError(f"a row is longer than {BLOCK_BYTES} bytes")
        yield octets[begin:block_end]
        begin = block_end


class _Rows:
    """Some rows of three fields, taken apart by their commas."""

    def __init__(self, octets: Octets, n_before: int) -> None:
        self._octets, self._n_before = octets, n_before
        self._ends: Places = np.flatnonzero(octets == ord("\n"))
        self._begins: Places = np.append(0, self._ends[:-1] + 1)
        commas = np.flatnonzero(octets == ord(","))
        n_commas = np.diff(np.searchsorted(commas, self._ends), prepend=0)
        self.require(n_commas == N_COMMAS, f"has not {N_COMMAS + 1} fields")
        self._first, self._second = commas[::2], commas[1::2]

    def require(self, are_right: Truths, what: str) -> None:
        """Raises ValueError with the number of the first row that is not right."""
        if not are_right.all():
            raise ValueError(f"row {self._n_before + int(np.argmin(are_right)) + 1}: {what}")

    def _fields(self, begins: Places, length: int) -> Octets:
        """Fields of one length, shape (n, length)."""
        if not len(begins):
            return np.empty((0, length), np.uint8)
        return np.lib.stride_tricks.sliding_window_view(self._octets, length)[begins]

    def are_of(self, kind: str) -> Truths:
        """Which rows are of this type of hash."""
        found: Truths = self._second - self._first - 1 == len(kind)
        texts = self._fields(self._first[found] + 1, len(kind))
        found[found] = (texts == np.frombuffer(kind.encode(), np.uint8)).all(axis=1)
        return found

    def are_kids(self) -> Truths:
        """Which rows have a kid in base64, or none."""
        lengths = self._first - self._begins
        found: Truths = (lengths % 4 == 0) & (lengths <= MAX_KID_BYTES)
        for length in np.unique(lengths[found & (lengths > 0)]).tolist():
            rows = np.flatnonzero(lengths == length)
            found[rows] = _are_base64(self._fields(self._begins[rows], length))
        return found

    def hashes(self) -> Hashes:
        """The hashes of all rows."""
        lengths = self._ends - self._second - 1
        self.require(lengths == BASE64_BYTES, f"hash is not {HASH_BYTES} bytes in base64")
        signs = self._fields(self._second + 1, BASE64_BYTES)
        digits, n_digits = _DIGIT_OF[signs], BASE64_BYTES - 2
        are_padded = (signs[:, n_digits:] == _PADDING).all(axis=1) & (digits[:, n_digits - 1] & 15 == 0)
        digits[:, n_digits:] = 0
        eights = digits.view(np.uint64)  # eight digits in one number: none has its highest bit set
        are_digits = (eights[:, 0] | eights[:, 1] | eights[:, 2]) & _HIGHEST_BITS == 0
        self.require(are_digits & are_padded, "hash is no base64 of 16 bytes")
        one, two, three, four = (digits[:, place::4] for place in range(4))
        octets = np.stack([one << 2 | two >> 4, two << 4 | three >> 2, three << 6 | four], axis=2)
        octets = octets.reshape(len(signs), -1)[:, :HASH_BYTES]
        return np.ascontiguousarray(octets).view(f"S{HASH_BYTES}").reshape(-1)


def _are_base64(signs: Octets) -> Truths:
    """Which texts of a length that 4 divides are base64, with one or two signs of padding or none."""
    are_padding = signs[:, -2:] == _PADDING
    digits = _DIGIT_OF[signs] != _NO_DIGIT
    digits[:, -2:] |= are_padding
    found: Truths = digits.all(axis=1) & (are_padding[:, 1] | ~are_padding[:, 0])
    return found
