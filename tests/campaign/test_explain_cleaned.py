"""What rounds of cleaning say of a shot: the newest one that has it counts, with the lists beside it."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from made_rounds import NAME_DIFFERS, make_round, shot

from signer.attesting import Fault, FaultKind
from signer.campaign.clean_inputs import SetAside
from signer.campaign.explain_cleaned import find_cleaned, n_unread_files
from signer.campaign.explain_wanted import OfName, OfPerson, OfShots
from signer.errors import InputUnreadable
from signer.records.places import RowsOfPlace
from signer.reporting.explain_known import NotAttestedFile

UNSIGNED = Fault(Path("hue.csv"), FaultKind.NOT_SIGNED, "there is no hue.csv.p7s", "sign it")
UNREADABLE = Fault(Path("cut.csv"), FaultKind.FILE_UNREADABLE, "cut short", "copy it again")


def test_a_refused_shot_comes_with_its_reason(tmp_path: Path) -> None:
    folder = make_round(tmp_path / "1", refused=[shot(**NAME_DIFFERS)])
    (found,) = find_cleaned([folder], OfPerson("001180012345"))
    assert (found.reason, found.reasons, found.field) == ("name_differs", ("name_differs",), "full_name")


def test_nothing_is_kept_of_names_births_and_phones(tmp_path: Path) -> None:
    folder = make_round(tmp_path / "1", [shot()])
    told = str(find_cleaned([folder], OfPerson("001180012345")))
    assert "S1" in told
    for personal in ("Hoà", "1980", "0912345678"):
        assert personal not in told


def test_the_newest_round_that_has_a_shot_counts(tmp_path: Path) -> None:
    first = make_round(tmp_path / "1", refused=[shot(**NAME_DIFFERS)])
    second = make_round(tmp_path / "2", [shot()], taken=[{"shot_id": "S1", "field": "full_name"}])
    (found,) = find_cleaned([first, second], OfShots(["S1"]))
    assert (found.reason, found.is_corrected) == (None, True)
    (found,) = find_cleaned([first], OfShots(["S1"]))
    assert (found.reason, found.is_corrected) == ("name_differs", False)


def test_a_shot_that_now_stands_under_another_number_is_no_longer_this_persons(tmp_path: Path) -> None:
    first = make_round(tmp_path / "1", refused=[shot(**NAME_DIFFERS)])
    second = make_round(tmp_path / "2", [shot(person_id="001180054321")])
    assert find_cleaned([first, second], OfPerson("001180012345")) == []
    assert len(find_cleaned([first, second], OfPerson("001180054321"))) == 1


def test_a_shot_that_a_later_round_took_out_was_withdrawn(tmp_path: Path) -> None:
    first = make_round(tmp_path / "1", refused=[shot(**NAME_DIFFERS)])
    second = make_round(tmp_path / "2", taken=[{"shot_id": "S1", "field": "withdraw", "value_after": "yes"}])
    (found,) = find_cleaned([first, second], OfPerson("001180012345"))
    assert found.is_withdrawn


def test_the_file_of_the_shots_facility_is_named_where_it_was_set_aside(tmp_path: Path) -> None:
    mine, others = RowsOfPlace("Huế", None, "01-0001", 3, 0), RowsOfPlace("Huế", None, "01-0002", 3, 3)
    refused = [shot(reason="not_attested", reasons=["not_attested"], field="facility")]
    other = Fault(Path("other.csv"), FaultKind.NOT_SIGNED, "there is no other.csv.p7s", "sign it")
    set_aside = [SetAside(UNSIGNED, [mine, others]), SetAside(other, [others]), SetAside(UNREADABLE, [])]
    folder = make_round(tmp_path / "1", refused=refused, set_aside=set_aside)
    (found,) = find_cleaned([folder], OfPerson("001180012345"))
    assert found.files == (NotAttestedFile("hue.csv", "not_signed"),)
    assert n_unread_files(folder) == 1


@pytest.mark.parametrize(
    ("name", "birth", "n_found"),
    [
        ("Nguyễn Thị Hoà", "1980-02-29", 1),
        ("NGUYỄN THỊ HÒA", "1980-02-29", 1),
        ("nguyễn  thị-hoà", "1980-02", 1),
        ("Nguyễn Thị Hoà", "1980", 1),
        ("Nguyễn Thị Hoa", "1980-02-29", 0),
        ("Nguyễn Thị Hoà", "1980-02-28", 0),
        ("Nguyễn Thị Hoà", "198", 0),
        ("???", "1980-02-29", 0),
    ],
)
def test_names_and_births_are_compared_as_cleaning_does(
    tmp_path: Path, name: str, birth: str, n_found: int
) -> None:
    others = [shot(shot_id=f"S{n}", full_name="Trần Văn An") for n in range(2, 6)]
    folder = make_round(tmp_path / "1", [*others, shot()])
    assert len(find_cleaned([folder], OfName(name, birth))) == n_found


@pytest.mark.parametrize(
    ("birth", "n_found"), [("1980", 1), ("1980-02", 1), ("1980-03", 0), ("", 0), (None, 0)]
)
def test_a_shot_that_says_less_of_the_birth_fits_where_it_does_not_contradict(
    tmp_path: Path, birth: str | None, n_found: int
) -> None:
    folder = make_round(tmp_path / "1", [shot(date_of_birth=birth)])
    assert len(find_cleaned([folder], OfName("Nguyễn Thị Hoà", "1980-02-29"))) == n_found


def test_text_that_is_not_utf8_stops_no_look_up(tmp_path: Path) -> None:
    folder = make_round(tmp_path / "1", refused=[shot(**NAME_DIFFERS), shot(shot_id="S2", **NAME_DIFFERS)])
    rows = pq.read_table(folder / "refused.parquet")
    damaged = pa.array([b"Qu\xe1\xba\xadn", b"\xff\xfe"], pa.binary())
    as_text = pa.StringArray.from_buffers(2, damaged.buffers()[1], damaged.buffers()[2])
    at = rows.schema.get_field_index("facility")
    pq.write_table(rows.set_column(at, "facility", as_text), folder / "refused.parquet")
    assert [each.shot_id for each in find_cleaned([folder], OfPerson("001180012345"))] == ["S1", "S2"]


@pytest.mark.parametrize("harm", ["gone", "cut", "other"])
def test_a_folder_that_no_cleaning_made_is_named(tmp_path: Path, harm: str) -> None:
    folder = make_round(tmp_path / "1", [shot()])
    path = folder / "verified.parquet"
    content = path.read_bytes()
    path.unlink()
    if harm == "cut":
        path.write_bytes(content[:100])
    elif harm == "other":
        pq.write_table(pa.table({"x": [1]}), path)
    with pytest.raises(InputUnreadable, match=r"verified\.parquet.*signer clean"):
        find_cleaned([folder], OfPerson("001180012345"))
