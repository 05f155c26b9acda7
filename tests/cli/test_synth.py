"""`signer synth`: what it writes, says and refuses."""

from __future__ import annotations

import json

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from signer.cli import main
from signer.cli.synth import FAULTS


def run(*arguments: object):
    return CliRunner().invoke(main, ["synth", *map(str, arguments)])


def test_it_writes_three_tables_and_says_so(tmp_path):
    outcome = run(tmp_path / "nation", "--people", 500, "--seed", 3)
    assert outcome.exit_code == 0, outcome.output
    assert {path.name for path in (tmp_path / "nation").iterdir()} == {
        "shots.parquet",
        "population.parquet",
        "truth.parquet",
    }
    assert "of 500 people" in outcome.stdout
    assert "name_differs" in outcome.stdout


def test_json_gives_the_counts(tmp_path):
    outcome = run(tmp_path / "nation", "--people", 500, "--seed", 3, "--json")
    summary = json.loads(outcome.stdout)
    assert summary["shots"] == pq.read_metadata(tmp_path / "nation" / "shots.parquet").num_rows
    assert summary["people"] == 500
    assert summary["wrong"] == sum(summary["planted"].values())


def test_a_directory_in_use_is_refused_before_starting(tmp_path):
    (tmp_path / "mine").write_text("x")
    outcome = run(tmp_path, "--people", 10)
    assert outcome.exit_code == 3
    assert "not empty" in outcome.stderr
    assert outcome.stdout == ""


def test_no_people_is_wrong_usage(tmp_path):
    assert run(tmp_path / "nation", "--people", 0).exit_code == 2
    assert run(tmp_path / "nation").exit_code == 2


def test_shares_of_faults_can_be_changed(tmp_path):
    """To nothing but one class, of nearly all people; a foreigner has none."""
    none = [f"--share={name}=0" for name in FAULTS if name != "name_differs"]
    outcome = run(tmp_path / "nation", "--people", 500, *none, "--share", "name_differs=100", "--json")
    assert outcome.exit_code == 0, outcome.output
    summary = json.loads(outcome.stdout)
    assert {name for name, count in summary["planted"].items() if count} == {"name_differs"}
    assert summary["planted"]["name_differs"] > 0.7 * summary["shots"]


def test_a_nation_without_faults_can_be_had(tmp_path):
    outcome = run(tmp_path / "nation", "--people", 500, *(f"--share={name}=0" for name in FAULTS), "--json")
    assert json.loads(outcome.stdout)["wrong"] == 0


@pytest.mark.parametrize(
    ("share", "said"),
    [
        ("name_difers=1", "no fault; there are name_differs"),
        ("name_differs", "not FAULT=PERCENT"),
        ("name_differs=much", "not FAULT=PERCENT"),
        ("name_differs=101", "at most 100 %"),
        ("name_differs=-1", "0 or more"),
        ("name_differs=nan", "0 or more"),
        ("duplicate_shot=50", "at most 10 %"),
    ],
)
def test_shares_that_cannot_be_are_wrong_usage(tmp_path, share, said):
    outcome = run(tmp_path / "nation", "--people", 10, "--share", share)
    assert outcome.exit_code == 2
    assert said in " ".join(outcome.stderr.replace("│", " ").split())
    assert not (tmp_path / "nation").exists()


def test_a_share_given_twice_is_wrong_usage(tmp_path):
    outcome = run(tmp_path / "n", "--people", 10, "--share=sex_differs=1", "--share=sex_differs=2")
    assert outcome.exit_code == 2
