"""Preflight: every way in which a DSC must not sign, and the ways in which it may."""

import base64
import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID

from signer.errors import PreflightFailed
from signer.issuing.preflight import preflight
from signer.issuing.published_test_keys import PUBLISHED_TEST_KEYS, RFC_6979_A_2_5
from signer.keys import KeyPair, create_csca, create_dsc
from signer.profile import Profile, expires_at

NOW = datetime(2022, 4, 14, tzinfo=UTC)
ISSUED_AT = int(NOW.timestamp())
EXPIRES_AT = expires_at(ISSUED_AT, 12)
CSCA = create_csca("VN", now=NOW)
DSC = create_dsc(CSCA, now=NOW)

PROFILE = Profile(
    path=Path("profile.toml"),
    country="VN",
    issuer="Ministry of Health",
    utc_offset_minutes=420,
    validity_months=12,
    uvci_checksum=False,
    dsc=Path("dsc.pem"),
    key=Path("dsc.key"),
    csca=Path("csca.pem"),
    passphrase_file=None,
    passphrase_env=None,
    uvci_secret=Path("uvci.secret"),
    person_secret=Path("person.secret"),
    refused_limit=0.25,
    products=MappingProxyType({}),
)

DIGITAL_SIGNATURE = x509.KeyUsage(True, False, False, False, False, False, False, False, False)
KEY_AGREEMENT = x509.KeyUsage(False, False, False, False, True, False, False, False, False)
TEST, VACCINATION, RECOVERY = (f"1.3.6.1.4.1.1847.2021.1.{kind}" for kind in (1, 2, 3))


def check(
    dsc: x509.Certificate,
    *,
    csca: x509.Certificate = CSCA.certificate,
    public_key: ec.EllipticCurvePublicKey | None = None,
    issued_at: int = ISSUED_AT,
    expires_at: int = EXPIRES_AT,
) -> None:
    key = public_key or dsc.public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey | rsa.RSAPublicKey)
    preflight(
        PROFILE,
        dsc=dsc,
        csca=csca,
        public_key=key,
        issued_at=issued_at,
        expires_at=expires_at,
    )


