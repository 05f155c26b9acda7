"""What the gateway takes: openssl verifies it, it holds the DSC, and what would be refused is not made."""

from __future__ import annotations

import base64
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from attesting.made_certificates_of_places import RSA_KEY, YEAR, Holder, key_usage, make_certificate, openssl
from trust.made_trust_lists import DAY, der_of, make_csca, make_dsc, make_upload

from signer.cms import check_signed_by, parse_signature
from signer.errors import KeyUnusable
from signer.trust import upload_message

TODAY = datetime.now(UTC)
IN_FORCE = {"begin": TODAY - timedelta(days=1), "end": TODAY + YEAR}
CSCA = make_csca("VN")
DSC = make_dsc(CSCA, "VN", "1.3.6.1.4.1.1847.2021.1.2", **IN_FORCE)
UPLOAD = make_upload("VN", **IN_FORCE)
DER = der_of(DSC)


@pytest.mark.parametrize("key", ["P-256", "RSA"])
def test_openssl_verifies_the_message_and_finds_the_dsc_inside(tmp_path: Path, key: str) -> None:
    if not shutil.which("openssl"):
        pytest.skip("the command openssl is not here")
    signer = UPLOAD
    if key == "RSA":
        extensions = ((key_usage("digital_signature"), True),)
        signer = make_certificate({"C": "VN"}, None, RSA_KEY, extensions=extensions, **IN_FORCE)
    text = upload_message(DSC.certificate, signer, TODAY)
    assert "\n" not in text
    (tmp_path / "message").write_text(text)
    signer.write(tmp_path, "upload")
    decoded = openssl("base64", "-d", "-A", "-in", "message", "-out", "cms", cwd=tmp_path)
    assert decoded.returncode == 0, decoded.stderr
    done = openssl(
        "cms", "-verify", "-binary", "-inform", "DER", "-in", "cms", "-CAfile", "upload.pem",
        "-certsout", "certs.pem", "-signer", "signer.pem", "-out", "dsc.der", "-purpose", "any",
        cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "dsc.der").read_bytes() == DER
    shown = [
        openssl("x509", "-in", name, "-noout", "-fingerprint", cwd=tmp_path).stdout
        for name in ("signer.pem", "upload.pem")
    ]
    assert shown[0] == shown[1]


def test_a_message_of_openssl_is_of_the_same_kind(tmp_path: Path) -> None:
    """Attached, in DER, SHA-256: what `openssl cms -sign -nodetach` makes is read as ours is."""
    if not shutil.which("openssl"):
        pytest.skip("the command openssl is not here")
    UPLOAD.write(tmp_path, "upload")
    (tmp_path / "dsc.der").write_bytes(DER)
    made = openssl(
        "cms", "-sign", "-nodetach", "-binary", "-outform", "DER", "-md", "sha256", "-signer", "upload.pem",
        "-inkey", "upload.key", "-in", "dsc.der", "-out", "cms", cwd=tmp_path,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    ours = base64.b64decode(upload_message(DSC.certificate, UPLOAD, TODAY))
    for octets in (ours, (tmp_path / "cms").read_bytes()):
        message = parse_signature(octets)
        assert message.content == DER
        assert check_signed_by(octets, DER, [UPLOAD.certificate]).certificate == UPLOAD.certificate


WRONG: dict[str, tuple[Holder, Holder, str]] = {
    "another country": (DSC, make_upload("LA", **IN_FORCE), "the upload certificate is of LA, the DSC of VN"),
    "expired": (
        DSC,
        make_upload("VN", begin=TODAY - 2 * DAY, end=TODAY - DAY),
        "name one that is in force now",
    ),
    "a CA": (CSCA, UPLOAD, "that is a CA's certificate; name the DSC"),
    "the same": (UPLOAD, UPLOAD, "are the same"),
}


@pytest.mark.parametrize(("dsc", "upload", "message"), WRONG.values(), ids=WRONG)
def test_what_the_gateway_would_refuse_is_refused(dsc: Holder, upload: Holder, message: str) -> None:
    with pytest.raises(KeyUnusable, match=message):
        upload_message(dsc.certificate, upload, TODAY)
