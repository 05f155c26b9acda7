"""Holds the orders to revoke and restore against the certificates: each is there, and none of its signatures
was left out."""

from __future__ import annotations

from importlib import resources

import duckdb

from signer.campaign.audit_faults import Fault, Faults, shown
from signer.campaign.registry_views import RegistryFiles, open_views
from signer.tables.out_of_core import Room

__all__ = ["check_orders"]

SQL = resources.files("signer.campaign") / "sql" / "audit_orders.sql"
REPORT = "keep the registry as it is and report this mistake"

UNKNOWN = "SELECT file, row_in_file, uvci FROM unknown ORDER BY file, row_in_file LIMIT ?"
UNTOLD = "SELECT uvci, kid FROM untold ORDER BY uvci LIMIT ?"


def check_orders(files: RegistryFiles, n_revoked: int | None, room: Room, faults: Faults) -> None:
    """Adds what is wrong with the orders. `files` are all of certificates and revocations, and can be read;
    `n_revoked` is what the commits say is revoked now, None where they do not tell.

    Starts threads: do not fork afterwards. Raises StoppedHalfWay where memory and disk do not suffice.
    """
    if not files.revocations:
        return
    with open_views("comparing orders", files, room) as database:
        database.execute(SQL.read_text("utf-8"))
        for file, row, uvci in database.execute(UNKNOWN, [faults.most_listed]).fetchall():
            faults.add(_unknown(files, file, row, uvci))
        for uvci, kid in database.execute(UNTOLD, [faults.most_listed]).fetchall():
            faults.add(_untold(uvci, kid))
        for table in ("unknown", "untold"):
            faults.counts["order"] += max(0, _number(database, table) - faults.most_listed)
        found = _number(database, "revoked")
    if n_revoked != found:
        said = "they do not tell" if n_revoked is None else f"{n_revoked:,}"
        told = (
            f"certificates that are revoked, by the rows of the orders: {found:,}; by their commits: {said}"
        )
        faults.add(Fault("order", f"{files.revocations[0].path.parent}: {told}; {REPORT}"))


def _number(database: duckdb.DuckDBPyConnection, table: str) -> int:
    return int(database.table(table).count("*").fetchall()[0][0])


def _unknown(files: RegistryFiles, file: int, row: int, uvci: str | None) -> Fault:
    of = files.revocations[file]
    told = "is of an order, and in no table of certificates; look for a copy of the registry that has it"
    message = f"{of.path}, row {row}: certificate {_shown(uvci)} {told}"
    return Fault("order", message, str(of.path), of.plan_id, of.part, row)


def _untold(uvci: str | None, kid: bytes | None) -> Fault:
    told = f"is revoked, but not its signature under kid {kid.hex() if kid else '(none)'}"
    return Fault("order", f"certificate {_shown(uvci)} {told}; run `signer revoke --uvci` for it once more")


def _shown(uvci: str | None) -> str:
    return shown(None if uvci is None else uvci.encode("utf-8"))
