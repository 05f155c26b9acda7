"""`signer demo` from nothing to verified certificates."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

from signer.cli import main


def test_the_demo_makes_issues_and_verifies(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    done = CliRunner().invoke(main, ["demo", str(folder), "--people", "2000", "--workers", "2"])
    assert done.exit_code == 0, done.output
    assert "500 certificates picked from all parts, all valid" in done.output
    assert "rows a second" in done.output
    assert "person_id_malformed, for the facility that gave the dose to mend\n" in done.output
    assert "the number is neither 9 or 12 digits nor" in done.output
    assert (folder / "nation" / "shots.parquet").exists()
    assert (folder / "issuer" / "profile.toml").exists()
    summary = json.loads((folder / "issued" / "summary.json").read_text())
    assert summary["issued"] > 3000


def test_the_demo_writes_over_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = CliRunner().invoke(main, ["demo", str(tmp_path)])
    assert done.exit_code == 3
    assert "is there already" in done.output
    assert [entry.name for entry in tmp_path.iterdir()] == ["file"]
