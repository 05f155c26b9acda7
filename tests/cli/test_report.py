"""`signer report`: writes a page and says so; JSON has what the page has; errors are one line."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from reporting.made_small import Day, registry_of

from signer.cli import main
from signer.registry import Registry
from signer.reporting.charts import drawing
from signer.reporting.report_markup import Html


@pytest.fixture(autouse=True)
def _undrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Charts take a second a page; tests/reporting has them drawn."""
    monkeypatch.setattr(drawing, "_drawn", lambda *_: Html(""))


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    days = [Day({"Huế": 40, "Hà Nội": 90}, {("Huế", "missing_value"): 3, ("Hà Nội", "missing_value"): 20})]
    return registry_of(tmp_path / "registry", days)


def report(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["report", *map(str, arguments)])


def test_json_has_what_the_page_has_and_hides_as_much(registry: Registry, tmp_path: Path) -> None:
    out = tmp_path / "report.html"
    now = ("--now", "2022-04-20T00:00:00Z")
    done = report(registry.path, "--out", out, *now, "--deadline", "2022-05-01T00:00:00+07:00", "--json")
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert told["page"] == str(out)
    assert told["bytes"] == out.stat().st_size
    assert told["progress"]["with_certificate"] == 130
    assert told["progress"]["reasons"] == {"missing_value": 23}
    hue = next(row for row in told["places"]["rows"] if row["name"] == "Huế")
    assert hue["reasons"] == {"missing_value": "<5"}
    assert hue["without_certificate"] == "<5"


def test_in_words_it_says_how_much_is_left(registry: Registry, tmp_path: Path) -> None:
    out = tmp_path / "report.html"
    in_words = report(registry.path, "--out", out, "--now", "2022-04-20T00:00:00Z")
    assert in_words.stdout.startswith(f"wrote {out}: 153 shots, 23 without a certificate")


def test_a_folder_that_is_no_round_is_named(registry: Registry, tmp_path: Path) -> None:
    done = report(registry.path, "--out", tmp_path / "report.html", "--cleaned", tmp_path)
    assert done.exit_code == 3
    assert "summary.json: cannot be read" in done.stderr
    (tmp_path / "summary.json").write_text('{"today": "2022-13-01"}')
    done = report(registry.path, "--out", tmp_path / "report.html", "--cleaned", tmp_path)
    assert "summary.json: is no summary of a cleaning run" in done.stderr
    assert not (tmp_path / "report.html").exists()


def test_a_registry_that_is_none_is_refused(tmp_path: Path) -> None:
    done = report(tmp_path / "none", "--out", tmp_path / "report.html")
    assert done.exit_code == 3
    assert not (tmp_path / "report.html").exists()


def test_the_registry_is_left_as_it_was(registry: Registry, tmp_path: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in registry.path.rglob("*")}
    assert report(registry.path, "--out", tmp_path / "report.html").exit_code == 0
    assert {path: path.stat().st_mtime_ns for path in registry.path.rglob("*")} == before


def test_a_page_takes_the_place_of_no_pipe_and_no_device(registry: Registry, tmp_path: Path) -> None:
    """They were renamed away: with enough rights /dev/null itself became a page."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("/dev/null")
    for name in ("pipe", "link"):
        done = report(registry.path, "--out", tmp_path / name)
        assert done.exit_code == 3
        assert f"{name}: is no regular file" in done.stderr
    assert stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode)
    assert (tmp_path / "link").is_symlink()
    (tmp_path / "link").unlink()
    (tmp_path / "link").symlink_to(tmp_path / "page.html")
    assert report(registry.path, "--out", tmp_path / "link").exit_code == 0
