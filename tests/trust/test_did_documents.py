"""WHO's DID documents: keys with and without certificate, coordinates of 33 octets, and what is no key."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from trust.made_trust_lists import (
    KEY,
    NOW,
    RSA_KEY,
    VACCINATION,
    Gateway,
    der_of,
    did_document,
    did_method,
    kid_text,
    make_csca,
    make_dsc,
    write_json,
)

from signer.errors import TrustUnreadable
from signer.trust import Imported, TrustedKey, import_sources

CSCA = make_csca("SG")
DSC = make_dsc(CSCA, "SG", VACCINATION)
LIST = "did:web:example:v2:trustlist:DCC"
KID = kid_text(der_of(DSC))


def imported(folder: Path, *methods: dict[str, Any] | str) -> Imported:
    return import_sources([write_json(folder / "did.json", did_document(*methods))], None, made_at=NOW)


def only(found: Imported) -> TrustedKey:
    assert found.left_out == ()
    (key,) = found.snapshot.keys
    return key


@pytest.mark.parametrize("length", [32, 33, 40])
def test_a_key_with_its_certificate_is_that_dsc(tmp_path: Path, length: int) -> None:
    """33 octets with a leading 00 are what the gateway of WHO writes for some."""
    key = only(imported(tmp_path, did_method(f"{LIST}:SGP:DSC#{KID}", KEY, DSC, CSCA, length=length)))
    assert (key.certificate, key.jwk) == (der_of(DSC), None)
    assert (key.country, key.eku) == ("SG", (VACCINATION,))
    assert base64.b64encode(key.kid).decode() == KID
    assert key.not_after == DSC.certificate.not_valid_after_utc


@pytest.mark.parametrize("length", [32, 33, 40])
def test_a_key_without_certificate_is_kept_as_jwk_of_32_octets(tmp_path: Path, length: int) -> None:
    key = only(imported(tmp_path, did_method(f"{LIST}:SGP:DSC#{KID}", KEY, length=length)))
    assert (key.certificate, key.not_before, key.not_after, key.eku) == (None, None, None, ())
    assert key.country == "SG"
    assert key.jwk is not None
    octets = {name: base64.urlsafe_b64decode(key.jwk[name] + "=") for name in ("x", "y")}
    numbers = KEY.public_key().public_numbers()
    assert octets == {"x": numbers.x.to_bytes(32, "big"), "y": numbers.y.to_bytes(32, "big")}


def test_coordinates_that_begin_with_zeros_are_taken_without_them_too(tmp_path: Path) -> None:
    key = next(
        key
        for key in (ec.derive_private_key(number, ec.SECP256R1()) for number in range(1, 5000))
        if key.public_key().public_numbers().x < 1 << 248
    )
    short = did_method(f"{LIST}:SGP:DSC#{KID}", key)
    jwk = short["publicKeyJwk"]
    jwk["x"] = base64.urlsafe_b64encode(base64.urlsafe_b64decode(jwk["x"] + "=").lstrip(b"\0")).decode()
    assert only(imported(tmp_path, short)).jwk == only(imported(tmp_path, did_method(short["id"], key))).jwk


def test_an_rsa_key_is_taken(tmp_path: Path) -> None:
    key = only(imported(tmp_path, did_method(f"{LIST}:SGP:DSC#{KID}", RSA_KEY)))
    assert key.jwk is not None
    n = int.from_bytes(base64.urlsafe_b64decode(key.jwk["n"] + "=="), "big")
    assert (key.jwk["kty"], key.jwk["e"], n) == ("RSA", "AQAB", RSA_KEY.public_key().public_numbers().n)


def test_the_example_of_the_specification_is_read(tmp_path: Path) -> None:
    """A key in the layout of version 2.0.0 of the trust lists: x5c with the DSC first, 33 octets each."""
    name = "did:web:worldhealthorganization.github.io:tng-cdn-dev:v2:trustlist:DCC:XXA:DSC#XPjhL9Znd1M="
    xxa = make_csca("XA")
    dsc = make_dsc(xxa, "XA", "1.3.6.1.4.1.1847.2021.1.1", VACCINATION, "1.3.6.1.4.1.1847.2021.1.3")
    key = only(imported(tmp_path, did_method(name, KEY, dsc, xxa, length=33)))
    assert (key.country, base64.b64encode(key.kid)) == ("XA", b"XPjhL9Znd1M=")
    assert len(key.eku) == 3


@pytest.mark.parametrize("usage", ["SCA", "UP", "TLS"])
def test_keys_for_other_uses_and_of_cas_are_passed_over(tmp_path: Path, usage: str) -> None:
    other = did_method(f"{LIST}:SGP:{usage}#{KID}", KEY)
    authority = did_method(f"{LIST}:SGP:-#{KID}", CSCA.key, CSCA)
    found = imported(tmp_path, other, authority, did_method(f"{LIST}:SGP:DSC#{KID}", KEY, DSC))
    assert only(found).certificate == der_of(DSC)


def test_a_ca_is_taken_where_its_usage_says_that_it_is_a_dsc(tmp_path: Path) -> None:
    key = only(imported(tmp_path, did_method(f"{LIST}:SGP:DSC#{KID}", CSCA.key, CSCA)))
    assert key.certificate == der_of(CSCA)


@pytest.mark.parametrize(
    ("kid", "octets"),
    [
        ("-_-_AAAAAAA", base64.b64decode("+/+/AAAAAAA=")),
        ("+/+/AAAAAAA=", base64.b64decode("+/+/AAAAAAA=")),
        ("key.1", b"key.1"),
        (None, base64.b64decode("/7A=")),
    ],
)
def test_a_kid_is_base64_of_either_kind_or_text_or_the_end_of_the_name(
    tmp_path: Path, kid: str | None, octets: bytes
) -> None:
    method = did_method(f"{LIST}:SGP:DSC#%2F7A%3D", KEY, DSC, kid=kid)
    assert only(imported(tmp_path, method)).kid == octets


OTHER = ec.generate_private_key(ec.SECP256R1())
BAD: dict[str, tuple[dict[str, Any] | str, str]] = {
    "reference": ("did:web:example:v2:trustlist:DCC:DEU:DSC", "is a reference to another document"),
    "no JWK": ({"id": "x"}, "has no publicKeyJwk"),
    "another curve": (did_method("x#AAAA", crv="P-384"), "do not use (EC P-384)"),
    "another kind": (did_method("x#AAAA", kty="OKP", crv=None), "(OKP)"),
    "no point": (did_method("x#AAAA", x="AAAA"), "its publicKeyJwk is no key"),
    "no y": (did_method("x#AAAA", y=None), "its publicKeyJwk is no key"),
    "no base64": (did_method("x#AAAA", x="%%"), "its publicKeyJwk is no key"),
    "endless": (did_method("x#AAAA", x="A" * 100_000 + "B"), "its publicKeyJwk is no key"),
    "an endless kid": (did_method("x#AAAA", kid="A" * 100), "has no kid"),
    "no kid": (did_method("x", kid=None), "has no kid"),
    "another key's certificate": (did_method("x#AAAA", OTHER, DSC), "the certificate of another key"),
    "damaged certificate": (did_method("x#AAAA", x5c=["MIIB"]), "its certificate is damaged"),
    "certificate of no text": (did_method("x#AAAA", x5c=[7]), "its x5c is no base64"),
}


@pytest.mark.parametrize(("method", "reason"), BAD.values(), ids=BAD)
def test_a_bad_key_is_left_out_and_told(tmp_path: Path, method: dict[str, Any] | str, reason: str) -> None:
    found = imported(tmp_path, did_method(f"{LIST}:SGP:DSC#{KID}", KEY, DSC), method)
    assert len(found.snapshot.keys) == 1
    (told,) = found.left_out
    assert told.entry.startswith("key 2")
    assert reason in told.reason


def test_several_keys_may_share_a_kid(tmp_path: Path) -> None:
    methods = [did_method(f"{LIST}:{name}:DSC#{KID}", key) for name, key in (("SGP", KEY), ("DEU", OTHER))]
    again = did_method(f"{LIST}:SGP:DSC#{KID}", OTHER, make_dsc(CSCA, "SG", key=OTHER))
    found = imported(tmp_path, *methods, again, methods[0]).snapshot.keys
    assert sorted((key.country, key.certificate is None) for key in found) == [("SG", False), ("SG", True)]
    assert len({key.kid for key in found}) == 1


def test_a_bare_key_does_not_stand_beside_its_certificate_which_limits_it(tmp_path: Path) -> None:
    """Else a code signed after its DSC expired, or of a kind not its own, would pass by the bare key."""
    bare, other = did_method(f"{LIST}:SGP:DSC#{KID}"), did_method(f"{LIST}:SGP:DSC#AAAA")
    whole = did_method(f"{LIST}:SGP:DSC#{KID}", KEY, DSC)
    for methods in ((bare, whole), (whole, bare)):
        assert only(imported(tmp_path, *methods)).certificate == der_of(DSC)
    assert len(imported(tmp_path, whole, other).snapshot.keys) == 2  # by another kid it is another key


def test_a_document_without_keys_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TrustUnreadable, match="holds no key to trust; give a list of DSCs"):
        imported(tmp_path)
    for value in ({}, {"verificationMethod": 7}, {"keys": []}):
        with pytest.raises(TrustUnreadable, match="neither a gateway's trustList nor a DID document"):
            import_sources([write_json(tmp_path / "x.json", value)], None, made_at=NOW)


def test_a_did_document_needs_no_anchor_beside_a_list_that_has_one(tmp_path: Path) -> None:
    gateway = Gateway()
    paths = [
        write_json(tmp_path / "list.json", gateway.entries()),
        write_json(tmp_path / "did.json", did_document(did_method(f"{LIST}:SGP:DSC#{KID}", KEY, DSC))),
    ]
    found = import_sources(paths, gateway.anchors, made_at=NOW).snapshot
    assert [(source.kind, source.n_keys) for source in found.sources] == [("gateway", 2), ("did", 1)]
    assert isinstance(x509.load_der_x509_certificate(found.keys[-1].certificate or b""), x509.Certificate)
