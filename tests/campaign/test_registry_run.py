"""Issuing into a registry: once a shot, resumed, corrected, and refused where it cannot be gone on with."""

from __future__ import annotations

import random
import shutil
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from damaged_files import Damage, cut, delete, flip_a_bit
from made_shots import ISSUED_AT, make_profile, write_shots

from signer.campaign.left_out import EARLIER_DOSE, NEWER, UNCHANGED
from signer.campaign.registry_run import RegistryOrder, issue_into_registry
from signer.campaign.registry_summary import RegistrySummary
from signer.errors import OutputExists, PlanChanged, RegistryUnreadable, StoppedHalfWay
from signer.records.pictures import PictureOptions
from signer.records.schemas import REFUSED, registered_schema
from signer.registry import PartFiles, Registry, open_registry

N_ROWS, N_PARTS = 500, 5
DAY_S = 86_400
REFUSALS: Mapping[int, Mapping[str, Any]] = {
    5: {"vaccine": "Unheard-of"},
    250: {"full_name": None},
    499: {"shot_id": "S4"},  # repeats a row of another part
}
Issue = Callable[..., RegistrySummary]


@pytest.fixture(scope="module")
def profile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_profile(tmp_path_factory.mktemp("issuer"))


@pytest.fixture(scope="module")
def shots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("shots") / "shots.parquet"
    return write_shots(path, N_ROWS, REFUSALS, rows_per_group=100)


def issue_with(folder: Path, profile: Path) -> Issue:
    def run(*tables: Path, on_progress: Any = lambda done, total: None, **choices: Any) -> RegistrySummary:
        order: dict[str, Any] = {"issued_at": None, "now": ISSUED_AT, "n_workers": 1, "rows_per_part": 100}
        order |= {"registry": folder / "registry", "profile": profile} | choices
        return issue_into_registry(RegistryOrder(tables, **order), on_progress, time.monotonic)

    return run


@pytest.fixture
def issue(tmp_path: Path, profile: Path) -> Issue:
    return issue_with(tmp_path, profile)


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory, profile: Path, shots: Path) -> Path:
    """Registries of which tests have copies: all shots were issued into one, and two parts into the other."""
    folder = tmp_path_factory.mktemp("begun")
    issue_with(folder / "all", profile)(shots)
    with pytest.raises(StoppedHalfWay):
        issue_with(folder / "stopped", profile)(shots, on_progress=stopped_at(201))
    return folder


@pytest.fixture
def all_issued(tmp_path: Path, begun: Path) -> None:
    shutil.copytree(begun / "all", tmp_path, dirs_exist_ok=True)


@pytest.fixture
def stopped(tmp_path: Path, begun: Path) -> None:
    shutil.copytree(begun / "stopped", tmp_path, dirs_exist_ok=True)


@pytest.fixture
def registry(tmp_path: Path) -> Callable[[], Registry]:
    return lambda: open_registry(tmp_path / "registry")


def rows_of(registry: Registry, table: str) -> list[dict[str, Any]]:
    schema = registered_schema(None) if table == "certificates" else REFUSED
    return [row for batch in registry.read(table, schema.names) for row in batch.to_pylist()]


def issued_shots(registry: Registry) -> Counter[str]:
    return Counter(row["shot_id"] for row in rows_of(registry, "certificates"))


def file_names(registry: Registry) -> set[str]:
    return {file.file.name for table in ("certificates", "refused") for file in registry.files(table)}


EXPECTED = Counter(f"S{row}" for row in range(N_ROWS) if row not in REFUSALS)


def test_each_shot_is_issued_or_refused_in_parts_that_are_committed(
    issue: Issue, registry: Callable[[], Registry], shots: Path
) -> None:
    heard: list[tuple[int, int]] = []
    summary = issue(shots, on_progress=lambda done, total: heard.append((done, total)), n_workers=2)
    assert (summary.rows, summary.issued, summary.refused, summary.skipped) == (N_ROWS, 497, 3, {})
    assert (summary.parts, summary.parts_before) == (N_PARTS, 0)
    assert summary.by_reason == {"duplicate": 1, "missing_value": 1, "vaccine_unknown": 1}
    assert heard[-1] == (N_ROWS, N_ROWS)
    assert issued_shots(registry()) == EXPECTED
    refused = rows_of(registry(), "refused")
    assert sorted((row["row"], row["shot_id"]) for row in refused) == [(5, "S5"), (250, "S250"), (499, "S4")]
    certificates = rows_of(registry(), "certificates")
    assert {row["supersedes"] for row in certificates} == {None}
    assert {row["campaign"] for row in certificates + refused} == {summary.campaign}
    assert summary.campaign == f"issue-20220414T031500Z-{summary.plan[:8]}"
    assert not registry().orphans()
    assert not list(registry().path.glob("staging-*"))


