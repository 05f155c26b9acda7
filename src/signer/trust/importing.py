"""Reads lists of all kinds into one snapshot; a bad entry is left out and told, and stops nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final

from signer.cms import CERTIFICATE_ERRORS
from signer.errors import TrustUnreadable
from signer.trust.did import is_did_document, read_did
from signer.trust.files import parse_json, read_certificates, read_folder
from signer.trust.gateway import read_gateway
from signer.trust.jwk import jwk_of
from signer.trust.left_out import LeftOut
from signer.trust.public_zip import read_zip
from signer.trust.reading import Anchors, Reading, read_file
from signer.trust.snapshot import Snapshot, Source
from signer.trust.trusted_key import TrustedKey, load_certificate

__all__ = ["SIGNED", "Imported", "import_sources"]

SIGNED: Final = ("gateway", "zip")
"""The kinds of lists that a trust anchor signs."""


@dataclass(frozen=True)
class Imported:
    """A snapshot, and what the lists hold beside it that is not trusted."""

    snapshot: Snapshot
    left_out: tuple[LeftOut, ...]


def import_sources(
    paths: Sequence[Path], anchors: Anchors, *, made_at: datetime, unsigned: bool = False
) -> Imported:
    """Reads gateway lists, zips, DID documents, certificates and folders of these two, told by content.

    `anchors` sign gateway lists and zips; `unsigned` takes these without asking who signed. A key that
    several sources hold counts for the first. Raises TrustUnreadable for a source that cannot be read at all
    or is not signed as it must be, and where there is no key in any.
    """
    readings, sources = [], []
    for path in paths:
        reading, sha256 = _read(path, anchors, unsigned)
        readings.append(reading)
        is_signed = anchors is not None and reading.kind in SIGNED
        sources.append(Source(reading.kind, path.name or str(path), sha256, 0, is_signed))
    keys = _merged(readings)
    if not keys:
        raise TrustUnreadable(_nothing(paths, readings))
    counted = (
        replace(source, n_keys=sum(key.source == number for key in keys))
        for number, source in enumerate(sources)
    )
    left_out = tuple(entry for reading in readings for entry in reading.left_out)
    return Imported(Snapshot(made_at.replace(microsecond=0), tuple(counted), tuple(keys)), left_out)


def _read(path: Path, anchors: Anchors, unsigned: bool) -> tuple[Reading, str]:
    if path.is_dir():
        return read_folder(path)
    content = read_file(path)
    return _read_content(path, content, anchors, unsigned), hashlib.sha256(content).hexdigest()


def _read_content(path: Path, content: bytes, anchors: Anchors, unsigned: bool) -> Reading:
    if content.startswith(b"PK\x03\x04"):
        return read_zip(path, content, _who_signs(path, anchors, unsigned))
    if content.lstrip()[:1] not in (b"[", b"{"):
        return read_certificates(content, str(path))
    value = parse_json(content)
    if isinstance(value, list):
        return read_gateway(value, str(path), _who_signs(path, anchors, unsigned))
    if is_did_document(value):
        return read_did(value, str(path))
    raise TrustUnreadable(
        f"{path}: is JSON, but neither a gateway's trustList nor a DID document; name one of these"
    )


def _who_signs(path: Path, anchors: Anchors, unsigned: bool) -> Anchors:
    """The anchors that are asked for; raises TrustUnreadable rather than ask nobody."""
    if anchors is None and not unsigned:
        raise TrustUnreadable(
            f"{path}: is a signed list; name who signs it by --anchor, or take it anyway by --allow-unsigned"
        )
    return anchors


def _merged(readings: Iterable[Reading]) -> list[TrustedKey]:
    """All keys in the order of snapshots, the same one once."""
    merged: dict[tuple[bytes, str], TrustedKey] = {}
    for number, reading in enumerate(readings):
        for key in reading.keys:
            merged.setdefault((key.kid, key.material), replace(key, source=number))
    return sorted(_without_bare(merged.values()), key=lambda key: key.order)


def _without_bare(keys: Collection[TrustedKey]) -> list[TrustedKey]:
    """All but bare keys whose certificate is there, too: it limits when and for what they count."""
    bare = [key for key in keys if key.certificate is None]
    certified = [(key.kid, _jwk(key.certificate)) for key in keys if bare and key.certificate is not None]
    superfluous = [key for key in bare if (key.kid, key.jwk) in certified]
    return [key for key in keys if key not in superfluous]


def _jwk(der: bytes) -> dict[str, str] | None:
    try:
        return jwk_of(load_certificate(der).public_key())
    except CERTIFICATE_ERRORS:
        return None


def _nothing(paths: Sequence[Path], readings: Sequence[Reading]) -> str:
    names = ", ".join(map(str, paths))
    left_out = [entry for reading in readings for entry in reading.left_out]
    told = f": {len(left_out)} left out, the first is {left_out[0].place_and_reason}" if left_out else ""
    return f"{names}: holds no key to trust{told}; give a list of DSCs"
