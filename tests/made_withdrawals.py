"""A registry with all that its readers must mind: orphans, and certificates renewed or withdrawn."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from made_campaigns import made_renewal, stored
from made_certificates import ISSUED_AT, certificates_table
from made_tables import FILE_KEY, REFUSED_TABLE, REGISTERED_TABLE, write_file

from signer.records.schemas import REVOCATIONS
from signer.registry import Lease, PartFiles, Registry, open_or_create, open_registry

PLAN = "0123456789abcdef" * 2
IAT = ISSUED_AT * 1_000_000
DAY = 86_400_000_000
PROVINCES = ("Hà Nội", "Huế")
N_ROWS, N_REVOKED, N_ORDERS = 10, 2, 4
ORPHAN_SHOT = "S900"
KID, NEW_KID = b"k" * 8, b"n" * 8

SHOTS_IN_FORCE = ["S0", "S1", "S10", "S11", "S12", "S13", "S14", "S15", "S16", "S17", "S18", "S19"]
SHOTS_IN_FORCE += ["S2", "S3", "S4", "S7", "S8"]
"""In the order of their texts; S8 in its third certificate, and S9 is in none, as it is expired, too."""

SHOTS_RENEWED = ["S12", "S2", "S6", "S8"]
"""Those whose last certificate was signed anew; S7 has another one since."""

N_CERTIFICATES, N_OUTDATED, N_SUPERSEDED = 29, 6, 3
"""Rows; those that were renewed since; and of the others those that were corrected since."""


def uvci(number: int) -> str:
    return f"URN:UVCI:01:VN:{number:020d}"


def make_registry(path: Path) -> Registry:
    """Three committed parts and a fourth that is not, and two nights of renewals.

    Rows 0 to 9 of part 0 hold shots S0 to S9, and of part 1 S10 to S19, from two provinces in turn. Part 2,
    issued a day later, corrects S7, and S8 twice. S5 and S6 are
    revoked, S5 for the second time; S3 and S4 were and are no more. S9 expired after ten days.

    S2, S6, S7 and S12 were renewed on the day of issue, before S6 was revoked and S7 corrected; what S12 had
    until then expired after eleven days. S8 was renewed in its third certificate, and S12 once more.
    """
    with tarfile.open(fileobj=io.BytesIO(_packed_registry())) as packed:
        packed.extraction_filter = lambda member, path: member  # Debian's Python takes no `filter`
        packed.extractall(path)
    return open_registry(path)


@cache
def _packed_registry() -> bytes:
    """Made once a process: to unpack it takes a tenth of the time."""
    packed = io.BytesIO()
    with TemporaryDirectory() as folder, tarfile.open(fileobj=packed, mode="w") as archive:
        archive.add(_new_registry(Path(folder) / "registry").path, ".")
    return packed.getvalue()


def _new_registry(path: Path) -> Registry:
    registry = open_or_create(path, test=True)
    first: dict[int, dict[str, Any]] = {row: {"province": PROVINCES[row % 2]} for row in range(N_ROWS)}
    second = {row: at | {"uvci": uvci(10 + row), "shot_id": f"S{10 + row}"} for row, at in first.items()}
    second[2]["exp"] = IAT + 11 * DAY
    corrections = {
        0: _correction(7, uvci(107), supersedes=uvci(7), days=1),
        1: _correction(8, uvci(108), supersedes=uvci(8), days=1),
        2: _correction(8, uvci(208), supersedes=uvci(108), days=2),
    }
    with registry.lease() as lease:
        registry.commit(lease, [_write(registry, 0, N_ROWS, first | {9: first[9] | {"exp": IAT + 10 * DAY}})])
        registry.commit(lease, [_write(registry, 1, N_ROWS, second)])
        _renew(registry, lease, "2022-04-15", {shot: {} for shot in (2, 6, 7, 12)})
        registry.commit(lease, [_write(registry, 2, 3, corrections)])
        _renew(registry, lease, "2022-04-17", {12: {}, 8: {"uvci": uvci(208), "supersedes": uvci(108)}})
    _write(registry, 3, 1, {0: {"uvci": uvci(900), "shot_id": ORPHAN_SHOT}})
    give_order(registry, 0, "revoked", [uvci(3), uvci(4), uvci(5)])
    give_order(registry, 1, "restored", [uvci(3), uvci(5)])
    give_order(registry, 2, "revoked", [uvci(5), uvci(6)])
    give_order(registry, 3, "restored", [uvci(4)])
    return registry


def _correction(shot: int, new: str, *, supersedes: str, days: int) -> dict[str, Any]:
    times = {"iat": IAT + days * DAY, "exp": IAT + (365 + days) * DAY}
    shot_id, province = f"S{shot}", PROVINCES[shot % 2]
    return {"uvci": new, "shot_id": shot_id, "province": province, "supersedes": supersedes, **times}


def _renew(registry: Registry, lease: Lease, night: str, shots: dict[int, dict[str, Any]]) -> None:
    """Signs the certificates of the shots anew, with another key."""
    plan = stored(registry, made_renewal(night, rows=len(shots)))
    anew = {"kid": NEW_KID, "iat": plan.issued_at * 1_000_000, "exp": plan.expires_at * 1_000_000}
    rows = [
        {"uvci": uvci(shot), "shot_id": f"S{shot}", "province": PROVINCES[shot % 2], **anew, **changes}
        for shot, changes in shots.items()
    ]
    registry.commit(lease, [_write(registry, 0, len(rows), dict(enumerate(rows)), plan.plan_id)])


def _write(
    registry: Registry, part: int, n_rows: int, changes: dict[int, dict[str, Any]], plan_id: str = PLAN
) -> PartFiles:
    changes = {row: dict(changed) for row, changed in changes.items()}
    supersedes = [changes[row].pop("supersedes", None) for row in range(n_rows)]
    table = certificates_table(n_rows, changes).append_column("supersedes", pa.array(supersedes, pa.string()))
    with registry.new_part(plan_id, part, FILE_KEY) as working:
        write_file(REGISTERED_TABLE, table.cast(REGISTERED_TABLE.schema), working.certificates)
        write_file(REFUSED_TABLE, REFUSED_TABLE.schema.empty_table(), working.refused)
    return working.files


def give_order(registry: Registry, number: int, action: str, uvcis: Sequence[str]) -> None:
    """One order; `number` counts them from 0, a day from one to the next."""
    rows = [{"uvci": each, "kid": b"k" * 8, "signature_hash": b"h" * 16, "action": action} for each in uvcis]
    at = IAT + (1 + number) * DAY
    table = pa.Table.from_pylist([row | {"reason": "made up", "ordered_at": at} for row in rows], REVOCATIONS)
    with registry.lease() as lease:
        with registry.new_file("revocations", PLAN, number) as working:
            pq.write_table(table, working.path)
        order = {"order": {"action": action, "counts": {"certificates": len(uvcis)}}}
        registry.commit_files(lease, "revocations", [working.new_file], order)


def commit_revocations(registry: Registry, uvcis: Sequence[str]) -> None:
    """The first order of a registry, which revokes them."""
    give_order(registry, 0, "revoked", uvcis)
