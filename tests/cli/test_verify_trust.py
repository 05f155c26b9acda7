"""`signer verify --trust SNAPSHOT`: the warning of an old one, and the signature that can be demanded."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from cryptography.hazmat.primitives.serialization import Encoding
from reference.little_issuer import ISSUED, LittleIssuer
from trust.made_trust_lists import NOW as LIST_SIGNED
from trust.made_trust_lists import make_upload

from signer.cli import main
from signer.cms import sign_detached
from signer.trust import import_sources, snapshot_text

AT = ("--at", "2022-06-01")


@pytest.fixture(scope="module")
def issuer() -> LittleIssuer:
    return LittleIssuer()


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["verify", *map(str, arguments)])


def test_an_old_snapshot_is_used_with_a_warning(tmp_path: Path, issuer: LittleIssuer) -> None:
    path = snapshot_of(issuer, tmp_path / "trust.json")
    result = run(issuer.text(), "--trust", path, *AT)
    assert result.exit_code == 0
    assert f"{path}: was made" in result.stderr
    assert "import the lists again" in result.stderr
    assert run(issuer.text(), "--trust", path, "--max-age", "100000", *AT).stderr == ""


def test_a_signature_is_demanded_where_its_signer_is_named(tmp_path: Path, issuer: LittleIssuer) -> None:
    path, signer = snapshot_of(issuer, tmp_path / "trust.json"), make_upload("VN")
    (tmp_path / "signer.pem").write_bytes(signer.certificate.public_bytes(Encoding.PEM))
    demanded = (issuer.text(), "--trust", path, "--trust-signer", tmp_path / "signer.pem", *AT)
    refused = run(*demanded)
    assert refused.exit_code == 3
    assert "trust.json.p7s is not beside it" in refused.stderr
    digest = hashlib.sha256(path.read_bytes()).digest()
    (tmp_path / "trust.json.p7s").write_bytes(sign_detached(digest, signer, LIST_SIGNED))
    assert run(*demanded).exit_code == 0


@pytest.mark.parametrize("content", [None, b"no certificate"])
def test_a_signer_that_is_no_certificate_is_an_error(
    tmp_path: Path, issuer: LittleIssuer, content: bytes | None
) -> None:
    path, signer = snapshot_of(issuer, tmp_path / "trust.json"), tmp_path / "signer.pem"
    if content is not None:
        signer.write_bytes(content)
    result = run(issuer.text(), "--trust", path, "--trust-signer", signer, *AT)
    assert result.exit_code == 3
    assert str(signer) in result.stderr


@pytest.mark.parametrize("bulk", [False, True])
@pytest.mark.parametrize("country", [["VN"], 7, "</script>"])
def test_a_country_that_is_none_is_an_error_and_no_traceback(
    tmp_path: Path, issuer: LittleIssuer, bulk: bool, country: object
) -> None:
    """`verify` ended with an AttributeError, and with --out with a TypeError."""
    path = snapshot_of(issuer, tmp_path / "trust.json")
    value = json.loads(path.read_text())
    value["keys"][0]["country"] = country
    path.write_text(json.dumps(value))
    out = ("--out", tmp_path / "verdicts.parquet") if bulk else ()
    (tmp_path / "codes.txt").write_text(issuer.text() + "\n")
    result = run(tmp_path / "codes.txt", "--trust", path, *AT, *out)
    assert result.exit_code == 3
    assert "trust.json: key 1 is malformed; make it anew by `signer trust import`" in result.stderr


def snapshot_of(issuer: LittleIssuer, path: Path) -> Path:
    """A trust snapshot of one key, made when the certificate was issued."""
    source = path.with_name("source.pem")
    source.write_bytes(issuer.pem())
    path.write_text(snapshot_text(import_sources([source], None, made_at=ISSUED).snapshot), "ascii")
    return path
