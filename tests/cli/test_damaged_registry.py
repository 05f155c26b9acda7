"""A page of a committed file was overwritten: every command names the file, and monitoring hears of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from cli.command_runs import Finished, signer
from made_damages import overwrite_page
from made_shots import make_profile, write_shots
from prometheus_client.parser import text_string_to_metric_families
from renewed_registries import issue

from signer.campaign import metrics
from signer.registry import open_registry

NIGHT = "2023-03-30T01:00:00+07:00"
N_SHOTS = 30
COMMANDS = {
    "renew": "renew REGISTRY --profile PROFILE --workers 1 --expiring-within 30d --now NIGHT",
    "renew-dry": "renew REGISTRY --profile PROFILE --workers 1 --expiring-within 30d --now NIGHT --dry-run",
    "revoke": "revoke REGISTRY --shot S1 --reason leaked --ordered-by me",
    "changes": "changes REGISTRY --since 0 --out OUT",
    "explain": "explain REGISTRY --shot S1 --profile PROFILE",
    "report": "report REGISTRY --out OUT",
    "revocations": "revocations REGISTRY --out OUT",
}


@pytest.fixture(scope="module")
def profile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_profile(tmp_path_factory.mktemp("issuer"), made_at=datetime(2022, 4, 14, tzinfo=UTC))


@pytest.fixture
def damaged(tmp_path: Path, profile: Path) -> Path:
    """The file of certificates of the registry in `tmp_path`, the first page of whose columns is damaged."""
    issue(tmp_path / "registry", profile, write_shots(tmp_path / "shots.parquet", N_SHOTS))
    (file,) = open_registry(tmp_path / "registry").files("certificates")
    for column in pq.read_schema(file.path).names:
        overwrite_page(file.path, column)
    return file.path


def run(command: str, profile: Path, folder: Path, more: Sequence[object] = ()) -> Finished:
    places = {"REGISTRY": folder / "registry", "PROFILE": profile, "NIGHT": NIGHT, "OUT": folder / "out"}
    return signer(*(places.get(word, word) for word in COMMANDS[command].split()), *more)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_damaged_page_is_no_mistake_of_signer(
    command: str, damaged: Path, profile: Path, tmp_path: Path
) -> None:
    done = run(command, profile, tmp_path)
    assert done.returncode == 3, done.stderr
    assert "Traceback" not in done.stderr
    assert damaged.name in done.stderr


def read_metrics(path: Path) -> dict[str, float]:
    """By name; of a registry that cannot be read no name stands twice."""
    families = text_string_to_metric_families(path.read_text("utf-8"))
    return {sample.name: sample.value for family in families for sample in family.samples}


@pytest.mark.parametrize("command", ["renew", "revoke"])
def test_monitoring_hears_that_the_registry_cannot_be_read_and_how_the_command_ended(
    command: str, damaged: Path, profile: Path, tmp_path: Path
) -> None:
    done = run(command, profile, tmp_path, ["--metrics", tmp_path / "m.prom"])
    assert done.returncode == 3, done.stderr
    assert damaged.name in done.stderr
    found = read_metrics(tmp_path / "m.prom")
    assert (found["signer_registry_readable"], found["signer_command_exit_code"]) == (0, 3)


def test_status_writes_down_that_the_registry_is_damaged_and_names_the_file(
    damaged: Path, tmp_path: Path
) -> None:
    done = signer("status", tmp_path / "registry", "--metrics", tmp_path / "m.prom")
    assert done.returncode == 3, done.stderr
    assert damaged.name in done.stderr
    assert read_metrics(tmp_path / "m.prom") == {"signer_registry_readable": 0}


def test_a_mistake_in_counting_does_not_hide_how_the_command_ended(
    damaged: Path, profile: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def mistake(*_: object) -> None:
        raise ZeroDivisionError("counted wrongly")

    monkeypatch.setattr(metrics, "count_standing", mistake)
    monkeypatch.setattr(metrics, "read_status", mistake)
    done = run("renew", profile, tmp_path, ["--metrics", tmp_path / "m.prom"])
    assert done.returncode == 3, done.stderr
    assert "counted wrongly" in done.stderr
    assert damaged.name in done.stderr
