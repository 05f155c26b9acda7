"""What a command writes of a registry does not come to lie among the registry's own files."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from made_histories import History, certificate

from signer.cli import main


@pytest.mark.parametrize(
    ("command", "options", "name"),
    [
        ("changes", ["--since", "0"], "changes.csv"),
        ("changes", ["--since", "0"], "certificates"),
        ("report", [], "report.html"),
        ("revocations", [], "lists"),
        ("vectors", [], "vectors"),
    ],
)
def test_it_is_refused_and_nothing_is_written(
    tmp_path: Path, command: str, options: list[str], name: str
) -> None:
    history = History(tmp_path / "registry")
    history.issue([certificate("U1")])
    before = sorted(history.registry.path.rglob("*"))
    out = tmp_path / "registry" / ".." / "registry" / name
    done = CliRunner().invoke(main, [command, str(history.registry.path), *options, "--out", str(out)])
    assert done.exit_code == 3
    assert "is in the registry, which takes no files of others; name another" in done.stderr
    assert sorted(history.registry.path.rglob("*")) == before
