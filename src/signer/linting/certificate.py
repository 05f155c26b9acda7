"""A certificate opened for linting: all that its bytes say, tags and types included, and how it is drawn."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import cbor2

__all__ = ["KINDS", "Certificate", "Drawing", "Signer", "open_certificate"]

KINDS: Final = ("v", "t", "r")
"""The groups of entries: vaccinations, tests, recoveries."""

_HCERT: Final = -260
_EU_DCC: Final = 1


@dataclass(frozen=True, slots=True)
class Drawing:
    """The QR code in which a text was found; `level` is L, M, Q or H, `version` 1 to 40, None if unknown."""

    level: str
    version: int | None


@dataclass(frozen=True, slots=True)
class Signer:
    """What lint must know of the DSC with the certificate's kid; `fits` whether it made the signature.

    `kinds` are out of v, t and r; `rsa_bits` is None for keys on P-256.
    """

    algorithm: str | None
    rsa_bits: int | None
    country: str | None
    not_before: datetime
    not_after: datetime
    kinds: frozenset[str]
    fits: bool


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate, layer by layer. `tags` are those around the message, outermost first.

    `claims` hold tags as `CBORTag`. `signer` is None where no trusted DSC has the kid, and not looked for
    unless `has_trust`. `at` is the time of linting, with its zone.
    """

    text: str
    compressed: bytes
    cose: bytes
    tags: tuple[int, ...]
    protected: Mapping[Any, Any]
    unprotected: Mapping[Any, Any]
    claims: Mapping[Any, Any]
    signature: bytes
    at: datetime
    drawing: Drawing | None = None
    has_trust: bool = False
    signer: Signer | None = None

    @property
    def hcert(self) -> Mapping[Any, Any]:
        """The claim -260, empty where it is no map."""
        return _map(self.claims.get(_HCERT))

    @property
    def dcc(self) -> Mapping[Any, Any]:
        """The certificate itself, empty where there is none."""
        return _map(self.hcert.get(_EU_DCC))

    @property
    def kid(self) -> object:
        """The kid that counts: that of the protected header, else of the other; None where there is none."""
        return self.protected.get(4, self.unprotected.get(4))

    @property
    def algorithm(self) -> object:
        """The algorithm that counts, as the kid."""
        return self.protected.get(1, self.unprotected.get(1))

    def entries(self, *kinds: str) -> Iterator[tuple[str, Mapping[Any, Any]]]:
        """All entries of these kinds, or of all, each with its kind."""
        for kind in kinds or KINDS:
            group = self.dcc.get(kind)
            if isinstance(group, Sequence) and not isinstance(group, str | bytes):
                yield from ((kind, entry) for entry in group if isinstance(entry, Mapping))

    def seconds(self, claim: int) -> float | None:
        """The time in a claim (6 iat, 4 exp) in seconds since 1970, whatever its type; None if it is none."""
        value = self.claims.get(claim)
        if isinstance(value, cbor2.CBORTag):
            value = value.value
        is_number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
        return value if is_number else None


def open_certificate(text: str, compressed: bytes, cose: bytes, at: datetime, **beside: Any) -> Certificate:
    """Opens a certificate whose layers the verifier's decoder could read, so that nothing here can fail.

    `beside` are the fields `drawing`, `has_trust` and `signer`. The decoder drops what verifiers overlook,
    tags of times above all; here all of it stays.
    """
    item, tags = _decoded(cose), []
    while isinstance(item, cbor2.CBORTag):
        tags.append(item.tag)
        item = item.value
    protected, unprotected, payload, signature = item
    return Certificate(
        text=text,
        compressed=compressed,
        cose=cose,
        tags=tuple(tags),
        protected=_map(_decoded(protected)) if protected else {},
        unprotected=_map(unprotected),
        claims=_map(_decoded(payload)),
        signature=signature,
        at=at,
        **beside,
    )


def _decoded(data: bytes) -> Any:
    return cbor2.loads(data, semantic_decoders=_KEPT)


def _kept_tag(number: int) -> Any:
    return lambda value, _immutable: cbor2.CBORTag(number, value)


_KEPT: Final = {number: _kept_tag(number) for number in (0, 1)}


def _map(value: Any) -> Mapping[Any, Any]:
    return value if isinstance(value, Mapping) else {}
