"""`signer keys`: the files it makes, encrypted or not, and what it shows of them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from signer.cli import main
from signer.keys import kid, load_certificate, load_scalar, public_key
from signer.keys.private import encode_private_key


def run(*arguments: str | Path, environment: dict[str, str] | None = None) -> "click.testing.Result":
    return CliRunner().invoke(main, [str(argument) for argument in arguments], env=environment)


def passphrase_file(folder: Path, passphrase: str) -> Path:
    path = folder / "passphrase"
    path.write_text(passphrase + "\n", encoding="utf-8")
    path.chmod(0o600)
    return path


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "root"
    assert run("keys", "csca", "--country", "VN", "--out", folder).exit_code == 0
    return folder


def test_csca_and_dsc_are_made_and_belong_together(root, tmp_path):
    done = run("keys", "dsc", "--csca", root, "--out", tmp_path / "dsc")
    assert done.exit_code == 0
    assert done.stdout == f"wrote {tmp_path}/dsc/dsc.pem\nwrote {tmp_path}/dsc/dsc.key\n"
    assert "is not encrypted" in done.stderr
    dsc = load_certificate(tmp_path / "dsc" / "dsc.pem")
    dsc.verify_directly_issued_by(load_certificate(root / "csca.pem"))
    assert public_key(load_scalar(tmp_path / "dsc" / "dsc.key", None)) == dsc.public_key()


def test_keys_are_private_and_certificates_are_not(root):
    assert (root / "csca.key").stat().st_mode & 0o777 == 0o600
    assert (root / "csca.pem").stat().st_mode & 0o044 == 0o044


def test_a_key_is_encrypted_by_a_passphrase_from_a_file(root, tmp_path):
    file = passphrase_file(tmp_path, "long and random")
    done = run("keys", "dsc", "--csca", root, "--out", tmp_path / "dsc", "--passphrase-file", file, "--json")
    answer = json.loads(done.stdout)
    assert answer["encrypted"] is True
    assert done.stderr == ""
    assert len(load_scalar(Path(answer["key"]), b"long and random")) == 32


def test_a_csca_and_its_dsc_have_passphrases_of_their_own(tmp_path):
    environment = {"ROOT": "one", "SIGNING": "two"}
    made = run(
        "keys",
        "csca",
        "--country",
        "VN",
        "--out",
        tmp_path,
        "--passphrase-env",
        "ROOT",
        environment=environment,
    )
    assert made.exit_code == 0
    names = ["--csca-passphrase-env", "ROOT", "--passphrase-env", "SIGNING"]
    done = run("keys", "dsc", "--csca", tmp_path, "--out", tmp_path, *names, environment=environment)
    assert done.exit_code == 0
    assert len(load_scalar(tmp_path / "csca.key", b"one")) == 32
    assert len(load_scalar(tmp_path / "dsc.key", b"two")) == 32


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ([], "is encrypted and its passphrase is missing"),
        (["--csca-passphrase-env", "WRONG"], "wrong passphrase, or damaged"),
        (["--csca-passphrase-env", "UNSET_ANYWHERE"], "is empty or not set"),
    ],
)
def test_an_encrypted_csca_needs_its_passphrase(tmp_path, options, message):
    environment = {"ROOT": "one", "WRONG": "two"}
    run(
        "keys",
        "csca",
        "--country",
        "VN",
        "--out",
        tmp_path,
        "--passphrase-env",
        "ROOT",
        environment=environment,
    )
    done = run("keys", "dsc", "--csca", tmp_path, "--out", tmp_path, *options, environment=environment)
    assert done.exit_code == 3
    assert message in done.stderr
    assert not (tmp_path / "dsc.key").exists()


@pytest.mark.parametrize("there", ["csca.pem", "csca.key"])
def test_an_existing_csca_is_never_replaced(tmp_path, there):
    (tmp_path / there).write_bytes(b"mine")
    done = run("keys", "csca", "--country", "VN", "--out", tmp_path)
    assert done.exit_code == 3
    assert "is there already" in done.stderr
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"mine"]


def test_an_existing_dsc_is_never_replaced(root):
    assert run("keys", "dsc", "--csca", root, "--out", root).exit_code == 0
    before = (root / "dsc.key").read_bytes()
    assert run("keys", "dsc", "--csca", root, "--out", root).exit_code == 3
    assert (root / "dsc.key").read_bytes() == before


def test_a_folder_without_csca_is_refused(tmp_path):
    done = run("keys", "dsc", "--csca", tmp_path, "--out", tmp_path)
    assert done.exit_code == 3
    assert "csca.pem: cannot be read: No such file" in done.stderr
    assert "check the path; `signer keys` makes a CSCA, DSCs and their keys" in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["csca", "--out", "x"],
        ["csca", "--country", "VN"],
        ["csca", "--country", "vietnam", "--out", "x"],
        ["csca", "--country", "VN", "--out", "x", "--passphrase-file", "a", "--passphrase-env", "B"],
        ["csca", "--country", "VN", "--out", "x", "--passphrase", "secret"],
        ["dsc", "--out", "x"],
        ["show"],
        ["forge"],
    ],
)
def test_wrong_usage_is_2(tmp_path, monkeypatch, arguments):
    monkeypatch.chdir(tmp_path)
    assert run("keys", *arguments).exit_code == 2
    assert list(tmp_path.iterdir()) == []


def test_show_tells_what_a_dsc_is(root):
    run("keys", "dsc", "--csca", root, "--out", root)
    shown = json.loads(run("keys", "show", root / "dsc.pem", "--json").stdout)
    certificate = load_certificate(root / "dsc.pem")
    assert shown["kind"] == "certificate"
    assert shown["kid"] == kid(certificate).hex() == shown["sha256"][:16]
    assert shown["subject"] == "CN=DSC VN,C=VN"
    assert shown["issuer"] == "CN=CSCA VN,C=VN"
    assert shown["extended_key_usage"] == ["1.3.6.1.4.1.1847.2021.1.2"]
    assert shown["key_type"] == "P-256"
    assert shown["not_after"] == certificate.not_valid_after_utc.strftime("%Y-%m-%dT%H:%M:%SZ")
    text = run("keys", "show", root / "dsc.pem").stdout
    assert f"kid: {shown['kid']}\n" in text
    assert f"kid base64: {shown['kid_base64']}\n" in text


def test_show_tells_of_a_private_key_only_its_public_half(root):
    shown = json.loads(run("keys", "show", root / "csca.key", "--json").stdout)
    certificate = json.loads(run("keys", "show", root / "csca.pem", "--json").stdout)
    assert set(shown) == {"kind", "key_type", "public_key_sha256"}
    assert shown["public_key_sha256"] == certificate["public_key_sha256"]
    assert certificate["extended_key_usage"] == []
    text = run("keys", "show", root / "csca.key").stdout
    assert load_scalar(root / "csca.key", None).hex() not in text


def test_show_opens_an_encrypted_key_by_its_passphrase(tmp_path):
    environment = {"P": "one"}
    run(
        "keys", "csca", "--country", "VN", "--out", tmp_path, "--passphrase-env", "P", environment=environment
    )
    show = ["keys", "show", tmp_path / "csca.key"]
    assert run(*show, "--passphrase-env", "P", environment=environment).exit_code == 0
    assert run(*show, environment=environment).exit_code == 3
    assert run(*show, "--passphrase-env", "Q", environment={"Q": "two"}).exit_code == 3


@pytest.mark.parametrize(
    ("key", "name"),
    [
        (ec.generate_private_key(ec.SECP384R1()), "P-384"),
        (ec.generate_private_key(ec.SECP256K1()), "secp256k1"),
        (rsa.generate_private_key(65537, 2048), "RSA 2048"),
        (ed25519.Ed25519PrivateKey.generate(), "Ed25519"),
    ],
    ids=["P-384", "secp256k1", "RSA", "Ed25519"],
)
def test_show_names_other_kinds_of_key(tmp_path, key, name):
    path = tmp_path / "other.key"
    path.write_bytes(encode_private_key(key, None))
    path.chmod(0o600)
    assert json.loads(run("keys", "show", path, "--json").stdout)["key_type"] == name


def test_show_refuses_an_open_private_key_and_what_is_neither(root, tmp_path):
    (root / "csca.key").chmod(0o644)
    done = run("keys", "show", root / "csca.key")
    assert (done.exit_code, done.stdout) == (3, "")
    assert "chmod 600" in done.stderr
    (tmp_path / "text").write_text("hello")
    done = run("keys", "show", tmp_path / "text")
    assert done.exit_code == 3
    assert "is neither a certificate nor a private key" in done.stderr
    assert run("keys", "show", tmp_path / "none").exit_code == 3


def test_a_wrong_passphrase_ends_a_real_process_with_3_and_one_line(tmp_path):
    file = passphrase_file(tmp_path, "right")
    command = [sys.executable, "-m", "signer", "keys"]
    create = [*command, "csca", "--country", "VN", "--out", str(tmp_path), "--passphrase-file", str(file)]
    assert subprocess.run(create, capture_output=True, check=False, timeout=60).returncode == 0
    show = [*command, "show", str(tmp_path / "csca.key"), "--passphrase-env", "P"]
    environment = {**os.environ, "P": "hunter2"}
    done = subprocess.run(show, capture_output=True, text=True, check=False, timeout=60, env=environment)
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr == f"signer: {tmp_path}/csca.key: does not open: wrong passphrase, or damaged\n"
