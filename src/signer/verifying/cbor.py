"""CBOR from strangers: one whole item, shallow, with plain keys, none twice, and without active tags."""

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

_TIMES: Final = frozenset({int, float, str})
"""Types of what tags 0 and 1 may stand before."""

_KEYS: Final = frozenset({int, str})
"""Types of map keys: all that a certificate has, and to no reader does one of them equal another."""

_MAPS: Final = (dict, cbor2.frozendict)
_ARRAYS: Final = (list, tuple)
"""Below a tag and in a map key the library makes the second of each."""

_MEANINGLESS: Final = (cbor2.CBORSimpleValue, type(cbor2.undefined))
"""`undefined` and the simple values that nobody has given a meaning to."""


def _keep_value(value: Any, _immutable: bool) -> Any:
    if type(value) not in _TIMES:
        raise cbor2.CBORDecodeError("a tag of times around something else")
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

    Raises CertificateInvalid `cbor`: not well-formed, nested deeper than `MAX_DEPTH`, a map key twice or
    neither integer nor text, a tag or a simple value that is not expected, or bytes after the item.
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
        _check_plain(item)
    except (cbor2.CBORError, RecursionError, MemoryError, OverflowError, TypeError, ValueError) as error:
        # The library's own message can quote the input, which must not reach a terminal or a log.
        raise CertificateInvalid("cbor", f"{what} is not CBOR that a certificate may hold", layer) from error
    n_trailing = len(data) - source.tell()
    if n_trailing:
        raise CertificateInvalid("cbor", f"{n_trailing} bytes follow the CBOR of {what}", layer)
    return item


def _check_plain(item: Any) -> None:
    """Raises CBORDecodeError, as for a map key true or 1.0, which Python takes for 1 and others do not."""
    waiting = [item]
    while waiting:
        part = waiting.pop()
        if isinstance(part, _MAPS):
            if not _KEYS.issuperset(map(type, part)):
                raise cbor2.CBORDecodeError("a map key that is neither integer nor text")
            waiting.extend(part.values())
        elif isinstance(part, _ARRAYS):
            if part:
                waiting.extend(part)
        elif isinstance(part, cbor2.CBORTag):
            waiting.append(part.value)
        elif isinstance(part, _MEANINGLESS):
            raise cbor2.CBORDecodeError("a value without meaning")
