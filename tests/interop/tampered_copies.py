"""Copies of certificates that were tampered with, layer by layer; none of them may be accepted by anyone.

What no signature protects and no decoder must mind is left alone: the unprotected header, the tags, how well
something is compressed.
"""

from __future__ import annotations

import random
import zlib
from collections.abc import Callable, Sequence
from typing import Any, Final

import base45
import cbor2
from reference.little_issuer import LittleIssuer, as_text, base45_text

__all__ = ["LAYERS", "tampered"]

ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
ZLIB_HEADER_BYTES: Final = 2

Tamper = Callable[[str, random.Random], str]


def tampered(layer: str, texts: Sequence[str], n_copies: int, seed: int) -> list[str]:
    """Copies of the texts in turn, each tampered with in that layer of LAYERS."""
    source = random.Random(f"{layer} {seed}")
    return [_tampered(layer, texts[number % len(texts)], source) for number in range(n_copies)]


def _tampered(layer: str, text: str, source: random.Random) -> str:
    """A copy that does not say the same: a bit that only fills up a byte of deflate is nobody's business."""
    while _message_of(copy := LAYERS[layer](text, source)) == _message_of(text):
        pass
    return copy


def _message_of(text: str) -> bytes | None:
    try:
        return zlib.decompress(compressed_of(text))
    except (ValueError, zlib.error):
        return None


def compressed_of(text: str) -> bytes:
    return base45.b45decode(text[4:].encode("ascii"))


def parts_of(text: str) -> list[Any]:
    """Protected header, unprotected header, payload and signature."""
    return list(cbor2.loads(zlib.decompress(compressed_of(text))).value)


def text_of(parts: Sequence[Any]) -> str:
    return as_text(cbor2.dumps(cbor2.CBORTag(18, list(parts))))


def with_flipped_bit(data: bytes, source: random.Random, first: int = 0) -> bytes:
    place = source.randrange(first, len(data))
    return data[:place] + bytes([data[place] ^ 1 << source.randrange(8)]) + data[place + 1 :]


def other_character(text: str, source: random.Random) -> str:
    place = source.randrange(4, len(text))
    other = source.choice(ALPHABET.replace(text[place], ""))
    return text[:place] + other + text[place + 1 :]


def lost_characters(text: str, source: random.Random) -> str:
    first = source.randrange(4, len(text) - 3)
    return text[:first] + text[first + source.randrange(1, 40) :]


def flipped_in_zlib(text: str, source: random.Random) -> str:
    return base45_text(with_flipped_bit(compressed_of(text), source, ZLIB_HEADER_BYTES))


def cut_zlib(text: str, source: random.Random) -> str:
    compressed = compressed_of(text)
    return base45_text(compressed[: source.randrange(len(compressed) - 1)])


def flipped_in_cose(text: str, source: random.Random) -> str:
    """Of the payload and the signature, with what stands between them."""
    cose = zlib.decompress(compressed_of(text))
    protected = parts_of(text)[0]
    return as_text(with_flipped_bit(cose, source, cose.index(protected) + len(protected) + 1))


def other_kid(text: str, source: random.Random) -> str:
    protected, *others = parts_of(text)
    header = cbor2.loads(protected)
    return text_of([cbor2.dumps({**header, 4: with_flipped_bit(header[4], source)}), *others])


def other_algorithm(text: str, source: random.Random) -> str:
    protected, *others = parts_of(text)
    header = cbor2.loads(protected)
    other = source.choice([number for number in (-7, -37, -8, -35, -38, 5, -257) if number != header[1]])
    return text_of([cbor2.dumps({**header, 1: other}), *others])


def other_signature(text: str, source: random.Random) -> str:
    *others, signature = parts_of(text)
    halves = (signature[len(signature) // 2 :], signature[: len(signature) // 2])
    changes = [
        with_flipped_bit(signature, source),
        signature[: source.randrange(len(signature))],
        bytes(len(signature)),
        b"\xff" * len(signature),
        b"".join(halves),
    ]
    return text_of([*others, source.choice(changes)])


def other_claims(text: str, source: random.Random) -> str:
    protected, unprotected, payload, signature = parts_of(text)
    claims = cbor2.loads(payload)
    changed = source.choice([
        {4: claims[4] + source.randrange(1, 10**8)},
        {6: claims[6] - source.randrange(1, 10**6)},
        {1: "DE"},
        {99: "more"},
    ])  # fmt: skip
    return text_of([protected, unprotected, cbor2.dumps(claims | changed), signature])


def other_person(text: str, source: random.Random) -> str:
    protected, unprotected, payload, signature = parts_of(text)
    claims = cbor2.loads(payload)
    dcc = claims[-260][1]
    change = source.choice(["nam", "dob", "dn", "mp", "ci"])
    if change == "nam":
        dcc["nam"] = {"fn": f"Forger {source.random()}", "fnt": "FORGER"}
    elif change == "dob":
        dcc["dob"] = f"19{source.randrange(10, 99)}-12-24"
    else:
        entry = dcc["v"][0]
        entry[change] = entry[change] + (1 if change == "dn" else "X")
    return text_of([protected, unprotected, cbor2.dumps(claims), signature])


FORGERS: Final = {-7: LittleIssuer("p256"), -37: LittleIssuer("rsa2048")}


def other_key(text: str, source: random.Random) -> str:
    """Signed anew by someone else, with the kid and algorithm of the issuer, and another date of birth."""
    protected, unprotected, payload, _ = parts_of(text)
    claims = cbor2.loads(payload)
    claims[-260][1]["dob"] = f"19{source.randrange(10, 99)}-12-24"
    forged = cbor2.dumps(claims)
    signed = cbor2.dumps(["Signature1", protected, b"", forged])
    return text_of([protected, unprotected, forged, FORGERS[cbor2.loads(protected)[1]].sign(signed)])


LAYERS: Final[dict[str, Tamper]] = {
    "a character of the text": other_character,
    "characters lost": lost_characters,
    "a bit of the compressed bytes": flipped_in_zlib,
    "compressed bytes cut short": cut_zlib,
    "a bit of payload or signature": flipped_in_cose,
    "the kid": other_kid,
    "the algorithm": other_algorithm,
    "the signature": other_signature,
    "the claims": other_claims,
    "the certificate": other_person,
    "the key": other_key,
}
