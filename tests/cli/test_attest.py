"""`signer attest` as it is typed: what it writes and says, exit codes, and that nothing is half done."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
import pytest
from attesting.made_certificates_of_places import (
    FACILITY,
    RSA_KEY,
    YEAR,
    Holder,
    make_ca,
    make_signer,
    openssl,
)
from click.testing import CliRunner
from made_shots import write_shots

from signer.cli import main
from signer.keys.private import encode_private_key

TODAY = datetime.now(UTC)
IN_FORCE = {"begin": TODAY - timedelta(days=1), "end": TODAY + YEAR}
CA = make_ca(**IN_FORCE)
BETWEEN = make_ca("between", CA, 0, **IN_FORCE)
FIVE_GIB = 5 << 30


def attest(*arguments: object, environment: dict[str, str] | None = None) -> click.testing.Result:
    return CliRunner().invoke(main, ["attest", *map(str, arguments)], env=environment)


@pytest.fixture
def cas(tmp_path: Path) -> Path:
    CA.write(tmp_path / "cas", "root")
    return tmp_path / "cas"


def options(folder: Path, signer: Holder) -> list[object]:
    certificate, key = signer.write(folder / "own", "facility")
    return ["--key", key, "--cert", certificate]


@pytest.fixture
def own(tmp_path: Path) -> list[object]:
    """The options that name a facility's key and certificate."""
    return options(tmp_path, make_signer(CA, **IN_FORCE))


def shots(folder: Path, *names: str) -> list[Path]:
    return [write_shots(folder / name, 10) for name in names]


def test_what_is_signed_is_attested_and_openssl_agrees(tmp_path: Path, cas: Path, own: list[object]) -> None:
    files = shots(tmp_path, "a.parquet", "b.parquet")
    done = attest("sign", *files, *own)
    assert done.exit_code == 0, done.stderr
    assert done.stdout == "".join(f"wrote {file}.p7s, for 01-0007, Ba Đình, Hà Nội\n" for file in files)
    checked = attest("check", *files, "--ca", cas)
    assert checked.exit_code == 0, checked.stdout
    lines = checked.stdout.splitlines()
    assert lines[0].startswith(f"attested      {files[0]}: 10 rows, by 01-0007, Ba Đình, Hà Nội at ")
    assert lines[-1] == "2 attested, 0 not attested"
    for file in files:
        given = ("-content", file, "-in", f"{file}.p7s", "-CAfile", cas / "root.pem", "-out", os.devnull)
        done = openssl("cms", "-verify", "-binary", "-inform", "DER", *given, cwd=tmp_path)
        assert done.returncode == 0, done.stderr


def test_json_is_one_object_a_line(tmp_path: Path, cas: Path, own: list[object]) -> None:
    good, bare = shots(tmp_path, "a.parquet", "b.parquet")
    began = datetime.now(UTC).replace(microsecond=0)
    signed = json.loads(attest("sign", good, *own, "--json").stdout)
    ended = datetime.now(UTC)
    place = {"province": "Hà Nội", "district": "Ba Đình", "facility": "01-0007"}
    assert signed == {"file": str(good), "signature": f"{good}.p7s", **place}
    done = attest("check", good, bare, "--ca", cas, "--json")
    assert done.exit_code == 1
    attested, refused = map(json.loads, done.stdout.splitlines())
    assert (attested["verdict"], attested["reason"], attested["rows"]) == ("attested", None, 10)
    assert {name: attested[name] for name in place} == place
    assert began <= datetime.fromisoformat(attested["signed_at"]) <= ended
    assert refused == {
        "file": str(bare),
        "verdict": "not attested",
        "reason": "not_signed",
        "message": "b.parquet.p7s is not beside it",
        "advice": "hand in its .p7s beside it, or sign it by `signer attest sign`",
        "who_acts": "whoever signs the file",
    }


