"""`signer verify`: verdicts on stdout, the exit code, and what it says about files that it cannot read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result
from made_pictures import code_picture, write_pdf
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


def run(*arguments: object, stdin: str | bytes | None = None) -> Result:
    return CliRunner().invoke(main, ["verify", *map(str, arguments)], input=stdin)


def objects(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_a_valid_text_ends_with_0(issuer: LittleIssuer, dsc: Path) -> None:
    result = run(issuer.text(), "--trust", dsc, *AT)
    assert result.exit_code == 0
    assert result.stdout == "1 valid, 0 invalid\n"


def test_verbose_shows_the_valid_ones_too(issuer: LittleIssuer, dsc: Path) -> None:
    result = run(issuer.text(), "HC1:???", "--trust", dsc, "--verbose", *AT)
    valid, invalid, summary = result.stdout.splitlines()
    assert valid.startswith("valid    argument  issuer VN, ES256, kid ")
    assert invalid.startswith("invalid  argument  base45: ")
    assert summary == "1 valid, 1 invalid: 1 base45"


def test_one_invalid_text_among_valid_ones_ends_with_1(issuer: LittleIssuer, dsc: Path) -> None:
    result = run(issuer.text(), "HC1:???", issuer.text(), "--trust", dsc, *AT)
    assert result.exit_code == 1
    invalid, summary = result.stdout.splitlines()
    assert invalid.startswith("invalid  argument  base45: ")
    assert summary == "2 valid, 1 invalid: 1 base45"


def test_json_gives_an_object_a_line_with_the_content(issuer: LittleIssuer, dsc: Path) -> None:
    result = run(issuer.text(), "--trust", dsc, "--json", *AT)
    (valid,) = objects(result)
    assert valid == {
        "verdict": "valid",
        "reason": None,
        "layer": None,
        "message": None,
        "source": {"file": "argument", "row": None},
        "kid": issuer.kid.hex(),
        "algorithm": "ES256",
        "country": "VN",
        "marks": [],
        "claims": {"iss": "VN", "iat": 1649901600, "exp": 1681437600, "dcc": vaccination()},
    }


def test_json_shows_the_content_of_what_does_not_verify(issuer: LittleIssuer, dsc: Path) -> None:
    stranger = LittleIssuer(country="FR")
    lines = f"{stranger.text()}\nHC2:\n{issuer.text()}"
    result = run("-", "--trust", dsc, "--json", "--at", "2030-01-01T00:00:00Z", stdin=lines)
    unknown, other_context, expired = objects(result)
    assert result.exit_code == 1
    assert (unknown["verdict"], unknown["reason"]) == ("invalid", "kid_unknown")
    assert unknown["claims"]["dcc"] == vaccination()
    assert (other_context["reason"], other_context["claims"]) == ("context", None)
    assert (expired["reason"], expired["claims"]["iss"]) == ("expired", "VN")


def test_json_holds_whatever_cbor_holds(issuer: LittleIssuer, dsc: Path) -> None:
    strange = vaccination() | {"x": [float("nan"), b"\x01", {1: {2: 2**63}}, "\ud7ff\u2028\x1b[2J"]}
    result = run(issuer.text(issuer.payload(strange)), "--trust", dsc, "--json", *AT)
    (valid,) = objects(result)
    assert valid["claims"]["dcc"]["x"] == ["nan", "01", {"1": {"2": 2**63}}, "\ud7ff\u2028\x1b[2J"]
    assert result.stdout.isascii()


def test_an_issuer_cannot_write_to_the_terminal(issuer: LittleIssuer, dsc: Path) -> None:
    result = run(issuer.text(issuer.payload(iss="\x1b[2Jfine")), "--trust", dsc, "--verbose", *AT)
    assert result.exit_code == 0
    assert "issuer unnamed" in result.stdout
    assert "\x1b" not in result.stdout


def test_files_of_each_kind_are_checked_row_by_row(tmp_path: Path, issuer: LittleIssuer, dsc: Path) -> None:
    text = issuer.text()
    (tmp_path / "a.txt").write_text(f"{text}\n{text} \n")
    (tmp_path / "b.csv").write_text(f"hc1\n{text}\n")
    pq.write_table(pa.table({"hc1": [None, text]}), tmp_path / "c.parquet")
    result = run(
        *(tmp_path / name for name in ("a.txt", "b.csv", "c.parquet")), "--trust", dsc, "--json", *AT
    )
    found = [
        (Path(item["source"]["file"]).name, item["source"]["row"], item["reason"]) for item in objects(result)
    ]
    assert found == [
        ("a.txt", 1, None),
        ("a.txt", 2, "base45"),  # a blank too many
        ("b.csv", 1, None),
        ("c.parquet", 1, "context"),  # a null
        ("c.parquet", 2, None),
    ]


def test_pictures_and_pdfs_are_checked_code_by_code(tmp_path: Path, issuer: LittleIssuer, dsc: Path) -> None:
    code_picture(issuer.text()).save(tmp_path / "a.png")
    (tmp_path / "b.jpg").write_bytes(b"no picture")
    write_pdf(tmp_path / "c.pdf", [["HC1:???"], [issuer.text()]], side_mm=60)
    result = run(tmp_path, "--trust", dsc, "--json", *AT)
    assert result.exit_code == 1
    assert [(item["source"], item["reason"]) for item in objects(result)] == [
        ({"file": str(tmp_path / "a.png"), "row": 1}, None),
        ({"file": str(tmp_path / "b.jpg"), "row": None}, "unreadable"),
        ({"file": str(tmp_path / "c.pdf"), "row": 1, "page": 1}, "base45"),
        ({"file": str(tmp_path / "c.pdf"), "row": 2, "page": 2}, None),
    ]


def test_an_unreadable_picture_is_counted_and_the_page_of_a_pdf_is_named(
    tmp_path: Path, issuer: LittleIssuer, dsc: Path
) -> None:
    (tmp_path / "bad.png").write_bytes(b"no picture")
    write_pdf(tmp_path / "sheet.pdf", [[], ["HC1:???"]])
    result = run(tmp_path / "bad.png", tmp_path / "sheet.pdf", issuer.text(), "--trust", dsc, *AT)
    picture, page, summary = result.stdout.splitlines()
    assert picture.startswith(f"invalid  {tmp_path}/bad.png  unreadable: ")
    assert page.startswith(f"invalid  {tmp_path}/sheet.pdf:1 (page 2)  base45: ")
    assert summary == "1 valid, 2 invalid: 1 unreadable, 1 base45"


def test_standard_input_has_one_code_a_line(issuer: LittleIssuer, dsc: Path) -> None:
    result = run("-", "--trust", dsc, *AT, stdin=f"{issuer.text()}\n{issuer.text()}\n")
    assert result.exit_code == 0
    assert result.stdout.splitlines()[-1] == "2 valid, 0 invalid"


def test_without_a_time_the_clock_decides(issuer: LittleIssuer, dsc: Path) -> None:
    result = run(issuer.text(), "--trust", dsc, "--json")  # made to expire in 2023
    assert objects(result)[0]["reason"] == "expired"


@pytest.mark.parametrize(
    ("time", "reason"),
    [
        ("2022-04-14T01:59:59Z", "not_yet_valid"),
        ("2022-04-14T02:00:00Z", None),
        ("2022-04-14T08:59:59+07:00", "not_yet_valid"),
        ("2022-04-14T02:00:00", None),
        ("20220414", "not_yet_valid"),
    ],
)
def test_a_time_is_in_utc_unless_it_says_otherwise(
    issuer: LittleIssuer, dsc: Path, time: str, reason: str | None
) -> None:
    assert objects(run(issuer.text(), "--trust", dsc, "--json", "--at", time))[0]["reason"] == reason


def test_a_time_that_is_none_is_wrong_usage(issuer: LittleIssuer, dsc: Path) -> None:
    assert run(issuer.text(), "--trust", dsc, "--at", "tomorrow").exit_code == 2


def test_no_code_and_no_trust_are_wrong_usage(issuer: LittleIssuer, dsc: Path) -> None:
    assert run("--trust", dsc).exit_code == 2
    assert run(issuer.text()).exit_code == 2


def test_unreadable_trust_ends_with_3(tmp_path: Path, issuer: LittleIssuer) -> None:
    (tmp_path / "broken.pem").write_text("no certificate")
    for path in (tmp_path / "broken.pem", tmp_path / "missing"):
        result = run(issuer.text(), "--trust", path, *AT)
        assert result.exit_code == 3
        assert path.name in result.stderr
        assert result.stdout == ""


@pytest.mark.parametrize("name", ["missing.txt", "missing.parquet"])
def test_an_unreadable_file_ends_with_3(issuer: LittleIssuer, dsc: Path, name: str) -> None:
    result = run(issuer.text(), name, "--trust", dsc, *AT)
    assert result.exit_code == 3
    assert f"{name}: no such file" in result.stderr


def test_a_code_without_its_prefix_is_not_repeated(issuer: LittleIssuer, dsc: Path) -> None:
    text = issuer.text().removeprefix("HC1:")
    result = run(text, "--trust", dsc, *AT)
    assert (result.exit_code, result.stdout) == (3, "")
    assert "neither a file nor begins with HC1:" in result.stderr
    assert text[:8] not in result.stderr


def test_the_name_of_a_file_cannot_write_to_the_terminal(tmp_path: Path, dsc: Path) -> None:
    (tmp_path / "\x1b[2J.png").write_bytes(b"no picture")
    result = run(tmp_path, "--trust", dsc, *AT)
    assert f"{tmp_path}/\ufffd[2J.png  unreadable" in result.stdout
    assert "\x1b" not in result.stdout


def test_nothing_to_check_is_not_success(tmp_path: Path, dsc: Path) -> None:
    (tmp_path / "empty.txt").write_text("\n")
    result = run(tmp_path / "empty.txt", "--trust", dsc, *AT)
    assert result.exit_code == 3
    assert "no certificate to check" in result.stderr
