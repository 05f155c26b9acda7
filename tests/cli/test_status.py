"""`signer status`: a table that fits a page, JSON for scripts, and 1 where rows do not add up."""

from __future__ import annotations

import json
import re
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from killed_campaign import run_killed
from made_campaigns import commit_part, commit_parts, given_up_for, made_plan, made_renewal, stored

from signer.cli import main
from signer.cli.quantities import in_bytes, in_time
from signer.registry import Registry, open_or_create


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return open_or_create(tmp_path / "registry", test=True)


def status(registry: Registry, *options: str) -> Result:
    return CliRunner().invoke(main, ["status", str(registry.path), *options])


def lines_of(result: Result) -> list[str]:
    return [" ".join(line.split()) for line in result.stdout.splitlines()]


def in_hours(hours: float) -> str:
    return (datetime.now(UTC) + timedelta(hours=hours)).isoformat()


def test_each_campaign_has_a_line_and_what_is_to_be_said_of_it(registry: Registry) -> None:
    left = stored(registry, made_plan(name="left.csv"))
    new = stored(registry, given_up_for(left, made_plan(name="new.csv", rows=10_000)))
    with registry.lease() as lease:
        commit_part(registry, lease, new, 0, skipped={"unchanged": 1234})
    done = status(registry)
    assert done.exit_code == 0, done.output
    lines = lines_of(done)
    assert lines[1:3] == ["8,763 certificates", "3 refused rows, 0 certificates revoked"]
    row = lines.index(f"{new.plan_id[:8]} 2022-04-14 03:15Z stopped 30,000 1/3 8,763 3 1,234")
    assert lines[row + 1 : row + 4] == [
        "new.csv, 30,000 rows",
        "skipped: 1,234 unchanged",
        "2 parts missing: run its `signer issue` again to go on",
    ]
    row = lines.index(f"{left.plan_id[:8]} 2022-04-14 03:15Z given up 300 0/3 0 0 0")
    assert lines[row + 2] == "3 parts missing: another plan stands in for this one"


def test_large_numbers_stay_within_a_hundred_columns(registry: Registry) -> None:
    plan = stored(registry, made_plan(n_parts=1000, rows=100_000))
    with registry.lease() as lease:
        lease.note_plan(plan.plan_id)
        done = status(registry, "--deadline", in_hours(1))
    assert "100,000,000" in done.stdout
    assert max(map(len, done.stdout.splitlines()[1:])) <= 100


def test_a_run_is_told_with_its_process_while_it_goes_on(registry: Registry) -> None:
    plan = stored(registry, made_plan())
    with registry.lease() as lease:
        assert re.search(r"process \d+ \(epoch 1\) is starting", status(registry).stdout)
        lease.note_plan(plan.plan_id)
        commit_part(registry, lease, plan, 0)
        commit_part(registry, lease, plan, 1)
        running = status(registry)
        of_scripts = json.loads(status(registry, "--json").stdout)
    assert f"(epoch 1) is at plan {plan.plan_id[:8]}" in running.stdout
    assert re.search(r"[\d,]+ rows a second, \d+ s left", running.stdout)
    assert of_scripts["run"]["plan"] == plan.plan_id
    assert of_scripts["campaigns"][0]["state"] == "running"


def test_a_killed_run_is_stopped_and_its_remains_are_counted(registry: Registry) -> None:
    run_killed(registry.path, "part-named")
    done = status(registry)
    assert "stopped" in done.stdout
    assert "left by killed runs; signer registry clean removes them" in done.stdout
    assert done.exit_code == 0


def test_rows_that_do_not_add_up_are_told_loudly(registry: Registry) -> None:
    plan = stored(registry, made_plan())
    with registry.lease() as lease:
        commit_part(registry, lease, plan, 0, n_lost=2)
    fault = f"plan {plan.plan_id}: part 0 has 100 rows, but 95 issued + 3 refused + 0 skipped are 98"
    in_words, for_scripts = status(registry), status(registry, "--json")
    assert (in_words.exit_code, for_scripts.exit_code) == (1, 1)
    assert in_words.output.count(fault) == 1
    assert f"WRONG: {fault}" in in_words.stdout
    assert json.loads(for_scripts.stdout)["faults"] == [fault]
    assert for_scripts.stderr == f"signer: {fault}\n"


def test_finished_renewals_are_one_line_and_the_last_one_in_full(registry: Registry) -> None:
    """Before, a year of nights hid what was issued."""
    commit_parts(registry, stored(registry, made_plan()), 0, 1, 2)
    nights = [stored(registry, made_renewal(f"2023-03-{day:02}")) for day in range(1, 31)]
    for plan in nights:
        commit_parts(registry, plan, 0)
    begun = stored(registry, made_renewal("2023-03-31", n_parts=2))
    commit_parts(registry, begun, 0)
    done = status(registry, "--deadline", in_hours(5))
    assert done.exit_code == 0, done.output
    lines = lines_of(done)
    assert lines[1] == "3,298 certificates, 3,007 of them renewals of others"
    row = lines.index(
        "renewals 30 finished, in nights from 2023-03-01 to 2023-03-30: 2,910 certificates; the last one:"
    )
    assert lines[row + 1].startswith(f"{nights[-1].plan_id[:8]} 2023-03-29 19:00Z finished 100 1/1 97")
    assert lines[row + 2] == "100 certificates renewed in the night of 2023-03-30"
    assert lines[row + 3].startswith(f"{begun.plan_id[:8]} 2023-03-30 19:00Z stopped 200 1/2")
    assert lines[row + 5 :] == ["1 part missing: run its `signer renew` again to go on"]
    assert not [line for line in lines if line.startswith(nights[0].plan_id[:8])]
    assert max(map(len, done.stdout.splitlines()[1:])) <= 100
    campaigns = json.loads(status(registry, "--json").stdout)["campaigns"]
    assert [campaign["kind"] for campaign in campaigns] == ["issue", *["renew"] * 31]


