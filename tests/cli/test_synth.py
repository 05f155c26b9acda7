"""`signer synth`: what it writes, says and refuses."""

from __future__ import annotations

import json

import pyarrow.parquet as pq
from click.testing import CliRunner

from signer.cli import main


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
