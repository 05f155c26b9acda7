"""`signer trust upload-file` and the keys that lead to it: csr, dsc --csr, check, upload-file, delete."""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
import pytest
from attesting.made_certificates_of_places import key_usage, make_certificate
from click.testing import CliRunner
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from trust.made_trust_lists import DAY, kid_text, make_csca, make_dsc, make_upload

from signer.cli import main
from signer.cms import parse_signature
from signer.keys import load_certificate, load_scalar, public_key

TODAY = datetime.now(UTC)
IN_FORCE = {"begin": TODAY - DAY, "end": TODAY + timedelta(days=700)}


def run(*arguments: object) -> click.testing.Result:
    return CliRunner().invoke(main, list(map(str, arguments)))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    assert run("keys", "csca", "--country", "VN", "--out", tmp_path / "root").exit_code == 0
    return tmp_path / "root"


@pytest.fixture
def dsc(tmp_path: Path, root: Path) -> Path:
    """Made from a request, as in earnest: the CSCA's machine sees no key of the DSC."""
    made = run("keys", "csr", "--country", "VN", "--out", tmp_path / "issuing")
    assert made.exit_code == 0, made.stderr
    request = tmp_path / "issuing" / "dsc.csr"
    done = run("keys", "dsc", "--csca", root, "--csr", request, "--out", tmp_path / "signed")
    assert done.exit_code == 0, done.stderr
    assert done.stdout == f"wrote {tmp_path}/signed/dsc.pem\n"
    assert [path.name for path in (tmp_path / "signed").iterdir()] == ["dsc.pem"]
    return tmp_path / "signed" / "dsc.pem"


@pytest.fixture
def upload(tmp_path: Path) -> list[object]:
    certificate, key = make_upload("VN", **IN_FORCE).write(tmp_path / "upload", "upload")
    return ["--key", key, "--cert", certificate]


def test_a_dsc_made_from_a_request_belongs_to_its_key_and_passes_the_checks(
    tmp_path: Path, root: Path, dsc: Path
) -> None:
    assert load_certificate(dsc).public_key() == public_key(
        load_scalar(tmp_path / "issuing" / "dsc.key", None)
    )
    done = run("keys", "check", dsc, root / "csca.pem", "--csca", root / "csca.pem")
    assert done.exit_code == 0
    assert done.stdout == f"{dsc}: a DSC as it should be\n{root}/csca.pem: a CSCA as it should be\n"


def test_csr_answers_in_json_and_takes_a_passphrase(tmp_path: Path) -> None:
    passphrase = tmp_path / "passphrase"
    passphrase.write_text("long and random\n")
    passphrase.chmod(0o600)
    done = run("keys", "csr", "--country", "VN", "--out", tmp_path, "--passphrase-file", passphrase, "--json")
    assert json.loads(done.stdout) == {
        "request": f"{tmp_path}/dsc.csr",
        "key": f"{tmp_path}/dsc.key",
        "encrypted": True,
    }
    assert len(load_scalar(tmp_path / "dsc.key", b"long and random")) == 32
    refused = run("keys", "dsc", "--csca", tmp_path, "--csr", "x", "--passphrase-env", "P", "--out", tmp_path)
    assert refused.exit_code == 2
    assert "with --csr no key is made" in refused.stderr


def test_the_file_holds_the_dsc_signed_by_the_upload_certificate(
    tmp_path: Path, root: Path, dsc: Path, upload: list[object]
) -> None:
    out = tmp_path / "dsc.cms"
    done = run("trust", "upload-file", dsc, *upload, "--csca", root / "csca.pem", "--out", out)
    assert (done.exit_code, done.stderr) == (0, "")
    der = load_certificate(dsc).public_bytes(Encoding.DER)
    kid, until = kid_text(der), f"{load_certificate(dsc).not_valid_after_utc:%Y-%m-%dT%H:%M:%SZ}"
    assert done.stdout == f"wrote {out}, to publish {dsc}: kid {kid}, VN, until {until}\n"
    message = parse_signature(base64.b64decode(out.read_bytes(), validate=True))
    assert message.content == load_certificate(dsc).public_bytes(Encoding.DER)
    again = run("trust", "upload-file", dsc, *upload, "--out", out)
    assert (again.exit_code, "is there already" in again.stderr) == (3, True)
    nowhere = run("trust", "upload-file", dsc, *upload, "--out", tmp_path / "no" / "dsc.cms")
    assert (nowhere.exit_code, f"{tmp_path}/no: no such folder; make it" in nowhere.stderr) == (3, True)
    unchecked = run("trust", "upload-file", dsc, *upload, "--out", tmp_path / "other.cms", "--json")
    assert unchecked.stderr == f"{dsc}: whether the CSCA signed it was not checked; name that by --csca\n"
    assert json.loads(unchecked.stdout) == {
        "file": f"{tmp_path}/other.cms",
        "purpose": "upload",
        "country": "VN",
        "kid": kid,
        "sha256": hashlib.sha256(der).hexdigest(),
        "not_after": until,
    }


