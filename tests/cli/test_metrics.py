"""`--metrics FILE`: what Prometheus reads in it is what the registry holds, however the command ended."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from made_campaigns import commit_part, commit_parts, made_plan, stored
from made_shots import ISSUED_AT, make_profile, write_shots
from made_withdrawals import DAY, N_CERTIFICATES, N_SUPERSEDED, SHOTS_IN_FORCE, make_registry
from prometheus_client.parser import text_string_to_metric_families
from renewed_registries import DUE, EXPIRES_AT, issue, renew_once

from signer.campaign import metrics_lock
from signer.campaign.metrics import CommandRun, write_metrics
from signer.cli import main
from signer.errors import StoppedHalfWay
from signer.records.schemas import POPULATION
from signer.registry import Registry, open_or_create

ISSUED_TEXT = datetime.fromtimestamp(ISSUED_AT, UTC).isoformat()
DAY_S = DAY // 1_000_000


def read(path: Path) -> dict[str, dict[tuple[str, ...], float]]:
    """By name and labels but that of the registry, as the client library of Prometheus understands it."""
    found: dict[str, dict[tuple[str, ...], float]] = {}
    for family in text_string_to_metric_families(path.read_text("utf-8")):
        assert family.type == "gauge"
        assert family.documentation
        for sample in family.samples:
            labels = tuple(value for name, value in sorted(sample.labels.items()) if name != "registry")
            assert labels not in found.setdefault(sample.name, {}), "a value told twice"
            found[sample.name][labels] = sample.value
    return found


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def only(values: Mapping[tuple[str, ...], float]) -> float:
    (value,) = values.values()
    return value


def test_what_is_in_force_lapsed_revoked_and_superseded(tmp_path: Path) -> None:
    registry, file = make_registry(tmp_path / "registry"), tmp_path / "signer.prom"
    write_metrics(registry.path, file, ISSUED_AT + 11 * DAY_S, None, 1)
    found = read(file)
    assert sum(found["signer_certificates_in_force"].values()) == len(SHOTS_IN_FORCE)
    assert only(found["signer_certificates_lapsed"]) == 1
    assert only(found["signer_certificates_revoked"]) == 2
    assert only(found["signer_certificates_superseded"]) == N_SUPERSEDED
    assert only(found["signer_certificates_signed"]) == N_CERTIFICATES
    assert only(found["signer_registry_orphans"]) == 2
    assert only(found["signer_registry_readable"]) == 1
    assert ("revoke",) in found["signer_last_campaign_timestamp_seconds"]


def test_what_expires_within_days_is_counted_from_now(tmp_path: Path) -> None:
    registry, file = make_registry(tmp_path / "registry"), tmp_path / "signer.prom"
    write_metrics(registry.path, file, ISSUED_AT + 9 * DAY_S, None, 1)
    within = read(file)["signer_certificates_expiring_within"]
    assert within == {("1",): 1, ("7",): 1, ("30",): 1, ("90",): 1}
    write_metrics(registry.path, file, ISSUED_AT + 364 * DAY_S, None, 1)
    assert read(file)["signer_certificates_expiring_within"] == {
        ("1",): 13, ("7",): 17, ("30",): 17, ("90",): 17,
    }  # fmt: skip


def test_those_held_back_are_told_apart_from_what_lapses(tmp_path: Path) -> None:
    """Of five, one is in no register: in the first night it is refused, and from then on held back."""
    registry, file = tmp_path / "registry", tmp_path / "signer.prom"
    profile = make_profile(tmp_path / "issuer", made_at=datetime.fromtimestamp(ISSUED_AT, UTC))
    numbers = {row: {"person_id": f"00108000000{row}"} for row in range(5)}
    issue(registry, profile, write_shots(tmp_path / "shots.parquet", 5, numbers))
    register = tmp_path / "register.parquet"
    who = {"full_name": "Nguyễn Thị Hường", "date_of_birth": "1980-02-29"}
    known = [{**person, **who} for row, person in numbers.items() if row]
    pq.write_table(pa.Table.from_pylist(known, schema=POPULATION), register)
    write_metrics(registry, file, DUE, None, 1)
    before = read(file)
    assert before["signer_certificates_expiring_within"]["30",] == 5
    assert before["signer_certificates_held_back"] == {("in_force",): 0, ("lapsed",): 0}
    assert renew_once(registry, profile, DUE, population=(register,)).refused == 1
    write_metrics(registry, file, DUE, None, 1)
    after = read(file)
    assert after["signer_certificates_expiring_within"]["30",] == 0
    assert after["signer_certificates_held_back"] == {("in_force",): 1, ("lapsed",): 0}
    assert sum(after["signer_certificates_in_force"].values()) == 5
    write_metrics(registry, file, EXPIRES_AT, None, 1)
    late = read(file)
    assert only(late["signer_certificates_lapsed"]) == 0
    assert late["signer_certificates_held_back"] == {("in_force",): 0, ("lapsed",): 1}
    assert sum(late["signer_certificates_in_force"].values()) == 4
    assert renew_once(registry, profile, EXPIRES_AT).renewed == 1  # as no register is asked
    write_metrics(registry, file, EXPIRES_AT, None, 1)
    assert read(file)["signer_certificates_held_back"] == {("in_force",): 0, ("lapsed",): 0}


def test_the_state_of_campaigns_and_of_the_last_one(tmp_path: Path) -> None:
    registry = open_or_create(tmp_path / "registry", test=True)
    plan = stored(registry, made_plan())
    with registry.lease() as lease:
        commit_part(registry, lease, plan, 0, skipped={"unchanged": 7})
    assert run("status", registry.path, "--metrics", tmp_path / "m.prom").exit_code == 0
    found = read(tmp_path / "m.prom")
    assert found["signer_campaigns"]["issue", "stopped"] == 1
    assert found["signer_campaigns"]["issue", "running"] == 0
    assert found["signer_campaign_parts_missing"] == {("issue",): 2, ("renew",): 0}
    assert found["signer_last_campaign_healthy"] == {("issue",): 0}
    assert found["signer_last_campaign_rows"] == {
        ("issue", "issued"): 90, ("issue", "refused"): 3, ("issue", "skipped"): 7,
    }  # fmt: skip
    commit_parts(registry, plan, 1, 2)
    with registry.lease():
        run("status", registry.path, "--metrics", tmp_path / "m.prom")
    found = read(tmp_path / "m.prom")
    assert found["signer_last_campaign_healthy"] == {("issue",): 1}
    assert only(found["signer_registry_lease_held"]) == 1
    assert found["signer_last_campaign_rows_per_second"]["issue",] > 0
    assert abs(found["signer_last_campaign_timestamp_seconds"]["issue",] - time.time()) < 60


@pytest.fixture
def issuing(tmp_path: Path) -> list[str | Path]:
    shots = write_shots(tmp_path / "shots.parquet", 5)
    profile = make_profile(tmp_path / "issuer")
    return [
        "issue", shots, "--profile", profile, "--registry", tmp_path / "registry", "--workers", "1",
        "--issued-at", ISSUED_TEXT,
    ]  # fmt: skip


def test_issue_tells_how_it_ended_and_when_its_key_does(tmp_path: Path, issuing: list[str | Path]) -> None:
    done = run(*issuing, "--metrics", tmp_path / "m.prom")
    assert done.exit_code == 0, done.output
    found = read(tmp_path / "m.prom")
    assert found["signer_command_exit_code"] == {("issue",): 0}
    assert only(found["signer_certificates_lapsed"]) == 5  # they were issued in 2022
    dsc = x509.load_pem_x509_certificate((tmp_path / "issuer" / "keys" / "dsc.pem").read_bytes())
    kid = dsc.fingerprint(hashes.SHA256())[:8].hex()
    assert found["signer_dsc_not_after_timestamp_seconds"] == {(kid,): dsc.not_valid_after_utc.timestamp()}
    assert found["signer_certificates_in_force"] == {(kid,): 0}


def test_a_run_that_was_refused_is_told_too(tmp_path: Path, issuing: list[str | Path]) -> None:
    (tmp_path / "issuer" / "keys" / "dsc.key").unlink(missing_ok=True)
    (tmp_path / "shots.parquet").write_bytes(b"cut short")
    done = run(*issuing, "--metrics", tmp_path / "m.prom")
    assert done.exit_code == 3
    assert read(tmp_path / "m.prom")["signer_command_exit_code"] == {("issue",): 3}


def test_what_the_file_said_of_other_commands_stays(tmp_path: Path) -> None:
    """One file a registry: the collector refuses two that tell the same."""
    registry, file = make_registry(tmp_path / 'a "registry", {so}'), tmp_path / "m.prom"
    write_metrics(registry.path, file, ISSUED_AT, CommandRun("renew", 4, 2.5), 1)
    write_metrics(registry.path, file, ISSUED_AT + 60, CommandRun("issue", 0, 1), 1)
    write_metrics(registry.path, file, ISSUED_AT + 90, CommandRun("issue", 1, 1), 1)
    found = read(file)
    assert found["signer_command_exit_code"] == {("issue",): 1, ("renew",): 4}
    assert found["signer_command_seconds"] == {("issue",): 1, ("renew",): 2.5}
    assert found["signer_command_timestamp_seconds"]["renew",] == ISSUED_AT


def test_commands_that_end_at_the_same_time_lose_nothing_of_each_other(
    registry: Registry, tmp_path: Path
) -> None:
    """Each had read the file before the others replaced it: whoever was last kept its own lines alone."""
    file, commands = tmp_path / "m.prom", [f"command{letter}" for letter in "abcdefghijkl"]

    def end(command: str) -> None:
        write_metrics(registry.path.with_name("none"), file, ISSUED_AT, CommandRun(command, 0, 1), 1)

    for _ in range(5):
        file.unlink(missing_ok=True)
        with ThreadPoolExecutor(len(commands)) as pool:
            list(pool.map(end, commands))
        assert set(read(file)["signer_command_exit_code"]) == {(command,) for command in commands}
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["m.prom"]


def test_a_lock_of_a_killed_command_is_in_nobodys_way_and_one_that_is_held_is_told(
    registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(metrics_lock, "TRIES", 3)
    file, lock = tmp_path / "m.prom", tmp_path / ".m.prom.lock"
    lock.touch()
    write_metrics(registry.path, file, ISSUED_AT, None, 1)
    assert not lock.exists()
    with (
        metrics_lock.replacing(file),
        pytest.raises(StoppedHalfWay, match="another command has been replacing it"),
    ):
        write_metrics(registry.path, file, ISSUED_AT, None, 1)


def test_commands_of_other_users_may_open_the_lock_whatever_the_umask_is(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        with metrics_lock.replacing(tmp_path / "m.prom"):
            assert stat.S_IMODE((tmp_path / ".m.prom.lock").stat().st_mode) == 0o644
    finally:
        os.umask(before)


def test_a_registry_that_cannot_be_read_is_no_silence(tmp_path: Path) -> None:
    write_metrics(tmp_path / "none", tmp_path / "m.prom", ISSUED_AT, CommandRun("renew", 3, 1), 1)
    found = read(tmp_path / "m.prom")
    assert only(found["signer_registry_readable"]) == 0
    assert found["signer_command_exit_code"] == {("renew",): 3}


def test_the_exporter_may_read_the_file_and_no_remains_lie_there(registry: Registry, tmp_path: Path) -> None:
    folder = tmp_path / "collected"
    folder.mkdir()
    run("status", registry.path, "--metrics", folder / "m.prom")
    assert [path.name for path in folder.iterdir()] == ["m.prom"]
    assert stat.S_IMODE((folder / "m.prom").stat().st_mode) == 0o644


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return make_registry(tmp_path / "registry")


def test_no_personal_data_is_in_it(registry: Registry, tmp_path: Path) -> None:
    run("status", registry.path, "--metrics", tmp_path / "m.prom")
    text = (tmp_path / "m.prom").read_text()
    for batch in registry.read("certificates", ["uvci", "shot_id", "hc1", "province"]):
        for row in batch.to_pylist():
            assert not [value for value in row.values() if value and len(value) > 2 and value in text]


def test_a_folder_that_is_missing_is_told_before_anything_is_signed(
    tmp_path: Path, issuing: list[str | Path]
) -> None:
    done = run(*issuing, "--metrics", tmp_path / "none" / "m.prom")
    assert done.exit_code == 3
    assert "no such folder" in done.output
    assert not (tmp_path / "registry").exists()


def test_metrics_are_of_registries_only(tmp_path: Path, issuing: list[str | Path]) -> None:
    at = issuing.index("--registry")
    done = run(*issuing[:at], "--out", tmp_path / "out", "--metrics", tmp_path / "m.prom")
    assert done.exit_code == 2


@pytest.mark.parametrize("value", ["e", "1e999", "-1e999", "1.2.3", "+-", "."])
def test_a_damaged_line_of_another_command_is_left_out(
    registry: Registry, tmp_path: Path, value: str
) -> None:
    """Every later run ended with a traceback, and left the file as it was."""
    file = tmp_path / "m.prom"
    for command in ("renew", "revoke"):
        write_metrics(registry.path, file, ISSUED_AT, CommandRun(command, 0, 2.5), 1)
    whole = f'signer_command_seconds{{registry="{registry.path}",command="renew"}} 2.5\n'
    assert whole in file.read_text("utf-8")
    file.write_text(file.read_text("utf-8").replace(whole, whole.replace("2.5", value)), "utf-8")
    write_metrics(registry.path, file, ISSUED_AT + 5, CommandRun("issue", 0, 1), 1)
    assert read(file)["signer_command_seconds"] == {("issue",): 1, ("revoke",): 2.5}
    assert set(read(file)["signer_command_exit_code"]) == {("issue",), ("renew",), ("revoke",)}


@pytest.mark.parametrize("command", ["issue", "status"])
def test_what_is_no_file_is_refused_before_anything_starts(
    registry: Registry, tmp_path: Path, issuing: list[str | Path], command: str
) -> None:
    """A pipe or a device was renamed away, or the run waited for who reads it, when all was signed."""
    os.mkfifo(tmp_path / "pipe.prom")
    (tmp_path / "link.prom").symlink_to("/dev/null")
    arguments = issuing if command == "issue" else ["status", registry.path]
    before = sorted(tmp_path.rglob("*"))
    for name in ("pipe.prom", "link.prom"):
        done = run(*arguments, "--metrics", tmp_path / name)
        assert done.exit_code == 3
        assert f"{name}: is no regular file" in done.output
    assert sorted(tmp_path.rglob("*")) == before
    assert stat.S_ISFIFO((tmp_path / "pipe.prom").stat().st_mode)
    assert (tmp_path / "link.prom").is_symlink()


def test_no_file_of_others_is_replaced(registry: Registry, tmp_path: Path) -> None:
    profile = tmp_path / "profile.toml"
    profile.write_text("country = 'VN'\n")
    for file, told in ((profile, "end in .prom"), (registry.path / "signer.prom", "is in the registry")):
        refused = run("status", registry.path, "--metrics", file)
        assert (refused.exit_code, told in refused.stderr) == (3, True), refused.stderr
    assert profile.read_text() == "country = 'VN'\n"
    assert not (registry.path / "signer.prom").exists()
