"""The classes of failure: each names its layer, reaches whoever asked, and is documented with what to do."""

from __future__ import annotations

import pickle
from collections.abc import Callable

import pytest
from reference.little_issuer import NOW, LittleIssuer, as_text
from verifying.official_vectors import documented

from signer.errors import LAYER_OF, CertificateInvalid
from signer.verifying import REASONS, TrustStore, verify


@pytest.mark.parametrize(
    ("change", "reason", "layer"),
    [
        (lambda issuer: "HC2:", "context", "text"),
        (lambda issuer: "HC1:" + "0" * 20_000, "size", "text"),
        (lambda issuer: "HC1:a", "base45", "base45"),
        (lambda issuer: as_text(b"")[:-3], "zlib", "zlib"),
        (lambda issuer: as_text(bytes(13_000)), "size", "zlib"),
        (lambda issuer: as_text(b"\xd2"), "cbor", "cbor"),
        (lambda issuer: as_text(b"\x00"), "cose", "cose"),
        (lambda issuer: issuer.text(protected=b"\xa1"), "cbor", "cose"),
        (lambda issuer: issuer.text(b"\xa1"), "cbor", "cwt"),
        (lambda issuer: issuer.text(b"\xa0"), "schema", "cwt"),
        (lambda issuer: issuer.text(issuer.payload({"ver": "1"})), "schema", "dcc"),
        (lambda issuer: LittleIssuer().text(), "kid_unknown", "trust"),
        (lambda issuer: issuer.text(issuer.payload(iss="FR")), "issuer", "cwt"),
    ],
)
def test_a_failure_names_the_layer_at_fault(
    issuer: LittleIssuer, trust: TrustStore, change: Callable[[LittleIssuer], str], reason: str, layer: str
) -> None:
    with pytest.raises(CertificateInvalid) as caught:
        verify(change(issuer), trust, NOW)
    assert (caught.value.reason, caught.value.layer) == (reason, layer)


def test_a_failure_survives_the_way_from_a_worker() -> None:
    failure = pickle.loads(pickle.dumps(CertificateInvalid("cbor", "it is none", "cwt")))
    assert (failure.reason, str(failure), failure.layer) == ("cbor", "it is none", "cwt")


def test_a_kid_of_any_length_makes_no_long_message(issuer: LittleIssuer, trust: TrustStore) -> None:
    with pytest.raises(CertificateInvalid) as caught:
        verify(issuer.text(protected={1: -7, 4: bytes(5000)}), trust, NOW)
    assert str(caught.value) == f"no trusted DSC has the kid {'00' * 32}"


def test_every_reason_is_documented_with_its_layers_and_what_to_do() -> None:
    rows = documented("reason | layer")
    assert tuple(reason for reason, *_ in rows) == REASONS
    for reason, layers, refused, advice in rows:
        assert LAYER_OF[reason] in layers.split(", ")
        assert refused
        assert advice
