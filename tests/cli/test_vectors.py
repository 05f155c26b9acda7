"""`signer vectors` as it is typed: where vectors are, what is said, and that our verifier agrees."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest
from campaign.made_registry import N_ISSUED, MadeRegistry, make_registry
from click.testing import CliRunner, Result
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from signer.cli import main
from signer.registry.layout import MARK


def signer(*arguments: object) -> Result:
    return CliRunner().invoke(main, list(map(str, arguments)))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> MadeRegistry:
    return make_registry(tmp_path_factory.mktemp("made"))


def test_vectors_are_written_where_the_member_states_have_them(made: MadeRegistry, tmp_path: Path) -> None:
    out = tmp_path / "vectors"
    done = signer("vectors", made.registry.path, "--out", out, "--count", 5)
    assert (done.exit_code, done.stdout) == (0, f"wrote 5 vectors to {out}: 5 of VN\n"), done.stderr
    assert done.stderr == ""
    files = sorted(path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file())
    assert files == [f"VN/2DCode/raw/{number}.json" for number in range(1, 6)]
    assert out.stat().st_mode & 0o777 == 0o700


def test_who_may_hold_living_people_is_told_not_to_publish_them(made: MadeRegistry, tmp_path: Path) -> None:
    # It said that the registry was no test registry, as if one could be made.
    ordinary = made.copy(tmp_path / "ordinary")
    file = ordinary.registry.path / MARK
    file.write_text(json.dumps(json.loads(file.read_text()) | {"test": False}))
    done = signer("vectors", ordinary.registry.path, "--out", tmp_path / "vectors", "--count", 1)
    assert done.exit_code == 0
    assert "if these are living people, do not publish them" in done.stderr


def test_the_verifier_agrees_with_a_vector(made: MadeRegistry, tmp_path: Path) -> None:
    signer("vectors", made.registry.path, "--out", tmp_path / "vectors", "--count", 1)
    (file,) = (tmp_path / "vectors").rglob("*.json")
    vector = json.loads(file.read_text("utf-8"))
    dsc = x509.load_der_x509_certificate(base64.b64decode(vector["TESTCTX"]["CERTIFICATE"]))
    (tmp_path / "dsc.pem").write_bytes(dsc.public_bytes(Encoding.PEM))
    (tmp_path / "code.png").write_bytes(base64.b64decode(vector["2DCODE"]))
    clock = vector["TESTCTX"]["VALIDATIONCLOCK"]
    for code in (vector["PREFIX"], tmp_path / "code.png"):
        assert signer("verify", code, "--trust", tmp_path / "dsc.pem", "--at", clock).exit_code == 0


def test_fewer_certificates_than_asked_for_are_told(made: MadeRegistry, tmp_path: Path) -> None:
    done = signer("vectors", made.registry.path, "--out", tmp_path / "all", "--count", 1000, "--json")
    assert done.exit_code == 0
    assert json.loads(done.stdout)["vectors"] == N_ISSUED - 2
    assert f"only {N_ISSUED - 2} certificates in force" in done.stderr


def test_no_registry_and_a_folder_that_is_there_are_refused(made: MadeRegistry, tmp_path: Path) -> None:
    assert signer("vectors", tmp_path / "none", "--out", tmp_path / "out").exit_code == 3
    assert signer("vectors", made.registry.path, "--out", tmp_path).exit_code == 3
