"""Trust snapshots: keys with and without certificates, what the list says of them, and damage."""

from __future__ import annotations

import base64
import hashlib
import json
import random
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from reference.little_issuer import NOW, TEST_USAGE, VACCINATION_USAGE, LittleIssuer
from trust.made_trust_lists import NOW as LIST_SIGNED
from trust.made_trust_lists import der_of, make_csca, make_dsc, make_upload, write_snapshot

from signer.cms import sign_detached
from signer.errors import CertificateInvalid, TrustUnreadable
from signer.verifying import TrustStore, verify

MADE_AT = datetime(2022, 5, 30, 12, 0, tzinfo=UTC)
FIELD_BYTES = 32


def base64url(number: int, length: int) -> str:
    return base64.urlsafe_b64encode(number.to_bytes(length)).decode().rstrip("=")


def jwk_of(issuer: LittleIssuer, length: int = FIELD_BYTES) -> dict[str, str]:
    numbers = issuer.key.public_key().public_numbers()
    if isinstance(numbers, rsa.RSAPublicNumbers):
        return {"kty": "RSA", "n": base64url(numbers.n, issuer.key.key_size // 8), "e": "AQAB"}
    return {"kty": "EC", "crv": "P-256", "x": base64url(numbers.x, length), "y": base64url(numbers.y, length)}


def entry(issuer: LittleIssuer, **changes: Any) -> dict[str, Any]:
    """A key of a snapshot with its certificate, as `signer trust import` writes it."""
    return {
        "kid": base64.b64encode(issuer.kid).decode(),
        "country": "VN",
        "certificate": base64.b64encode(issuer.der()).decode(),
        "jwk": None,
        "not_before": None,
        "not_after": None,
        "eku": [],
        "source": 0,
    } | changes


def bare(issuer: LittleIssuer, **changes: Any) -> dict[str, Any]:
    return entry(issuer, **{"certificate": None, "jwk": jwk_of(issuer)} | changes)


def snapshot(path: Path, *keys: Any, **changes: Any) -> Path:
    content = {
        "format": "signer-trust-snapshot",
        "version": 1,
        "made_at": "2022-05-30T12:00:00Z",
        "sources": [{"kind": "files", "name": "keys", "sha256": "00", "n_keys": len(keys)}],
        "keys": list(keys),
    } | changes
    path.write_text(json.dumps(content, sort_keys=True, indent=1), "utf-8")
    return path


def reason_of(issuer: LittleIssuer, store: TrustStore) -> str:
    with pytest.raises(CertificateInvalid) as caught:
        verify(issuer.text(), store, NOW)
    return caught.value.reason


@pytest.mark.parametrize("kind", ["p256", "rsa2048"])
def test_a_key_verifies_with_its_certificate_and_without(tmp_path: Path, kind: str) -> None:
    issuer = LittleIssuer(kind)
    for key in (entry(issuer), bare(issuer)):
        store = TrustStore.load(snapshot(tmp_path / "trust.json", key))
        assert verify(issuer.text(), store, NOW).country == "VN"


def test_coordinates_with_a_leading_zero_byte_are_read(tmp_path: Path, issuer: LittleIssuer) -> None:
    store = TrustStore.load(snapshot(tmp_path / "t.json", bare(issuer, jwk=jwk_of(issuer, length=33))))
    assert verify(issuer.text(), store, NOW).algorithm == "ES256"


def test_what_the_list_says_of_a_kid_and_country_goes_before_the_certificate(
    tmp_path: Path, issuer: LittleIssuer
) -> None:
    kid = b"a kid of a DID document"
    key = entry(issuer, kid=base64.b64encode(kid).decode(), country="FR")
    store = TrustStore.load(snapshot(tmp_path / "t.json", key))
    text = issuer.text(issuer.payload(iss="FR"), protected={1: -7, 4: kid})
    assert verify(text, store, NOW).country == "FR"
    assert reason_of(issuer, store) == "kid_unknown"


def test_several_keys_of_one_kid_are_all_tried(tmp_path: Path, issuer: LittleIssuer) -> None:
    kid = base64.b64encode(issuer.kid).decode()
    others = [bare(LittleIssuer(kind), kid=kid) for kind in ("p256", "rsa2048")]
    store = TrustStore.load(snapshot(tmp_path / "t.json", *others, entry(issuer)))
    assert len(store.find(issuer.kid)) == 3
    assert verify(issuer.text(), store, NOW).algorithm == "ES256"


def test_times_and_purposes_of_a_bare_key_count(tmp_path: Path, issuer: LittleIssuer) -> None:
    def load(**changes: Any) -> TrustStore:
        return TrustStore.load(snapshot(tmp_path / "t.json", bare(issuer, **changes)))

    assert reason_of(issuer, load(not_after="2022-05-31T00:00:00Z")) == "dsc_validity"
    assert reason_of(issuer, load(not_before="2022-06-02T00:00:00Z")) == "dsc_validity"
    assert reason_of(issuer, load(eku=[TEST_USAGE])) == "key_usage"
    assert verify(issuer.text(), load(eku=[VACCINATION_USAGE]), NOW).marks == ()


def test_a_bare_key_of_another_kind_is_known_but_of_no_use(tmp_path: Path, issuer: LittleIssuer) -> None:
    for jwk in (
        {"kty": "OKP", "crv": "Ed25519", "x": "AA"},
        {"kty": "EC", "crv": "P-384", "x": "AA", "y": "AA"},
    ):
        store = TrustStore.load(snapshot(tmp_path / "t.json", bare(issuer, jwk=jwk)))
        assert reason_of(issuer, store) == "algorithm"


def test_a_snapshot_tells_when_it_was_made_and_files_do_not(tmp_path: Path, issuer: LittleIssuer) -> None:
    assert TrustStore.load(snapshot(tmp_path / "t.json", entry(issuer))).made_at == MADE_AT
    (tmp_path / "dsc.pem").write_bytes(issuer.pem())
    assert TrustStore.load(tmp_path / "dsc.pem").made_at is None


def test_the_snapshots_of_the_importer_are_read(tmp_path: Path) -> None:
    holder = make_dsc(make_csca("VN"), "VN", VACCINATION_USAGE)
    path = write_snapshot(tmp_path / "t.json", holder, made_at=MADE_AT)
    store = TrustStore.load(path)
    (dsc,) = store.by_kid[hashlib.sha256(der_of(holder)).digest()[:8]]
    assert (store.made_at, dsc.country, dsc.kinds, dsc.algorithm) == (MADE_AT, "VN", frozenset("v"), "ES256")


def test_a_signature_that_is_demanded_must_be_there_and_of_that_signer(tmp_path: Path) -> None:
    signer, other = make_upload("VN"), make_upload("VN")
    path = write_snapshot(tmp_path / "t.json", make_dsc(make_csca("VN"), "VN"), made_at=MADE_AT)
    beside = tmp_path / "t.json.p7s"

    def refusal(certificate: x509.Certificate) -> str:
        with pytest.raises(TrustUnreadable) as caught:
            TrustStore.load(path, certificate)
        return str(caught.value)

    assert refusal(signer.certificate) == f"{path} is not signed: t.json.p7s is not beside it"
    beside.write_bytes(sign_detached(hashlib.sha256(path.read_bytes()).digest(), signer, LIST_SIGNED))
    assert TrustStore.load(path, signer.certificate).made_at == MADE_AT
    assert "of another certificate" in refusal(other.certificate)
    path.write_bytes(path.read_bytes() + b"\n")
    assert "not the one that was signed" in refusal(signer.certificate)
    beside.write_bytes(b"no CMS")
    assert "get the file and its signature anew" in refusal(signer.certificate)


def test_certificates_in_files_are_not_signed_lists(tmp_path: Path, issuer: LittleIssuer) -> None:
    (tmp_path / "dsc.pem").write_bytes(issuer.pem())
    for path in (tmp_path, tmp_path / "dsc.pem"):
        with pytest.raises(TrustUnreadable, match="is no trust snapshot"):
            TrustStore.load(path, issuer.certificate)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"format": "another"}, "it is no trust snapshot"),
        ({"version": 2}, "it is of another version than 1, which alone can be read"),
        ({"version": "2" * 9000}, "it is of another version than 1, which alone can be read"),
        ({"made_at": None}, "it lacks made_at or keys, or these are none"),
        ({"made_at": "yesterday"}, "it lacks made_at or keys, or these are none"),
        ({"keys": None}, "it lacks made_at or keys, or these are none"),
        ({"keys": []}, "the snapshot holds no key"),
        ({"keys": [7]}, "key 1 is malformed"),
    ],
)
def test_a_file_that_is_no_snapshot_is_refused_with_what_to_do(
    tmp_path: Path, changes: dict[str, Any], told: str
) -> None:
    path = snapshot(tmp_path / "t.json", **changes)
    with pytest.raises(TrustUnreadable) as caught:
        TrustStore.load(path)
    assert str(caught.value) == f"{path}: {told}; make it anew by `signer trust import`"