def test_keys_made_as_the_page_says_sign_uploads_and_snapshots(
    tmp_path: Path, dsc: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page named these files, and nothing said how to come by them."""
    if not shutil.which("openssl"):
        pytest.skip("the command openssl is not here")
    page = (Path(__file__).parents[2] / "docs" / "trust.md").read_text("utf-8")
    (commands,) = (block for block in page.split("```")[1::2] if "openssl genpkey" in block)
    monkeypatch.chdir(tmp_path)
    made = subprocess.run(["sh", "-e", "-c", commands], capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr
    signed = ("--key", "upload.key", "--cert", "upload.pem", "--out", "dsc.cms")
    assert run("trust", "upload-file", dsc, *signed).exit_code == 0
    by_ops = ("--key", "ops.key", "--cert", "ops.pem", "--out", "trust.json")
    assert run("trust", "import", dsc, *by_ops).exit_code == 0
    assert run("trust", "list", "trust.json", "--trust-signer", "ops.pem").exit_code == 0


def test_what_would_be_refused_is_not_made_but_can_be_taken_back(
    tmp_path: Path, upload: list[object]
) -> None:
    bad = make_dsc(make_csca("VN"), "VN", "1.3.6.1.5.5.7.3.1", **IN_FORCE)
    path, _ = bad.write(tmp_path, "bad")
    out = tmp_path / "bad.cms"
    done = run("trust", "upload-file", path, *upload, "--out", out)
    assert done.exit_code == 3
    assert "have the DSC made anew by `signer keys dsc`" in done.stderr
    assert not out.exists()
    checked = run("keys", "check", path, "--json")
    assert checked.exit_code == 1
    rules = {found["rule"]: found["severity"] for found in json.loads(checked.stdout)["findings"]}
    assert rules == {"eku": "error", "aki": "error"}
    back = run("trust", "upload-file", path, *upload, "--delete", "--out", out, "--json")
    told = json.loads(back.stdout)
    assert (told["file"], told["purpose"], back.stderr) == (str(out), "delete", "")
    message = parse_signature(base64.b64decode(out.read_bytes(), validate=True))
    assert message.content == bad.certificate.public_bytes(Encoding.DER)


def test_an_upload_certificate_of_another_country_is_refused(tmp_path: Path, dsc: Path) -> None:
    certificate, key = make_upload("LA", **IN_FORCE).write(tmp_path / "lao", "upload")
    out = tmp_path / "x.cms"
    done = run("trust", "upload-file", dsc, "--key", key, "--cert", certificate, "--out", out)
    assert done.exit_code == 3
    assert "is of LA, the DSC of VN" in done.stderr
    assert not out.exists()


def test_a_csca_whose_dscs_nobody_would_take_makes_none(tmp_path: Path) -> None:
    """One made elsewhere, with its country in small letters."""
    extensions = [
        (x509.BasicConstraints(ca=True, path_length=0), True),
        (key_usage("key_cert_sign", "crl_sign"), True),
    ]
    validity = {"begin": TODAY - DAY, "end": TODAY + timedelta(days=1400)}
    key = ec.generate_private_key(ec.SECP256R1())
    make_certificate({"C": "vn"}, None, key, extensions=extensions, **validity).write(tmp_path, "csca")
    done = run("keys", "dsc", "--csca", tmp_path, "--out", tmp_path / "out")
    assert done.exit_code == 3
    assert "the DSC would be refused: the subject must name one country (C) in two capital" in done.stderr
    assert not (tmp_path / "out").exists()
    assert run("keys", "check", tmp_path / "csca.pem").exit_code == 1


def test_check_says_what_is_wrong_with_each(tmp_path: Path, dsc: Path) -> None:
    other, _ = make_csca("VN").write(tmp_path, "other")
    done = run("keys", "check", dsc, "--csca", other)
    assert done.exit_code == 1
    assert f"{dsc}: error csca: the CSCA did not sign it\n" in done.stdout
    assert run("keys", "check", tmp_path / "none").exit_code == 3
    assert run("keys", "check").exit_code == 2
