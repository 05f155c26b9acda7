"""Groups, shards and buckets: every selected certificate is in exactly one, wherever it lay in the input."""

from __future__ import annotations

import unicodedata
from collections import Counter
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_certificates import certificates_table, spread_over, write_certificates

from signer.errors import InputUnreadable, StoppedHalfWay
from signer.packing import choosing
from signer.packing.certificate_files import CARRIED, open_certificates
from signer.packing.choosing import Choice, choose
from signer.packing.repeats import refuse_repeats
from signer.packing.scattering import bucket_path, gather, scatter
from signer.packing.selection import Selection
from signer.packing.shards import cut_shards, fill_buckets
from signer.packing.shot_facts import no_facts

PROVINCES = ["Huế", "Hà Nội", None, "An Giang", unicodedata.normalize("NFD", "Huế"), "", "../.."]
EVERYTHING = Selection()


def written(folder: Path, n_rows: int = 1000) -> list[Path]:
    """Two files of certificates, whose provinces take turns; in the second, facilities as well."""
    changes = spread_over("province", PROVINCES, n_rows)
    facilities = spread_over("facility", ["A", "B", "C"], n_rows)
    second = {row: {**changes[row], **facilities[row], "uvci": f"URN:UVCI:01:VN:X{row}"} for row in changes}
    return [
        write_certificates(folder / "1.parquet", n_rows, changes, rows_per_group=300),
        write_certificates(folder / "2.parquet", n_rows, second, rows_per_group=70),
    ]


def test_groups_are_in_the_order_of_their_names_whatever_the_order_of_the_rows(tmp_path: Path) -> None:
    first, second = written(tmp_path)
    for paths in ([first, second], [second, first]):
        choice = choose(open_certificates(paths), EVERYTHING, "province")
        assert choice.groups == [("",), ("../..",), ("An Giang",), ("Huế",), ("Hà Nội",)]
        assert sum(choice.counts) == 2000


def test_a_facility_is_told_by_its_province_and_district_too(tmp_path: Path) -> None:
    changes = {1: {"district": "Tây Hồ"}, 2: {"province": "Huế"}}
    path = write_certificates(tmp_path / "1.parquet", 4, changes)
    choice = choose(open_certificates([path]), EVERYTHING, "facility")
    assert dict(zip(choice.groups, choice.counts, strict=True)) == {
        ("Hà Nội", "Ba Đình", "01-0007"): 2,
        ("Hà Nội", "Tây Hồ", "01-0007"): 1,
        ("Huế", "Ba Đình", "01-0007"): 1,
    }


