"""An exact revocation list: the hashes of all that is revoked, of each kind, as a CSV has them."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, NoReturn

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from signer.verifying.revoked_hashes import HASH_BYTES, HASH_TYPES, Hashes, HashesByType, HashSet

__all__ = ["HEADING", "RevocationList", "read_list"]

COLUMNS: Final = ("kid", "hash_type", "hash")
HEADING: Final = ",".join(COLUMNS).encode()
BLOCK_BYTES: Final = 16 << 20
MAX_KID_BYTES: Final = 64
BASE64_LENGTH: Final = 24
"""Of 16 bytes, two signs of padding included."""

_BASE64: Final = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_NO_DIGIT: Final = 0xFF
_DIGIT_OF: Final = np.full(256, _NO_DIGIT, np.uint8)
_DIGIT_OF[np.frombuffer(_BASE64, np.uint8)] = np.arange(64, dtype=np.uint8)


@dataclass(frozen=True, slots=True)
class RevocationList:
    """The hashes that the list of this name has, by each of HASH_TYPES (docs/revocation.md)."""

    name: str
    by_type: Mapping[str, HashSet]

    def has(self, hashes: HashesByType) -> npt.NDArray[np.bool_]:
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

    Raises ValueError with the row, from 1 below the heading, and the field that is wrong.
    """
    if not data.endswith(b"\n"):
        raise ValueError("its last row does not end, so that it was cut short")
    found: dict[str, list[Hashes]] = {kind: [] for kind in HASH_TYPES}
    n_before = 0
    for batch in _batches(data):
        _check_kids(batch.column("kid"), n_before)
        kinds, hashes = batch.column("hash_type"), _decoded(batch.column("hash"), n_before)
        codes = pc.index_in(kinds, pa.array([kind.encode() for kind in HASH_TYPES])).fill_null(-1).to_numpy()
        _require(codes >= 0, n_before, f"hash_type is none of {', '.join(HASH_TYPES)}")
        for code, kind in enumerate(HASH_TYPES):
            found[kind].append(hashes[codes == code])
        n_before += batch.num_rows
    nothing = np.empty(0, f"S{HASH_BYTES}")
    return RevocationList(name, {kind: HashSet.of(np.concatenate([nothing, *found[kind]])) for kind in found})


def _batches(data: bytes) -> Iterator[pa.RecordBatch]:
    """The rows below the heading, as bytes."""
    wrong: list[Any] = []

    def remember(row: Any) -> str:
        wrong.append(row)
        return "error"

    try:
        with csv.open_csv(
            pa.BufferReader(data),
            csv.ReadOptions(use_threads=False, block_size=BLOCK_BYTES),
            csv.ParseOptions(
                quote_char=False, double_quote=False, ignore_empty_lines=False, invalid_row_handler=remember
            ),
            csv.ConvertOptions(
                column_types={column: pa.binary() for column in COLUMNS}, strings_can_be_null=False
            ),
        ) as reader:
            if tuple(reader.schema.names) != COLUMNS:
                raise ValueError(f"its heading is not {HEADING.decode()}")
            yield from reader
    except pa.ArrowException as error:
        if wrong:
            n_fields, number = wrong[0].actual_columns, wrong[0].number
            raise ValueError(f"row {number - 1} has {n_fields} fields instead of {len(COLUMNS)}") from error
        raise ValueError("it cannot be read as CSV") from error


def _check_kids(kids: pa.Array, n_before: int) -> None:
    """A kid is base64 or empty; there are few different ones."""
    different = kids.dictionary_encode()
    are_kids = np.array([_is_kid(kid) for kid in different.dictionary.to_pylist()], np.bool_)
    _require(are_kids[different.indices.to_numpy()], n_before, "kid is neither base64 nor empty")


def _is_kid(text: bytes) -> bool:
    try:
        return len(base64.b64decode(text, validate=True)) <= MAX_KID_BYTES
    except ValueError:
        return False


def _decoded(texts: pa.Array, n_before: int) -> Hashes:
    """The bytes of hashes in base64, all at once."""
    _require(
        pc.equal(pc.binary_length(texts), BASE64_LENGTH).to_numpy(zero_copy_only=False),
        n_before,
        f"hash is not {HASH_BYTES} bytes in base64",
    )
    _, offsets, data = texts.buffers()
    first = int(np.frombuffer(offsets, np.int32)[texts.offset]) if len(texts) else 0
    signs = np.frombuffer(data or b"", np.uint8)[first : first + BASE64_LENGTH * len(texts)]
    signs = signs.reshape(-1, BASE64_LENGTH)
    digits = _DIGIT_OF[signs[:, :-2]]
    is_base64 = (digits != _NO_DIGIT).all(axis=1) & (digits[:, -1] & 15 == 0)
    _require(is_base64 & (signs[:, -2:] == ord("=")).all(axis=1), n_before, "hash is no base64")
    whole = np.zeros((len(signs), BASE64_LENGTH), np.uint8)
    whole[:, :-2] = digits
    one, two, three, four = (whole[:, place::4] for place in range(4))
    octets = np.stack([one << 2 | two >> 4, two << 4 | three >> 2, three << 6 | four], axis=2)
    octets = octets.reshape(len(signs), -1)[:, :HASH_BYTES]
    return np.ascontiguousarray(octets).view(f"S{HASH_BYTES}").reshape(-1)


def _require(are_right: npt.NDArray[np.bool_], n_before: int, what: str) -> None:
    """Raises ValueError with the number of the first row that is not right."""
    if not are_right.all():
        _refuse(n_before + int(np.argmin(are_right)) + 1, what)


def _refuse(row: int, what: str) -> NoReturn:
    raise ValueError(f"row {row}: {what}")
