"""The official vectors of the member states: what each expectation asks, held against its layer."""

from __future__ import annotations

import base64
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509

from signer.errors import CertificateInvalid
from signer.verifying import Dsc, TrustStore, verify
from signer.verifying.claims import read_claims
from signer.verifying.cose import read_message
from signer.verifying.dcc import check_structure, kinds_of
from signer.verifying.inflate import inflate
from signer.verifying.text import PREFIX, decode_text
from signer.verifying.verifier import _check_times, _check_usage, _signer_of

Vector = dict[str, Any]

EXCEPTIONS: dict[tuple[str, str], str] = {}
"""Disagreements that stand, (expectation, vector) → why. None does: those vectors of `known_issues.csv` that
concern these expectations (ES, FI) are not in the corpora."""


def vectors(corpora: Path) -> Iterator[tuple[str, Vector]]:
    for file in sorted((corpora / "dgc-testdata").glob("*/2DCode/raw/*.json")):
        yield f"{file.parts[-4]}/{file.stem}", json.loads(file.read_text(encoding="utf-8-sig"))


def dsc_of(vector: Vector) -> Dsc:
    der = base64.b64decode(vector["TESTCTX"]["CERTIFICATE"])
    return Dsc.from_certificate(x509.load_der_x509_certificate(der))


def clock_of(vector: Vector) -> datetime:
    """The validation clock; some have nanoseconds, some no time zone."""
    clock = datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", vector["TESTCTX"]["VALIDATIONCLOCK"]))
    return clock if clock.tzinfo else clock.replace(tzinfo=UTC)


def unprefix(vector: Vector) -> None:
    """Only the context is in question here; what follows it may be wrong."""
    assert vector["PREFIX"] == PREFIX + base45_of(vector)
    if vector["EXPECTEDRESULTS"].get("EXPECTEDB45DECODE", True):
        decode_text(vector["PREFIX"])


def decode_base45(vector: Vector) -> None:
    decoded = decode_text(PREFIX + base45_of(vector))
    assert decoded.hex() == vector.get("COMPRESSED", decoded.hex()).lower()


def decompress(vector: Vector) -> None:
    compressed = (
        bytes.fromhex(vector["COMPRESSED"]) if "COMPRESSED" in vector else decode_text(vector["PREFIX"])
    )
    assert inflate(compressed).hex() == vector["COSE"].lower()


def base45_of(vector: Vector) -> str:
    """Some vectors leave out the steps between; the whole text has them."""
    return str(vector.get("BASE45", vector["PREFIX"][len(PREFIX) :]))


def check_signature(vector: Vector) -> None:
    _signer_of(read_message(bytes.fromhex(vector["COSE"])), TrustStore.of([dsc_of(vector)]))


def check_times(vector: Vector) -> None:
    message = read_message(bytes.fromhex(vector["COSE"]))
    _check_times(read_claims(message.payload), dsc_of(vector), clock_of(vector))


def check_usage(vector: Vector) -> None:
    message = read_message(bytes.fromhex(vector["COSE"]))
    claims = read_claims(message.payload)
    assert kinds_of(claims.dcc)
    _check_usage(claims, dsc_of(vector))


def check_schema(vector: Vector) -> None:
    check_structure(read_claims(read_message(inflate(decode_text(vector["PREFIX"]))).payload).dcc)


LAYERS: dict[str, Callable[[Vector], None]] = {
    "EXPECTEDUNPREFIX": unprefix,
    "EXPECTEDB45DECODE": decode_base45,
    "EXPECTEDCOMPRESSION": decompress,
    "EXPECTEDVERIFY": check_signature,
    "EXPECTEDEXPIRATIONCHECK": check_times,
    "EXPECTEDKEYUSAGE": check_usage,
}
ASKED = dict.fromkeys(LAYERS, 80)
"""At least so many vectors ask each, so that an empty folder does not count as agreement."""


def succeeds(layer: Callable[[Vector], None], vector: Vector) -> bool:
    try:
        layer(vector)
    except (CertificateInvalid, AssertionError):
        return False
    return True


@pytest.mark.parametrize("expectation", LAYERS)
def test_a_layer_agrees_with_the_official_vectors(corpora: Path, expectation: str) -> None:
    answers: Counter[tuple[bool, bool]] = Counter()
    disagreeing = []
    for name, vector in vectors(corpora):
        expected = vector["EXPECTEDRESULTS"].get(expectation)
        if expected is None:
            continue
        answer = succeeds(LAYERS[expectation], vector)
        answers[expected, answer] += 1
        if answer != expected and (expectation, name) not in EXCEPTIONS:
            disagreeing.append(f"{name}: expected {expected}")
    print(f"{expectation}: {answers[True, True]} accepted, {answers[False, False]} refused as expected")
    assert not disagreeing
    assert answers.total() >= ASKED[expectation]


def test_whole_certificates_agree_where_everything_is_expected_to_hold(corpora: Path) -> None:
    verdicts: Counter[str] = Counter()
    for name, vector in vectors(corpora):
        expected = vector["EXPECTEDRESULTS"]
        if not expected.get("EXPECTEDEXPIRATIONCHECK") or not all(expected.values()):
            continue
        try:
            verify(vector["PREFIX"], TrustStore.of([dsc_of(vector)]), clock_of(vector))
            verdicts["valid"] += 1
        except CertificateInvalid as failure:
            # A Swedish DSC for vaccinations signs one of Liechtenstein's tests; no vector asks about it.
            verdicts[f"{name} {failure.reason}"] += 1
    print(dict(verdicts))
    assert verdicts.pop("valid") >= 60
    assert set(verdicts) <= {"LI/4 key_usage"}


def test_the_structural_check_is_no_stricter_than_the_schema(corpora: Path) -> None:
    answers: Counter[tuple[bool, bool]] = Counter()
    for _, vector in vectors(corpora):
        expected = vector["EXPECTEDRESULTS"].get("EXPECTEDSCHEMAVALIDATION")
        if expected is not None and "PREFIX" in vector:
            answers[expected, succeeds(check_schema, vector)] += 1
    print(f"schema: {dict(answers)} as (expected, ours)")
    assert answers[True, False] == 0
    assert answers[True, True] >= 100