def test_groups_beyond_any_country_are_taken_for_a_mistake(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(choosing, "MOST_GROUPS", 4)
    with pytest.raises(InputUnreadable, match="more than 4 different places"):
        choose(open_certificates(written(tmp_path)), EVERYTHING, "province")


@pytest.mark.parametrize("uvci", [None, ""])
def test_a_certificate_without_uvci_is_refused_if_it_is_selected(tmp_path: Path, uvci: str | None) -> None:
    path = write_certificates(tmp_path / "1.parquet", 5, {3: {"uvci": uvci}})
    choose(open_certificates([path]), Selection(shot_ids=["S1"]), "none")
    with pytest.raises(InputUnreadable, match=r"1\.parquet: row 3 has no uvci; pack files as"):
        choose(open_certificates([path]), EVERYTHING, "none")


def choice_of(counts: list[int]) -> Choice:
    """A choice of groups a, b, … of so many rows."""
    return Choice([(chr(ord("a") + n),) for n in range(len(counts))], counts, None, [])


def test_a_group_is_cut_in_shards_of_the_asked_size() -> None:
    shards = cut_shards(choice_of([5, 1, 4]), 2, ".zip")
    assert [(shard.path, shard.first, shard.n_rows) for shard in shards] == [
        ("a/shard-00000.zip", 0, 2),
        ("a/shard-00001.zip", 2, 2),
        ("a/shard-00002.zip", 4, 1),
        ("b/shard-00000.zip", 5, 1),
        ("c/shard-00000.zip", 6, 2),
        ("c/shard-00001.zip", 8, 2),
    ]


def test_without_groups_shards_lie_in_the_folder_itself() -> None:
    shards = cut_shards(Choice([()], [3], None, []), 2, ".csv")
    assert [shard.path for shard in shards] == ["shard-00000.csv", "shard-00001.csv"]


@given(st.lists(st.tuples(*[st.text(max_size=5)] * 3), unique=True))
def test_no_two_shards_of_any_places_have_one_path(groups: list[tuple[str, str, str]]) -> None:
    choice = Choice(sorted(groups), [2] * len(groups), None, [])
    paths = [shard.path for shard in cut_shards(choice, 1, ".zip")]
    assert len({path.casefold() for path in paths}) == 2 * len(groups)
    assert all(path.count("/") == 3 and ".." not in path for path in paths)


@pytest.mark.parametrize("bucket_rows", [0, 1, 3, 10, 11, 100])
def test_buckets_hold_every_shard_once_in_order(bucket_rows: int) -> None:
    shards = cut_shards(choice_of([5, 1, 4, 1, 1]), 3, "")
    buckets = fill_buckets(shards, bucket_rows)
    assert [shard for bucket in buckets for shard in bucket.shards] == shards
    assert [bucket.number for bucket in buckets] == list(range(len(buckets)))
    assert all(bucket.n_rows <= bucket_rows or len(bucket.shards) == 1 for bucket in buckets)


@pytest.mark.parametrize("by", ["none", "province", "facility"])
@pytest.mark.parametrize("selection", [EVERYTHING, Selection(facilities=["A", "01-0007"])], ids=str)
def test_scattered_rows_come_back_once_each_by_group_and_in_their_order(
    tmp_path: Path, by: str, selection: Selection
) -> None:
    files = open_certificates(written(tmp_path))
    choice = choose(files, selection, by)
    buckets = fill_buckets(cut_shards(choice, 100, ""), 250)
    assert len(buckets) > 3
    scatter(files, choice, buckets, tmp_path, no_facts)
    rows = [row for bucket in buckets for row in gather(bucket, tmp_path).to_pylist()]
    given = [row for name in "12" for row in gather_plainly(tmp_path / f"{name}.parquet")]
    asked = [row for row in given if not selection.facilities or row["facility"] in selection.facilities]
    keys = {
        "none": lambda row: (),
        "province": lambda row: (key(row["province"]),),
        "facility": lambda row: (key(row["province"]), key(row["district"]), key(row["facility"])),
    }
    assert rows == sorted(asked, key=keys[by])  # stable: within a group, the order of the input
    assert Counter(row["uvci"] for row in rows).most_common(1)[0][1] == 1


def gather_plainly(path: Path) -> list[dict[str, object]]:
    rows = pq.read_table(path, columns=CARRIED.names).to_pylist()
    return [{**row, "nationality": None, "lot": None} for row in rows]


def key(text: str | None) -> str:
    return unicodedata.normalize("NFC", text or "").strip()


def test_a_bucket_that_lost_rows_is_noticed(tmp_path: Path) -> None:
    files = open_certificates(written(tmp_path))
    choice = choose(files, EVERYTHING, "none")
    (bucket,) = fill_buckets(cut_shards(choice, 10_000, ""), 10_000)
    scatter(files[1:], choice, [bucket], tmp_path, no_facts)
    with pytest.raises(StoppedHalfWay, match="were lost"):
        gather(bucket, tmp_path)
    assert bucket_path(tmp_path, bucket).exists()


def test_a_bucket_that_was_cut_short_is_named(tmp_path: Path) -> None:
    files = open_certificates(written(tmp_path))
    choice = choose(files, EVERYTHING, "none")
    (bucket,) = fill_buckets(cut_shards(choice, 10_000, ""), 10_000)
    scatter(files, choice, [bucket], tmp_path, no_facts)
    path = bucket_path(tmp_path, bucket)
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(StoppedHalfWay, match=r"bucket-000000: work 0 .* cannot be read back"):
        gather(bucket, tmp_path)


def test_two_certificates_of_one_uvci_are_refused_with_both_places(tmp_path: Path) -> None:
    uvci = certificates_table(8).column("uvci")[7].as_py()
    first = write_certificates(tmp_path / "1.parquet", 10)
    second = write_certificates(tmp_path / "2.parquet", 10, {row: {"uvci": f"URN:{row}"} for row in range(9)})
    third = write_certificates(tmp_path / "3.parquet", 2, {0: {"uvci": "URN:A"}, 1: {"uvci": uvci}})
    files = open_certificates([first, second, third])
    with pytest.raises(InputUnreadable) as raised:
        refuse_repeats(files, choose(files, EVERYTHING, "none"), tmp_path, threads=1)
    assert f"{third}: row 1 has the same uvci as row 7 of {first}" in str(raised.value)


def test_repeats_that_are_not_selected_do_not_matter(tmp_path: Path) -> None:
    path = write_certificates(tmp_path / "1.parquet", 10, {3: {"uvci": "URN:A"}, 4: {"uvci": "URN:A"}})
    files = open_certificates([path])
    refuse_repeats(files, choose(files, Selection(shot_ids=["S3", "S1"]), "none"), tmp_path, threads=1)
