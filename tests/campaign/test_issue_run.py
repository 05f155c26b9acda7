"""The issue run as a whole: files, summary, and what it refuses before it starts."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from made_shots import (
    ISSUED_AT,
    differing_files,
    make_profile,
    parts_of,
    rows_asked,
    shots_batch,
    write_shots,
)

from signer.campaign import issue_parts
from signer.campaign.issue_run import IssueOrder, issue
from signer.campaign.summary import Summary
from signer.errors import InputUnreadable, KeyUnusable, OutputExists, PreflightFailed, ProfileInvalid
from signer.records.schemas import CERTIFICATES, REFUSED

CHANGES = {
    5: {"vaccine": "Unheard-of"},
    2500: {"full_name": None},
    4999: {"shot_id": "S4"},  # repeats a row of another part
}


@pytest.fixture(scope="module")
def profile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_profile(tmp_path_factory.mktemp("issuer"))


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(issue_parts, "ROWS_PER_PART", 1000)


def run(shots: Sequence[Path], profile: Path, out: Path, n_workers: int = 1) -> Summary:
    return issue(
        IssueOrder(shots, profile, out, n_workers, ISSUED_AT), lambda done, total: None, time.monotonic
    )


def test_a_table_becomes_parts_refusals_and_a_summary(tmp_path: Path, profile: Path) -> None:
    shots = write_shots(tmp_path / "shots.parquet", 5000, CHANGES, rows_per_group=1000)
    summary = run([shots], profile, tmp_path / "out", n_workers=2)
    assert sorted(parts_of(tmp_path / "out")) == [
        f"{table}/part-{number:05d}.parquet" for table in ("certificates", "refused") for number in range(5)
    ]
    certificates = pq.read_table(tmp_path / "out" / "certificates")
    refused = pq.read_table(tmp_path / "out" / "refused")
    assert certificates.schema.equals(CERTIFICATES)
    assert refused.schema.equals(REFUSED)
    assert [(r["row"], r["shot_id"], r["reason"]) for r in refused.to_pylist()] == [
        (5, "S5", "vaccine_unknown"),
        (2500, "S2500", "missing_value"),
        (4999, "S4", "duplicate"),
    ]
    expected = [f"S{row}" for row in range(5000) if row not in CHANGES]
    assert certificates["shot_id"].to_pylist() == expected
    assert certificates["part"].to_pylist() == [int(shot_id[1:]) // 1000 for shot_id in expected]
    assert (summary.rows, summary.issued, summary.refused, summary.parts) == (5000, 4997, 3, 5)
    assert summary.by_reason == {"duplicate": 1, "missing_value": 1, "vaccine_unknown": 1}
    assert summary.by_field == {"full_name": 1, "shot_id": 1, "vaccine": 1}
    assert summary.bytes == sum(len(content) for content in parts_of(tmp_path / "out").values())
    assert json.loads((tmp_path / "out" / "summary.json").read_text()) == summary.as_dict()
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "certificates",
        "refused",
        "summary.json",
    ]


def test_files_do_not_depend_on_the_number_of_workers(tmp_path: Path, profile: Path) -> None:
    n_rows = rows_asked(5000)
    shots = write_shots(tmp_path / "shots.parquet", n_rows, CHANGES, rows_per_group=700)
    files = {}
    for n_workers in (1, 2, 3):
        summary = run([shots], profile, tmp_path / f"out-{n_workers}", n_workers)
        assert (summary.rows, summary.refused) == (n_rows, 3)
        files[n_workers] = parts_of(tmp_path / f"out-{n_workers}")
    assert len(files[1]) >= 12, "several parts for each worker"
    assert differing_files(files[1], files[2]) == []
    assert differing_files(files[1], files[3]) == []


def test_rows_and_duplicates_count_over_all_inputs_in_their_order(tmp_path: Path, profile: Path) -> None:
    first = write_shots(tmp_path / "1.parquet", 1500, {1499: {"lot": "x", "vaccine": None}})
    second = write_shots(tmp_path / "2.parquet", 1510)
    summary = run([first, second], profile, tmp_path / "out")
    refused = pq.read_table(tmp_path / "out" / "refused").to_pylist()
    assert [row["row"] for row in refused] == list(range(1499, 3000))
    assert summary.by_reason == {"duplicate": 1500, "missing_value": 1}


def test_a_csv_table_gives_the_same_certificates_as_parquet(tmp_path: Path, profile: Path) -> None:
    shots = write_shots(tmp_path / "shots.parquet", 50)
    table = pq.read_table(shots)
    lines = [",".join(table.schema.names)]
    lines += [
        ",".join("" if value is None else str(value) for value in row.values()) for row in table.to_pylist()
    ]
    (tmp_path / "shots.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    run([shots], profile, tmp_path / "of-parquet")
    run([tmp_path / "shots.csv"], profile, tmp_path / "of-csv")
    assert differing_files(parts_of(tmp_path / "of-parquet"), parts_of(tmp_path / "of-csv")) == []


def test_a_table_without_rows_gives_tables_without_rows(tmp_path: Path, profile: Path) -> None:
    shots = write_shots(tmp_path / "shots.parquet", 0)
    summary = run([shots], profile, tmp_path / "out")
    assert (summary.rows, summary.issued, summary.refused) == (0, 0, 0)
    assert not summary.is_above_limit
    assert pq.read_table(tmp_path / "out" / "certificates").schema.equals(CERTIFICATES)
    assert pq.read_table(tmp_path / "out" / "refused").schema.equals(REFUSED)


def test_progress_ends_with_all_rows(tmp_path: Path, profile: Path) -> None:
    shots = write_shots(tmp_path / "shots.parquet", 3000, rows_per_group=1000)
    heard: list[tuple[int, int]] = []
    order = IssueOrder([shots], profile, tmp_path / "out", 2, ISSUED_AT)
    issue(order, lambda done, total: heard.append((done, total)), time.monotonic)
    assert heard[-1] == (3000, 3000)
    assert heard == sorted(heard)


def test_texts_are_stored_plainly_so_that_readers_need_no_decompression(
    tmp_path: Path, profile: Path
) -> None:
    run([write_shots(tmp_path / "shots.parquet", 10)], profile, tmp_path / "out")
    metadata = pq.read_metadata(tmp_path / "out" / "certificates" / "part-00000.parquet")
    hc1 = metadata.row_group(0).column(CERTIFICATES.get_field_index("hc1"))
    assert hc1.compression == "UNCOMPRESSED"
    assert "PLAIN_DICTIONARY" not in hc1.encodings
    assert "RLE_DICTIONARY" not in hc1.encodings


def nothing_is_left(tmp_path: Path) -> bool:
    return not list(tmp_path.glob("out*"))


def test_a_taken_output_is_refused_and_left_alone(tmp_path: Path, profile: Path) -> None:
    (tmp_path / "out").mkdir()
    with pytest.raises(OutputExists):
        run([write_shots(tmp_path / "shots.parquet", 10)], profile, tmp_path / "out")
    assert not list((tmp_path / "out").iterdir())


def test_a_missing_table_is_refused_with_nothing_written(tmp_path: Path, profile: Path) -> None:
    with pytest.raises(InputUnreadable, match=r"absent\.parquet"):
        run([tmp_path / "absent.parquet"], profile, tmp_path / "out")
    assert nothing_is_left(tmp_path)


def test_a_table_cut_short_is_refused_with_nothing_written(tmp_path: Path, profile: Path) -> None:
    shots = write_shots(tmp_path / "shots.parquet", 1000)
    shots.write_bytes(shots.read_bytes()[:-100])
    with pytest.raises(InputUnreadable, match=r"shots\.parquet"):
        run([shots], profile, tmp_path / "out")
    assert nothing_is_left(tmp_path)


def test_a_missing_column_is_refused_with_nothing_written(tmp_path: Path, profile: Path) -> None:
    shots = write_shots(tmp_path / "shots.parquet", 10)
    pq.write_table(pq.read_table(shots).drop_columns(["lot"]), shots)
    with pytest.raises(InputUnreadable, match="lot"):
        run([shots], profile, tmp_path / "out")
    assert nothing_is_left(tmp_path)


def test_a_mistyped_column_is_refused_with_nothing_written(tmp_path: Path, profile: Path) -> None:
    shots = write_shots(tmp_path / "shots.parquet", 10)
    table = pq.read_table(shots)
    place = table.schema.get_field_index("dose_number")
    pq.write_table(table.set_column(place, "dose_number", table["dose_number"].cast(pa.string())), shots)
    with pytest.raises(InputUnreadable, match="dose_number"):
        run([shots], profile, tmp_path / "out")
    assert nothing_is_left(tmp_path)


def test_an_expired_dsc_is_refused_with_nothing_written(tmp_path: Path, profile: Path) -> None:
    shots = write_shots(tmp_path / "shots.parquet", 10)
    five_years_s = 5 * 365 * 86_400
    with pytest.raises(PreflightFailed, match="expired"):
        issue(
            IssueOrder([shots], profile, tmp_path / "out", 1, ISSUED_AT + five_years_s),
            lambda done, total: None,
            time.monotonic,
        )
    assert nothing_is_left(tmp_path)


def test_a_foreign_dsc_is_refused_with_nothing_written(tmp_path: Path) -> None:
    profile = make_profile(tmp_path / "issuer", country="LA")
    profile.write_text(profile.read_text().replace('country = "LA"', 'country = "VN"'))
    with pytest.raises(PreflightFailed, match="LA"):
        run([write_shots(tmp_path / "shots.parquet", 10)], profile, tmp_path / "out")
    assert nothing_is_left(tmp_path)


def test_an_unreadable_profile_or_key_is_refused_with_nothing_written(tmp_path: Path) -> None:
    shots = write_shots(tmp_path / "shots.parquet", 10)
    with pytest.raises(ProfileInvalid):
        run([shots], tmp_path / "absent.toml", tmp_path / "out")
    profile = make_profile(tmp_path / "issuer")
    (tmp_path / "issuer" / "keys" / "dsc.key").chmod(0o644)
    with pytest.raises(KeyUnusable, match=r"dsc\.key"):
        run([shots], profile, tmp_path / "out")
    assert nothing_is_left(tmp_path)


def test_rows_behind_the_first_batch_of_a_part_keep_their_numbers(
    tmp_path: Path, profile: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A part is read in batches of 65,536 rows; refusals and duplicates of later ones count on."""
    monkeypatch.setattr(issue_parts, "ROWS_PER_PART", 100_000)
    changes = {2: {"vaccine": "none"}, 70_000: {"vaccine": "none"}, 70_001: {"shot_id": "S5"}}
    shots = write_shots(tmp_path / "shots.parquet", 70_010, changes, rows_per_group=70_010)
    summary = run([shots, shots], profile, tmp_path / "out")
    refused = pq.read_table(tmp_path / "out" / "refused").sort_by("row")
    first_file = refused.slice(0, 3).select(["row", "reason"]).to_pylist()
    assert first_file == [
        {"row": 2, "reason": "vaccine_unknown"},
        {"row": 70_000, "reason": "vaccine_unknown"},
        {"row": 70_001, "reason": "duplicate"},
    ]
    assert refused["row"].to_pylist()[3:] == list(range(70_010, 140_020))
    assert (summary.issued, summary.refused) == (70_007, 70_013)