@pytest.mark.parametrize(
    "changes",
    [
        {"kid": None},
        {"kid": "?"},
        {"certificate": "AAAA"},
        {"certificate": None},
        {"certificate": None, "jwk": {}},
        {"certificate": None, "jwk": {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}},
        {"certificate": None, "jwk": {"kty": "RSA", "n": "AA", "e": "AA"}},
    ],
)
def test_a_malformed_key_is_named_by_its_number(
    tmp_path: Path, issuer: LittleIssuer, changes: dict[str, Any]
) -> None:
    path = snapshot(tmp_path / "t.json", entry(issuer), entry(issuer, **changes))
    with pytest.raises(TrustUnreadable, match="key 2 is malformed"):
        TrustStore.load(path)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("trustlist.json", b'[{"kid": "AAAAAAAAAAA="}]'),
        ("did.json", b' {"id": "did:web:example", "verificationMethod": []}'),
        ("list.zip", b"PK\x03\x04"),
    ],
)
def test_a_published_list_is_told_from_a_damaged_snapshot(tmp_path: Path, name: str, content: bytes) -> None:
    """It was called a damaged certificate before."""
    (tmp_path / name).write_bytes(content)
    with pytest.raises(TrustUnreadable) as caught:
        TrustStore.load(tmp_path / name)
    assert str(caught.value) == (
        f"{tmp_path / name}: is a published list: `signer trust import` makes a snapshot of it"
    )