def test_one_renewal_and_those_with_faults_are_told_in_full(registry: Registry) -> None:
    wrong, *others = (stored(registry, made_renewal(f"2023-03-0{day}")) for day in (1, 2))
    with registry.lease() as lease:
        commit_part(registry, lease, wrong, 0, n_lost=1)
    commit_parts(registry, others[0], 0)
    found = status(registry).stdout
    assert "in nights from" not in found
    assert all(f"{plan.plan_id[:8]}  2023" in found for plan in (wrong, *others))
    assert "WRONG: " in found


def test_the_deadline_is_met_missed_or_ahead(registry: Registry) -> None:
    finished = stored(registry, made_plan(name="finished"))
    commit_parts(registry, finished, 0, 1, 2)
    assert "before the deadline" in status(registry, "--deadline", in_hours(5)).stdout
    assert "after the deadline" in status(registry, "--deadline", in_hours(-5)).stdout
    plan = stored(registry, made_plan(n_parts=4, name="stopped", rows=10_000_000))
    assert "cannot be told yet: needs" in status(registry, "--deadline", in_hours(1)).stdout
    assert "late: the deadline was" in status(registry, "--deadline", in_hours(-1)).stdout
    assert plan.n_rows == 40_000_000


def test_a_run_is_in_time_or_late(registry: Registry) -> None:
    """Parts of 1,000 rows, a few a second."""
    plan = stored(registry, made_plan(n_parts=10_000, rows=1000))
    with registry.lease() as lease:
        lease.note_plan(plan.plan_id)
        commit_part(registry, lease, plan, 0)
        commit_part(registry, lease, plan, 1)
        late = status(registry, "--deadline", in_hours(0.01)).stdout
        in_time_ = status(registry, "--deadline", in_hours(2000)).stdout
    assert re.search(r"late by .*: needs [\d,]+ rows a second, runs at [\d,]+", late)
    assert re.search(r"in time by \d+ days", in_time_)
    assert "started again now: late by" in status(registry, "--deadline", in_hours(0.01)).stdout


@pytest.mark.parametrize("moment", ["tomorrow", "2022-04-14T10:15:00", "1999-01-01T00:00:00Z"])
def test_a_deadline_that_is_no_time_is_wrong_usage(registry: Registry, moment: str) -> None:
    assert status(registry, "--deadline", moment).exit_code == 2


def test_names_of_files_cannot_disturb_the_terminal(registry: Registry) -> None:
    stored(registry, made_plan(name="\x1b[31mHà Nội\udcff.csv"))
    assert "\\x1b[31mHà Nội\\udcff.csv, 300 rows" in status(registry).stdout


def test_a_registry_that_is_none_or_damaged_is_refused_with_3(registry: Registry, tmp_path: Path) -> None:
    assert CliRunner().invoke(main, ["status", str(tmp_path)]).exit_code == 3
    (registry.path / "refused" / "_delta_log" / f"{1:020d}.json").write_bytes(b"{")
    done = status(registry)
    assert done.exit_code == 3
    assert "was cut short" in done.stderr


@pytest.mark.long
def test_three_plans_of_a_hundred_parts_are_told_in_two_seconds(registry: Registry) -> None:
    for name in "abc":
        plan = stored(registry, made_plan(n_parts=100, name=name))
        commit_parts(registry, plan, *range(100))
    started_s = time.monotonic()
    done = status(registry, "--json")
    assert time.monotonic() - started_s < 2
    assert json.loads(done.stdout)["certificates"] == 3 * 100 * 97


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"),
        (59.4, "59 s"),
        (59.6, "1 min"),
        (725, "12 min 5 s"),
        (3600, "1 h"),
        (7999, "2 h 13 min"),
        (86_400, "1 day"),
        (2 * 86_400 + 4 * 3600, "2 days 4 h"),
    ],
)
def test_spans_of_time_are_in_words(seconds: float, words: str) -> None:
    assert in_time(seconds) == words


@pytest.mark.parametrize(
    ("n_bytes", "words"),
    [
        (0, "0 bytes"),
        (999, "999 bytes"),
        (1000, "1.0 kB"),
        (999_960, "1.0 MB"),
        (10**15, "1,000.0 TB"),
    ],
)
def test_sizes_are_in_words(n_bytes: int, words: str) -> None:
    assert in_bytes(n_bytes) == words
