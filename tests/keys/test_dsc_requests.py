"""Requests for a DSC: what they ask for, that openssl reads and makes them, and whose CSCA answers."""

from __future__ import annotations

import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from signer.errors import KeyUnusable, OutputExists
from signer.keys import (
    create_csca,
    create_request,
    lint_dsc,
    load_request,
    load_scalar,
    public_key,
    sign_request,
    write_request,
)

NOW = datetime(2022, 4, 14, 1, 2, 3, tzinfo=UTC)
CSCA = create_csca("VN", now=NOW)


def openssl(*arguments: object, cwd: Path) -> str:
    if not shutil.which("openssl"):
        pytest.skip("the command openssl is not here")
    command = ["openssl", *map(str, arguments)]
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


@pytest.fixture
def request_file(tmp_path: Path) -> Path:
    return write_request(*create_request("VN"), tmp_path / "made", None)[0]


def test_a_request_becomes_a_dsc_of_its_key_without_a_finding(request_file: Path) -> None:
    dsc = sign_request(CSCA, load_request(request_file), now=NOW)
    dsc.verify_directly_issued_by(CSCA.certificate)
    assert dsc.public_key() == public_key(load_scalar(request_file.with_name("dsc.key"), None))
    assert lint_dsc(dsc, CSCA.certificate, NOW) == []


def test_openssl_verifies_a_request_and_sees_what_it_asks_for(request_file: Path) -> None:
    shown = openssl("req", "-in", request_file, "-verify", "-noout", "-text", cwd=request_file.parent)
    assert "verify OK" in shown
    for asked in ("C = VN", "prime256v1", "1.3.6.1.4.1.1847.2021.1.2", "Digital Signature", "CA:FALSE"):
        assert asked in shown


def test_the_key_is_private_and_nothing_is_written_over(tmp_path: Path) -> None:
    request, key = write_request(*create_request("VN"), tmp_path, b"long and random")
    assert (request.name, key.name) == ("dsc.csr", "dsc.key")
    assert key.stat().st_mode & 0o777 == 0o600
    assert len(load_scalar(key, b"long and random")) == 32
    key.unlink()
    with pytest.raises(OutputExists, match=r"dsc\.csr: is there already"):
        write_request(*create_request("VN"), tmp_path, None)
    assert not key.exists()


def test_a_request_of_openssl_gets_what_the_template_gives_and_no_more(tmp_path: Path) -> None:
    """Whoever asks for a CA gets a document signer."""
    (tmp_path / "conf").write_text(
        "[req]\ndistinguished_name=d\nreq_extensions=e\n[d]\n"
        "[e]\nbasicConstraints=critical,CA:TRUE\nextendedKeyUsage=serverAuth\n"
    )
    made = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "k", "-out", "r.csr")
    openssl("req", "-new", "-config", "conf", *made, "-subj", "/C=VN/CN=ca", cwd=tmp_path)
    dsc = sign_request(CSCA, load_request(tmp_path / "r.csr"), now=NOW)
    assert lint_dsc(dsc, CSCA.certificate, NOW) == []
    assert dsc.subject.rfc4514_string() == "CN=DSC VN,C=VN"


@pytest.mark.parametrize(
    ("key", "subject", "message"),
    [
        (("ec", "-pkeyopt", "ec_paramgen_curve:P-384"), "/C=VN", "is for a key that is not on P-256"),
        (("rsa:2048",), "/C=VN", "is for a key that is not on P-256"),
        (("ec", "-pkeyopt", "ec_paramgen_curve:P-256"), "/C=LA", "is for LA, the CSCA of VN"),
        (("ec", "-pkeyopt", "ec_paramgen_curve:P-256"), "/CN=x", "is for no country, the CSCA of VN"),
    ],
    ids=["P-384", "RSA", "another country", "no country"],
)
def test_requests_that_do_not_fit_are_refused(
    tmp_path: Path, key: tuple[str, ...], subject: str, message: str
) -> None:
    openssl(
        "req",
        "-new",
        "-newkey",
        *key,
        "-nodes",
        "-keyout",
        "k",
        "-out",
        "r.csr",
        "-subj",
        subject,
        cwd=tmp_path,
    )
    with pytest.raises(KeyUnusable, match=message):
        sign_request(CSCA, load_request(tmp_path / "r.csr"), now=NOW)


def test_a_request_with_another_key_in_it_is_refused(request_file: Path, tmp_path: Path) -> None:
    """Else a DSC could be had for a key that one does not have."""
    own = x509.load_pem_x509_csr(request_file.read_bytes())
    other, _ = create_request("VN")
    ours, theirs = (
        request.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        for request in (own, other)
    )
    forged = own.public_bytes(Encoding.DER).replace(ours, theirs)
    assert forged != own.public_bytes(Encoding.DER)
    path = tmp_path / "forged.csr"
    path.write_bytes(x509.load_der_x509_csr(forged).public_bytes(Encoding.PEM))
    with pytest.raises(KeyUnusable, match="is not signed by its own key"):
        load_request(path)


@pytest.mark.parametrize("content", [b"", b"hello", b"-----BEGIN CERTIFICATE REQUEST-----\nMIIB\n"])
def test_what_is_no_request_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "r.csr").write_bytes(content)
    with pytest.raises(KeyUnusable, match="is no certificate request in PEM, or damaged"):
        load_request(tmp_path / "r.csr")
