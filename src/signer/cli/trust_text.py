"""Snapshots of trust for people to read, and as JSON."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from cryptography.exceptions import UnsupportedAlgorithm

from signer.cli.words import counted
from signer.keys.description import key_type
from signer.trust import Difference, Imported, Snapshot, TrustedKey
from signer.trust.jwk import public_key_of
from signer.trust.trusted_key import load_certificate

__all__ = [
    "difference_lines",
    "difference_object",
    "imported_object",
    "key_facts",
    "key_line",
    "key_object",
    "shown",
    "summary_line",
]

KINDS: Final = {
    f"1.3.6.1.4.1.{arc}2021.1.{number}": kind
    for arc in ("1847.", "0.1847.")  # the second is a mistake that is in the field
    for number, kind in ((1, "test"), (2, "vaccination"), (3, "recovery"))
}


def key_object(key: TrustedKey, snapshot: Snapshot, now: datetime) -> dict[str, Any]:
    """A key under JSON names; its `source` by kind and name."""
    source = snapshot.sources[key.source]
    return {
        **_identity(key),
        "key_type": _key_type(key),
        "not_before": _text(key.not_before),
        "not_after": _text(key.not_after),
        "in_force": _is_in_force(key, now),
        "eku": list(key.eku),
        "source": {"kind": source.kind, "name": source.name, "signed": source.signed},
    }


def key_facts(key: TrustedKey) -> dict[str, Any]:
    """By what a key of ours is found in others' lists, and until when it is in force."""
    return {**_identity(key), "not_after": _text(key.not_after)}


def key_line(key: TrustedKey, snapshot: Snapshot, now: datetime) -> str:
    """The same on a line; what is not in force says so, and what comes from a list that no anchor signed."""
    validity = "no validity" if key.not_after is None else f"{_day(key.not_before)} to {_day(key.not_after)}"
    source = snapshot.sources[key.source]
    whence = shown(source.name) + ("" if source.signed else " (not signed)")
    return f"{_name(key)}  {_key_type(key):8}  {validity}  {_purposes(key)}  {whence}{_state(key, now)}"


def summary_line(snapshot: Snapshot, now: datetime) -> str:
    """How many keys of how many countries, and when that was."""
    countries = len({key.country for key in snapshot.keys if key.country})
    n_idle = sum(not _is_in_force(key, now) for key in snapshot.keys)
    idle = f", {n_idle:,} not in force" if n_idle else ""
    return (
        f"{counted(len(snapshot.keys), 'key')} of {counted(countries, 'country', 'countries')}{idle},"
        f" made at {_text(snapshot.made_at)}"
    )


def difference_object(difference: Difference) -> dict[str, Any]:
    """Keys that came, went and changed, each by country, kid and digest."""
    return {
        "added": [_identity(key) for key in difference.added],
        "removed": [_identity(key) for key in difference.removed],
        "changed": [_identity(new) | {"fields": _fields(old, new)} for old, new in difference.changed],
    }


def difference_lines(difference: Difference) -> Iterator[str]:
    """A line for each key, + - or ~ first, and one that counts them."""
    yield from (f"+ {_name(key)}  {_purposes(key)}" for key in difference.added)
    yield from (f"- {_name(key)}  {_purposes(key)}" for key in difference.removed)
    yield from (f"~ {_name(new)}  {', '.join(_fields(old, new))}" for old, new in difference.changed)
    n_added, n_removed, n_changed = map(len, (difference.added, difference.removed, difference.changed))
    yield f"{n_added:,} added, {n_removed:,} removed, {n_changed:,} changed"


def imported_object(out: Path, imported: Imported) -> dict[str, Any]:
    """What was written, whence, and what was left out."""
    snapshot = imported.snapshot
    return {
        "snapshot": str(out),
        "keys": len(snapshot.keys),
        "sources": [
            {"kind": each.kind, "name": each.name, "keys": each.n_keys, "signed": each.signed}
            for each in snapshot.sources
        ],
        "left_out": [
            {"file": each.file, "entry": each.entry, "reason": each.reason, "advice": each.advice}
            for each in imported.left_out
        ],
    }


def _identity(key: TrustedKey) -> dict[str, Any]:
    return {"country": key.country, "kid": _kid(key), "sha256": key.material}


def _fields(old: TrustedKey, new: TrustedKey) -> list[str]:
    names = ("country", "not_before", "not_after", "eku")
    return [name for name in names if getattr(old, name) != getattr(new, name)]


def _name(key: TrustedKey) -> str:
    return f"{key.country or '--'}  {_kid(key):12}"


def _kid(key: TrustedKey) -> str:
    return base64.b64encode(key.kid).decode("ascii")


def _key_type(key: TrustedKey) -> str:
    if key.certificate is None:
        return key_type(public_key_of(key.jwk or {}))
    try:
        return key_type(load_certificate(key.certificate).public_key())
    except UnsupportedAlgorithm:
        return "unknown"


def _purposes(key: TrustedKey) -> str:
    return ",".join(KINDS.get(purpose, purpose) for purpose in key.eku) or "all kinds"


def _is_in_force(key: TrustedKey, now: datetime) -> bool:
    return not _state(key, now)


def _state(key: TrustedKey, now: datetime) -> str:
    if key.not_after and key.not_after < now:
        return "  expired"
    return "  not yet in force" if key.not_before and now < key.not_before else ""


def _day(moment: datetime | None) -> str:
    return "" if moment is None else moment.astimezone(UTC).strftime("%Y-%m-%d")


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def shown(text: str) -> str:
    """One line for a terminal: names of files and members may hold what moves its cursor."""
    return "".join(character if character.isprintable() else repr(character)[1:-1] for character in text)
