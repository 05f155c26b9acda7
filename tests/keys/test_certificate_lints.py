"""The rules that the field has for DSCs and CSCAs: ours break none, and each is seen where it is broken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from attesting.made_certificates_of_places import Holder, PrivateKey, key_usage, make_certificate
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from signer.keys import create_csca, create_dsc, lint_csca, lint_dsc

NOW = datetime(2022, 4, 14, 1, 2, 3, tzinfo=UTC)
DAY = timedelta(days=1)
CSCA = create_csca("VN", now=NOW)
ROOT = Holder(CSCA.certificate, CSCA.private_key)
KEY = ec.generate_private_key(ec.SECP256R1())
VACCINATION = "1.3.6.1.4.1.1847.2021.1.2"

Extension = tuple[x509.ExtensionType, bool]


def of_purpose(purpose: str) -> Extension:
    return x509.ExtendedKeyUsage([x509.ObjectIdentifier(purpose)]), False


SIGNING: Extension = (key_usage("digital_signature"), True)
BELOW: Extension = (
    x509.AuthorityKeyIdentifier.from_issuer_public_key(CSCA.private_key.public_key()), False,
)  # fmt: skip
AS_IT_SHOULD_BE = (SIGNING, of_purpose(VACCINATION), BELOW)


def dsc_of(
    *extensions: Extension,
    key: PrivateKey = KEY,
    subject: Mapping[str, str] | Sequence[tuple[str, str]] = {"C": "VN"},
    issuer: Holder = ROOT,
    begin: datetime = NOW,
    end: datetime = NOW + 730 * DAY,
) -> x509.Certificate:
    return make_certificate(subject, issuer, key, extensions=extensions, begin=begin, end=end).certificate


def rules(certificate: x509.Certificate, csca: x509.Certificate | None = CSCA.certificate) -> list[str]:
    return [f"{found.severity} {found.rule}" for found in lint_dsc(certificate, csca, NOW)]


def test_what_is_made_here_breaks_no_rule() -> None:
    assert lint_csca(CSCA.certificate, NOW) == []
    for moment in (NOW, datetime(2024, 2, 29, tzinfo=UTC)):
        csca = create_csca("VN", now=moment)
        assert lint_csca(csca.certificate, moment) == []
        assert lint_dsc(create_dsc(csca, now=moment).certificate, csca.certificate, moment) == []
    assert rules(dsc_of(*AS_IT_SHOULD_BE)) == []


def test_keys_of_other_kinds_are_errors() -> None:
    kinds: dict[PrivateKey, list[str]] = {
        rsa.generate_private_key(65537, 2048): [],
        rsa.generate_private_key(65537, 1024): ["error key_type"],
        ec.generate_private_key(ec.SECP384R1()): ["error key_type"],
        ed25519.Ed25519PrivateKey.generate(): ["error key_type"],
    }
    for key, expected in kinds.items():
        assert rules(dsc_of(*AS_IT_SHOULD_BE, key=key)) == expected


@pytest.mark.parametrize(
    ("extensions", "expected"),
    [
        ((SIGNING, BELOW), ["warning eku"]),
        ((SIGNING, BELOW, of_purpose("1.3.6.1.4.1.0.1847.2021.1.2")), ["warning eku"]),
        ((SIGNING, BELOW, of_purpose("1.3.6.1.4.1.1847.2021.1.1")), ["error eku"]),
        ((BELOW, of_purpose(VACCINATION)), ["error key_usage"]),
        ((BELOW, of_purpose(VACCINATION), (key_usage("key_encipherment"), True)), ["error key_usage"]),
        (
            (BELOW, of_purpose(VACCINATION), (key_usage("digital_signature", "key_cert_sign"), True)),
            ["error ca"],
        ),
        ((*AS_IT_SHOULD_BE, (x509.BasicConstraints(ca=True, path_length=None), True)), ["error ca"]),
        ((SIGNING, of_purpose(VACCINATION)), ["error aki"]),
        (
            (
                SIGNING,
                of_purpose(VACCINATION),
                (x509.AuthorityKeyIdentifier.from_issuer_public_key(KEY.public_key()), False),
            ),
            ["error aki"],
        ),
    ],
)
def test_purposes_usage_and_identifiers_are_looked_at(
    extensions: tuple[Extension, ...], expected: list[str]
) -> None:
    assert rules(dsc_of(*extensions)) == expected


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ({"CN": "x"}, ["error country", "error country"]),
        ({"C": "vn"}, ["error country", "error country"]),
        ([("C", "VN"), ("C", "LA")], ["error country", "error country"]),
        ({"C": "LA"}, ["error country"]),
    ],
)
def test_the_country_is_one_and_that_of_the_csca(
    subject: Mapping[str, str] | Sequence[tuple[str, str]], expected: list[str]
) -> None:
    assert rules(dsc_of(*AS_IT_SHOULD_BE, subject=subject)) == expected


@pytest.mark.parametrize(
    ("begin", "end", "expected"),
    [
        (NOW, NOW + 733 * DAY, ["warning validity"]),
        (NOW - DAY, NOW + DAY, ["error validity"]),  # before its CSCA
        (NOW + 1000 * DAY, NOW + 1462 * DAY, ["error validity"]),  # after it
        (NOW, NOW + DAY, []),
    ],
)
def test_the_validity_is_within_the_csca_and_as_advised(
    begin: datetime, end: datetime, expected: list[str]
) -> None:
    assert rules(dsc_of(*AS_IT_SHOULD_BE, begin=begin, end=end)) == expected


def test_an_expired_certificate_is_an_error() -> None:
    certificate = dsc_of(*AS_IT_SHOULD_BE, end=NOW + DAY)
    assert [found.rule for found in lint_dsc(certificate, None, NOW + 2 * DAY)] == ["validity"]
    late = NOW + 1500 * DAY
    assert [found.rule for found in lint_csca(CSCA.certificate, late)] == ["validity"]


def test_another_csca_is_an_error() -> None:
    other = create_csca("VN", now=NOW)
    found = rules(create_dsc(CSCA, now=NOW).certificate, other.certificate)
    assert found == ["error aki", "error csca"]


def test_a_csca_is_a_ca_of_path_length_0_that_signs_itself_and_certificates_only() -> None:
    def found(*extensions: Extension, issuer: Holder | None = None, key: PrivateKey = KEY) -> list[str]:
        made = make_certificate(
            {"C": "VN"}, issuer, key, extensions=extensions, begin=NOW, end=NOW + 1461 * DAY
        )
        return [f"{each.severity} {each.rule}" for each in lint_csca(made.certificate, NOW)]

    certifying: Extension = (key_usage("key_cert_sign", "crl_sign"), True)
    ca: Extension = (x509.BasicConstraints(ca=True, path_length=0), True)
    assert found(certifying, ca) == []
    assert found(certifying) == ["error ca"]
    assert found(certifying, (x509.BasicConstraints(ca=True, path_length=None), True)) == ["warning ca"]
    assert found(ca) == ["error key_usage"]
    assert found(ca, SIGNING) == ["error key_usage"]
    assert found(ca, (key_usage("digital_signature", "key_cert_sign"), True)) == ["warning key_usage"]
    assert found(ca, certifying, issuer=ROOT) == ["error self_signed"]
    weak = rsa.generate_private_key(65537, 1024)
    assert found(ca, certifying, key=weak) == ["error key_type"]


def test_every_rule_is_on_its_page() -> None:
    page = (Path(__file__).parents[2] / "docs" / "trust.md").read_text("utf-8")
    rules = ("country", "key_type", "key_usage", "ca", "eku", "ski", "aki", "csca", "validity", "digest",
             "version", "self_signed")  # fmt: skip
    assert [rule for rule in rules if f"| `{rule}` |" not in page] == []
