"""Certificates verify with the PyPI package `cwt` too, which shares nothing with this project."""

from __future__ import annotations

import os
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from interop.verifiers import Checker
from reference.little_issuer import LittleIssuer, vaccination

from signer.cli import main

pytestmark = pytest.mark.long

N_PEOPLE = int(os.environ.get("SIGNER_TEST_PEOPLE", "500"))
"""About two certificates each."""


def signer(*arguments: object) -> None:
    done = CliRunner().invoke(main, list(map(str, arguments)))
    assert done.exit_code == 0, done.output


def test_every_certificate_of_a_run_is_good(tmp_path: Path, check_with_cwt: Checker) -> None:
    signer("synth", tmp_path / "nation", "--people", N_PEOPLE, "--seed", 20220414)
    signer("init", tmp_path / "issuer", "--dev-keys")
    shots, profile = tmp_path / "nation" / "shots.parquet", tmp_path / "issuer" / "profile.toml"
    signer("issue", shots, "--profile", profile, "--out", tmp_path / "issued")
    n_good = 0
    for part in sorted((tmp_path / "issued" / "certificates").glob("*.parquet")):
        code, counts = check_with_cwt(part, tmp_path / "issuer" / "keys" / "dsc.pem")
        assert (code, counts["bad"]) == (0, 0), counts
        n_good += counts["good"]
    print(f"{n_good} certificates")
    assert n_good > N_PEOPLE


@pytest.mark.parametrize("kind", ["p256", "rsa2048"])
@pytest.mark.parametrize("suffix", [".parquet", ".txt"])
def test_cwt_accepts_what_the_test_issuer_makes(
    tmp_path: Path, check_with_cwt: Checker, kind: str, suffix: str
) -> None:
    issuer = LittleIssuer(kind)
    texts = [issuer.text(issuer.payload(vaccination(dn=dose))) for dose in range(1, 101)]
    (tmp_path / "dsc.pem").write_bytes(issuer.pem())
    certificates = tmp_path / f"certificates{suffix}"
    if suffix == ".txt":
        certificates.write_text("\n".join(texts) + "\n")
    else:
        pq.write_table(pa.table({"hc1": texts}), certificates)
    code, counts = check_with_cwt(certificates, tmp_path / "dsc.pem")
    assert (code, counts["good"], counts["bad"]) == (0, 100, 0)


def test_cwt_refuses_a_forgery_among_good_ones(tmp_path: Path, check_with_cwt: Checker) -> None:
    issuer, forger = LittleIssuer(), LittleIssuer()
    forged = forger.text(protected={1: -7, 4: issuer.kid})
    (tmp_path / "dsc.pem").write_bytes(issuer.pem())
    (tmp_path / "codes.txt").write_text(f"{issuer.text()}\n{forged}\nHC1:no\n")
    code, counts = check_with_cwt(tmp_path / "codes.txt", tmp_path / "dsc.pem")
    assert (code, counts["good"], counts["bad"]) == (1, 1, 2)
    assert counts["failures"]["VerifyError"] == 1


def test_nothing_to_check_is_not_success(tmp_path: Path, check_with_cwt: Checker) -> None:
    (tmp_path / "dsc.pem").write_bytes(LittleIssuer().pem())
    (tmp_path / "codes.txt").write_text("")
    assert check_with_cwt(tmp_path / "codes.txt", tmp_path / "dsc.pem")[0] == 1
