"""`signer trust import|list|diff|export` as they are typed: what is written, said, and exit codes."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
import pytest
from attesting.made_certificates_of_places import YEAR, Holder, make_ca, make_signer, openssl
from click.testing import CliRunner
from trust.made_trust_lists import (
    DAY,
    NOW,
    Gateway,
    did_document,
    did_method,
    make_csca,
    make_dsc,
    make_upload,
    signed_zip,
    write_json,
    write_snapshot,
    zip_members,
)

from signer.cli import main
from signer.trust import read_snapshot

GATEWAY = Gateway()
ORPHAN = make_dsc(make_csca("DE"), "DE")
TODAY = datetime.now(UTC)


def trust(*arguments: object) -> click.testing.Result:
    return CliRunner().invoke(main, ["trust", *map(str, arguments)])


@pytest.fixture
def gateway(tmp_path: Path) -> Path:
    return write_json(tmp_path / "trustlist.json", GATEWAY.entries())


@pytest.fixture
def anchor(tmp_path: Path) -> Path:
    return GATEWAY.anchor.write(tmp_path / "anchor", "anchor")[0]


def test_lists_of_all_kinds_become_one_snapshot(tmp_path: Path, gateway: Path, anchor: Path) -> None:
    signed_zip(tmp_path / "list.zip", zip_members(GATEWAY.cscas, list(GATEWAY.dscs.items())), GATEWAY.anchor)
    method = did_method("did:web:example:v2:trustlist:DCC:SGP:DSC#AAAAAAAAAAA=")
    did = write_json(tmp_path / "did.json", did_document(method))
    (tmp_path / "folder").mkdir()
    make_dsc(make_csca("AT"), "AT").write(tmp_path / "folder", "at")
    out = tmp_path / "snapshot.json"
    sources = (gateway, tmp_path / "list.zip", did, tmp_path / "folder")
    began = datetime.now(UTC).replace(microsecond=0)
    done = trust("import", *sources, "--anchor", anchor, "--out", out)
    assert done.exit_code == 0, done.stderr
    assert done.stdout == f"wrote {out}: 4 keys from 4 sources\n"
    assert "the proofs of DID documents are not verified" in done.stderr
    assert "certificates from files are trusted as DSCs because you name them" in done.stderr
    snapshot = read_snapshot(out)
    assert [(source.kind, source.n_keys) for source in snapshot.sources] == [
        ("gateway", 2), ("zip", 0), ("did", 1), ("files", 1),
    ]  # fmt: skip
    assert began <= snapshot.made_at <= datetime.now(UTC)
    assert out.stat().st_mode & 0o777 == 0o644


def test_what_is_left_out_is_told_and_stops_nothing(tmp_path: Path, anchor: Path) -> None:
    path = write_json(tmp_path / "list.json", [*GATEWAY.entries(), GATEWAY.dsc_entry("DE", ORPHAN), 7])
    done = trust("import", path, "--anchor", anchor, "--out", tmp_path / "s.json")
    assert done.exit_code == 0
    assert done.stdout == f"wrote {tmp_path}/s.json: 2 keys from 1 source, 2 left out\n"
    first, second = sorted(done.stderr.splitlines())
    assert first.startswith(f"left out: {path}: entry 10: is no object; ask the gateway's operator, or the")
    assert second.startswith(f"left out: {path}: entry 9 (DSC DE ")
    assert (
        "no CSCA of its country in the list signed it; ask the publisher for the list with its CSCA" in second
    )
    told = json.loads(
        trust("import", path, "--anchor", anchor, "--out", tmp_path / "t.json", "--json").stdout
    )
    assert (told["keys"], len(told["left_out"])) == (2, 2)
    assert set(told["left_out"][0]) == {"file", "entry", "reason", "advice"}


def test_names_out_of_a_list_move_no_cursor(tmp_path: Path, anchor: Path) -> None:
    members = zip_members(GATEWAY.cscas, list(GATEWAY.dscs.items())) | {"\x1b[2J\n.pem": b"x"}
    path = signed_zip(tmp_path / "list.zip", members, GATEWAY.anchor)
    done = trust("import", path, "--anchor", anchor, "--out", tmp_path / "s.json")
    assert done.exit_code == 0
    assert done.stderr == (
        f"left out: {path}: \\x1b[2J\\n.pem: it lies in no folder CSCA or DSC with a country;"
        " ask the publisher for it anew\n"
    )


def test_a_snapshot_is_signed_as_openssl_verifies_it(tmp_path: Path, gateway: Path, anchor: Path) -> None:
    ca = make_ca(begin=TODAY - DAY, end=TODAY + YEAR)
    signer = make_signer(ca, begin=TODAY - DAY, end=TODAY + YEAR)
    certificate, key = signer.write(tmp_path / "own", "own")
    out = tmp_path / "s.json"
    done = trust("import", gateway, "--anchor", anchor, "--out", out, "--key", key, "--cert", certificate)
    assert done.exit_code == 0, done.stderr
    if not shutil.which("openssl"):
        pytest.skip("the command openssl is not here")
    ca.write(tmp_path, "ca")
    given = ("-content", out, "-in", f"{out}.p7s", "-CAfile", "ca.pem", "-out", "content")
    verified = openssl("cms", "-verify", "-binary", "-inform", "DER", *given, cwd=tmp_path)
    assert verified.returncode == 0, verified.stderr
    assert (tmp_path / "content").read_bytes() == out.read_bytes()


def signed_with(folder: Path, signer: Holder) -> list[object]:
    certificate, key = signer.write(folder / "own", "own")
    return ["--key", key, "--cert", certificate]


def test_nothing_is_written_over_and_nothing_where_it_fails(
    tmp_path: Path, gateway: Path, anchor: Path
) -> None:
    out = tmp_path / "s.json"
    (tmp_path / "s.json.p7s").write_bytes(b"mine")
    own = signed_with(tmp_path, make_upload("VN", begin=TODAY - DAY, end=TODAY + DAY))
    done = trust("import", gateway, "--anchor", anchor, "--out", out, *own)
    assert done.exit_code == 3
    assert "s.json.p7s: is there already" in done.stderr
    assert not out.exists()
    expired = signed_with(tmp_path / "old", make_upload("VN"))
    done = trust("import", gateway, "--anchor", anchor, "--out", tmp_path / "t.json", *expired)
    assert done.exit_code == 3
    assert "in force" in done.stderr
    out.write_text("mine")
    assert trust("import", gateway, "--anchor", anchor, "--out", out).exit_code == 3
    assert out.read_text() == "mine"
    assert not (tmp_path / "t.json").exists()


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["list.json"], 2, "Missing option '--out'"),
        (["--out", "s.json"], 2, "Missing argument 'SOURCE...'"),
        (["none.json", "--out", "s.json"], 3, "none.json: cannot be read"),
        (["trustlist.json", "--out", "no/s.json", "--allow-unsigned"], 3, "no: no such folder; make it"),
        (["trustlist.json", "--out", "s.json"], 3, "name who signs it by --anchor"),
        (["trustlist.json", "--out", "s.json", "--key", "k"], 2, "--key and --cert together"),
        (["trustlist.json", "--out", "s.json", "--anchor", "trustlist.json"], 3, "is no certificate in PEM"),
        (["trustlist.json", "--out", "s.json", "--anchor", "a", "--allow-unsigned"], 2, "name either"),
    ],
)
def test_wrong_usage_and_lists_that_are_none(
    gateway: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], code: int, message: str
) -> None:
    monkeypatch.chdir(gateway.parent)
    done = trust("import", *arguments)
    assert done.exit_code == code, done.stderr
    assert message in done.stderr
    assert not gateway.with_name("s.json").exists()


def test_a_snapshot_is_shown_key_by_key(tmp_path: Path) -> None:
    csca = make_csca("DE")
    fresh = make_dsc(csca, "DE", "1.3.6.1.4.1.1847.2021.1.2", begin=TODAY - DAY, end=TODAY + YEAR)
    path = write_snapshot(tmp_path / "s.json", fresh, GATEWAY.dscs["FR"], made_at=TODAY)
    done = trust("list", path)
    assert (done.exit_code, done.stderr) == (0, "")
    german, french, summary = done.stdout.splitlines()
    assert german.startswith("DE  ")
    assert f"P-256     {TODAY - DAY:%Y-%m-%d} to {TODAY + YEAR:%Y-%m-%d}  vaccination" in german
    assert french.startswith("FR  ")
    assert german.endswith("  s.json.source.pem (not signed)")
    assert "RSA 2048" in french
    assert french.endswith("  expired")
    assert "all kinds" in french
    assert summary.startswith("2 keys of 2 countries, 1 not in force, made at 20")
    objects = [json.loads(line) for line in trust("list", path, "--json").stdout.splitlines()]
    assert [(key["country"], key["key_type"], key["in_force"]) for key in objects] == [
        ("DE", "P-256", True), ("FR", "RSA 2048", False),
    ]  # fmt: skip
    assert objects[0]["source"] == {"kind": "files", "name": "s.json.source.pem", "signed": False}


def test_a_key_of_tomorrow_is_not_expired_but_not_yet_in_force(tmp_path: Path) -> None:
    dsc = make_dsc(make_csca("DE"), "DE", begin=TODAY + DAY, end=TODAY + YEAR)
    path = write_snapshot(tmp_path / "s.json", dsc, made_at=TODAY)
    assert trust("list", path).stdout.splitlines()[0].endswith("  not yet in force")


def test_lists_taken_unasked_are_warned_of_and_marked_for_ever(
    tmp_path: Path, gateway: Path, anchor: Path
) -> None:
    """Nothing told such a snapshot from one whose signatures were checked."""
    asked, unasked = tmp_path / "asked.json", tmp_path / "unasked.json"
    done = trust("import", gateway, "--anchor", anchor, "--out", asked)
    assert (done.exit_code, done.stderr) == (0, "")
    done = trust("import", gateway, "--allow-unsigned", "--out", unasked, "--json")
    assert done.exit_code == 0
    assert done.stderr == (
        "trustlist.json: was taken without asking who signed it, and the snapshot says so\n"
    )
    assert [source["signed"] for source in json.loads(done.stdout)["sources"]] == [False]
    for path, is_signed in ((asked, True), (unasked, False)):
        assert [source["signed"] for source in json.loads(path.read_text())["sources"]] == [is_signed]
        assert ("(not signed)" in trust("list", path).stdout) is not is_signed
        told = json.loads(trust("list", path, "--json").stdout.splitlines()[0])
        assert told["source"]["signed"] is is_signed


def test_a_signature_can_be_demanded_wherever_a_snapshot_is_read(
    tmp_path: Path, gateway: Path, anchor: Path
) -> None:
    """Only `verify` and `trust page` could."""
    signer, other = (make_upload("VN", begin=TODAY - DAY, end=TODAY + DAY) for _ in range(2))
    named = ("--trust-signer", signer.write(tmp_path / "signer", "own")[0])
    unnamed = ("--trust-signer", other.write(tmp_path / "other", "own")[0])
    path, own = tmp_path / "s.json", signed_with(tmp_path, signer)
    assert trust("import", gateway, "--anchor", anchor, "--out", path, *own).exit_code == 0
    commands: list[list[object]] = [["list", path], ["diff", path, path], ["export", path, tmp_path / "out"]]
    for command in commands:
        refused = trust(*command, *unnamed)
        assert (refused.exit_code, "is not signed by who was named" in refused.stderr) == (3, True)
        assert trust(*command, *named).exit_code == 0
    unsigned = write_snapshot(tmp_path / "t.json", GATEWAY.dscs["DE"])
    refused = trust("diff", path, unsigned, *named)
    assert (refused.exit_code, "t.json.p7s is not beside it" in refused.stderr) == (3, True)


def test_a_stale_snapshot_warns_and_is_shown(tmp_path: Path) -> None:
    path = write_snapshot(tmp_path / "s.json", GATEWAY.dscs["DE"], made_at=TODAY - 8 * DAY)
    done = trust("list", path)
    assert done.exit_code == 0
    assert done.stderr == f"{path}: was made 8 days ago; import the lists again\n"
    assert trust("list", path, "--max-age", "9").stderr == ""
    for number, age in enumerate((6 * DAY, timedelta(0), timedelta(minutes=-50))):
        fresh = write_snapshot(tmp_path / f"{number}.json", GATEWAY.dscs["DE"], made_at=TODAY - age)
        assert trust("list", fresh).stderr == ""


def test_a_snapshot_of_the_future_warns(tmp_path: Path) -> None:
    """It would never have been too old."""
    path = write_snapshot(tmp_path / "s.json", GATEWAY.dscs["DE"], made_at=TODAY + 2 * DAY)
    done = trust("list", path)
    assert done.exit_code == 0
    assert done.stderr.startswith(f"{path}: is dated in the future (")
    assert done.stderr.endswith("); look at the clock, and import the lists again\n")


def test_what_came_and_went_is_shown(tmp_path: Path) -> None:
    old = write_snapshot(tmp_path / "old.json", GATEWAY.dscs["DE"])
    new = write_snapshot(tmp_path / "new.json", GATEWAY.dscs["FR"], made_at=NOW + DAY)
    done = trust("diff", old, new)
    assert done.exit_code == 0
    lines = done.stdout.splitlines()
    assert [line[:4] for line in lines[:2]] == ["+ FR", "- DE"]
    assert lines[2] == "1 added, 1 removed, 0 changed"
    told = json.loads(trust("diff", old, new, "--json").stdout)
    assert [key["country"] for key in told["added"] + told["removed"]] == ["FR", "DE"]
    assert trust("diff", old, old).stdout == "0 added, 0 removed, 0 changed\n"
    assert trust("diff", old, tmp_path / "none").exit_code == 3


def test_an_export_imports_to_no_difference(tmp_path: Path, gateway: Path, anchor: Path) -> None:
    method = did_method("did:web:example:v2:trustlist:DCC:SGP:DSC#AAAAAAAAAAA=")
    did = write_json(tmp_path / "did.json", did_document(method))
    first, second, folder = tmp_path / "first.json", tmp_path / "second.json", tmp_path / "keys"
    assert trust("import", gateway, did, "--anchor", anchor, "--out", first).exit_code == 0
    done = trust("export", first, folder)
    assert done.stdout == f"wrote 2 certificates and 1 key in did.json to {folder}\n"
    assert not folder.with_name("keys.incomplete").exists()
    assert trust("import", folder, "--out", second).exit_code == 0
    assert trust("diff", first, second).stdout == "0 added, 0 removed, 0 changed\n"
    again = trust("export", first, folder)
    assert (again.exit_code, "is there already" in again.stderr) == (3, True)
