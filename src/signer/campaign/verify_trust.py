"""The trusted DSCs on their way to a worker: their keys cannot be pickled, and travel as DER."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key

from signer.verifying import Dsc, TrustStore
from signer.verifying.signature import SignatureKey

__all__ = ["PortableTrust"]


@dataclass(frozen=True)
class PortableTrust:
    """DSCs without their keys, and the SubjectPublicKeyInfo of each; None for a key that is not used."""

    dscs: tuple[tuple[Dsc, bytes | None], ...]

    @classmethod
    def of(cls, trust: TrustStore) -> Self:
        """All of a store."""
        return cls(
            tuple((replace(dsc, key=None), _der(dsc)) for dscs in trust.by_kid.values() for dsc in dscs)
        )

    def store(self) -> TrustStore:
        """The store again."""
        return TrustStore.of(replace(dsc, key=_key(der)) for dsc, der in self.dscs)


def _der(dsc: Dsc) -> bytes | None:
    if dsc.key is None:
        return None
    return dsc.key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _key(der: bytes | None) -> SignatureKey | None:
    key = None if der is None else load_der_public_key(der)
    return key if isinstance(key, SignatureKey) else None
