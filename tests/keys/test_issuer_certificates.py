"""CSCA and DSC: what they say, that they hold together, and files that are no certificate."""

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from signer.errors import KeyUnusable, OutputExists
from signer.keys import (
    KeyPair,
    create_csca,
    create_dsc,
    kid,
    load_certificate,
    load_csca,
    load_scalar,
    public_key,
    write_key_pair,
)
from signer.keys.private import encode_private_key

NOW = datetime(2022, 4, 14, 1, 2, 3, tzinfo=UTC)
CSCA = create_csca("VN", now=NOW)
DSC = create_dsc(CSCA, now=NOW)


def value(certificate: x509.Certificate, kind: type[x509.ExtensionType]) -> x509.ExtensionType:
    return certificate.extensions.get_extension_for_class(kind).value


def countries(certificate: x509.Certificate) -> list[str]:
    return [str(found.value) for found in certificate.subject.get_attributes_for_oid(NameOID.COUNTRY_NAME)]


def test_the_csca_is_a_self_signed_ca_for_four_years():
    root = CSCA.certificate
    root.verify_directly_issued_by(root)
    assert value(root, x509.BasicConstraints).ca
    usage = value(root, x509.KeyUsage)
    assert (usage.key_cert_sign, usage.crl_sign, usage.digital_signature) == (True, True, False)
    assert (root.not_valid_before_utc, root.not_valid_after_utc) == (NOW, NOW.replace(year=2026))
    assert countries(root) == ["VN"]


def test_the_dsc_is_signed_by_the_csca_for_vaccinations_for_two_years():
    signer = DSC.certificate
    signer.verify_directly_issued_by(CSCA.certificate)
    usage = value(signer, x509.KeyUsage)
    assert (usage.key_cert_sign, usage.crl_sign, usage.digital_signature) == (False, False, True)
    assert [oid.dotted_string for oid in value(signer, x509.ExtendedKeyUsage)] == [
        "1.3.6.1.4.1.1847.2021.1.2"
    ]
    assert not value(signer, x509.BasicConstraints).ca
    assert (signer.not_valid_before_utc, signer.not_valid_after_utc) == (NOW, NOW.replace(year=2024))
    assert countries(signer) == ["VN"]


def test_the_key_identifiers_link_the_two():
    root_identifier = value(CSCA.certificate, x509.SubjectKeyIdentifier).digest
    assert value(DSC.certificate, x509.AuthorityKeyIdentifier).key_identifier == root_identifier
    assert value(DSC.certificate, x509.SubjectKeyIdentifier).digest != root_identifier


def test_no_two_certificates_share_key_or_serial_number():
    other = create_dsc(CSCA, now=NOW)
    assert other.certificate.serial_number != DSC.certificate.serial_number
    assert other.certificate.public_key() != DSC.certificate.public_key()


def test_29_february_gives_28_february_where_there_is_none():
    root = create_csca("VN", now=datetime(2024, 2, 29, tzinfo=UTC))
    assert root.certificate.not_valid_after_utc == datetime(2028, 2, 28, tzinfo=UTC)
    signer = create_dsc(root, now=datetime(2024, 2, 29, tzinfo=UTC))
    assert signer.certificate.not_valid_after_utc == datetime(2026, 2, 28, tzinfo=UTC)


def test_the_kid_is_the_first_8_bytes_of_the_digest_of_the_der():
    der = DSC.certificate.public_bytes(Encoding.DER)
    assert kid(DSC.certificate) == hashlib.sha256(der).digest()[:8]


def test_a_dsc_must_not_outlive_its_csca_nor_come_before_it():
    create_dsc(CSCA, now=NOW + timedelta(days=730))
    for now in (NOW + timedelta(days=732), NOW - timedelta(seconds=1)):
        with pytest.raises(KeyUnusable, match="the CSCA is in force from"):
            create_dsc(CSCA, now=now)


def test_a_csca_without_country_makes_no_dsc():
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "root")])
    with pytest.raises(KeyUnusable, match="names no country"):
        create_dsc(KeyPair(self_signed(name, CSCA.private_key), CSCA.private_key), now=NOW)


