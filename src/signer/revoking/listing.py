"""The hashes of revoked certificates out of a registry: one a uvci, and one a signature."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from typing import Literal

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from signer.revoking.batches import Batch, cut_batches
from signer.revoking.hashes import Hashes, HashType, hashes_of_bytes, hashes_of_uvcis
from signer.revoking.plain_list import Kids, last_row, plain_rows

__all__ = ["Listed", "read_listed"]

SQL = resources.files("signer.revoking") / "sql"

Times = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Listed:
    """Certificates with the hashes of both kinds of UCI, and their signatures with kid.

    `exp_us`, in microseconds since 1970, is of a certificate the last of its signatures; `version` is that of
    the order which says what they are.
    """

    uci: Hashes
    country_code_uci: Hashes
    exp_us: Times
    version: Times
    signature: Hashes
    kids: Kids
    signature_exp_us: Times
    signature_version: Times

    @property
    def n_certificates(self) -> int:
        return len(self.uci)

    @property
    def n_signatures(self) -> int:
        return len(self.signature)

    def n_expired(self, now_us: int) -> int:
        """The certificates that no verifier accepts any more."""
        return int((self.exp_us <= now_us).sum())

    def since(self, version: int) -> Listed:
        """Those of orders behind a version of the table of revocations."""
        mine = np.flatnonzero(self.version > version)
        theirs = np.flatnonzero(self.signature_version > version)
        return Listed(
            self.uci[mine],
            self.country_code_uci[mine],
            self.exp_us[mine],
            self.version[mine],
            self.signature[theirs],
            self.kids[theirs],
            self.signature_exp_us[theirs],
            self.signature_version[theirs],
        )

    def plain_rows(self) -> Iterator[bytes]:
        """The rows of the exact list, many at a time, by hash type and hash; last how many they are."""
        yield from plain_rows("COUNTRYCODEUCI", self.country_code_uci)
        yield from plain_rows("SIGNATURE", self.signature, self.kids)
        yield from plain_rows("UCI", self.uci)
        yield last_row(len(self.country_code_uci) + len(self.signature) + len(self.uci))

    def batches(self, now_us: int) -> Iterator[Batch]:
        """Those for the gateway, without what has expired."""
        chosen = np.flatnonzero(self.exp_us > now_us)
        kinds: list[tuple[HashType, Hashes]] = [("UCI", self.uci), ("COUNTRYCODEUCI", self.country_code_uci)]
        for hash_type, hashes in kinds:
            yield from cut_batches(hash_type, None, hashes[chosen], self.exp_us[chosen])
        kids = np.ascontiguousarray(self.kids).view(">u8").reshape(-1)
        asked = self.signature_exp_us > now_us
        for kid in np.unique(kids[asked]).tolist():
            rows = np.flatnonzero(asked & (kids == kid))
            octets = int(kid).to_bytes(8, "big")
            yield from cut_batches("SIGNATURE", octets, self.signature[rows], self.signature_exp_us[rows])


def read_listed(
    database: duckdb.DuckDBPyConnection, country: str
) -> dict[Literal["listed", "restored"], Listed]:
    """What is revoked and what was restored, out of a database with the views of a registry."""
    database.execute((SQL / "listed.sql").read_text("utf-8"))
    return {
        "listed": _listed(database, "listed", country),
        "restored": _listed(database, "restored", country),
    }


def _listed(database: duckdb.DuckDBPyConnection, table: str, country: str) -> Listed:
    # As relations, or with a parameter, these were seen to take half as long again and more memory.
    of_uvcis = _columns(
        database,
        f"SELECT uvci, epoch_us(max(exp)) AS exp, max(version) AS version FROM {table}"  # noqa: S608 (ours)
        " GROUP BY uvci",
    )
    signatures = _columns(
        database,
        f"SELECT kid, signature_hash, epoch_us(max(exp)) AS exp, max(version) AS version"  # noqa: S608 (ours)
        f" FROM {table} GROUP BY kid, signature_hash",
    )
    uvcis = of_uvcis.column("uvci").to_pylist()
    return Listed(
        uci=hashes_of_uvcis(uvcis),
        country_code_uci=hashes_of_uvcis(uvcis, country),
        exp_us=_numbers(of_uvcis, "exp"),
        version=_numbers(of_uvcis, "version"),
        signature=hashes_of_bytes(signatures.column("signature_hash").to_pylist()),
        kids=np.frombuffer(b"".join(signatures.column("kid").to_pylist()), np.uint8).reshape(-1, 8),
        signature_exp_us=_numbers(signatures, "exp"),
        signature_version=_numbers(signatures, "version"),
    )


def _columns(database: duckdb.DuckDBPyConnection, question: str) -> pa.Table:
    return database.execute(question).to_arrow_table()


def _numbers(table: pa.Table, name: str) -> Times:
    return np.asarray(table.column(name).to_numpy(), np.int64)
