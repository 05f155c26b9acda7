"""Certificates of signers: to which CA they lead, whether they were in force, and what they are for."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from attesting.made_certificates_of_places import (
    FACILITY,
    FOR_FILES,
    NOW,
    RSA_KEY,
    SIGNING_KEY,
    YEAR,
    Extensions,
    Holder,
    PrivateKey,
    checked,
    key_usage,
    make_ca,
    make_certificate,
    make_signer,
    reason,
    signed_file,
)
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID

from signer.attesting import Attestation, Authorities, check_signatory
from signer.cms.structure import MAX_CERTIFICATES
from signer.errors import KeyUnusable, TrustUnreadable

CA = make_ca()
SECOND = timedelta(seconds=1)
CA_EXTENSION = (x509.BasicConstraints(ca=True, path_length=None), True)


def of_purposes(*purposes: x509.ObjectIdentifier) -> Extensions:
    return (*FOR_FILES, (x509.ExtendedKeyUsage(list(purposes)), False))


def test_the_verdict_says_who_signed_when_and_below_which_ca(tmp_path: Path) -> None:
    signer = make_signer(CA)
    verdict = checked(signed_file(tmp_path, signer), CA)
    assert isinstance(verdict, Attestation)
    assert (verdict.certificate, verdict.authority) == (signer.certificate, CA.certificate)
    assert (verdict.signed_at, verdict.n_rows) == (NOW, 10)


def test_any_of_several_cas_will_do_also_those_of_one_name(tmp_path: Path) -> None:
    others = [make_ca(), make_ca("other"), make_ca("root")]
    file = signed_file(tmp_path, make_signer(CA))
    verdict = checked(file, *others, CA)
    assert isinstance(verdict, Attestation)
    assert verdict.authority == CA.certificate
    assert reason(checked(file, *others)) == "not_trusted"
    assert reason(checked(file)) == "not_trusted"


def test_cas_between_are_found_inside_in_any_order(tmp_path: Path) -> None:
    first = make_ca("first", CA, 1)
    second = make_ca("second", first, 0)
    signer = make_signer(second)
    for chain in ([first, second], [second, first], [CA, first, second], [make_ca("stray"), second, first]):
        verdict = checked(signed_file(tmp_path, signer.with_chain(*chain)), CA)
        assert isinstance(verdict, Attestation)
        assert verdict.authority == CA.certificate
    for chain in ([], [first], [second]):
        assert reason(checked(signed_file(tmp_path, signer.with_chain(*chain)), CA)) == "not_trusted"
    assert isinstance(checked(signed_file(tmp_path, signer), second), Attestation)


def test_a_root_that_comes_along_is_not_trusted_for_that(tmp_path: Path) -> None:
    stranger = make_ca()
    file = signed_file(tmp_path, make_signer(stranger).with_chain(stranger))
    assert reason(checked(file, CA)) == "not_trusted"


def test_a_facility_is_no_ca_for_others(tmp_path: Path) -> None:
    facility = make_signer(CA)
    below = make_signer(Holder(facility.certificate, SIGNING_KEY), FACILITY | {"O": "01-0008"}, RSA_KEY)
    assert reason(checked(signed_file(tmp_path, below.with_chain(facility)), CA)) == "not_trusted"


def test_path_lengths_are_kept(tmp_path: Path) -> None:
    first = make_ca("first", CA, 0)
    second = make_ca("second", first)
    file = signed_file(tmp_path, make_signer(second).with_chain(first, second))
    assert reason(checked(file, CA)) == "not_trusted"


def test_a_ca_that_may_not_sign_certificates_is_none(tmp_path: Path) -> None:
    extensions = [(x509.BasicConstraints(ca=True, path_length=None), True), (key_usage("crl_sign"), True)]
    between = make_certificate({"CN": "b"}, CA, RSA_KEY, extensions=extensions)
    file = signed_file(tmp_path, make_signer(between).with_chain(between))
    assert reason(checked(file, CA)) == "not_trusted"


@pytest.mark.parametrize(
    ("purpose", "expected"),
    [(ExtendedKeyUsageOID.EMAIL_PROTECTION, None), (ExtendedKeyUsageOID.SERVER_AUTH, "not_trusted")],
    ids=["e-mail", "web servers"],
)
def test_a_ca_for_web_servers_certifies_no_facility(
    tmp_path: Path, purpose: x509.ObjectIdentifier, expected: str | None
) -> None:
    extensions = [
        (x509.BasicConstraints(ca=True, path_length=0), True),
        (key_usage("key_cert_sign"), True),
        (x509.ExtendedKeyUsage([purpose]), False),
    ]
    between = make_certificate({"CN": "b"}, CA, SIGNING_KEY, extensions=extensions)
    file = signed_file(tmp_path, make_signer(between).with_chain(between))
    assert reason(checked(file, CA)) == expected


def test_a_name_constraint_that_is_not_understood_is_refused(tmp_path: Path) -> None:
    name = x509.DirectoryName(CA.certificate.subject)
    extensions = [
        (x509.BasicConstraints(ca=True, path_length=0), True),
        (key_usage("key_cert_sign"), True),
        (x509.NameConstraints([name], None), True),
    ]
    between = make_certificate({"CN": "b"}, CA, RSA_KEY, extensions=extensions)
    file = signed_file(tmp_path, make_signer(between).with_chain(between))
    assert reason(checked(file, CA)) == "not_trusted"


def test_an_unknown_critical_extension_is_refused(tmp_path: Path) -> None:
    unknown = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\0")
    taken = make_signer(CA, extensions=(*FOR_FILES, (unknown, False)))
    refused = make_signer(CA, extensions=(*FOR_FILES, (unknown, True)))
    assert isinstance(checked(signed_file(tmp_path, taken), CA), Attestation)
    assert reason(checked(signed_file(tmp_path, refused), CA)) == "not_trusted"


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (NOW - SECOND, "not_in_force"),
        (NOW, None),
        (NOW + YEAR, None),
        (NOW + YEAR + SECOND, "not_in_force"),
    ],
    ids=["a second early", "first second", "last second", "a second late"],
)
def test_a_signer_must_be_in_force_when_it_signs_and_not_after(
    tmp_path: Path, at: datetime, expected: str | None
) -> None:
    signer = make_signer(CA, begin=NOW, end=NOW + YEAR)
    verdict = checked(signed_file(tmp_path, signer, at=at), CA)
    assert reason(verdict) == expected
    if expected:
        assert "2026-04-14T03:15:00Z to 2027-04-14T03:15:00Z" in verdict.message


def test_so_must_all_cas_above(tmp_path: Path) -> None:
    old_between = make_ca("between", CA, 0, begin=NOW - YEAR, end=NOW - SECOND)
    file = signed_file(tmp_path, make_signer(old_between).with_chain(old_between))
    verdict = checked(file, CA)
    assert reason(verdict) == "not_in_force"
    assert "a CA above was not in force" in verdict.message
    for old in (
        make_ca(begin=NOW - YEAR, end=NOW - SECOND),
        make_ca(begin=NOW + SECOND, end=NOW + YEAR),
    ):
        assert reason(checked(signed_file(tmp_path, make_signer(old)), old)) == "not_in_force"


def test_a_renewed_ca_of_the_same_key_will_do(tmp_path: Path) -> None:
    extensions = [
        (x509.BasicConstraints(ca=True, path_length=None), True),
        (key_usage("key_cert_sign"), True),
    ]
    old = make_certificate({"CN": "root"}, None, CA.key, extensions=extensions, end=NOW - SECOND)
    file = signed_file(tmp_path, make_signer(CA))
    assert isinstance(checked(file, old, CA), Attestation)
    assert reason(checked(file, old)) == "not_in_force"


def test_a_signature_of_the_future_is_refused(tmp_path: Path) -> None:
    file = signed_file(tmp_path, make_signer(CA))
    assert isinstance(checked(file, CA, now=NOW - timedelta(minutes=5)), Attestation)
    assert reason(checked(file, CA, now=NOW - timedelta(minutes=5, seconds=1))) == "signed_in_future"


def test_signing_in_2050_and_after_is_told_right(tmp_path: Path) -> None:
    at = datetime(2051, 1, 1, tzinfo=NOW.tzinfo)
    late = make_ca(end=at + YEAR)
    verdict = checked(signed_file(tmp_path, make_signer(late, end=at + YEAR), at=at), late, now=at)
    assert isinstance(verdict, Attestation)
    assert verdict.signed_at == at


@pytest.mark.parametrize(
    ("extensions", "expected"),
    [
        (FOR_FILES, None),
        (((key_usage("content_commitment"), True),), None),
        (((key_usage("digital_signature", "key_encipherment"), False),), None),
        ((), "usage_wrong"),
        (((key_usage("key_encipherment"), True),), "usage_wrong"),
        (((key_usage("digital_signature", "key_cert_sign"), True), CA_EXTENSION), "usage_wrong"),
        (of_purposes(ExtendedKeyUsageOID.EMAIL_PROTECTION), None),
        (of_purposes(ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.EMAIL_PROTECTION), None),
        (of_purposes(x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36")), None),
        (of_purposes(ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE), None),
        (of_purposes(ExtendedKeyUsageOID.SERVER_AUTH), "usage_wrong"),
        (of_purposes(x509.ObjectIdentifier("1.3.6.1.4.1.1847.2021.1.2")), "usage_wrong"),  # a DSC's
    ],
)
def test_a_certificate_must_be_one_for_signing_files(
    tmp_path: Path, extensions: Extensions, expected: str | None
) -> None:
    signer = make_signer(CA, extensions=extensions)
    assert reason(checked(signed_file(tmp_path, signer), CA)) == expected
    if expected:
        with pytest.raises(KeyUnusable, match="the signer's certificate"):
            check_signatory(signer, NOW)
    else:
        check_signatory(signer, NOW)


@pytest.mark.parametrize(
    "key",
    [
        rsa.generate_private_key(65537, 1024),
        ec.generate_private_key(ec.SECP256K1()),
        ec.generate_private_key(ec.SECP224R1()),
    ],
    ids=["RSA 1024", "secp256k1", "P-224"],
)
def test_a_weak_or_strange_key_is_refused_here_and_there(tmp_path: Path, key: PrivateKey) -> None:
    signer = make_signer(CA, key=key)
    with pytest.raises(KeyUnusable, match="signs no files"):
        check_signatory(signer, NOW)
    monkey = pytest.MonkeyPatch()
    with monkey.context() as patched:
        patched.setattr("signer.cms.signature.is_usable", lambda _: True)
        file = signed_file(tmp_path, signer)
    assert reason(checked(file, CA)) == "algorithm_refused"


def test_an_expired_certificate_signs_nothing() -> None:
    signer = make_signer(CA, begin=NOW - YEAR, end=NOW)
    check_signatory(signer, NOW)
    with pytest.raises(KeyUnusable, match="in force from"):
        check_signatory(signer, NOW + SECOND)


def test_too_many_certificates_are_refused(tmp_path: Path) -> None:
    many = [make_ca(str(number)) for number in range(MAX_CERTIFICATES)]
    signer = make_signer(CA)
    assert isinstance(checked(signed_file(tmp_path, signer.with_chain(*many[1:])), CA), Attestation)
    with pytest.raises(KeyUnusable, match=r"carries 21 certificates.*; check the certificate and its"):
        signed_file(tmp_path, signer.with_chain(*many))


def test_many_ways_up_that_lead_nowhere_do_not_keep_a_check_busy(tmp_path: Path) -> None:
    """15 CAs of one name and key: each is below each, and none below a CA that is trusted."""
    key, extensions = (
        ec.generate_private_key(ec.SECP256R1()),
        [CA_EXTENSION, (key_usage("key_cert_sign"), True)],
    )
    first = make_certificate({"CN": "x"}, None, key, extensions=extensions)
    many = [make_certificate({"CN": "x"}, first, key, extensions=extensions) for _ in range(15)]
    file = signed_file(tmp_path, make_signer(first).with_chain(*many))
    begin = time.process_time()
    assert reason(checked(file, CA)) == "not_trusted"
    assert time.process_time() - begin < 5, "without an end, it would be 15 ** 8 signatures"


def test_a_signature_of_before_1970_is_told_right(tmp_path: Path) -> None:
    at = datetime(1955, 1, 1, tzinfo=NOW.tzinfo)
    old = make_ca(begin=at, end=at + YEAR)
    file = signed_file(tmp_path, make_signer(old, begin=at, end=at + YEAR), at=at)
    verdict = checked(file, old)
    assert isinstance(verdict, Attestation)
    assert verdict.signed_at == at


def write(path: Path, *holders: Holder, encoding: Encoding = Encoding.PEM) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"".join(holder.certificate.public_bytes(encoding) for holder in holders))
    return path


def test_cas_are_read_from_a_folder_in_pem_and_der_and_keys_passed_over(tmp_path: Path) -> None:
    one, two, three = make_ca("1"), make_ca("2"), make_ca("3")
    write(tmp_path / "a.pem", one, two)
    write(tmp_path / "deep" / "b.CRT", three, encoding=Encoding.DER)
    write(tmp_path / "again.cer", one)
    three.write(tmp_path, "c")
    (tmp_path / "key.pem").write_bytes((tmp_path / "c.key").read_bytes())
    (tmp_path / "readme.txt").write_text("hello")
    found = Authorities.load(tmp_path).certificates
    assert set(found) == {one.certificate, two.certificate, three.certificate}
    assert len(found) == 3
    assert Authorities.load(tmp_path / "a.pem").certificates == (one.certificate, two.certificate)


def test_a_folder_without_cas_or_with_what_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TrustUnreadable, match="holds no CA certificate"):
        Authorities.load(tmp_path)
    with pytest.raises(TrustUnreadable, match="cannot be read"):
        Authorities.load(tmp_path / "none.pem")
    write(tmp_path / "facility.pem", make_signer(CA))
    with pytest.raises(TrustUnreadable, match=r"facility\.pem: holds a certificate that is no CA's"):
        Authorities.load(tmp_path)
    (tmp_path / "facility.pem").write_bytes(b"hello")
    with pytest.raises(TrustUnreadable, match="damaged"):
        Authorities.load(tmp_path)
    both = write(tmp_path / "facility.pem", CA, make_ca("2"))
    both.write_bytes(both.read_bytes()[:-100])
    with pytest.raises(TrustUnreadable, match="damaged"):
        Authorities.load(tmp_path)


def test_an_unknown_kind_of_key_is_refused(tmp_path: Path) -> None:
    signer = make_signer(CA, key=ed25519.Ed25519PrivateKey.generate())
    with pytest.raises(KeyUnusable, match="signs no files"):
        check_signatory(signer, NOW)