def test_a_person_whom_the_certificate_names_is_not_told(tmp_path: Path, cas: Path) -> None:
    """Certificates of persons who sign for a facility are common, and carry their citizen number as UID."""
    person = make_signer(CA, FACILITY | {"CN": "NGUYEN VAN AN", "UID": "CCCD:001185001234"}, **IN_FORCE)
    (file,) = shots(tmp_path, "a.parquet")
    told = [attest("sign", file, *options(tmp_path, person), "--json")]
    told += [attest("check", file, "--ca", cas, *form) for form in ((), ("--json",))]
    file.write_bytes(b"")
    told += [attest("check", file, "--ca", cas, *form) for form in ((), ("--json",))]
    assert [done.exit_code for done in told] == [0, 0, 0, 1, 1]
    for done in told:
        assert "NGUYEN" not in done.output
        assert "001185001234" not in done.output


def test_bad_files_do_not_keep_good_ones_from_being_checked(
    tmp_path: Path, cas: Path, own: list[object]
) -> None:
    files = shots(tmp_path, "a.parquet", "b.parquet", "c.parquet")
    attest("sign", *files, *own)
    files[0].write_bytes(b"")
    (tmp_path / "b.parquet.p7s").write_bytes(b"garbage")
    done = attest("check", *files, tmp_path / "none", ".", "--ca", cas)
    assert done.exit_code == 1
    lines = done.stdout.splitlines()
    assert [line.split()[2 if line.startswith("not") else 0] for line in lines[:-1]] == [
        "content_changed:", "signature_unreadable:", "attested", "file_unreadable:", "file_unreadable:",
    ]  # fmt: skip
    assert lines[0].startswith(f"not attested  content_changed: {files[0]}: the file is not the one that was")
    assert (
        lines[-1]
        == "1 attested, 4 not attested: 2 file_unreadable, 1 content_changed, 1 signature_unreadable"
    )


def test_signatures_among_the_files_are_passed_over(tmp_path: Path, cas: Path, own: list[object]) -> None:
    (file,) = shots(tmp_path, "a.parquet")
    attest("sign", file, *own)
    assert attest("check", file, f"{file}.p7s", "--ca", cas).stdout.endswith("1 attested, 0 not attested\n")
    assert attest("check", f"{file}.p7s", "--ca", cas).exit_code == 0
    done = attest("sign", f"{file}.p7s", *own)
    assert done.exit_code == 2
    assert "is a signature" in done.stderr


def test_a_chain_goes_into_the_signature(tmp_path: Path, cas: Path) -> None:
    own = options(tmp_path, make_signer(BETWEEN, **IN_FORCE))
    with_chain, without = shots(tmp_path, "a.parquet", "b.parquet")
    chain, _ = BETWEEN.write(tmp_path / "own", "between")
    assert attest("sign", with_chain, *own, "--chain", chain).exit_code == 0
    assert attest("sign", without, *own).exit_code == 0
    done = attest("check", with_chain, without, "--ca", cas)
    assert [line.split(":")[0] for line in done.stdout.splitlines()[:2]] == [
        f"attested      {with_chain}", "not attested  not_trusted",
    ]  # fmt: skip


def test_nothing_is_written_unless_all_can_be_signed(tmp_path: Path, own: list[object]) -> None:
    files = shots(tmp_path, "a.parquet", "b.parquet")
    (tmp_path / "b.parquet.p7s").write_bytes(b"mine")
    done = attest("sign", *files, *own)
    assert done.exit_code == 3
    assert "b.parquet.p7s: is there already" in done.stderr
    assert (tmp_path / "b.parquet.p7s").read_bytes() == b"mine"
    assert attest("sign", files[0], tmp_path / "none.parquet", *own).exit_code == 3
    assert not (tmp_path / "a.parquet.p7s").exists()


def test_a_folder_that_cannot_be_written_to_ends_with_4(tmp_path: Path, own: list[object]) -> None:
    (file,) = shots(tmp_path, "a.parquet")
    command = [sys.executable, "-m", "signer", "attest", "sign", file, *own]

    def limit_files() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))

    done = subprocess.run(
        list(map(str, command)),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        preexec_fn=limit_files,
    )
    assert done.returncode == 4, done.stderr
    assert "a.parquet.p7s: cannot be written" in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.parquet", "own"]


