"""Many signatures by one key are the same as single ones, and openssl verifies them."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from attesting.made_certificates_of_places import RSA_KEY, YEAR, Holder, key_usage, make_certificate, openssl
from trust.made_trust_lists import make_upload

from signer.cms import parse_signature, sign_attached, verify_attributes
from signer.cms.bulk_signing import AttachedSigner
from signer.errors import KeyUnusable

NOW = datetime.now(UTC)
IN_FORCE: Mapping[str, Any] = {"begin": NOW - timedelta(days=1), "end": NOW + YEAR}
CONTENTS = [b"", b"x", b"y" * 127, b"y" * 128, b"z" * 70_000]


@pytest.fixture(scope="module")
def rsa() -> Holder:
    extensions = ((key_usage("digital_signature"), True),)
    return make_certificate({"C": "VN"}, None, RSA_KEY, extensions=extensions, **IN_FORCE)


@pytest.mark.parametrize("content", CONTENTS, ids=len)
def test_the_message_is_byte_for_byte_that_of_a_single_signature(rsa: Holder, content: bytes) -> None:
    """With RSA, whose signatures are the same each time."""
    assert AttachedSigner(rsa, NOW).sign(content) == sign_attached(content, rsa, NOW)


def test_each_content_gets_a_message_of_its_own_that_is_valid() -> None:
    upload = make_upload("VN", **IN_FORCE)
    signer = AttachedSigner(upload, NOW)
    for content in CONTENTS:
        parsed = parse_signature(signer.sign(content))
        verify_attributes(parsed)
        assert parsed.content == content


def test_openssl_verifies_what_a_p256_key_has_signed(tmp_path: Path) -> None:
    if not shutil.which("openssl"):
        pytest.skip("the command openssl is not here")
    upload = make_upload("VN", **IN_FORCE)
    upload.write(tmp_path, "upload")
    (tmp_path / "cms").write_bytes(AttachedSigner(upload, NOW).sign(CONTENTS[-1]))
    verify = "cms -verify -binary -inform DER -in cms -CAfile upload.pem -purpose any -out content"
    done = openssl(*verify.split(), cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "content").read_bytes() == CONTENTS[-1]


def test_a_key_whose_certificate_has_expired_signs_nothing() -> None:
    upload = make_upload("VN", begin=NOW - YEAR, end=NOW - timedelta(days=1))
    with pytest.raises(KeyUnusable, match="in force from"):
        AttachedSigner(upload, NOW)


def test_a_signature_that_a_fault_of_the_machine_spoils_does_not_leave(rsa: Holder) -> None:
    class Faulty:
        certificate, chain = rsa.certificate, rsa.chain
        n_signed = 0

        def sign(self, message: bytes) -> bytes:
            self.n_signed += 1
            signature = rsa.sign(message)
            return signature if self.n_signed < 3 else signature[:-1] + bytes([signature[-1] ^ 1])

    signer = AttachedSigner(Faulty(), NOW)
    signer.sign(b"sound")
    with pytest.raises(KeyUnusable, match="the signature made is wrong"):
        signer.sign(b"spoiled")