def test_texts_that_are_not_utf_8_are_refused_and_the_tables_stay_readable(
    tmp_path: Path, profile: Path
) -> None:
    """Such a text in a province was issued, and no reader could open the part."""
    batch = shots_batch(20)
    for name, row in (("shot_id", 3), ("province", 5), ("facility", 7)):
        texts = [text.encode() for text in batch[name].to_pylist()]
        texts[row] = b"\xff\xfe\x80"
        broken = pa.array(texts, pa.binary()).view(pa.string())
        batch = batch.set_column(batch.schema.get_field_index(name), name, broken)
    pq.write_table(pa.Table.from_batches([batch]), tmp_path / "shots.parquet")
    summary = run([tmp_path / "shots.parquet"], profile, tmp_path / "out")
    assert summary.by_reason == {"not_utf8": 3}
    refused = pq.read_table(tmp_path / "out" / "refused").to_pylist()
    assert [(row["row"], row["field"]) for row in refused] == [
        (3, "shot_id"),
        (5, "province"),
        (7, "facility"),
    ]
    assert [refused[0]["shot_id"], refused[1]["province"], refused[2]["facility"]] == [None] * 3
    assert pq.read_table(tmp_path / "out" / "certificates").validate(full=True) is None


def test_one_secret_for_both_purposes_is_refused(tmp_path: Path) -> None:
    profile = make_profile(tmp_path / "issuer")
    (profile.parent / "uvci.secret").write_bytes((profile.parent / "person.secret").read_bytes())
    with pytest.raises(ProfileInvalid, match="two files"):
        run([write_shots(tmp_path / "shots.parquet", 3)], profile, tmp_path / "out")