def test_the_same_again_signs_nothing_whenever_it_is(
    issue: Issue, registry: Callable[[], Registry], shots: Path
) -> None:
    first = issue(shots)
    before = file_names(registry())
    again = issue(shots, now=ISSUED_AT + DAY_S)
    assert (again.plan, again.parts_before, again.rate_per_s) == (first.plan, N_PARTS, 0.0)
    assert (first.issued_now, again.issued_now) == (497, 0)
    assert (again.issued, again.refused, again.by_reason) == (first.issued, first.refused, first.by_reason)
    assert file_names(registry()) == before


def stopped_at(n_rows: int) -> Callable[[int, int], None]:
    """As if the user pressed Ctrl-C when so many rows are done."""

    def stop(done: int, total: int) -> None:
        if done >= n_rows:
            raise KeyboardInterrupt

    return stop


def test_a_run_that_was_stopped_goes_on_behind_what_is_committed(
    issue: Issue, registry: Callable[[], Registry], shots: Path, tmp_path: Path
) -> None:
    with pytest.raises(StoppedHalfWay, match="what is committed stays, the same command goes on"):
        issue(shots, on_progress=stopped_at(201))
    assert len(registry().files("certificates")) == 2
    summary = issue(shots, now=ISSUED_AT + DAY_S)
    assert (summary.parts_before, summary.iat, summary.issued) == (2, ISSUED_AT, 497)
    undisturbed = issue(shots, registry=tmp_path / "undisturbed", n_workers=2)
    assert summary.plan == undisturbed.plan
    assert file_names(registry()) == file_names(open_registry(tmp_path / "undisturbed"))


@pytest.mark.usefixtures("all_issued")
def test_a_shot_that_stands_in_the_registry_is_skipped(
    issue: Issue, registry: Callable[[], Registry], shots: Path, tmp_path: Path
) -> None:
    more = write_shots(tmp_path / "more.parquet", N_ROWS + 60, REFUSALS, rows_per_group=100)
    summary = issue(more, now=ISSUED_AT + DAY_S)
    assert (summary.issued, summary.refused, summary.skipped) == (60, 3, {UNCHANGED: 497})
    assert set(issued_shots(registry()).values()) == {1}
    new = [row for row in rows_of(registry(), "refused") if row["campaign"] == summary.campaign]
    assert sorted(row["row"] for row in new) == [5, 250, 499]  # counted over all rows, those skipped too


@pytest.mark.usefixtures("all_issued")
def test_a_corrected_shot_supersedes(
    issue: Issue, registry: Callable[[], Registry], shots: Path, tmp_path: Path
) -> None:
    before = {row["shot_id"]: row["uvci"] for row in rows_of(registry(), "certificates")}
    corrections = {
        7: {"full_name": "Trần Văn Nam"},
        8: {"person_id": "001080054321"},
        9: {"province": "Huế"},  # stands in no certificate
        10: {"full_name": None},  # is refused, whatever it was before
        5: {"vaccine": "Pfizer"},
    }
    corrected = write_shots(tmp_path / "corrected.parquet", N_ROWS, REFUSALS | corrections)
    summary = issue(corrected, now=ISSUED_AT + DAY_S)
    new = {r["shot_id"]: r for r in rows_of(registry(), "certificates") if r["campaign"] == summary.campaign}
    assert {shot: row["supersedes"] for shot, row in new.items()} == {
        "S7": before["S7"],
        "S8": before["S8"],
        "S5": None,
    }
    assert new["S7"]["uvci"] != before["S7"]
    assert (summary.issued, summary.refused, summary.skipped) == (3, 3, {UNCHANGED: 494})
    third = write_shots(tmp_path / "third.parquet", N_ROWS, REFUSALS | {7: {"full_name": "Trần Nam"}})
    summary = issue(third, now=ISSUED_AT + 2 * DAY_S)
    last = [r for r in rows_of(registry(), "certificates") if r["campaign"] == summary.campaign]
    assert {row["shot_id"]: row["supersedes"] for row in last} == {
        "S7": new["S7"]["uvci"],
        "S8": new["S8"]["uvci"],  # back to what it was at first: that certificate was given up
    }
    uvcis = [row["uvci"] for row in rows_of(registry(), "certificates")]
    assert len(set(uvcis)) == len(uvcis)  # it gets a uvci of its own all the same
    again = issue(third, now=ISSUED_AT + 3 * DAY_S, new_plan=True)
    assert (again.issued, again.skipped) == (0, {UNCHANGED: 497})


@pytest.mark.parametrize("days", [-1, 0, 1])
@pytest.mark.usefixtures("all_issued")
def test_a_correction_counts_whatever_the_clock_says(
    issue: Issue, registry: Callable[[], Registry], shots: Path, tmp_path: Path, days: int
) -> None:
    corrected = write_shots(tmp_path / "corrected.parquet", N_ROWS, REFUSALS | {7: {"full_name": "Trần Nam"}})
    summary = issue(corrected, now=ISSUED_AT + days * DAY_S)
    assert (summary.issued, summary.skipped) == (1, {UNCHANGED: 496})