def test_a_certificate_of_an_unknown_version_is_no_traceback(tmp_path: Path, issuer: LittleIssuer) -> None:
    der = issuer.der().replace(b"\xa0\x03\x02\x01\x02", b"\xa0\x03\x02\x01\x07")
    assert der != issuer.der()
    path = snapshot(tmp_path / "t.json", entry(issuer, certificate=base64.b64encode(der).decode()))
    with pytest.raises(TrustUnreadable, match="key 1 is malformed"):
        TrustStore.load(path)
    (tmp_path / "dsc.der").write_bytes(der)
    with pytest.raises(TrustUnreadable, match=r"dsc\.der is no certificate"):
        TrustStore.load(tmp_path / "dsc.der")


def test_random_damage_gives_a_store_or_the_one_error(tmp_path: Path, issuer: LittleIssuer) -> None:
    chance = random.Random(6)
    whole = snapshot(tmp_path / "t.json", entry(issuer), bare(issuer)).read_bytes()
    for _ in range(500):
        content = bytearray(whole)
        for _ in range(chance.randint(1, 3)):
            content[chance.randrange(1, len(content))] = chance.randrange(256)
        (tmp_path / "damaged.json").write_bytes(content)
        try:
            TrustStore.load(tmp_path / "damaged.json")
        except TrustUnreadable:
            continue
    (tmp_path / "deep.json").write_bytes(b'{"keys":' + b"[" * 100_000)
    with pytest.raises(TrustUnreadable, match="no JSON"):
        TrustStore.load(tmp_path / "deep.json")