def dsc_like(
    *,
    countries: tuple[str, ...] = ("VN",),
    usage: x509.KeyUsage | None = DIGITAL_SIGNATURE,
    purposes: tuple[str, ...] = (VACCINATION,),
    key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | None = None,
    root: KeyPair = CSCA,
) -> x509.Certificate:
    """A certificate below `root` that differs from a right one in what is given."""
    key = key or ec.generate_private_key(ec.SECP256R1())
    attributes = [x509.NameAttribute(NameOID.COUNTRY_NAME, country) for country in countries]
    builder = (
        x509.CertificateBuilder()
        .issuer_name(root.certificate.subject)
        .subject_name(x509.Name([*attributes, x509.NameAttribute(NameOID.COMMON_NAME, "DSC")]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW)
        .not_valid_after(NOW.replace(year=2024))
    )
    if usage is not None:
        builder = builder.add_extension(usage, critical=True)
    if purposes:
        oids = [x509.ObjectIdentifier(purpose) for purpose in purposes]
        builder = builder.add_extension(x509.ExtendedKeyUsage(oids), critical=False)
    return builder.sign(root.private_key, hashes.SHA256())


def test_a_dsc_of_our_own_making_passes():
    check(DSC.certificate)


def test_it_passes_on_the_first_and_the_last_second():
    end = int(DSC.certificate.not_valid_after_utc.timestamp())
    check(DSC.certificate, issued_at=ISSUED_AT, expires_at=end)
    check(DSC.certificate, issued_at=end, expires_at=end)


@pytest.mark.parametrize("countries", [("TH",), ("vn",), (), ("VN", "TH"), ("VN", "VN")])
def test_a_foreign_dsc_is_refused(countries):
    with pytest.raises(PreflightFailed, match=r"dsc\.pem: the DSC is of .*, the profile of VN"):
        check(dsc_like(countries=countries))


@pytest.mark.parametrize("usage", [None, KEY_AGREEMENT])
def test_a_dsc_without_digital_signature_is_refused(usage):
    with pytest.raises(PreflightFailed, match="lacks key usage digitalSignature"):
        check(dsc_like(usage=usage))


@pytest.mark.parametrize("purposes", [(TEST,), (RECOVERY,), (TEST, RECOVERY), ("1.3.6.1.5.5.7.3.1",)])
def test_a_dsc_for_other_kinds_is_refused(purposes):
    with pytest.raises(PreflightFailed, match=r"leaves out vaccinations \(1.3.6.1.4.1.1847.2021.1.2\)"):
        check(dsc_like(purposes=purposes))


@pytest.mark.parametrize(
    "purposes", [(), (VACCINATION,), (TEST, VACCINATION, RECOVERY), ("1.3.6.1.4.1.0.1847.2021.1.2",)]
)
def test_a_dsc_for_vaccinations_or_for_all_passes(purposes):
    check(dsc_like(purposes=purposes))


def test_a_dsc_not_yet_in_force_is_refused():
    with pytest.raises(PreflightFailed, match="the DSC is in force from 2022-04-14T00:00:00Z only"):
        check(DSC.certificate, issued_at=ISSUED_AT - 1)


def test_an_expired_dsc_is_refused():
    end = int(DSC.certificate.not_valid_after_utc.timestamp())
    with pytest.raises(PreflightFailed, match="the DSC expired at 2024-04-14T00:00:00Z"):
        check(DSC.certificate, issued_at=end + 1, expires_at=end + 2)


def test_a_dsc_that_ends_before_its_certificates_is_refused():
    end = int(DSC.certificate.not_valid_after_utc.timestamp())
    with pytest.raises(
        PreflightFailed, match="the DSC ends at 2024-04-14T00:00:00Z, before certificates would"
    ):
        check(DSC.certificate, expires_at=end + 1)


def test_a_key_of_another_certificate_is_refused():
    other = ec.generate_private_key(ec.SECP256R1()).public_key()
    with pytest.raises(PreflightFailed, match=r"dsc\.key: is not the key of dsc\.pem"):
        check(DSC.certificate, public_key=other)


@pytest.mark.parametrize(
    "make",
    [
        lambda: ec.generate_private_key(ec.SECP384R1()),
        lambda: ec.generate_private_key(ec.SECP256K1()),
        lambda: rsa.generate_private_key(65537, 2048),
    ],
    ids=["P-384", "secp256k1", "RSA"],
)
def test_a_dsc_not_on_p256_is_refused(make: Callable[[], ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey]):
    with pytest.raises(PreflightFailed, match="is not on P-256"):
        check(dsc_like(key=make()))


def test_a_dsc_of_another_csca_is_refused_even_of_the_same_name():
    namesake = create_csca("VN", now=NOW)
    with pytest.raises(PreflightFailed, match=r"dsc\.pem: the DSC is not signed by csca\.pem"):
        check(dsc_like(root=namesake))
    with pytest.raises(PreflightFailed, match="is not signed by"):
        check(DSC.certificate, csca=create_csca("TH", now=NOW).certificate)


def test_a_csca_that_is_no_ca_is_refused():
    with pytest.raises(PreflightFailed, match=r"csca\.pem: the CSCA may not sign certificates"):
        check(DSC.certificate, csca=DSC.certificate)


def test_a_csca_out_of_force_is_refused():
    early = csca_in_force(NOW + timedelta(seconds=1), NOW.replace(year=2026))
    with pytest.raises(PreflightFailed, match="the CSCA is in force from 2022-04-14T00:00:01Z only"):
        check(dsc_like(root=early), csca=early.certificate)
    late = csca_in_force(NOW.replace(year=2018), NOW - timedelta(seconds=1))
    with pytest.raises(PreflightFailed, match="the CSCA expired at 2022-04-13T23:59:59Z"):
        check(dsc_like(root=late), csca=late.certificate)


def csca_in_force(begin: datetime, end: datetime) -> KeyPair:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COUNTRY_NAME, "VN")])
    certificate = (
        x509.CertificateBuilder()
        .issuer_name(name)
        .subject_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(begin)
        .not_valid_after(end)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    return KeyPair(certificate, key)


def test_a_published_test_key_is_refused():
    scalar = 0xC9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721  # RFC 6979 A.2.5
    with pytest.raises(PreflightFailed, match="is a published test key"):
        check(dsc_like(key=ec.derive_private_key(scalar, ec.SECP256R1())))


def test_every_dsc_on_p256_of_the_published_vectors_is_refused(corpora):
    n_refused = 0
    for certificate in published(corpora):
        key = certificate.public_key()
        if isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1):
            with pytest.raises(PreflightFailed, match="is a published test key"):
                check(certificate, csca=certificate)
            n_refused += 1
    assert n_refused > 100


def test_the_list_of_test_keys_is_that_of_the_published_vectors(corpora):
    digests = {
        hashlib.sha256(
            certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        ).hexdigest()
        for certificate in published(corpora)
    }
    assert digests | {RFC_6979_A_2_5} == PUBLISHED_TEST_KEYS


def published(corpora: Path) -> list[x509.Certificate]:
    """The DSC of every vector of the member states' test data that names one."""
    found = []
    for path in sorted((corpora / "dgc-testdata").rglob("*.json")):
        context = json.loads(path.read_text(encoding="utf-8-sig")).get("TESTCTX") or {}
        if context.get("CERTIFICATE"):
            found.append(x509.load_der_x509_certificate(base64.b64decode(context["CERTIFICATE"])))
    return found
