"""The official vectors of the member states: what each question asks, put to the layer it is about."""

from __future__ import annotations

import base64
import io
import itertools
import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import cbor2
from cryptography import x509
from made_pictures import texts_in
from PIL import Image

from signer.errors import CertificateInvalid
from signer.verifying import Dsc, TrustStore
from signer.verifying.cbor import decode_item
from signer.verifying.claims import EU_DCC, HCERT, read_claims
from signer.verifying.cose import SignedMessage, read_message
from signer.verifying.dcc import check_structure, kinds_of
from signer.verifying.inflate import inflate
from signer.verifying.schema import departures
from signer.verifying.text import PREFIX, decode_text
from signer.verifying.verifier import _check_life, _check_times, _check_usage, signer_of

Vector = dict[str, Any]

PAGE = Path(__file__).parents[2] / "docs" / "verification.md"


def documented(marker: str) -> list[list[str]]:
    """The rows of the first table of docs/verification.md whose heading begins with `| MARKER |`."""
    _, _, below = PAGE.read_text("utf-8").partition(f"\n| {marker} |")
    lines = itertools.takewhile(lambda line: line.startswith("|"), below.splitlines()[2:])
    return [[cell.strip(" `") for cell in line.strip("|").split("|")] for line in lines]


def vectors(corpora: Path) -> Iterator[tuple[str, Vector]]:
    """Every vector, by a name such as `common/CO28`."""
    for file in sorted((corpora / "dgc-testdata").glob("*/2DCode/raw/*.json")):
        yield f"{file.parts[-4]}/{file.stem}", json.loads(file.read_text(encoding="utf-8-sig"))


def dsc_of(vector: Vector) -> Dsc:
    der = base64.b64decode(vector["TESTCTX"]["CERTIFICATE"])
    return Dsc.from_certificate(x509.load_der_x509_certificate(der))


def clock_of(vector: Vector) -> datetime:
    """The validation clock; some have nanoseconds, some no time zone."""
    clock = datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", vector["TESTCTX"]["VALIDATIONCLOCK"]))
    return clock if clock.tzinfo else clock.replace(tzinfo=UTC)


def message_of(vector: Vector) -> SignedMessage:
    """The message, from the text where the vector leaves out the steps between."""
    if "COSE" in vector:
        return read_message(bytes.fromhex(vector["COSE"]))
    return read_message(inflate(decode_text(vector["PREFIX"])))


def read_picture(vector: Vector) -> None:
    assert "2DCODE" in vector, "the vector has no picture"
    try:
        picture = Image.open(io.BytesIO(base64.b64decode(vector["2DCODE"]))).convert("L")
    except OSError as error:
        raise AssertionError("no picture") from error
    assert texts_in(picture) == [vector["PREFIX"]]


def unprefix(vector: Vector) -> None:
    """Only the context is in question here; what follows it may be wrong."""
    assert vector["PREFIX"] == PREFIX + base45_of(vector)
    if vector["EXPECTEDRESULTS"].get("EXPECTEDB45DECODE", True):
        decode_text(vector["PREFIX"])


def base45_of(vector: Vector) -> str:
    return str(vector.get("BASE45", vector["PREFIX"][len(PREFIX) :]))


def decode_base45(vector: Vector) -> None:
    decoded = decode_text(PREFIX + base45_of(vector))
    assert decoded.hex() == vector.get("COMPRESSED", decoded.hex()).lower()


def decompress(vector: Vector) -> None:
    whole = "COMPRESSED" not in vector
    compressed = decode_text(vector["PREFIX"]) if whole else bytes.fromhex(vector["COMPRESSED"])
    assert inflate(compressed).hex() == vector["COSE"].lower()


def check_signature(vector: Vector) -> None:
    signer_of(message_of(vector), TrustStore.of([dsc_of(vector)]))


def decode(vector: Vector) -> None:
    """The CBOR of a vector is that of all claims, or of the certificate alone."""
    item = decode_item(bytes.fromhex(vector["CBOR"]), "the vector", "cwt")
    assert isinstance(item, Mapping)
    assert item.get(HCERT, {EU_DCC: item})[EU_DCC] == vector["JSON"]


def decode_all(vector: Vector) -> None:
    assert read_claims(read_message(inflate(decode_text(vector["PREFIX"]))).payload).dcc == vector["JSON"]


def encode(vector: Vector) -> None:
    """A question to issuers: the JSON can be written as CBOR. That it is read as it was written is ours."""
    assert decode_item(cbor2.dumps(vector["JSON"]), "the vector", "cwt") == vector["JSON"]


def check_schema(vector: Vector) -> None:
    """To the letter, which for the verdict is too strict: there, what departs is only marked."""
    dcc = read_claims(message_of(vector).payload).dcc
    check_structure(dcc)
    assert not list(departures(dcc))


def check_times(vector: Vector) -> None:
    claims = read_claims(message_of(vector).payload)
    _check_life(claims, dsc_of(vector))
    _check_times(claims, clock_of(vector))


def check_usage(vector: Vector) -> None:
    claims = read_claims(message_of(vector).payload)
    assert kinds_of(claims.dcc)
    _check_usage(claims, dsc_of(vector))


LAYERS: dict[str, Callable[[Vector], None]] = {
    "EXPECTEDPICTUREDECODE": read_picture,
    "EXPECTEDUNPREFIX": unprefix,
    "EXPECTEDB45DECODE": decode_base45,
    "EXPECTEDCOMPRESSION": decompress,
    "EXPECTEDVERIFY": check_signature,
    "EXPECTEDDECODE": decode,
    "EXPECTEDVALIDJSON": decode_all,
    "EXPECTEDSCHEMAVALIDATION": check_schema,
    "EXPECTEDEXPIRATIONCHECK": check_times,
    "EXPECTEDKEYUSAGE": check_usage,
    "EXPECTEDVALIDOBJECT": encode,
    "EXPECTEDENCODE": encode,
}
"""What each question asks (README of the corpora); true = must succeed, false = must fail."""


def succeeds(layer: Callable[[Vector], None], vector: Vector) -> bool:
    try:
        layer(vector)
    except (CertificateInvalid, AssertionError):
        return False
    return True