@pytest.mark.usefixtures("stopped")
def test_an_old_plan_of_the_same_time_undoes_no_correction(
    issue: Issue, registry: Callable[[], Registry], shots: Path, tmp_path: Path
) -> None:
    corrected = write_shots(
        tmp_path / "corrected.parquet", N_ROWS, REFUSALS | {300: {"full_name": "Trần Nam"}}
    )
    issue(corrected)
    assert issue(shots).skipped == {NEWER: 298}


@pytest.mark.usefixtures("stopped")
def test_an_old_plan_that_is_gone_on_with_undoes_no_correction(
    issue: Issue, registry: Callable[[], Registry], shots: Path, tmp_path: Path
) -> None:
    corrections = {300: {"full_name": "Trần Văn Nam"}, 250: {"full_name": "Trần Văn Nam"}}
    corrected = write_shots(tmp_path / "corrected.parquet", N_ROWS, REFUSALS | corrections)
    issue(corrected, now=ISSUED_AT + DAY_S)
    summary = issue(shots)
    assert (summary.issued, summary.refused, summary.skipped) == (199, 3, {NEWER: 298})
    assert set(issued_shots(registry()).values()) == {1}


def test_of_a_person_only_the_latest_dose_is_issued(
    issue: Issue, registry: Callable[[], Registry], tmp_path: Path
) -> None:
    people = {row: {"person_id": f"0010800{row // 2:05}", "dose_number": 1 + row % 2} for row in range(100)}
    shots = write_shots(tmp_path / "people.parquet", 100, people)
    summary = issue(shots, per="person", rows_per_part=30)
    assert (summary.issued, summary.skipped) == (50, {EARLIER_DOSE: 50})
    assert set(issued_shots(registry())) == {f"S{row}" for row in range(1, 100, 2)}
    each = issue(shots, per="shot", rows_per_part=30)
    assert (each.issued, each.skipped) == (50, {UNCHANGED: 50})
    again = issue(shots, per="person", rows_per_part=30, new_plan=True)  # each row is known, half are earlier
    assert (again.issued, again.skipped) == (0, {UNCHANGED: 50, EARLIER_DOSE: 50})


@pytest.mark.usefixtures("stopped")
def test_nothing_is_issued_twice_by_two_plans_that_overlap(
    issue: Issue, registry: Callable[[], Registry], shots: Path, tmp_path: Path
) -> None:
    more = write_shots(tmp_path / "more.parquet", N_ROWS + 60, REFUSALS, rows_per_group=100)
    issue(more, now=ISSUED_AT + DAY_S)
    summary = issue(shots)
    assert (summary.issued, summary.skipped) == (199, {NEWER: 298})
    assert set(issued_shots(registry()).values()) == {1}


def test_an_input_that_changed_is_refused_until_a_new_plan_is_asked_for(
    issue: Issue, registry: Callable[[], Registry], tmp_path: Path
) -> None:
    shots = write_shots(tmp_path / "shots.parquet", N_ROWS, REFUSALS, rows_per_group=100)
    with pytest.raises(StoppedHalfWay):
        issue(shots, on_progress=stopped_at(201))
    write_shots(shots, N_ROWS, {**REFUSALS, 3: {"full_name": "Trần Văn Nam"}}, rows_per_group=100)
    with pytest.raises(PlanChanged, match=r"shots\.parquet: .*--new-plan") as refusal:
        issue(shots)
    assert refusal.value.exit_code == 3
    summary = issue(shots, new_plan=True)
    assert (summary.issued, summary.skipped) == (299, {UNCHANGED: 198})
    assert max(issued_shots(registry()).values()) == 2
    assert [row["shot_id"] for row in rows_of(registry(), "certificates") if row["supersedes"]] == ["S3"]


@pytest.mark.parametrize("damage", [delete, cut, flip_a_bit])
@pytest.mark.parametrize("table", ["certificates", "refused"])
@pytest.mark.parametrize("finished", [True, False])
def test_a_damaged_file_is_named_before_anything_is_signed(
    issue: Issue, shots: Path, begun: Path, tmp_path: Path, *, damage: Damage, table: str, finished: bool
) -> None:
    shutil.copytree(begun / ("all" if finished else "stopped"), tmp_path, dirs_exist_ok=True)
    registry = tmp_path / "registry"
    path = open_registry(registry).files(table)[1].path
    damage(path, random.Random(1))
    before = file_names(open_registry(registry))
    with pytest.raises(RegistryUnreadable, match=path.name) as refusal:
        issue(shots)
    assert refusal.value.exit_code == 3
    assert file_names(open_registry(registry)) == before


