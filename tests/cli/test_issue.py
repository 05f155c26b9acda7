"""`signer issue` as it is typed: exit codes, JSON, and files that nothing outside the input changes."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from cli.command_runs import Finished, signer, signer_process
from click.testing import CliRunner
from cpu_levels import LEVELS
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)
from made_shots import (
    ISSUED_AT,
    ISSUED_AT_TEXT,
    differing_files,
    make_profile,
    parts_of,
    rows_asked,
    shots_batch,
    write_shots,
)

from signer.cli import main


@pytest.fixture(scope="module")
def profile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_profile(tmp_path_factory.mktemp("issuer"))


def issue(*arguments: object, **environment: str) -> Finished:
    return signer("issue", *arguments, **environment)


def issue_process(*arguments: object, **environment: str) -> Finished:
    return signer_process("issue", *arguments, **environment)


def test_the_json_summary_is_the_only_thing_on_stdout(tmp_path: Path, profile: Path) -> None:
    shots = write_shots(tmp_path / "shots.parquet", 1000, {7: {"vaccine": "?"}})
    done = issue_process(
        shots,
        "--profile",
        profile,
        "--out",
        tmp_path / "out",
        "--workers",
        2,
        "--issued-at",
        ISSUED_AT_TEXT,
        "--json",
    )
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout)
    assert summary["issued"] == 999
    assert summary["refused"] == 1
    assert summary["by_reason"] == {"vaccine_unknown": 1}
    assert summary["workers"] == 2
    assert summary["cpu_level"] in ("ifma", "avx512", "avx2", "portable")
    assert summary["seconds"] > 0
    assert summary["rate_per_s"] > 0
    assert summary["iat"] == ISSUED_AT
    assert summary["campaign"] == "issue-20220414T031500Z"
    assert "issue-20220414T031500Z: 1000 rows in 1 parts" in done.stderr


def test_without_json_the_summary_is_in_words(tmp_path: Path, profile: Path) -> None:
    shots = write_shots(tmp_path / "shots.parquet", 1000, {7: {"vaccine": "?"}})
    done = issue(shots, "--profile", profile, "--out", tmp_path / "out", "--issued-at", ISSUED_AT_TEXT)
    assert done.returncode == 0, done.stderr
    assert f"issued 999 of 1,000 rows into {tmp_path / 'out'}" in done.stdout
    assert "vaccine_unknown" in done.stdout


def test_too_many_refusals_end_with_1_and_the_output_is_there(tmp_path: Path, profile: Path) -> None:
    shots = write_shots(tmp_path / "shots.parquet", 10, {row: {"vaccine": "?"} for row in range(3)})
    done = issue(shots, "--profile", profile, "--out", tmp_path / "out", "--issued-at", ISSUED_AT_TEXT)
    assert done.returncode == 1, done.stderr
    assert (tmp_path / "out" / "summary.json").exists()


def test_an_existing_output_ends_with_3_at_once(tmp_path: Path, profile: Path) -> None:
    (tmp_path / "out").mkdir()
    done = issue(tmp_path / "absent.parquet", "--profile", profile, "--out", tmp_path / "out")
    assert done.returncode == 3
    assert done.stderr.startswith("signer: ")
    assert "is there already" in done.stderr


@pytest.mark.parametrize("time", ["2022-04-14T10:15:00", "yesterday", "2022-04-14", "1969-01-01T00:00:00Z"])
def test_a_time_without_zone_or_sense_is_wrong_usage(tmp_path: Path, profile: Path, time: str) -> None:
    done = issue("shots.parquet", "--profile", profile, "--out", tmp_path / "out", "--issued-at", time)
    assert done.returncode == 2
    assert "--issued-at" in done.stderr


@pytest.mark.parametrize("workers", ["0", "-1", "two"])
def test_a_senseless_number_of_workers_is_wrong_usage(tmp_path: Path, profile: Path, workers: str) -> None:
    done = issue("shots.parquet", "--profile", profile, "--out", tmp_path / "out", "--workers", workers)
    assert done.returncode == 2


@pytest.mark.parametrize(
    ("qr", "option"),
    [
        ("none", ("--qr-level", "H")),
        ("none", ("--qr-raise-level",)),
        ("none", ("--qr-scale", "4")),
        ("bits", ("--qr-scale", "2")),
        ("bits", ("--qr-quiet-zone", "0")),
    ],
)
def test_an_option_without_effect_is_wrong_usage(tmp_path: Path, qr: str, option: tuple[str, ...]) -> None:
    arguments = ["issue", "shots.parquet", "--profile", "p", "--out", str(tmp_path / "out"), "--qr", qr]
    done = CliRunner().invoke(main, [*arguments, *option])
    assert done.exit_code == 2, done.output
    assert f"{option[0]} has no effect on --qr {qr}" in " ".join(done.output.replace("│", " ").split())


def test_a_wrong_passphrase_ends_with_3_and_nothing_is_written(tmp_path: Path) -> None:
    profile = make_profile(tmp_path / "issuer")
    key = tmp_path / "issuer" / "keys" / "dsc.key"
    encrypt(key, b"right")
    profile.write_text(profile.read_text().replace("# passphrase_env", "passphrase_env"))
    shots = write_shots(tmp_path / "shots.parquet", 10)
    arguments = (shots, "--profile", profile, "--out", tmp_path / "out", "--issued-at", ISSUED_AT_TEXT)
    wrong = issue(*arguments, SIGNER_PASSPHRASE="wrong")
    assert wrong.returncode == 3
    assert "passphrase" in wrong.stderr
    assert "Traceback" not in wrong.stderr
    assert not list(tmp_path.glob("out*"))
    right = issue(*arguments, SIGNER_PASSPHRASE="right")
    assert right.returncode == 0, right.stderr


def encrypt(key: Path, passphrase: bytes) -> None:
    loaded = load_pem_private_key(key.read_bytes(), None)
    encryption = BestAvailableEncryption(passphrase)
    key.write_bytes(loaded.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption))


def test_a_passphrase_from_a_pipe_reaches_all_workers(tmp_path: Path) -> None:
    """It can be read only once: workers that read it themselves would wait for ever."""
    profile = make_profile(tmp_path / "issuer")
    encrypt(tmp_path / "issuer" / "keys" / "dsc.key", b"right")
    os.mkfifo(tmp_path / "pipe", 0o600)
    text = profile.read_text().replace(
        '# passphrase_file = "keys/dsc.passphrase"', 'passphrase_file = "../pipe"'
    )
    profile.write_text(text)
    shots = write_shots(tmp_path / "shots.parquet", 1000)
    with subprocess.Popen(["sh", "-c", f"echo right > {tmp_path / 'pipe'}"]):
        done = issue_process(
            shots,
            "--profile",
            profile,
            "--out",
            tmp_path / "out",
            "--workers",
            2,
            "--issued-at",
            ISSUED_AT_TEXT,
        )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("disabled", list(LEVELS.values())[1:], ids=list(LEVELS)[1:])
def test_files_do_not_depend_on_the_cpu_level(
    tmp_path: Path, profile: Path, shots: list[Path], reference: dict[str, bytes], disabled: str
) -> None:
    found = files_of_run(tmp_path, profile, shots, SIGNER_DISABLE_CPU=disabled)
    assert differing_files(reference, found) == []


@pytest.mark.parametrize(
    "environment",
    [{"TZ": "Asia/Ho_Chi_Minh"}, {"TZ": "America/Anchorage", "LC_ALL": "C"}],
    ids=lambda environment: environment["TZ"],
)
def test_files_do_not_depend_on_locale_and_time_zone(
    tmp_path: Path,
    profile: Path,
    shots: list[Path],
    reference: dict[str, bytes],
    environment: dict[str, str],
) -> None:
    assert differing_files(reference, files_of_run(tmp_path, profile, shots, **environment)) == []


def test_files_do_not_depend_on_how_the_locale_writes_a_large_i(
    tmp_path: Path, profile: Path, shots: list[Path], reference: dict[str, bytes], turkish: dict[str, str]
) -> None:
    assert differing_files(reference, files_of_run(tmp_path, profile, shots, **turkish)) == []


N_INPUTS = 4


@pytest.fixture(scope="module")
def shots(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Files of several row groups each; since parts end with their file, there is one for each at least."""
    n_rows = rows_asked(2000)
    changes = {row: {"full_name": f"Đặng Văn {'ÀẢÃÁẠ'[row % 5]} Mịch"} for row in range(0, n_rows, 3)}
    table = pa.Table.from_batches([shots_batch(n_rows, {**changes, 77: {"vaccine": None}})])
    rows_per_file = -(-n_rows // N_INPUTS)
    folder = tmp_path_factory.mktemp("shots")
    paths = [folder / f"shots-{number}.parquet" for number in range(N_INPUTS)]
    for number, path in enumerate(paths):
        rows = table.slice(number * rows_per_file, rows_per_file)
        pq.write_table(rows, path, row_group_size=-(-rows_per_file // 3))
    return paths


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory, profile: Path, shots: list[Path]) -> dict[str, bytes]:
    files = files_of_run(tmp_path_factory.mktemp("reference"), profile, shots)
    assert len(files) >= 2 * N_INPUTS, "certificates and refusals of each part"
    return files


def files_of_run(folder: Path, profile: Path, shots: list[Path], **environment: str) -> dict[str, bytes]:
    options = ("--workers", 2, "--issued-at", ISSUED_AT_TEXT)
    done = issue_process(*shots, "--profile", profile, "--out", folder / "out", *options, **environment)
    assert done.returncode == 0, done.stderr
    return parts_of(folder / "out")
