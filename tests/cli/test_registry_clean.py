"""`signer registry clean`: what killed runs have left goes; what is committed, or of others, stays."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from killed_campaign import run_killed
from made_campaigns import commit_parts, log_of, made_plan, stored

from signer.cli import main
from signer.registry import Registry, open_or_create, open_registry


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    """With two parts committed."""
    made = open_or_create(tmp_path / "registry", test=True)
    commit_parts(made, stored(made, made_plan()), 0, 1)
    return made


def clean(registry: Registry, *options: str) -> Result:
    return CliRunner().invoke(main, ["registry", "clean", str(registry.path), *options])


def files_of(folder: Path) -> dict[str, str]:
    """The digests of all files by their names."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_a_clean_registry_stays_as_it_is(registry: Registry) -> None:
    before = files_of(registry.path)
    done = clean(registry)
    assert (done.exit_code, done.stdout) == (0, "removed 0 orphans, 0 bytes\n")
    assert files_of(registry.path) == before


LONG = [
    pytest.param(name, marks=pytest.mark.long) for name in ("part-written", "commit-begun", "commit-allowed")
]


@pytest.mark.parametrize("failpoint", ["part-named", *LONG])
def test_what_a_killed_run_has_left_goes_and_committed_parts_stay(tmp_path: Path, failpoint: str) -> None:
    path = tmp_path / "registry"
    registry = open_or_create(path, test=True)
    commit_parts(registry, stored(registry, made_plan()), 0, 1)
    committed = files_of(path)
    run_killed(path, failpoint)
    left = set(files_of(path)) - set(committed)
    assert left
    done = clean(registry, "--json")
    found = json.loads(done.stdout)
    assert {entry["path"] for entry in found["orphans"]} == {str(path / name) for name in left}
    assert found["bytes"] == sum(entry["bytes"] for entry in found["orphans"])
    now = files_of(path)
    del committed["lease"], now["lease"]  # the killed run has written itself into it
    assert now == committed
    assert len(open_registry(path).files("certificates")) == 2


def test_a_dry_run_lists_the_same_and_removes_nothing(registry: Registry) -> None:
    run_killed(registry.path, "part-named")
    before = files_of(registry.path)
    listed = json.loads(clean(registry, "--dry-run", "--json").stdout)
    assert files_of(registry.path) == before
    removed = json.loads(clean(registry, "--json").stdout)
    assert (listed.pop("dry_run"), removed.pop("dry_run")) == (True, False)
    assert listed == removed
    assert listed["orphans"]


def test_the_text_names_each_orphan_with_its_size(registry: Registry) -> None:
    (registry.path / "refused" / ".0123.tmp").write_bytes(bytes(1500))
    (registry.path / "plans" / ".0123.json.tmp").write_bytes(bytes(20))
    listed = clean(registry, "--dry-run").stdout.splitlines()
    assert listed == [
        "    20 bytes  plans/.0123.json.tmp",
        "      1.5 kB  refused/.0123.tmp",
        "would remove 2 orphans, 1.5 kB",
    ]
    assert clean(registry).stdout.splitlines()[-1] == "removed 2 orphans, 1.5 kB"


def test_a_leftover_folder_of_staging_goes_with_all_that_is_in_it(registry: Registry, tmp_path: Path) -> None:
    outside = tmp_path / "kept.txt"
    outside.write_text("kept")
    staging = registry.path / "staging-7-ab_c9f0k"
    (staging / "deeper").mkdir(parents=True)
    (staging / "shots.parquet").write_bytes(bytes(700))
    (staging / "deeper" / "spilled").write_bytes(bytes(300))
    (staging / "elsewhere").symlink_to(outside)
    assert json.loads(clean(registry, "--json").stdout) == {
        "dry_run": False,
        "orphans": [{"path": str(staging), "bytes": 1000}],
        "bytes": 1000,
    }
    assert not staging.exists()
    assert outside.read_text() == "kept"


@pytest.mark.parametrize(
    "name",
    [
        "certificates/read me.txt",
        "certificates/part-0.parquet",
        "certificates/_delta_log/note",
        "refused/.hidden",
        "plans/old.json",
        "staging-area/file",
        "staging-7-ab_c9f0k",
    ],
)
def test_a_file_of_others_stays(registry: Registry, name: str) -> None:
    foreign = registry.path / name
    foreign.parent.mkdir(exist_ok=True)
    foreign.touch()
    assert json.loads(clean(registry, "--json").stdout)["orphans"] == []
    assert foreign.exists()


def test_nothing_is_removed_while_a_run_is_going_on(registry: Registry) -> None:
    orphan = registry.path / "refused" / ".0123.tmp"
    orphan.touch()
    with registry.lease():
        refused = clean(registry)
        listed = clean(registry, "--dry-run")
    assert refused.exit_code == 3
    assert "a plan is being issued; clean when it has ended" in refused.stderr
    assert orphan.exists()
    assert listed.exit_code == 0
    assert listed.stderr == "a run is going on: parts that it has not committed yet are among them\n"


@pytest.mark.parametrize(("version", "content"), [(1, b""), (1, b"{"), (1, None), (2, b""), (2, b"{")])
def test_nothing_is_removed_where_a_log_does_not_tell_of_all_parts(
    registry: Registry, version: int, content: bytes | None
) -> None:
    """An empty commit reads as one of nothing: then committed parts looked like orphans, and were removed."""
    commit = log_of(registry, "certificates") / f"{version:020d}.json"
    commit.unlink()
    if content is not None:
        commit.write_bytes(content)
    before = files_of(registry.path)
    done = clean(registry)
    assert done.exit_code == 3
    assert commit.name in done.stderr
    assert files_of(registry.path) == before


def test_a_folder_that_is_no_registry_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / ".half.tmp").touch()
    done = CliRunner().invoke(main, ["registry", "clean", str(tmp_path)])
    assert done.exit_code == 3
    assert "is it a registry?" in done.stderr
    assert (tmp_path / ".half.tmp").exists()
