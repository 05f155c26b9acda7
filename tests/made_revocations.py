"""Revocation filters and lists that tests write for themselves, bit by bit, and the hashes of HC1 texts."""

from __future__ import annotations

import base64
import hashlib
import json
import math
import zlib
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any

import base45
import cbor2

__all__ = [
    "all_hashes",
    "completed",
    "filter_content",
    "hash_of",
    "hashes_of_text",
    "list_rows",
    "message_of",
    "write_filter",
    "write_list",
]

KINDS = ("COUNTRYCODEUCI", "SIGNATURE", "UCI")
MADE_AT = "2022-05-31T12:00:00Z"


def hash_of(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()[:16]


def hashes_of_text(text: str) -> dict[str, bytes]:
    """The gateway's three hashes of a certificate with one entry, and its kid."""
    found = all_hashes(text)
    assert len(found) == 3
    return {**dict(found), "kid": header_of(message_of(text))[4]}


def all_hashes(text: str) -> list[tuple[str, bytes]]:
    """The same of any number of entries; a certificate without an issuer has none by country."""
    message = message_of(text)
    _, _, payload, signature = message
    claims = cbor2.loads(payload)
    dcc = claims[-260][1]
    identifiers = [entry["ci"].encode() for kind in "vtr" for entry in dcc.get(kind) or ()]
    is_rsa = len(signature) > 64
    found = [("SIGNATURE", hash_of(signature if is_rsa else signature[:32]))]
    found += [("UCI", hash_of(identifier)) for identifier in identifiers]
    if claims.get(1) is not None:
        found += [("COUNTRYCODEUCI", hash_of(claims[1].encode() + identifier)) for identifier in identifiers]
    return found


def message_of(text: str) -> list[Any]:
    """The four parts of the COSE message."""
    message = cbor2.loads(zlib.decompress(base45.b45decode(text[4:])))
    while isinstance(message, cbor2.CBORTag):
        message = message.value
    return list(message)


def header_of(message: list[Any]) -> dict[int, Any]:
    return {**message[1], **(cbor2.loads(message[0]) if message[0] else {})}


def filter_content(
    hashes: Collection[bytes],
    rate: float = 1e-7,
    made_at: str = MADE_AT,
    n_bits: int = 0,
    n_positions: int = 0,
) -> dict[str, Any]:
    """A filter with room for its promise, or of as many bits as told; Python's integers and no numpy."""
    n = len(hashes)
    wanted = n_bits or math.ceil(-n * math.log(rate) / math.log(2) ** 2 * 1.02) + 64 * bool(n)
    m = max(8, -(-wanted // 8) * 8)
    k = n_positions or max(1, round(m / n * math.log(2)) if n else 1)
    octets = bytearray(m // 8)
    for each in hashes:
        a, b = int.from_bytes(each[:8]), int.from_bytes(each[8:]) | 1
        for i in range(min(k, 64)):
            place = (a + i * b) % 2**64 % m
            octets[place >> 3] |= 1 << (place & 7)
    return {
        "format": "signer revocation filter",
        "version": 1,
        "country": "VN",
        "made_at": made_at,
        "hash_type": "COUNTRYCODEUCI",
        "entries": n,
        "false_positive_rate": rate,
        "bits": m,
        "hashes": min(k, 64),
        "filter": base64.b64encode(octets).decode(),
    }


def write_filter(path: Path, hashes: Collection[bytes], **terms: Any) -> Path:
    path.write_text(json.dumps(filter_content(hashes, **terms), sort_keys=True) + "\n", "ascii")
    return path


def list_rows(texts: Iterable[str]) -> list[tuple[bytes, str, bytes]]:
    """All three rows of each certificate."""
    found = [hashes_of_text(text) for text in texts]
    return [
        (of["kid"] if kind == "SIGNATURE" else b"", kind, of[kind])
        for of in found
        for kind in ("COUNTRYCODEUCI", "SIGNATURE", "UCI")
    ]


def completed(rows: Iterable[tuple[bytes, str, bytes]]) -> list[tuple[bytes, str, bytes]]:
    """Those rows, and others of no certificate so that there are as many of each type as a whole list has."""
    given = list(rows)
    found = {kind: {of for _, each, of in given if each == kind} for kind in KINDS}
    n_uci = max(len(found["UCI"]), len(found["COUNTRYCODEUCI"]))
    return given + [
        (b"", kind, hash_of(f"nothing {kind} {number}".encode()))
        for kind in KINDS
        for number in range(n_uci - len(found[kind]))
    ]


def write_list(path: Path, rows: Iterable[tuple[bytes, str, bytes]]) -> Path:
    """A list with those rows, whole."""
    ordered = sorted(completed(rows), key=lambda row: row[1:])
    lines = [
        ",".join([base64.b64encode(kid).decode(), kind, base64.b64encode(of).decode()])
        for kid, kind, of in ordered
    ]
    path.write_text(
        "".join(f"{line}\n" for line in ["kid,hash_type,hash", *lines, f",ENTRIES,{len(lines)}"]), "ascii"
    )
    return path
