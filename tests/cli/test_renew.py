"""`signer renew` as a nightly job calls it: what it says, in JSON and in words, and with which exit code."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from made_shots import ISSUED_AT, make_profile, write_shots
from renewed_registries import KEYS_MADE_AT, issue, renewed_in

from signer.cli import main

NIGHT = "2023-03-30T01:00:00+07:00"
N_SHOTS = 30


@pytest.fixture(scope="module")
def profile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_profile(tmp_path_factory.mktemp("issuer"), made_at=KEYS_MADE_AT)


@pytest.fixture
def registry(tmp_path: Path, profile: Path) -> Path:
    issue(tmp_path / "registry", profile, write_shots(tmp_path / "shots.parquet", N_SHOTS))
    return tmp_path / "registry"


def run(registry: Path, profile: Path, *more: str) -> Result:
    start = ["renew", str(registry), "--profile", str(profile), "--workers", "1"]
    return CliRunner().invoke(main, [*start, *(more or ("--expiring-within", "30d", "--now", NIGHT))])


def test_a_night_answers_one_line_of_json_and_says_nothing_else(registry: Path, profile: Path) -> None:
    done = run(registry, profile, "--expiring-within", "30d", "--now", NIGHT, "--json")
    assert (done.exit_code, done.stderr) == (0, "")
    summary = json.loads(done.stdout)
    assert (summary["night"], summary["due"], summary["renewed"]) == ("2023-03-30", N_SHOTS, N_SHOTS)
    assert done.stdout.count("\n") == 1


def test_the_second_run_of_a_night_has_nothing_to_do(registry: Path, profile: Path) -> None:
    assert "renewed 30 of 30 certificates" in run(registry, profile).stdout
    again = run(registry, profile)
    assert (again.exit_code, again.stdout) == (
        0,
        "nothing to do: the night of 2023-03-30 has renewed 30 certificates\n",
    )


def test_a_night_without_anything_due_says_so(registry: Path, profile: Path) -> None:
    done = run(registry, profile, "--expiring-within", "5d", "--now", NIGHT)
    assert (done.exit_code, done.stdout) == (
        0,
        f"nothing to renew in {registry} in the night of 2023-03-30\n",
    )


def test_a_dry_run_tells_the_load_of_each_night_and_signs_nothing(registry: Path, profile: Path) -> None:
    options = ("--expiring-within", "30d", "--now", "2022-12-01T01:00:00+07:00", "--dry-run")
    done = run(registry, profile, *options, "--json")
    foreseen = json.loads(done.stdout)
    nights = {entry["night"]: entry["certificates"] for entry in foreseen["nights"]}
    assert (len(nights), sum(nights.values())) == (365, N_SHOTS)
    assert foreseen["busiest"] == {"night": "2023-03-16", "certificates": N_SHOTS}
    assert "the busiest is 2023-03-16 with 30" in run(registry, profile, *options).stdout
    assert not renewed_in(registry)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--metrics", "y.prom"], "nothing that --metrics could tell"),
        (["--take-over"], "needs no --take-over"),
        (["--population", "y.csv"], "drop --population"),
    ],
)
def test_what_a_dry_run_would_ignore_is_refused(
    registry: Path, profile: Path, options: list[str], told: str
) -> None:
    done = run(registry, profile, "--expiring-within", "30d", "--dry-run", *options)
    assert done.exit_code == 2
    assert told in done.stderr


def test_what_was_signed_tonight_is_foreseen_in_the_nights_to_come(registry: Path, profile: Path) -> None:
    """On the day of issue tonight has nothing to do, and the year has all of them."""
    on_the_day = datetime.fromtimestamp(ISSUED_AT, UTC).isoformat()
    options = ("--expiring-within", "30d", "--now", on_the_day, "--dry-run", "--json")
    foreseen = json.loads(run(registry, profile, *options).stdout)
    assert (foreseen["due"], foreseen["selected"]) == (0, 0)
    assert foreseen["busiest"] == {"night": "2023-03-15", "certificates": N_SHOTS}
    assert sum(entry["certificates"] for entry in foreseen["nights"]) == N_SHOTS
    levelled = json.loads(run(registry, profile, *options, "--spread", "330").stdout)
    assert levelled["nights"][0]["certificates"] == 0
    assert levelled["busiest"]["certificates"] == 1


def test_a_night_that_is_done_has_no_more_to_do_in_the_dry_run(registry: Path, profile: Path) -> None:
    options = ("--expiring-within", "30d", "--limit", "28", "--now", NIGHT)
    assert "left over by the limit: 2" in run(registry, profile, *options).stdout
    foreseen = json.loads(run(registry, profile, *options, "--dry-run", "--json").stdout)
    assert (foreseen["due"], foreseen["lapsed"], foreseen["selected"]) == (0, 0, 0)
    assert [entry["certificates"] for entry in foreseen["nights"][:3]] == [0, 2, 0]
    assert sum(entry["certificates"] for entry in foreseen["nights"]) == N_SHOTS + 2, "those 2 come twice"


def test_a_spread_shows_in_the_dry_run(registry: Path, profile: Path) -> None:
    options = ("--expiring-within", "30d", "--now", "2022-12-01T01:00:00+07:00", "--dry-run", "--json")
    foreseen = json.loads(run(registry, profile, *options, "--spread", "300").stdout)
    assert foreseen["busiest"]["certificates"] == 1


@pytest.mark.parametrize("days", ["0.5d", "d", "367d", "-1", "30 d", "4w"])
def test_a_window_that_is_no_number_of_days_is_refused(registry: Path, profile: Path, days: str) -> None:
    done = run(registry, profile, "--expiring-within", days)
    assert done.exit_code == 2
    assert "no number of days" in done.stderr or "No such option" in done.stderr


def test_a_folder_that_is_no_registry_is_refused(tmp_path: Path, profile: Path) -> None:
    done = run(tmp_path, profile)
    assert done.exit_code == 3
    assert "is it a registry?" in done.stderr
    assert not any(tmp_path.glob("staging*"))


@pytest.mark.parametrize("ahead", [timedelta(days=1, hours=1), timedelta(days=366)])
def test_no_night_is_signed_that_is_more_than_a_day_ahead(
    registry: Path, profile: Path, ahead: timedelta
) -> None:
    night = (datetime.now(UTC) + ahead).isoformat()
    done = run(registry, profile, "--expiring-within", "30d", "--now", night)
    assert done.exit_code == 2
    assert "--now" in done.stderr
    assert "is more than a day ahead of now" in done.stderr
    assert not renewed_in(registry)


def test_a_dry_run_may_look_at_a_night_far_ahead(registry: Path, profile: Path) -> None:
    night = (datetime.now(UTC) + timedelta(days=366)).isoformat()
    done = run(registry, profile, "--expiring-within", "30d", "--now", night, "--dry-run", "--json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["lapsed"] == N_SHOTS