@pytest.mark.usefixtures("all_issued")
def test_a_damaged_certificate_of_another_plan_is_named_where_shots_are_looked_up_in_it(
    issue: Issue, registry: Callable[[], Registry], shots: Path, tmp_path: Path
) -> None:
    path = registry().files("certificates")[1].path
    flip_a_bit(path, random.Random(1))
    more = write_shots(tmp_path / "more.parquet", N_ROWS + 60, REFUSALS, rows_per_group=100)
    with pytest.raises(RegistryUnreadable, match=path.name):
        issue(more)


@pytest.mark.parametrize("changed", ["country", "uvci", "person"])
@pytest.mark.usefixtures("all_issued")
def test_a_profile_with_another_country_or_secrets_is_refused(
    issue: Issue,
    registry: Callable[[], Registry],
    shots: Path,
    tmp_path: Path,
    *,
    profile: Path,
    changed: str,
) -> None:
    other = make_profile(tmp_path / "other", country="LA" if changed == "country" else "VN")
    for name in {"country": ("uvci", "person"), "uvci": ("person",), "person": ("uvci",)}[changed]:
        shutil.copy(profile.parent / f"{name}.secret", other.parent / f"{name}.secret")
    with pytest.raises(PlanChanged, match=r"its country or \[secrets\] are not those of plan"):
        issue(shots, profile=other)
    assert set(issued_shots(open_registry(tmp_path / "registry")).values()) == {1}


@pytest.mark.usefixtures("all_issued")
def test_rows_that_a_part_lacks_are_noticed(
    issue: Issue, registry: Callable[[], Registry], shots: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    committed_parts = Registry.committed_parts

    def without_a_row(self: Registry, plan_id: str) -> dict[int, PartFiles]:
        parts = committed_parts(self, plan_id)
        refused = parts[0].refused
        return parts | {0: replace(parts[0], refused=replace(refused, rows=refused.rows - 1))}

    monkeypatch.setattr(Registry, "committed_parts", without_a_row)
    with pytest.raises(StoppedHalfWay, match="part 0 has 99 rows of 100"):
        issue(shots)


@pytest.mark.usefixtures("stopped")
def test_an_unfinished_plan_under_another_profile_is_told(
    issue: Issue, shots: Path, profile: Path, caplog: pytest.LogCaptureFixture
) -> None:
    other = profile.with_name("shorter.toml")
    other.write_text(profile.read_text("utf-8").replace("validity_months = 12", "validity_months = 6"))
    assert issue(shots, profile=other).skipped == {UNCHANGED: 199}
    assert "of the same shots, with another profile, is not finished" in caplog.text


@pytest.mark.usefixtures("all_issued")
def test_a_registry_that_another_run_has_is_refused(
    issue: Issue, registry: Callable[[], Registry], shots: Path
) -> None:
    with registry().lease(), pytest.raises(OutputExists, match=r"lease: process \d+ is writing"):
        issue(shots)


def test_a_folder_of_someone_else_is_left_alone(issue: Issue, shots: Path, tmp_path: Path) -> None:
    (tmp_path / "letters").touch()
    with pytest.raises(OutputExists, match="is no registry and not empty"):
        issue(shots, registry=tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["letters"]


@pytest.mark.usefixtures("all_issued")
def test_what_killed_runs_have_staged_is_swept(
    issue: Issue, registry: Callable[[], Registry], shots: Path
) -> None:
    left, later = (registry().path / f"staging-{epoch}-abcd1234" for epoch in (1, 3))
    left.mkdir()
    later.mkdir()  # of one that took over meanwhile
    (left / "shots.parquet").touch()
    issue(shots)
    assert not left.exists()
    assert later.exists()


def test_workers_and_parts_do_not_reach_the_rows(issue: Issue, shots: Path, tmp_path: Path) -> None:
    tables = []
    for n_workers in (1, 2):
        path = tmp_path / str(n_workers)
        issue(shots, registry=path, n_workers=n_workers, rows_per_part=100 * n_workers)
        rows = rows_of(open_registry(path), "certificates")
        tables.append({row["shot_id"]: (row["uvci"], row["hc1"], row["iat"]) for row in rows})
        shutil.rmtree(path)
    assert tables[0] == tables[1]


def test_pictures_stand_behind_the_columns_of_a_registry(issue: Issue, shots: Path, tmp_path: Path) -> None:
    issue(shots, pictures=PictureOptions("png"))
    registry = open_registry(tmp_path / "registry")
    pictures = pa.Table.from_batches(registry.read("certificates", ["qr_png"]))
    assert all(picture.as_py().startswith(b"\x89PNG") for picture in pictures.column("qr_png"))
    with pytest.raises(OutputExists, match="holds certificates with png pictures, not none"):
        issue(shots)
