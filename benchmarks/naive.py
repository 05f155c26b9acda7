"""The Python twin: one certificate after the other from well-known libraries, as a baseline."""

from __future__ import annotations

import base64
import hmac
import io
import unicodedata
import zlib
from dataclasses import dataclass
from datetime import date
from typing import Any

import base45
import cbor2
import segno
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

__all__ = ["NaiveIssuer", "compress", "letters", "nonce", "picture", "split_name", "symbol"]

ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
DETERMINISTIC = ec.ECDSA(SHA256(), deterministic_signing=True)


def letters(name: str) -> str:
    """ICAO letters of a Vietnamese name, without the rarer letters that the real kernel knows."""
    bare = "".join(c for c in unicodedata.normalize("NFD", name.upper()) if not unicodedata.combining(c))
    return bare.replace("Đ", "D").replace(" ", "<")


def split_name(full_name: str) -> tuple[str, str, str, str]:
    """fn, gn, fnt, gnt: the first word is the family name."""
    family, _, given = unicodedata.normalize("NFC", full_name).partition(" ")
    return family, given, letters(family), letters(given)


def nonce(scalar: bytes, digest: bytes) -> bytes:
    """RFC 6979 section 3.2 for P-256 and SHA-256, word for word."""
    reduced = (int.from_bytes(digest, "big") % ORDER).to_bytes(32, "big")
    key, value = bytes(32), b"\1" * 32
    for separator in (b"\0", b"\1"):
        key = hmac.digest(key, value + separator + scalar + reduced, "sha256")
        value = hmac.digest(key, value, "sha256")
    while True:
        value = hmac.digest(key, value, "sha256")
        if 0 < int.from_bytes(value, "big") < ORDER:
            return value
        key = hmac.digest(key, value + b"\0", "sha256")
        value = hmac.digest(key, value, "sha256")


def compress(message: bytes) -> bytes:
    """zlib at its usual level."""
    return zlib.compress(message, 6)


def symbol(text: str) -> segno.QRCode:
    """The QR symbol of a text, error correction Q."""
    return segno.make(text, error="q", mode="alphanumeric", micro=False, boost_error=False)


def picture(text: str, kind: str = "png") -> bytes:
    """Its symbol as "png" or "svg", with the scale and the quiet zone of ours."""
    out = io.BytesIO()
    symbol(text).save(out, kind=kind, scale=4, border=4)
    return out.getvalue()


@dataclass(frozen=True)
class NaiveIssuer:
    """Signs rows of the shots schema as dicts; `products` maps names to (mp, ma, vp)."""

    key: ec.EllipticCurvePrivateKey
    kid: bytes
    country: str
    issuer: str
    issued_at: int
    expires_at: int
    secret: bytes
    products: dict[str, tuple[str, str, str]]

    def uvci(self, shot: dict[str, Any]) -> str:
        """A keyed hash of the shot."""
        message = "\0".join(str(shot[name]) for name in ("shot_id", "full_name", "date_of_birth", "vaccine"))
        mac = hmac.digest(self.secret, message.encode(), "sha256")
        return f"URN:UVCI:01:{self.country}:{base64.b32encode(mac)[:20].decode()}"

    def payload(self, shot: dict[str, Any]) -> bytes:
        """CWT claims around a DCC of one vaccination."""
        fn, gn, fnt, gnt = split_name(shot["full_name"])
        given = {"gn": gn, "gnt": gnt} if gn else {}
        dcc = {
            "ver": "1.3.0",
            "nam": {"fn": fn, "fnt": fnt, **given},
            "dob": shot["date_of_birth"],
            "v": [self.vaccination(shot)],
        }
        claims = {1: self.country, 4: self.expires_at, 6: self.issued_at, -260: {1: dcc}}
        return cbor2.dumps(claims)

    def vaccination(self, shot: dict[str, Any]) -> dict[str, Any]:
        """The one entry of the group `v`."""
        mp, ma, vp = self.products[shot["vaccine"]]
        day: date = shot["vaccinated_on"]
        return {
            "tg": "840539006",
            "vp": vp,
            "mp": mp,
            "ma": ma,
            "dn": shot["dose_number"],
            "sd": shot["doses_in_series"],
            "dt": day.isoformat(),
            "co": self.country,
            "is": self.issuer,
            "ci": self.uvci(shot),
        }

    def message(self, payload: bytes) -> bytes:
        """COSE_Sign1 of a payload, signed by ES256."""
        protected = cbor2.dumps({1: -7, 4: self.kid})
        signed = cbor2.dumps(["Signature1", protected, b"", payload])
        r, s = decode_dss_signature(self.key.sign(signed, DETERMINISTIC))
        signature = r.to_bytes(32, "big") + s.to_bytes(32, "big")
        return cbor2.dumps(cbor2.CBORTag(18, [protected, {}, payload, signature]))

    def text(self, shot: dict[str, Any]) -> str:
        """The whole way of a row."""
        return "HC1:" + base45.b45encode(compress(self.message(self.payload(shot)))).decode()
