"""`signer revoke` and `signer revocations` as they are called: usage, words, exit codes, files."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
import pytest
from campaign.made_registry import MadeRegistry, make_registry, uvcis_of
from click.testing import CliRunner
from trust.made_trust_lists import make_upload

from signer.cli import main

WHY = ["--reason", "sold for money", "--ordered-by", "MOH"]
NOW = "2022-06-01T00:00:00Z"


def run(*arguments: object) -> click.testing.Result:
    return CliRunner().invoke(main, list(map(str, arguments)))


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> MadeRegistry:
    return make_registry(tmp_path_factory.mktemp("original"))


@pytest.fixture
def made(original: MadeRegistry, tmp_path: Path) -> MadeRegistry:
    return original.copy(tmp_path / "registry")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([*WHY], "name certificates, by --uvci, --facility, --from-file or another criterion"),
        (["--facility", "x", "--reason", "y"], "--ordered-by"),
        (["--facility", "x", "--ordered-by", "y"], "--reason"),
        ([*WHY, "--person", "001080012345"], "--person needs the issuer's --profile"),
        ([*WHY, "--lot", "x"], "--lot and --shots go together"),
        ([*WHY, "--uvci", "x", "--shots", "y"], "--lot and --shots go together"),
        ([*WHY, "--kid", "12"], "write its 16 hexadecimal digits"),
        ([*WHY, "--province", " "], "an empty text names nothing"),
        ([*WHY, "--province", "\udcff"], "not in UTF-8"),
        ([*WHY, "--uvci", "x", "--reason", " "], "write 1 to 500 characters"),
        ([*WHY, "--uvci", "x", "--ordered-by", "a\nb"], "write 1 to 500 characters"),
        ([*WHY, "--issued-from", "2022-05-02", "--issued-until", "2022-05-01"], "--issued-from is after"),
        ([*WHY, "--issued-from", "1 May"], "is no day"),
        ([*WHY, "--uvci", "x", "--now", "2099-01-01T00:00:00Z"], "more than a day ahead"),
        ([*WHY, "--uvci", "x", "--dry-run", "--take-over"], "--dry-run changes nothing"),
        ([*WHY, "--uvci", "x", "--dry-run", "--metrics", "y.prom"], "nothing that --metrics could tell"),
    ],
)
def test_wrong_usage_is_told_before_anything_is_opened(arguments: list[str], told: str) -> None:
    done = run("revoke", "no registry", *arguments)
    assert done.exit_code == 2
    assert told in done.stderr


def test_a_dry_run_and_then_the_order_and_then_its_undoing(made: MadeRegistry) -> None:
    order = ["revoke", made.registry.path, "--facility", "01-0007", *WHY, "--now", NOW]
    dry = run(*order, "--dry-run")
    assert dry.exit_code == 0, dry.stderr
    lines = dry.stdout.splitlines()
    assert lines[0] == "would revoke 32 certificates of 1 person, 32 signatures"
    assert "among them 2 superseded, 0 expired" in lines
    assert f"  {32:>12,}  Hà Nội" in lines
    assert (
        "  withdraw the key instead: one deletion from the trust list, not 3 batches; nothing else"
        in dry.stdout
    )
    assert lines[-1] == "nothing was changed: a dry run"
    done = run(*order)
    assert done.exit_code == 0, done.stderr
    assert done.stdout.startswith("revoked 32 certificates of 1 person, 32 signatures\n")
    assert "recorded as order " in done.stdout
    again = run(*order)
    assert again.exit_code == 0
    assert "of 32 named, 32 are revoked already\n" in again.stdout
    assert again.stdout.endswith("nothing to do: nothing was recorded\n")
    undone = run(*order, "--undo")
    assert undone.stdout.startswith("restored 32 certificates of 1 person, 32 signatures\n")
    assert "0 certificates revoked" in run("status", made.registry.path).stdout


def test_what_is_not_found_ends_with_1_and_the_rest_is_done(made: MadeRegistry, tmp_path: Path) -> None:
    uvci = uvcis_of(made.registry)["S1"]
    file = tmp_path / "order.csv"
    file.write_text(f"uvci\n{uvci}\nURN:UVCI:01:VN:NONE\nnone\n")
    done = run("revoke", made.registry.path, "--from-file", file, *WHY)
    assert done.exit_code == 1
    assert "revoked 1 certificate of 1 person, 1 signature\n" in done.stdout
    assert f"{file}, row 1: not found\n" in done.stdout
    assert f"{file}, row 2, field uvci: is no uvci" in done.stdout
    found = json.loads(run("revoke", made.registry.path, "--from-file", file, *WHY, "--json").stdout)
    assert (found["is_complete"], found["revoked_before"], found["order"]) == (False, 1, None)
    assert len(found["not_found"]) == len(found["faults"]) == 1


def test_criteria_that_hold_of_nothing_together_end_with_1(made: MadeRegistry) -> None:
    done = run("revoke", made.registry.path, "--shot", "S1", "--issued-until", "2022-04-01", *WHY)
    assert done.exit_code == 1
    assert "no certificate is named by all of these together\n" in done.stdout


def test_no_registry_ends_with_3(tmp_path: Path) -> None:
    done = run("revoke", tmp_path / "none", "--shot", "S1", *WHY)
    assert done.exit_code == 3
    assert "is it a registry?" in done.stderr


def test_a_number_of_a_person_is_in_no_output(made: MadeRegistry) -> None:
    order = ["revoke", made.registry.path, "--person", "001080012345", "--person", "012345678901"]
    done = run(*order, "--profile", made.profile, *WHY, "--verbose", "--json")
    assert done.exit_code == 1
    assert json.loads(done.stdout)["certificates"] == 32
    assert "0010800" not in done.output
    assert "0123456789" not in done.output


def test_lists_and_batches_are_written_and_told(made: MadeRegistry, tmp_path: Path) -> None:
    run("revoke", made.registry.path, "--shot", "S1", *WHY, "--now", NOW)
    today = datetime.now(UTC)
    upload = make_upload("VN", begin=today - timedelta(days=1), end=today + timedelta(days=9))
    certificate, key = upload.write(tmp_path / "upload", "upload")
    order = ["revocations", made.registry.path, "--out", tmp_path / "out", "--now", NOW]
    signing = ["--upload-cert", certificate, "--upload-key", key]
    refused = run(*order, *signing)
    assert refused.exit_code == 3
    assert "in force from" in refused.stderr
    done = run(*order[:-2], *signing, "--expires", 30)
    assert done.exit_code == 0, done.stderr
    until = json.loads((tmp_path / "out" / "summary.json").read_text())["until"]
    assert done.stdout.splitlines() == [
        f"wrote {tmp_path}/out: 1 certificate revoked, 1 signature",
        "revoked.filter, 791 bytes: takes at most 1e-07 of others for revoked; revoked.csv is exact",
        "0 batches for the gateway, signed",
        "1 have expired, and are in no batch",
        f"the next time: --since {until}",
    ]
    plain = run("revocations", made.registry.path, "--out", tmp_path / "plain", "--now", NOW, "--json")
    told = json.loads(plain.stdout)
    assert told["batches"]["UCI"] == {"batches": 1, "entries": 1}
    assert not told["is_signed"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--upload-cert", "x"], "go together"),
        (["--upload-key", "x"], "go together"),
        (["--false-positive-rate", "0.5"], "--false-positive-rate"),
        (["--false-positive-rate", "nan"], "--false-positive-rate"),
        (["--since", "-1"], "--since"),
        (["--since", "1-1f2e"], "is no version: give `until` of an earlier summary.json"),
    ],
)
def test_wrong_usage_of_revocations_is_told(arguments: list[str], told: str, tmp_path: Path) -> None:
    done = run("revocations", "no registry", "--out", tmp_path / "out", *arguments)
    assert done.exit_code == 2
    assert told in done.stderr
