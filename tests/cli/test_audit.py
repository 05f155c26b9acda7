"""`signer audit` as it is typed: exit codes, what it says, and that it says what to do."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pytest
from campaign.made_registry import N_ISSUED, MadeRegistry, commit, make_part, make_plan, make_registry
from click.testing import CliRunner, Result
from made_shots import ISSUED_AT_TEXT, make_profile, write_shots

from signer.cli import main


def audit(*arguments: object) -> Result:
    return signer("audit", "--workers", 1, *arguments)


def signer(*arguments: object) -> Result:
    """In this process: a new one takes a second or two to start."""
    return CliRunner().invoke(main, list(map(str, arguments)))


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> MadeRegistry:
    return make_registry(tmp_path_factory.mktemp("whole"))


def test_a_whole_registry_ends_with_0(whole: MadeRegistry) -> None:
    done = audit(whole.registry.path, "--trust", whole.dsc)
    assert done.exit_code == 0, done.stdout + done.stderr
    lines = done.stdout.splitlines()
    counts = f"{N_ISSUED} certificates, {N_ISSUED} verified; 3 refused, 3 skipped, 0 rows of revocations"
    assert lines[0] == f"{counts} in 8 files of 2 plans"
    assert lines[-1] == "all is well"
    assert len(lines) == 3


def test_faults_end_with_1_and_are_named(whole: MadeRegistry, tmp_path: Path) -> None:
    made = whole.copy(tmp_path / "registry")
    hurt, gone = made.files()[0], made.files("refused")[2]
    hurt.write_bytes(hurt.read_bytes()[:-1] + b"?")
    gone.unlink()
    done = audit(made.registry.path)
    assert done.exit_code == 1, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0].startswith(f"file: {hurt}: was changed")
    assert lines[1].startswith(f"file: {gone}: is missing; put it back from a copy")
    assert "--trust" in lines[2]
    assert lines[-1] == "2 faults: 2 file; 10 certificates not checked"
    as_json = json.loads(audit(made.registry.path, "--json").stdout)
    assert (as_json["is_well"], as_json["faults"]["total"]) == (False, 2)
    assert [fault["path"] for fault in as_json["faults"]["listed"]] == [str(hurt), str(gone)]


def test_what_is_still_to_be_done_is_told_and_ends_with_0(whole: MadeRegistry, tmp_path: Path) -> None:
    made = whole.copy(tmp_path / "registry")
    plan = make_plan(made.registry, made.profile, [12, 12], "d")
    orphan = make_part(made.registry, plan, made.profile, 0).certificates
    done = audit(made.registry.path)
    assert done.exit_code == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0] == f"unfinished: plan {plan.plan_id}: 2 parts of 2 to do (0, 1); start its command again"
    assert f"orphan: {made.registry.path / 'certificates' / orphan.name}: no commit names it" in lines
    assert "2 orphans; `signer registry clean` removes them" in lines


def test_more_faults_than_anyone_reads_are_counted(whole: MadeRegistry, tmp_path: Path) -> None:
    made = whole.copy(tmp_path / "registry")
    plan = make_plan(made.registry, made.profile, [12], "e")
    commit(
        made.registry,
        make_part(made.registry, plan, made.profile, 0, lambda table: pa.concat_tables([table] * 15)),
    )
    done = audit(made.registry.path)
    assert done.exit_code == 1
    lines = done.stdout.splitlines()
    assert sum(line.startswith(("part: ", "uvci: ")) for line in lines) == 100
    assert any(line.startswith("and ") and "more faults; --json" in line for line in lines)


def test_what_the_command_issued_and_corrected_is_well(tmp_path: Path) -> None:
    profile = make_profile(tmp_path / "issuer")
    registry, n_rows = tmp_path / "registry", 60
    corrected = {row: {"full_name": "Nguyễn Thị Hương"} for row in range(0, n_rows, 7)}
    for name, changes in (("first", {5: {"vaccine": "none"}}), ("second", corrected)):
        shots = write_shots(tmp_path / f"{name}.parquet", n_rows, changes)
        options = ["--profile", profile, "--issued-at", ISSUED_AT_TEXT, "--rows-per-part", 25, "--workers", 1]
        done = signer("issue", shots, "--registry", registry, *options)
        assert done.exit_code in (0, 1), done.stderr
    done = audit(registry, "--json")
    assert done.exit_code == 0, done.stdout
    summary = json.loads(done.stdout)
    assert summary["certificates"] == summary["verified"] == n_rows + len(corrected)
    assert (summary["refused"], summary["skipped"]) == (1, {"unchanged": n_rows - len(corrected) - 1})


def test_what_is_no_registry_ends_with_3(tmp_path: Path) -> None:
    done = audit(tmp_path)
    assert (done.exit_code, done.stdout) == (3, "")
    assert "is it a registry" in done.stderr


def test_a_store_that_is_none_ends_with_3(whole: MadeRegistry, tmp_path: Path) -> None:
    done = audit(whole.registry.path, "--trust", tmp_path / "nothing.pem")
    assert (done.exit_code, done.stdout) == (3, "")


def test_no_registry_named_ends_with_2() -> None:
    assert audit().exit_code == 2
