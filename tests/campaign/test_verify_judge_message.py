"""Each rule of a message around the payload, broken alone: the core leaves it to the verifier in Python."""

from __future__ import annotations

from typing import Any

import cbor2
import pytest
from campaign.made_verdicts import assert_left_to_python, edited, native_accepts
from reference.little_issuer import LittleIssuer, as_text, trust_of

from signer.verifying import TrustStore


@pytest.fixture(scope="module")
def own() -> LittleIssuer:
    return LittleIssuer()


@pytest.fixture(scope="module")
def trust(own: LittleIssuer) -> TrustStore:
    return trust_of(own)


def tagged(message: Any, tag: int = 18) -> bytes:
    return cbor2.dumps(cbor2.CBORTag(tag, message))


def test_what_the_cases_start_from_is_accepted(own: LittleIssuer, trust: TrustStore) -> None:
    assert native_accepts([as_text(tagged(own.message()))], trust) == [True]


@pytest.mark.parametrize("unprotected", [{1: -7}, {4: b"x"}, {99: 1}, [], "", b"", None, 0])
def test_an_unprotected_header_that_is_no_empty_map(
    own: LittleIssuer, trust: TrustStore, unprotected: Any
) -> None:
    header, _, payload, signature = own.message()
    assert_left_to_python(as_text(tagged([header, unprotected, payload, signature])), trust)


def test_entries_that_an_empty_unprotected_header_would_hide(own: LittleIssuer, trust: TrustStore) -> None:
    """A map that says it has one entry and has none: what follows would be read as were it empty."""
    message = tagged(own.message())
    head = cbor2.dumps(own.message()[0])
    for unprotected in (b"\xa1", b"\xb8\x01", b"\xbe", b"\x80", b"\x40"):
        assert_left_to_python(as_text(edited(message, head + b"\xa0", head + unprotected)), trust)


def test_a_protected_header_of_another_form(own: LittleIssuer, trust: TrustStore) -> None:
    kid, algorithm = b"\x04\x48" + own.kid, b"\x01\x26"
    for header in (
        {1: -7, 2: [4], 4: own.kid},  # critical
        {1: -7, 4: own.kid, 3: 60},
        {1: -7},
        {4: own.kid},
        {1: -8, 4: own.kid},
        {1: 6, 4: own.kid},
        {1: -7, 5: own.kid},
        b"",
        b"\xa2" + algorithm + kid + b"\x00",
        b"\xa3" + algorithm + kid + kid,
        b"\xa3" + algorithm + algorithm + kid,
        b"\xa2" + algorithm + algorithm,
        b"\xa2" + kid + kid,
        b"\xbf" + algorithm + kid + b"\xff",
    ):
        assert_left_to_python(own.text(protected=header), trust)


@pytest.mark.parametrize("n_bytes", [0, 7, 9])
def test_a_kid_that_has_not_8_bytes(own: LittleIssuer, trust: TrustStore, n_bytes: int) -> None:
    kid = (own.kid + b"\x00")[:n_bytes]
    assert_left_to_python(own.text(protected={1: -7, 4: kid}), trust)


def test_a_kid_that_the_next_byte_would_complete(own: LittleIssuer) -> None:
    (dsc,) = trust_of(own).find(own.kid)
    trust = TrustStore({own.kid[:7] + b"\x01": (dsc,)})
    header = b"\xa2\x04\x47" + own.kid[:7] + b"\x01\x26"
    assert_left_to_python(own.text(protected=header), trust)


@pytest.mark.parametrize("n_bytes", [0, 63, 65, 128])
def test_a_signature_that_has_not_64_bytes(own: LittleIssuer, trust: TrustStore, n_bytes: int) -> None:
    *parts, signature = own.message()
    assert_left_to_python(as_text(tagged([*parts, (signature * 2)[:n_bytes]])), trust)


def test_a_message_of_another_form(own: LittleIssuer, trust: TrustStore) -> None:
    message = own.message()
    for data in (
        cbor2.dumps(message),
        tagged(message, 17),
        tagged(message, 98),
        tagged([*message, b""]),
        tagged(message[:3]),
        tagged(message) + b"\x00",
        tagged(cbor2.CBORTag(18, message)),
        b"\xd2\x9f" + cbor2.dumps(message)[1:] + b"\xff",
    ):
        assert_left_to_python(as_text(data), trust)
