"""Renewals of real certificates in a small registry, as `signer renew` makes them, and orders about them."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import base45
import cbor2
import pyarrow as pa
import pyarrow.parquet as pq
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from made_campaigns import made_renewal
from made_registry import Change, MadeRegistry, commit, issued, terms_of, uvcis_of, with_value, write_part
from made_shots import shots_batch

from signer import keys
from signer.campaign.plan import Plan
from signer.campaign.plan_store import keep_plan
from signer.profile import load_profile
from signer.records.schemas import REVOCATIONS

Shot = Mapping[str, Any]


def renew(
    made: MadeRegistry,
    night: str,
    shots: Sequence[str | Shot],
    change: Change = lambda table: table,
    attempt: int = 0,
) -> Plan:
    """Signs in a night (ISO 8601) what these shots say anew; a shot is named, or differs from the usual one.

    A column `supersedes` may be among what differs.
    """
    rows = [{"shot_id": shot} if isinstance(shot, str) else dict(shot) for shot in shots]
    links = [row.pop("supersedes", None) for row in rows]
    plan = _plan(made, night, len(rows), attempt)
    terms = replace(terms_of(made.profile, plan.issued_at, plan.plan_id), kind="renew")
    certificates, refused = issued(terms, 0, shots_batch(len(rows), dict(enumerate(rows))))
    place = certificates.schema.get_field_index("supersedes")
    linked = certificates.set_column(place, "supersedes", pa.array(links, pa.string()))
    commit(made.registry, write_part(made.registry, plan, 0, (change(linked), refused), {}))
    return plan


def _plan(made: MadeRegistry, night: str, n_rows: int, attempt: int) -> Plan:
    plan = made_renewal(night, rows=n_rows)
    terms = terms_of(made.profile, plan.issued_at)
    parts = tuple(replace(part, kid=terms.kid.hex()) for part in plan.parts)
    dsc = keys.load_certificate(terms.profile.dsc).public_bytes(Encoding.DER)
    plan = replace(plan, attempt=attempt, parts=parts, dsc=dsc, expires_at=terms.expires_at)
    return keep_plan(made.registry.plans, plan)


def order(made: MadeRegistry, number: int, action: str, shot: str) -> None:
    """Revokes or restores the certificate of a shot, as an order about all its signatures."""
    uvci = uvcis_of(made.registry)[shot]
    columns = ["uvci", "signature_hash", "kid", "exp"]
    rows = [row for batch in made.registry.read("certificates", columns) for row in batch.to_pylist()]
    told = [row | {"action": action} for row in rows if row["uvci"] == uvci]
    with made.registry.lease() as lease:
        with made.registry.new_file("revocations", "0123456789abcdef" * 2, number) as working:
            pq.write_table(pa.Table.from_pylist(told, REVOCATIONS), working.path)
        about = {"order": {"action": action, "counts": {"certificates": 1}}}
        made.registry.commit_files(lease, "revocations", [working.new_file], about)


def with_another_name(made: MadeRegistry, row: int) -> Change:
    """Has a row's HC1 say another name under the same uvci, signed by the DSC."""

    def change(table: Any) -> Any:
        hc1, signature_hash = _signed_anew(made, table["hc1"][row].as_py())
        return with_value("signature_hash", row, signature_hash)(with_value("hc1", row, hc1)(table))

    return change


def _signed_anew(made: MadeRegistry, hc1: str) -> tuple[str, bytes]:
    protected, unprotected, payload, _ = cbor2.loads(zlib.decompress(base45.b45decode(hc1[4:]))).value
    claims = cbor2.loads(payload)
    claims[-260][1]["nam"]["fn"] = "Trần"
    payload = cbor2.dumps(claims)
    key = load_pem_private_key(load_profile(made.profile).key.read_bytes(), None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    signed = key.sign(cbor2.dumps(["Signature1", protected, b"", payload]), ec.ECDSA(SHA256()))
    r, s = (number.to_bytes(32) for number in utils.decode_dss_signature(signed))
    message = cbor2.dumps(cbor2.CBORTag(18, [protected, unprotected, payload, r + s]))
    text = "HC1:" + base45.b45encode(zlib.compress(message)).decode()
    return text, hashlib.sha256(r).digest()[:16]
