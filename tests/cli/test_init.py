"""`signer init`, and what the whole command promises: exit codes, one line an error, nothing overwritten."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from signer import __version__
from signer.cli import main, ui
from signer.errors import CertificateInvalid, InputUnreadable, StoppedHalfWay
from signer.issuing.preflight import preflight
from signer.keys import load_certificate, load_scalar, load_secret, public_key
from signer.profile import load_profile


def run(*arguments: str | Path) -> "click.testing.Result":
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def run_process(*arguments: str | Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "signer", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_init_writes_a_profile_and_private_secrets(tmp_path):
    done = run("init", tmp_path / "vn")
    assert done.exit_code == 0
    assert sorted(tree(tmp_path / "vn")) == ["person.secret", "profile.toml", "uvci.secret"]
    assert f"wrote {tmp_path / 'vn' / 'profile.toml'}" in done.stdout
    assert "utc_offset" not in done.stderr
    profile = load_profile(tmp_path / "vn" / "profile.toml")
    assert load_secret(profile.uvci_secret) != load_secret(profile.person_secret)
    assert profile.uvci_secret.stat().st_mode & 0o777 == 0o600


def test_the_steps_that_init_names_make_the_keys_that_its_profile_names(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    steps = re.findall("^  (.+)$", run("init", "issuer").stderr, re.MULTILINE)
    (tmp_path / "FILE").write_text("long and random")
    (tmp_path / "FILE").chmod(0o600)
    for step in steps:
        if step.startswith("signer "):
            assert run(*step.split()[1:]).exit_code == 0
        else:
            subprocess.run(step.split(), check=True)
    profile = load_profile(tmp_path / "issuer" / "profile.toml")
    load_certificate(profile.dsc).verify_directly_issued_by(load_certificate(profile.csca))
    load_scalar(profile.key, None)
    assert not (tmp_path / "issuer" / "keys" / "csca.key").exists()
    assert b"ENCRYPTED" in (tmp_path / "root" / "csca.key").read_bytes()


def test_another_country_is_told_what_to_edit(tmp_path):
    assert "edit name, utc_offset and [products]" in run("init", tmp_path, "--country", "TH").stderr


def test_a_time_of_issue_ahead_of_the_clock_is_wrong_usage(tmp_path):
    def issue_after(**ahead: int) -> "click.testing.Result":
        time_text = (datetime.now(UTC) + timedelta(**ahead)).isoformat()
        return run("issue", "x", "--profile", tmp_path / "none", "--out", tmp_path, "--issued-at", time_text)

    refused = issue_after(days=1, minutes=1)
    assert refused.exit_code == 2
    assert "is more than a day ahead of now, 20" in refused.stderr
    assert issue_after(hours=23).exit_code == 3  # it goes on, to a profile that is not there


def test_development_keys_pass_preflight_at_once(tmp_path):
    done = run("init", tmp_path, "--dev-keys", "--country", "TH")
    assert done.exit_code == 0
    assert "for development" in done.stderr
    profile = load_profile(tmp_path / "profile.toml")
    assert profile.country == "TH"
    issued_at = int(time.time())
    preflight(
        profile,
        dsc=load_certificate(profile.dsc),
        csca=load_certificate(profile.csca),
        public_key=public_key(load_scalar(profile.key, None)),
        issued_at=issued_at,
        expires_at=profile.expires_at(issued_at),
    )


def test_json_names_what_was_written(tmp_path):
    answer = json.loads(run("init", tmp_path, "--dev-keys", "--json").stdout)
    assert answer["profile"] == str(tmp_path / "profile.toml")
    assert {str(Path(name).relative_to(tmp_path)) for name in answer["written"]} == set(tree(tmp_path))


@pytest.mark.parametrize(
    "there", ["profile.toml", "uvci.secret", "person.secret", "keys/csca.key", "keys/dsc.pem"]
)
def test_nothing_is_written_where_one_of_the_files_exists(tmp_path, there):
    (tmp_path / there).parent.mkdir(exist_ok=True)
    (tmp_path / there).write_bytes(b"mine")
    done = run("init", tmp_path, "--dev-keys")
    assert done.exit_code == 3
    assert f"{there}: is there already" in done.stderr
    assert tree(tmp_path) == {there: b"mine"}


def test_keys_already_made_stay_when_only_the_profile_is_asked_for(tmp_path):
    run("keys", "csca", "--country", "VN", "--out", tmp_path / "keys")
    assert run("init", tmp_path).exit_code == 0


def test_a_file_in_place_of_the_folder_is_refused(tmp_path):
    (tmp_path / "file").write_bytes(b"mine")
    done = run("init", tmp_path / "file")
    assert done.exit_code == 3
    assert (tmp_path / "file").read_bytes() == b"mine"


@pytest.mark.parametrize("country", ["vn", "VNM", "V", "V1", ""])
def test_a_country_that_is_none_is_wrong_usage(tmp_path, country):
    assert run("init", tmp_path / "new", "--country", country).exit_code == 2
    assert not (tmp_path / "new").exists()


def test_the_exit_codes_of_a_real_process(tmp_path):
    assert run_process("init", tmp_path / "vn").returncode == 0
    again = run_process("init", tmp_path / "vn")
    assert again.returncode == 3
    assert again.stdout == ""
    assert (
        again.stderr
        == f"signer: {tmp_path}/vn/profile.toml: is there already; name another folder, or move it away\n"
    )
    for wrong in (["init"], ["init", "x", "--no-such"], ["no-such-command"], []):
        assert run_process(*wrong).returncode == 2


def test_version_and_help_answer_without_importing_a_subcommand():
    assert run_process("--version").stdout == f"signer {__version__}\n"
    for flag in ("--help", "-h"):
        assert "Turn vaccination records into verifiable QR certificates" in run_process(flag).stdout
    script = (
        "import sys, signer.cli\n"
        "try: signer.cli.main(['--help'])\n"
        "except SystemExit: pass\n"
        "heavy = {'cryptography', 'pyarrow', 'duckdb', 'signer._core'} & set(sys.modules)\n"
        "sys.exit(str(heavy) if heavy else 0)\n"
    )
    assert subprocess.run([sys.executable, "-c", script], capture_output=True, check=False).returncode == 0


def command_that(monkeypatch: pytest.MonkeyPatch, body: "click.decorators.FC") -> None:
    """Puts a command of the test's own in the place of `signer demo`."""
    monkeypatch.setattr(type(main), "get_command", lambda *_: click.command(name="demo")(body))


