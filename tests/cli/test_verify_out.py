"""`signer verify --out`: the file of verdicts, the summary, and the exit code."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result
from reference.little_issuer import LittleIssuer, vaccination

from signer.cli import main

AT = ("--at", "2022-06-01")


@pytest.fixture(scope="module")
def issuer() -> LittleIssuer:
    return LittleIssuer()


@pytest.fixture
def dsc(tmp_path: Path, issuer: LittleIssuer) -> Path:
    file = tmp_path / "dsc.pem"
    file.write_bytes(issuer.pem())
    return file


@pytest.fixture
def codes(tmp_path: Path, issuer: LittleIssuer) -> Path:
    file = tmp_path / "codes.txt"
    file.write_text(f"{issuer.text()}\nHC1:???\n{issuer.text()}\n")
    return file


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["verify", *map(str, arguments)])


def test_verdicts_go_to_the_file_and_a_summary_to_stdout(
    tmp_path: Path, codes: Path, dsc: Path, issuer: LittleIssuer
) -> None:
    out = tmp_path / "verdicts.parquet"
    result = run(codes, "--trust", dsc, "--out", out, "--workers", 2, *AT)
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    assert lines[:-1] == [
        "3 codes: 2 valid, 1 invalid: 1 base45",
        "issuer VN: 2 valid, 0 invalid",
        "issuer none: 0 valid, 1 invalid",
        f"key {issuer.kid.hex()}: 2 valid, 0 invalid",
        "key none: 0 valid, 1 invalid",
    ]
    assert "with 2 workers" in lines[-1]
    assert pq.read_table(out).column("verdict").to_pylist() == ["valid", "invalid", "valid"]


def test_json_gives_the_summary_as_one_object(
    tmp_path: Path, codes: Path, dsc: Path, issuer: LittleIssuer
) -> None:
    out = tmp_path / "verdicts.parquet"
    result = run(codes, "--trust", dsc, "--out", out, "--workers", 1, "--json", *AT)
    summary = json.loads(result.stdout)
    assert summary.pop("seconds") > 0
    assert summary.pop("rate_per_s") > 0
    assert summary == {
        "codes": 3,
        "valid": 2,
        "invalid": 1,
        "by_reason": {"base45": 1},
        "by_issuer": {"VN": {"valid": 2, "invalid": 0}, "none": {"valid": 0, "invalid": 1}},
        "by_key": {issuer.kid.hex(): {"valid": 2, "invalid": 0}, "none": {"valid": 0, "invalid": 1}},
        "by_mark": {},
        "out": str(out),
        "workers": 1,
    }


def test_only_valid_codes_end_with_0(tmp_path: Path, dsc: Path, issuer: LittleIssuer) -> None:
    result = run(issuer.text(), "--trust", dsc, "--out", tmp_path / "v.parquet", *AT)
    assert result.exit_code == 0
    assert result.stdout.startswith("1 code: 1 valid, 0 invalid\n")


def test_a_taken_file_and_standard_input_end_with_3(tmp_path: Path, codes: Path, dsc: Path) -> None:
    out = tmp_path / "v.parquet"
    out.write_text("mine")
    taken = run(codes, "--trust", dsc, "--out", out, *AT)
    assert (taken.exit_code, taken.stdout) == (3, "")
    assert "is there already" in taken.stderr
    assert run("-", "--trust", dsc, "--out", tmp_path / "w.parquet", *AT).exit_code == 3


def test_workers_without_a_file_to_write_are_wrong_usage(codes: Path, dsc: Path) -> None:
    result = run(codes, "--trust", dsc, "--workers", 2, *AT)
    assert result.exit_code == 2
    assert "--workers goes with --out" in result.stderr


@pytest.mark.parametrize("name", ["v.csv", "v.json", "v"])
def test_verdicts_are_parquet_and_called_so(tmp_path: Path, codes: Path, dsc: Path, name: str) -> None:
    result = run(codes, "--trust", dsc, "--out", tmp_path / name, *AT)
    assert result.exit_code == 2
    assert "ends in .parquet" in result.stderr
    assert not (tmp_path / name).exists()


def test_verdicts_are_shown_or_written(tmp_path: Path, codes: Path, dsc: Path) -> None:
    result = run(codes, "--trust", dsc, "--out", tmp_path / "v.parquet", "--verbose", *AT)
    assert result.exit_code == 2
    assert "leave one out" in result.stderr


def test_marks_are_told(tmp_path: Path, dsc: Path, issuer: LittleIssuer) -> None:
    text = issuer.text(issuer.payload(vaccination(mp="x")))
    result = run(text, "--trust", dsc, "--out", tmp_path / "v.parquet", *AT)
    assert result.exit_code == 0
    assert result.stdout.splitlines()[1] == "marked: 1 off_value_set"