def test_the_passphrase_comes_from_a_file_or_the_environment(tmp_path: Path, own: list[object]) -> None:
    key = Path(str(own[1]))
    key.write_bytes(encode_private_key(make_signer(CA).key, b"secret"))
    passphrase = tmp_path / "passphrase"
    passphrase.touch(0o600)
    passphrase.write_text("secret\n")
    one, two, three = shots(tmp_path, "a.parquet", "b.parquet", "c.parquet")
    assert attest("sign", one, *own, "--passphrase-file", passphrase).exit_code == 0
    by_name = attest("sign", two, *own, "--passphrase-env", "P", environment={"P": "secret"})
    assert by_name.exit_code == 0
    done = attest("sign", three, *own)
    assert done.exit_code == 3
    assert "passphrase is missing" in done.stderr
    assert attest("sign", three, *own, "--passphrase", "secret").exit_code == 2


@pytest.mark.parametrize(
    ("signer", "message"),
    [
        (make_signer(CA, begin=TODAY - YEAR, end=TODAY - timedelta(days=1)), "name one that is in force now"),
        (make_signer(CA, {"C": "VN", "CN": "x"}, **IN_FORCE), "names no province (ST)"),
        (make_signer(CA, extensions=(), **IN_FORCE), "digitalSignature"),
    ],
    ids=["expired", "of no place", "for no files"],
)
def test_what_no_check_would_take_is_not_signed(tmp_path: Path, signer: Holder, message: str) -> None:
    (file,) = shots(tmp_path, "a.parquet")
    done = attest("sign", file, *options(tmp_path, signer))
    assert (done.exit_code, done.stdout) == (3, "")
    assert message in done.stderr
    assert not (tmp_path / "a.parquet.p7s").exists()


def test_a_folder_without_cas_ends_with_3_before_anything_is_checked(tmp_path: Path) -> None:
    (file,) = shots(tmp_path, "a.parquet")
    (tmp_path / "empty").mkdir()
    done = attest("check", file, "--ca", tmp_path / "empty")
    assert (done.exit_code, done.stdout) == (3, "")
    assert "holds no CA certificate" in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["sign", "a"],
        ["sign", "a", "--key", "k"],
        ["check", "a"],
        ["check", "--ca", "d"],
        ["check"],
        ["forge"],
    ],
)
def test_wrong_usage_is_2(arguments: list[str]) -> None:
    assert attest(*arguments).exit_code == 2


def test_names_that_would_move_the_cursor_are_escaped(tmp_path: Path, cas: Path) -> None:
    done = attest("check", tmp_path / "a\x1b[2Jb", "--ca", cas)
    assert "\x1b" not in done.stdout
    assert r"a\x1b[2Jb" in done.stdout


MEASURED = """
import resource, sys
from signer.cli import main
try:
    main(sys.argv[1:])
finally:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


def megabytes_used(*arguments: object) -> int:
    command = [sys.executable, "-c", MEASURED, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert "Traceback" not in done.stderr
    return int(done.stdout.splitlines()[-1])


@pytest.mark.long
def test_a_file_of_5_gib_takes_no_more_memory_than_a_small_one(tmp_path: Path, cas: Path) -> None:
    own = options(tmp_path, make_signer(CA, key=RSA_KEY, **IN_FORCE))
    used = {}
    for size in (1, FIVE_GIB):
        file = tmp_path / f"{size}.bin"
        with file.open("wb") as sparse:
            sparse.truncate(size)
        used[size] = (
            megabytes_used("attest", "sign", file, *own),
            megabytes_used("attest", "check", file, "--ca", cas),
        )
        assert Path(f"{file}.p7s").exists()
        file.unlink()
    assert max(used[FIVE_GIB]) < max(used[1]) + 20, used
