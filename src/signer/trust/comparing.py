"""What became of keys between two snapshots."""

from __future__ import annotations

from dataclasses import dataclass, replace

from signer.trust.snapshot import Snapshot
from signer.trust.trusted_key import TrustedKey

__all__ = ["Difference", "compare"]


@dataclass(frozen=True)
class Difference:
    """Keys that came, went, or are listed otherwise (as old and new), in the order of snapshots."""

    added: tuple[TrustedKey, ...]
    removed: tuple[TrustedKey, ...]
    changed: tuple[tuple[TrustedKey, TrustedKey], ...]


def compare(old: Snapshot, new: Snapshot) -> Difference:
    """The difference between two snapshots; which of its sources a key is from makes none."""
    before, after = _by_identity(old), _by_identity(new)
    return Difference(
        tuple(key for identity, key in after.items() if identity not in before),
        tuple(key for identity, key in before.items() if identity not in after),
        tuple(
            (before[identity], key)
            for identity, key in after.items()
            if identity in before and before[identity] != key
        ),
    )


def _by_identity(snapshot: Snapshot) -> dict[tuple[bytes, str], TrustedKey]:
    return {(key.kid, key.material): replace(key, source=0) for key in snapshot.keys}
