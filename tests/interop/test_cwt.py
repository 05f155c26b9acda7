"""Certificates verify with the PyPI package `cwt` too, which shares nothing with this project."""

from __future__ import annotations

import json
import subprocess
import venv
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from reference.little_issuer import LittleIssuer, vaccination

pytestmark = pytest.mark.long

SCRIPT = Path(__file__).with_name("check_with_cwt.py")
PACKAGES = ("cwt>=3,<4", "base45", "cryptography", "pyarrow")


@pytest.fixture(scope="session")
def python_with_cwt(pytestconfig: pytest.Config) -> Path:
    """The interpreter of an environment with `cwt`, kept between runs: `cwt` needs an older cbor2 than
    ours."""
    assert pytestconfig.cache is not None
    folder = pytestconfig.cache.mkdir("environment-with-cwt")
    python = folder / "bin" / "python"
    if not (folder / "complete").exists():
        venv.create(folder, with_pip=True, clear=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *PACKAGES], check=True, timeout=600)
        (folder / "complete").touch()
    return python


def check(python: Path, certificates: Path, dsc: Path) -> tuple[int, dict[str, Any]]:
    command = [python, "-I", SCRIPT, certificates, dsc]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=300)
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)


@pytest.mark.parametrize("kind", ["p256", "rsa2048"])
@pytest.mark.parametrize("suffix", [".parquet", ".txt"])
def test_cwt_accepts_what_the_test_issuer_makes(
    tmp_path: Path, python_with_cwt: Path, kind: str, suffix: str
) -> None:
    issuer = LittleIssuer(kind)
    texts = [issuer.text(issuer.payload(vaccination(dn=dose))) for dose in range(1, 101)]
    (tmp_path / "dsc.pem").write_bytes(issuer.pem())
    certificates = tmp_path / f"certificates{suffix}"
    if suffix == ".txt":
        certificates.write_text("\n".join(texts) + "\n")
    else:
        pq.write_table(pa.table({"hc1": texts}), certificates)
    code, counts = check(python_with_cwt, certificates, tmp_path / "dsc.pem")
    assert (code, counts["good"], counts["bad"]) == (0, 100, 0)


def test_cwt_refuses_a_forgery_among_good_ones(tmp_path: Path, python_with_cwt: Path) -> None:
    issuer, forger = LittleIssuer(), LittleIssuer()
    forged = forger.text(protected={1: -7, 4: issuer.kid})
    (tmp_path / "dsc.pem").write_bytes(issuer.pem())
    (tmp_path / "codes.txt").write_text(f"{issuer.text()}\n{forged}\nHC1:no\n")
    code, counts = check(python_with_cwt, tmp_path / "codes.txt", tmp_path / "dsc.pem")
    assert (code, counts["good"], counts["bad"]) == (1, 1, 2)
    assert counts["failures"]["VerifyError"] == 1


def test_nothing_to_check_is_not_success(tmp_path: Path, python_with_cwt: Path) -> None:
    (tmp_path / "dsc.pem").write_bytes(LittleIssuer().pem())
    (tmp_path / "codes.txt").write_text("")
    assert check(python_with_cwt, tmp_path / "codes.txt", tmp_path / "dsc.pem")[0] == 1
