"""Signatures of certificates that are named here: forms that openssl makes are taken, all else is refused."""

from __future__ import annotations

import hashlib
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from attesting.made_certificates_of_places import RSA_KEY, YEAR, Holder, make_ca, make_signer, openssl
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given, settings
from hypothesis import strategies as st

from signer.cms import CmsFault, CmsInvalid, check_signed_by, parse_signature, sign_attached, sign_detached

TODAY = datetime.now(UTC)
IN_FORCE = {"begin": TODAY - timedelta(days=1), "end": TODAY + YEAR}
CA = make_ca(**IN_FORCE)
SIGNER = make_signer(CA, **IN_FORCE)
KEYS = {
    "P-256": ec.generate_private_key(ec.SECP256R1()),
    "P-384": ec.generate_private_key(ec.SECP384R1()),
    "P-521": ec.generate_private_key(ec.SECP521R1()),
    "RSA": RSA_KEY,
}
CONTENT = bytes(range(256)) * 9
DETACHED = sign_detached(hashlib.sha256(CONTENT).digest(), SIGNER, TODAY)
ATTACHED = sign_attached(CONTENT, SIGNER, TODAY)


def fault(octets: bytes, *signers: Holder, content: bytes = CONTENT) -> CmsFault | None:
    try:
        check_signed_by(octets, content, [signer.certificate for signer in signers])
    except CmsInvalid as invalid:
        return invalid.fault
    return None


def signed_by_openssl(folder: Path, signer: Holder, *options: str) -> bytes:
    if not shutil.which("openssl"):
        pytest.skip("the command openssl is not here")
    signer.write(folder, "signer")
    (folder / "content").write_bytes(CONTENT)
    command = ("cms", "-sign", "-binary", "-outform", "DER", "-signer", "signer.pem", "-inkey", "signer.key")
    done = openssl(*command, "-in", "content", "-out", "signature", *options, cwd=folder)
    assert done.returncode == 0, done.stderr
    return (folder / "signature").read_bytes()


@pytest.mark.parametrize("octets", [DETACHED, ATTACHED], ids=["detached", "attached"])
def test_ours_are_taken_from_the_signer_that_is_named(octets: bytes) -> None:
    assert fault(octets, SIGNER) is None
    assert fault(octets, CA, SIGNER) is None
    assert fault(octets, CA) == CmsFault.WRONG  # its CA did not sign it
    assert fault(octets) == CmsFault.WRONG
    assert fault(octets, SIGNER, content=CONTENT + b"\n") == CmsFault.CONTENT


def test_an_attached_one_tells_its_content_and_a_detached_one_has_none() -> None:
    assert parse_signature(ATTACHED).content == CONTENT
    assert parse_signature(DETACHED).content is None


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("digest", ["sha256", "sha384", "sha512"])
def test_strong_digests_of_openssl_are_taken(tmp_path: Path, key: str, digest: str) -> None:
    signer = make_signer(CA, key=KEYS[key], **IN_FORCE)
    octets = signed_by_openssl(tmp_path, signer, "-md", digest)
    assert fault(octets, signer) is None
    assert fault(octets, SIGNER) == CmsFault.WRONG
    assert fault(octets[:-1] + bytes([octets[-1] ^ 1]), signer) == CmsFault.WRONG


@pytest.mark.parametrize(
    "options",
    ["-keyid", "-nocerts", "-nocerts -keyid", "-nodetach", "-stream", "-nosmimecap", "-cades"],
)
def test_forms_of_openssl_are_taken(tmp_path: Path, options: str) -> None:
    assert fault(signed_by_openssl(tmp_path, SIGNER, "-md", "sha256", *options.split()), SIGNER) is None


@pytest.mark.parametrize("digest", ["sha256", "sha512"])
def test_rsa_pss_is_taken_with_its_digest(tmp_path: Path, digest: str) -> None:
    signer = make_signer(CA, key=RSA_KEY, **IN_FORCE)
    pss = ("-keyopt", "rsa_padding_mode:pss")
    assert fault(signed_by_openssl(tmp_path, signer, "-md", digest, *pss), signer) is None
    other = signed_by_openssl(tmp_path, signer, "-md", digest, *pss, "-keyopt", "rsa_mgf1_md:sha1")
    assert fault(other, signer) == CmsFault.ALGORITHM


def test_weak_digests_and_signatures_without_attributes_are_refused(tmp_path: Path) -> None:
    assert fault(signed_by_openssl(tmp_path, SIGNER, "-md", "sha1"), SIGNER) == CmsFault.ALGORITHM
    bare = signed_by_openssl(tmp_path, SIGNER, "-md", "sha256", "-noattr")
    assert fault(bare, SIGNER) == CmsFault.INCOMPLETE


def test_who_was_not_in_force_when_it_signed_signed_nothing() -> None:
    later = TODAY + timedelta(days=2)
    young = make_signer(CA, begin=later, end=later + YEAR)
    assert fault(sign_detached(hashlib.sha256(CONTENT).digest(), young, TODAY), young) == CmsFault.WRONG
    assert fault(sign_detached(hashlib.sha256(CONTENT).digest(), young, later), young) is None


@pytest.mark.parametrize("attached", [False, True])
@pytest.mark.parametrize("key", KEYS)
def test_openssl_verifies_ours(tmp_path: Path, key: str, attached: bool) -> None:
    if not shutil.which("openssl"):
        pytest.skip("the command openssl is not here")
    signer = make_signer(CA, key=KEYS[key], **IN_FORCE)
    digest = hashlib.sha256(CONTENT).digest()
    octets = sign_attached(CONTENT, signer, TODAY) if attached else sign_detached(digest, signer, TODAY)
    (tmp_path / "signature").write_bytes(octets)
    (tmp_path / "content").write_bytes(CONTENT)
    CA.write(tmp_path, "ca")
    given = () if attached else ("-content", "content")
    command = ("cms", "-verify", "-binary", "-inform", "DER", "-in", "signature", "-CAfile", "ca.pem", *given)
    done = openssl(*command, "-out", "out", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out").read_bytes() == CONTENT


@given(data=st.data())
@settings(deadline=None)
def test_no_change_of_an_attached_signature_has_effect(data: st.DataObject) -> None:
    begin = data.draw(st.integers(0, len(ATTACHED)), label="begin")
    end = data.draw(st.integers(begin, min(len(ATTACHED), begin + 40)), label="end")
    octets = ATTACHED[:begin] + data.draw(st.binary(max_size=40), label="inserted") + ATTACHED[end:]
    try:
        message = check_signed_by(octets, CONTENT, [SIGNER.certificate])
    except CmsInvalid:
        return
    assert (message.certificate, message.content_digest) == (
        SIGNER.certificate, hashlib.sha256(CONTENT).digest(),
    )  # fmt: skip


@given(garbage=st.binary(max_size=2000))
def test_garbage_is_no_signature(garbage: bytes) -> None:
    assert fault(garbage, SIGNER) in (CmsFault.UNREADABLE, CmsFault.INCOMPLETE)
