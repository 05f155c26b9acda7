"""CBOR from strangers: one whole item, shallow, without repeated keys and without active tags."""

from __future__ import annotations

import io
from typing import Any, Final, NoReturn

import cbor2

from signer.errors import CertificateInvalid

__all__ = ["MAX_DEPTH", "decode_item"]

MAX_DEPTH: Final = 16
"""A certificate nests seven deep: claims, hcert, dcc, group, entry, and a tag or two around them."""

_PASSED_THROUGH: Final = frozenset({18, 61})
"""COSE_Sign1 (RFC 9052) and CWT (RFC 8392), the only tags that a certificate needs."""

_REFUSED: Final = (2, 3, 4, 5, 25, 28, 29, 30, 35, 36, 37, 100, 256, 258, 260, 261, 1004, 43000, 55799)
"""Tags that the library would turn into objects: huge numbers, circular references, patterns, messages."""


def _keep_value(value: Any, _immutable: bool) -> Any:
    return value


def _refuse(_value: Any, _immutable: bool) -> NoReturn:
    raise cbor2.CBORDecodeError("a tag that has no place in a certificate")


def _pass_known(tag: cbor2.CBORTag, _immutable: bool) -> cbor2.CBORTag:
    if tag.tag not in _PASSED_THROUGH:
        raise cbor2.CBORDecodeError("a tag that has no place in a certificate")
    return tag


# Tags 0 and 1 mark dates: some issuers write them, and the bare value says the same.
_SEMANTIC: Final = {0: _keep_value, 1: _keep_value, **dict.fromkeys(_REFUSED, _refuse)}


def decode_item(data: bytes, what: str, layer: str) -> Any:
    """Gives the one CBOR item (RFC 8949) that `data` is; `what` and `layer` say of which it is, in failures.

    Raises CertificateInvalid `cbor`: not well-formed, nested deeper than `MAX_DEPTH`, a map key twice, a tag
    that is not expected, or bytes after the item.
    """
    source = io.BytesIO(data)
    try:
        item = cbor2.CBORDecoder(
            source,
            tag_hook=_pass_known,
            semantic_decoders=_SEMANTIC,
            max_depth=MAX_DEPTH,
            allow_duplicate_keys=False,
        ).decode()
    except (cbor2.CBORError, RecursionError, MemoryError, OverflowError, TypeError, ValueError) as error:
        # The library's own message can quote the input, which must not reach a terminal or a log.
        raise CertificateInvalid("cbor", f"{what} is not CBOR that a certificate may hold", layer) from error
    n_trailing = len(data) - source.tell()
    if n_trailing:
        raise CertificateInvalid("cbor", f"{n_trailing} bytes follow the CBOR of {what}", layer)
    return item
