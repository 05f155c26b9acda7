"""`signer verify --revoked`: verdicts, tables, summaries, the age of filters, the signatures demanded."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result
from cryptography.hazmat.primitives.serialization import Encoding
from made_revocations import hashes_of_text, list_rows, write_filter, write_list
from page.made_pages import entry_of, write_snapshot
from reference.little_issuer import LittleIssuer, vaccination
from trust.made_trust_lists import NOW as LIST_SIGNED
from trust.made_trust_lists import make_upload

from signer.cli import main
from signer.cms import sign_detached

AT = ("--at", "2022-06-01", "--max-age", "100000")


@pytest.fixture(scope="module")
def issuer() -> LittleIssuer:
    return LittleIssuer()


@pytest.fixture
def codes(issuer: LittleIssuer, tmp_path: Path) -> list[str]:
    """Ten certificates, in codes.txt, too; the third and the eighth will be revoked."""
    found = [issuer.text(issuer.payload(vaccination(ci=f"URN:UVCI:01:VN:{at}"))) for at in range(10)]
    (tmp_path / "codes.txt").write_text("".join(f"{text}\n" for text in found))
    (tmp_path / "dsc.pem").write_bytes(issuer.pem())
    write_list(tmp_path / "revoked.csv", list_rows([found[2], found[7]]))
    entries = [hashes_of_text(found[at])["COUNTRYCODEUCI"] for at in (2, 7)]
    write_filter(tmp_path / "revoked.filter", entries)
    return found


def run(tmp_path: Path, *arguments: object) -> Result:
    asked = (tmp_path / "codes.txt", "--trust", tmp_path / "dsc.pem", *AT, *arguments)
    return CliRunner().invoke(main, ["verify", *map(str, asked)])


@pytest.mark.usefixtures("codes")
@pytest.mark.parametrize("names", [["revoked.csv"], ["revoked.filter"], ["revoked.filter", "revoked.csv"]])
def test_those_that_are_revoked_are_told_and_the_others_valid(tmp_path: Path, names: list[str]) -> None:
    assert run(tmp_path).exit_code == 0
    options = [part for name in names for part in ("--revoked", tmp_path / name)]
    result = run(tmp_path, *options)
    assert result.exit_code == 1
    *told, summary = result.stdout.splitlines()
    assert [line.split("  ")[:2] for line in told] == [
        ["invalid", f"{tmp_path}/codes.txt:{row}"] for row in (3, 8)
    ]
    what = "the filter" if names == ["revoked.filter"] else "the list"
    assert all(f"  revoked: {what} {tmp_path}" in line for line in told)
    assert summary == "8 valid, 2 invalid: 2 revoked"


@pytest.mark.usefixtures("codes")
def test_json_names_the_class_and_what_the_certificate_says(tmp_path: Path) -> None:
    result = run(tmp_path, "--revoked", tmp_path / "revoked.csv", "--json")
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert [answer["reason"] for answer in answers] == [
        "revoked" if row in (2, 7) else None for row in range(10)
    ]
    assert (answers[2]["layer"], answers[2]["claims"]["dcc"]["v"][0]["ci"]) == ("trust", "URN:UVCI:01:VN:2")
    assert answers[2]["message"] == f"the list {tmp_path}/revoked.csv has its COUNTRYCODEUCI hash"


@pytest.mark.usefixtures("codes")
@pytest.mark.parametrize("name", ["revoked.csv", "revoked.filter"])
def test_the_table_and_the_summary_of_bulk_have_them_too(tmp_path: Path, name: str) -> None:
    out = tmp_path / "verdicts.parquet"
    result = run(tmp_path, "--revoked", tmp_path / name, "--out", out, "--workers", 2, "--json")
    assert result.exit_code == 1
    summary = json.loads(result.stdout)
    assert (summary["valid"], summary["invalid"], summary["by_reason"]) == (8, 2, {"revoked": 2})
    rows = pq.read_table(out).to_pylist()
    found = [(row["row"], row["verdict"], row["layer"]) for row in rows if row["reason"] == "revoked"]
    assert found == [(3, "invalid", "trust"), (8, "invalid", "trust")]


@pytest.mark.usefixtures("codes")
def test_several_files_are_one_after_the_other(tmp_path: Path, codes: list[str]) -> None:
    more = write_list(tmp_path / "more.csv", list_rows([codes[0]]))
    result = run(tmp_path, "--revoked", tmp_path / "revoked.filter", "--revoked", more)
    assert result.stdout.splitlines()[-1] == "7 valid, 3 invalid: 3 revoked"


@pytest.mark.usefixtures("codes")
def test_a_filter_that_is_old_or_of_the_future_is_used_with_a_warning(tmp_path: Path) -> None:
    path = tmp_path / "revoked.filter"
    result = run(tmp_path, "--revoked", path, "--max-age", 7)
    assert f"{path}: was made" in result.stderr
    assert "get a new one of who publishes it" in result.stderr
    assert result.stdout.endswith("2 revoked\n")
    assert run(tmp_path, "--revoked", path).stderr == ""
    write_filter(path, [], made_at="2999-01-01T00:00:00Z")
    assert "is dated in the future" in run(tmp_path, "--revoked", path).stderr


@pytest.mark.usefixtures("codes")
@pytest.mark.parametrize("bulk", [False, True])
@pytest.mark.parametrize("content", [b"", b"{}", b"kid,hash_type,hash\n,UCI,x\n", None])
def test_a_file_that_is_damaged_or_missing_stops_the_run_before_it_begins(
    tmp_path: Path, content: bytes | None, bulk: bool
) -> None:
    path, out = tmp_path / "other.csv", tmp_path / "verdicts.parquet"
    if content is not None:
        path.write_bytes(content)
    result = run(tmp_path, "--revoked", path, *(("--out", out) if bulk else ()))
    assert result.exit_code == 3
    assert str(path) in result.stderr
    assert result.stdout == ""
    assert not out.exists()


@pytest.mark.parametrize("name", ["revoked.csv", "revoked.filter"])
def test_a_signature_is_demanded_of_each_file_where_its_signer_is_named(
    tmp_path: Path, issuer: LittleIssuer, codes: list[str], name: str
) -> None:
    signer, path = make_upload("VN"), tmp_path / name
    (tmp_path / "signer.pem").write_bytes(signer.certificate.public_bytes(Encoding.PEM))
    snapshot = write_snapshot(tmp_path / "trust.json", [entry_of(issuer.certificate)])

    def sign(file: Path) -> None:
        digest = hashlib.sha256(file.read_bytes()).digest()
        file.with_name(file.name + ".p7s").write_bytes(sign_detached(digest, signer, LIST_SIGNED))

    sign(snapshot)
    demanded = ("verify", codes[2], "--trust", snapshot, "--trust-signer", tmp_path / "signer.pem",
                "--revoked", path, *AT)  # fmt: skip
    refused = CliRunner().invoke(main, [*map(str, demanded)])
    assert refused.exit_code == 3
    assert f"{name}.p7s is not beside it" in refused.stderr
    sign(path)
    assert "revoked" in CliRunner().invoke(main, [*map(str, demanded)]).stdout
    content = path.read_bytes()
    path.write_bytes(content[: content.index(b"\n") + 1] if name.endswith("csv") else content + b" ")
    changed = CliRunner().invoke(main, [*map(str, demanded)])
    assert changed.exit_code == 3
    assert "is not signed by who was named" in changed.stderr