@pytest.mark.parametrize(
    ("error", "exit_code"),
    [
        (CertificateInvalid("expired", "text 1: expired"), 1),
        (InputUnreadable("shots.csv: row 3: broken"), 3),
        (StoppedHalfWay("part 7: disk full"), 4),
    ],
)
def test_an_error_becomes_one_line_and_its_exit_code(monkeypatch, error, exit_code):
    def fail() -> None:
        raise error

    command_that(monkeypatch, fail)
    done = run("demo")
    assert (done.exit_code, done.stdout, done.stderr) == (exit_code, "", f"signer: {error}\n")


def test_ctrl_c_is_stopped_half_way(monkeypatch):
    def interrupted() -> None:
        raise KeyboardInterrupt

    command_that(monkeypatch, interrupted)
    done = run("demo")
    assert done.exit_code == 4
    assert done.stderr.startswith("signer: interrupted")


def test_a_mistake_of_ours_does_not_look_like_a_result(monkeypatch):
    def broken() -> None:
        raise ZeroDivisionError

    command_that(monkeypatch, broken)
    done = run("demo")
    assert done.exit_code == 4
    assert "ZeroDivisionError" in done.stderr
    assert done.stderr.splitlines()[-1].startswith("signer: this is a mistake in signer")


def test_a_commands_own_exit_code_is_kept(monkeypatch):
    command_that(monkeypatch, lambda: click.get_current_context().exit(1))
    assert run("demo").exit_code == 1


# What a shell starts in the background is deaf to interrupts, and so would its children be.
SLEEP = """
import click, signal, signer.cli, sys, time
signal.signal(signal.SIGINT, signal.default_int_handler)
@click.command()
def demo():
    print("ready", flush=True)
    time.sleep(60)
type(signer.cli.main).get_command = lambda *_: demo
signer.cli.main(["demo"])
"""


def test_an_interrupt_signal_ends_a_real_process_with_4():
    with subprocess.Popen(
        [sys.executable, "-c", SLEEP], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGINT)
        _, stderr = process.communicate(timeout=30)
    assert process.returncode == 4
    assert "Traceback" not in stderr


def test_a_closed_pipe_is_quiet(tmp_path):
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "signer", "init", str(tmp_path / "vn")]
    done = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, text=True, check=False, timeout=60)
    os.close(writing)
    assert (done.returncode, done.stderr) == (4, "")


def test_control_characters_in_a_message_are_escaped(capsys):
    ui.error("a\nb\x1b[31mc\u202e Nguyễn")
    assert capsys.readouterr().err == "signer: a\\nb\\x1b[31mc\\u202e Nguyễn\n"


def test_a_terminal_without_the_letters_gets_escapes_and_json_is_ascii(monkeypatch):
    script = "from signer.cli import ui; ui.result('Nguyễn \\udcff'); ui.json_result({'name': 'Nguyễn'})"
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    first, second = done.stdout.splitlines()
    assert first == "Nguy\\u1ec5n \\udcff"
    assert json.loads(second) == {"name": "Nguyễn"}