def test_a_csca_without_key_identifier_still_gives_the_dsc_one():
    name = x509.Name([x509.NameAttribute(NameOID.COUNTRY_NAME, "VN")])
    signer = create_dsc(KeyPair(self_signed(name, CSCA.private_key), CSCA.private_key), now=NOW)
    assert value(signer.certificate, x509.AuthorityKeyIdentifier).key_identifier is not None


def self_signed(name: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    return (
        x509.CertificateBuilder()
        .issuer_name(name)
        .subject_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(NOW)
        .not_valid_after(NOW.replace(year=2030))
        .sign(key, hashes.SHA256())
    )


def test_a_pair_written_is_read_back_and_belongs_together(tmp_path):
    certificate, key = write_key_pair(DSC, tmp_path / "keys", "dsc", b"passphrase")
    assert (certificate.name, key.name) == ("dsc.pem", "dsc.key")
    assert load_certificate(certificate) == DSC.certificate
    assert public_key(load_scalar(key, b"passphrase")) == DSC.certificate.public_key()
    assert key.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("there", ["dsc.pem", "dsc.key"])
def test_a_pair_overwrites_nothing_and_is_not_half_written(tmp_path, there):
    (tmp_path / there).write_bytes(b"old")
    with pytest.raises(OutputExists, match=there):
        write_key_pair(DSC, tmp_path, "dsc", None)
    assert [path.name for path in tmp_path.iterdir()] == [there]
    assert (tmp_path / there).read_bytes() == b"old"


def pem_file(folder: Path, content: bytes) -> Path:
    path = folder / "some.pem"
    path.write_bytes(content)
    return path


PEM = DSC.certificate.public_bytes(Encoding.PEM)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "holds 0 certificates"),
        (b"hello", "holds 0 certificates"),
        (DSC.certificate.public_bytes(Encoding.DER), "holds 0 certificates"),
        (PEM + PEM, "holds 2 certificates in PEM; name a file that holds one"),
        (PEM[:300], "is a damaged certificate"),
        (PEM[:100] + b"AAAA" + PEM[104:], "is a damaged certificate"),
    ],
)
def test_what_is_not_one_whole_certificate_is_refused(tmp_path, content, message):
    with pytest.raises(KeyUnusable, match=message):
        load_certificate(pem_file(tmp_path, content))


def test_text_around_the_certificate_does_no_harm(tmp_path):
    assert load_certificate(pem_file(tmp_path, b"subject=VN\n" + PEM + b"\n")) == DSC.certificate


def test_a_csca_is_loaded_with_its_key(tmp_path):
    certificate, key = write_key_pair(CSCA, tmp_path, "csca", None)
    loaded = load_csca(certificate, key, None)
    assert loaded.certificate == CSCA.certificate
    create_dsc(loaded, now=NOW).certificate.verify_directly_issued_by(CSCA.certificate)


def test_a_csca_with_another_key_is_refused(tmp_path):
    certificate, _ = write_key_pair(CSCA, tmp_path / "a", "csca", None)
    _, key = write_key_pair(create_csca("VN", now=NOW), tmp_path / "b", "csca", None)
    with pytest.raises(KeyUnusable, match="is not the key of"):
        load_csca(certificate, key, None)


def test_a_dsc_or_plain_certificate_is_no_csca(tmp_path):
    certificate, key = write_key_pair(DSC, tmp_path / "a", "dsc", None)
    with pytest.raises(KeyUnusable, match="is no CA"):
        load_csca(certificate, key, None)
    name = x509.Name([x509.NameAttribute(NameOID.COUNTRY_NAME, "VN")])
    plain = KeyPair(self_signed(name, CSCA.private_key), CSCA.private_key)
    certificate, key = write_key_pair(plain, tmp_path / "b", "csca", None)
    with pytest.raises(KeyUnusable, match="is no CA"):
        load_csca(certificate, key, None)


def test_an_rsa_key_signs_no_dsc_here(tmp_path):
    certificate, _ = write_key_pair(CSCA, tmp_path, "csca", None)
    key = tmp_path / "rsa.key"
    key.write_bytes(encode_private_key(rsa.generate_private_key(65537, 2048), None))
    key.chmod(0o600)
    with pytest.raises(KeyUnusable, match="is no elliptic curve key"):
        load_csca(certificate, key, None)
