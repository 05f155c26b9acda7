"""What is filled in is taken, or refused with a reason, and never half."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from made_batches import batches_of
from made_corrections import (
    SIGNED,
    TODAY,
    corrected,
    fill_in,
    made_sheets,
    read_csv,
    refused_as,
    refused_shot,
    sheet_files,
    taken_in,
    write_csv,
)

from signer.corrections import Corrections, RefusalKind
from signer.corrections.sheet_columns import AS_IT_IS
from signer.errors import InputUnreadable
from signer.records.schemas import SHOTS

Shots = list[dict[str, Any]]
SHOT = refused_shot(shot_id="A")
OTHER = refused_shot(shot_id="B", person_id="001080099999")


def one_sheet(tmp_path: Path, name: str = "one", *rows: dict[str, Any]) -> Path:
    """The file of a facility with these refused shots, else of SHOT and OTHER."""
    (file,) = sheet_files(made_sheets(tmp_path / name, rows or [SHOT, OTHER]))
    return file


def folder_of(file: Path) -> Path:
    return file.parents[2]


def filled(tmp_path: Path, **values: str) -> Corrections:
    """What comes of one row that is filled in like this."""
    file = one_sheet(tmp_path)
    fill_in(file, "A", **values)
    return taken_in([folder_of(file)], [SHOT, OTHER])


RIGHT = [
    ("person_id", "001180012345", "001180012345"),
    ("person_id", "123456789", "123456789"),
    ("person_id", "M1234567", "M1234567"),
    ("full_name", " Nguyễn Thị Hương ", "Nguyễn Thị Hương"),
    ("full_name", "O'Brien", "O'Brien"),
    ("date_of_birth", "1980", "1980"),
    ("date_of_birth", "1980-02", "1980-02"),
    ("date_of_birth", "1980-02-28", "1980-02-28"),
    ("sex", "nam", "M"),
    ("sex", "NỮ", "F"),
    ("nationality", "vn", "VN"),
    ("vaccine", "Moderna", "Moderna"),
    ("dose_number", "1", 1),
    ("doses_in_series", "3", 3),
    ("vaccinated_on", "2021-10-01", datetime.date(2021, 10, 1)),
]


def sheet_filled_in(tmp_path: Path, filled_in: Sequence[dict[str, str]]) -> tuple[Corrections, Shots]:
    """What comes of a sheet with a row S0, S1, … for each of these; and the shots."""
    shots = [refused_shot(shot_id=f"S{row}") for row in range(len(filled_in))]
    file = one_sheet(tmp_path, "many", *shots)
    rows = [{**row, **SIGNED, **values} for row, values in zip(read_csv(file), filled_in, strict=True)]
    write_csv(file, rows)
    return taken_in([folder_of(file)], shots), shots


def test_a_right_value_takes_the_place_of_the_wrong_one(tmp_path: Path) -> None:
    taken, shots = sheet_filled_in(tmp_path, [{f"correct_{field}": text} for field, text, _ in RIGHT])
    assert refused_as(taken) == []
    model = [{**shot, field: value} for shot, (field, _, value) in zip(shots, RIGHT, strict=True)]
    after = corrected(taken, shots)
    assert after == [{name: shot[name] for name in after[0]} for shot in model]
    assert taken.taken.to_pylist() == [
        {
            "shot_id": f"S{row}",
            "field": field,
            "value_before": str(SHOT[field]),
            "value_after": str(value),
            "corrected_by": "Lê Thị Hoa",
            "corrected_on": datetime.date(2022, 4, 13),
            "file": str(tmp_path / "many/corrections/Hà Nội/Ba Đình/01-0007.csv"),
            "row": row + 2,
        }
        for row, (field, _, value) in enumerate(RIGHT)
    ]


WRONG = [
    ({"correct_person_id": "1180012345"}, "correct_person_id", "zeros_lost"),
    ({"correct_person_id": "1.2E+11"}, "correct_person_id", "zeros_lost"),
    ({"correct_person_id": "0011800123456"}, "correct_person_id", "unreadable"),
    ({"correct_person_id": "001 180 012 345"}, "correct_person_id", "unreadable"),
    ({"correct_person_id": "m1234567"}, "correct_person_id", "unreadable"),
    ({"correct_full_name": "Nguy?n"}, "correct_full_name", "unreadable"),
    ({"correct_full_name": "Lê\nHoà"}, "correct_full_name", "unreadable"),
    ({"correct_full_name": "Lê \ufffd"}, "correct_full_name", "unreadable"),
    ({"correct_full_name": "=HYPERLINK(1)"}, "correct_full_name", "unreadable"),
    ({"correct_full_name": "'=Lê"}, "correct_full_name", "unreadable"),
    ({"correct_full_name": "Lê " * 400}, "correct_full_name", "unreadable"),
    ({"correct_date_of_birth": "29/02/1980"}, "correct_date_of_birth", "unreadable"),
    ({"correct_date_of_birth": "1981-02-29"}, "correct_date_of_birth", "unreadable"),
    ({"correct_date_of_birth": "1899"}, "correct_date_of_birth", "unreadable"),
    ({"correct_date_of_birth": "2022-04-15"}, "correct_date_of_birth", "in_future"),
    ({"correct_date_of_birth": "1980-1-1"}, "correct_date_of_birth", "unreadable"),
    ({"correct_sex": "x"}, "correct_sex", "unreadable"),
    ({"correct_nationality": "Vietnam"}, "correct_nationality", "unreadable"),
    ({"correct_nationality": "ZZ", "correct_person_id": "M1234567"}, "correct_nationality", "unreadable"),
    ({"correct_nationality": "KR"}, "correct_person_id", "passport_missing"),
    ({"correct_vaccine": "+1"}, "correct_vaccine", "unreadable"),
    ({"correct_dose_number": "0"}, "correct_dose_number", "unreadable"),
    ({"correct_dose_number": "²"}, "correct_dose_number", "unreadable"),
    ({"correct_doses_in_series": "10"}, "correct_doses_in_series", "unreadable"),
    ({"correct_vaccinated_on": "2021-10"}, "correct_vaccinated_on", "unreadable"),
    ({"correct_vaccinated_on": "2022-04-15"}, "correct_vaccinated_on", "in_future"),
    ({"withdraw": "maybe"}, "withdraw", "unreadable"),
    ({"withdraw": "yes", "correct_sex": "F"}, "withdraw", "contradictory"),
    ({"withdraw": "yes", "corrected_by": ""}, "corrected_by", "who_missing"),
    ({"correct_sex": "F", "corrected_on": ""}, "corrected_on", "when_missing"),
    ({"correct_sex": "F", "corrected_on": "2022-04-15"}, "corrected_on", "in_future"),
    ({"correct_sex": "F", "corrected_on": "13/04/2022"}, "corrected_on", "unreadable"),
    ({"correct_sex": "F", "corrected_by": "@all"}, "corrected_by", "unreadable"),
]


def test_a_row_that_cannot_be_taken_is_listed_and_changes_nothing(tmp_path: Path) -> None:
    taken, _ = sheet_filled_in(tmp_path, [values for values, _, _ in WRONG])
    assert refused_as(taken) == [(row + 2, field, reason) for row, (_, field, reason) in enumerate(WRONG)]
    assert len(taken.taken) == len(taken.patches) == 0
    for listed, (values, _, _) in zip(taken.refused.to_pylist(), WRONG, strict=True):
        assert listed["file"].endswith("01-0007.csv")
        assert not any(value in listed["advice"] for value in values.values() if len(value) > 3)


def test_one_wrong_cell_refuses_the_whole_row(tmp_path: Path) -> None:
    taken = filled(tmp_path, correct_full_name="Lê Hoa", correct_sex="x", corrected_on="")
    assert refused_as(taken) == [(2, "correct_sex", "unreadable"), (2, "corrected_on", "when_missing")]
    assert len(taken.patches) == 0


def test_a_withdrawn_shot_is_left_out_and_noted(tmp_path: Path) -> None:
    taken = filled(tmp_path, withdraw="Yes")
    assert [row["shot_id"] for row in corrected(taken, [SHOT, OTHER])] == ["B"]
    assert (taken.n_withdrawn, taken.n_corrected) == (1, 0)
    (row,) = taken.taken.to_pylist()
    assert (row["field"], row["value_before"], row["value_after"]) == ("withdraw", None, "yes")


@pytest.mark.parametrize("values", [{}, {"withdraw": "no"}, {"correct_sex": " "}])
def test_a_signature_without_a_correction_is_none(tmp_path: Path, values: dict[str, str]) -> None:
    taken = filled(tmp_path, **values)
    assert (len(taken.taken), refused_as(taken)) == (0, [])


def test_a_number_of_digits_alone_is_a_passport_only_of_a_foreigner(tmp_path: Path) -> None:
    taken = filled(tmp_path, correct_person_id="12345678", correct_nationality="KR")
    assert refused_as(taken) == []
    assert corrected(taken, [SHOT])[0]["person_id"] == "12345678"


NOT_AS_IT_IS = [
    ({"shot_id": "Z"}, ("shot_id", "unknown_shot")),
    ({"shot_id": ""}, ("shot_id", "unknown_shot")),
    ({"facility": "01-0008"}, ("facility", "other_facility")),
    ({"province": "Huế"}, ("facility", "other_facility")),
    *(({name: "Lê"}, (name, "stale")) for name in AS_IT_IS),
    ({"lot": ""}, ("lot", "stale")),
    ({"person_id": "1080012345"}, ("person_id", "rewritten")),
    ({"person_id": "1.08E+09"}, ("person_id", "rewritten")),
    ({"date_of_birth": "29/02/1980"}, ("date_of_birth", "rewritten")),
    ({"vaccinated_on": "9/30/2021"}, ("vaccinated_on", "rewritten")),
    ({"vaccinated_on": "2021-09-29"}, ("vaccinated_on", "stale")),
]


def test_a_row_that_does_not_speak_of_the_shot_as_it_is_is_refused(tmp_path: Path) -> None:
    taken, _ = sheet_filled_in(tmp_path, [{"correct_sex": "M", **changes} for changes, _ in NOT_AS_IT_IS])
    assert refused_as(taken) == [(row + 2, *expected) for row, (_, expected) in enumerate(NOT_AS_IT_IS)]
    assert len(taken.patches) == 0


def test_blanks_around_a_cell_and_another_normal_form_make_no_row_stale(tmp_path: Path) -> None:
    file = one_sheet(tmp_path)
    fill_in(file, "A", correct_sex="M", full_name="  Nguyễn Thị Hường ", district="Ba Đình ")
    assert refused_as(taken_in([folder_of(file)], [SHOT, OTHER])) == []


def test_a_shot_id_that_several_shots_have_says_not_which_is_meant(tmp_path: Path) -> None:
    file = one_sheet(tmp_path)
    fill_in(file, "A", withdraw="yes")
    taken = taken_in([folder_of(file)], [SHOT, OTHER, SHOT])
    assert refused_as(taken) == [(2, "shot_id", "repeated_shot")]
    assert len(corrected(taken, [SHOT, OTHER, SHOT])) == 3


def two_rows(tmp_path: Path, first: dict[str, str], second: dict[str, str]) -> Corrections:
    """Two rows of one shot in one folder."""
    file = one_sheet(tmp_path)
    row = read_csv(file)[0]
    rows = [{**row, **SIGNED, **values} for values in (first, second)]
    write_csv(file, rows[:1])
    write_csv(file.with_name("copy.csv"), rows[1:])
    return taken_in([folder_of(file)], [SHOT, OTHER])


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"correct_sex": "M"}, {"correct_sex": "F"}),
        ({"correct_sex": "M"}, {"correct_full_name": "Lê Hoa"}),
        ({"correct_sex": "M"}, {"withdraw": "yes"}),
    ],
)
def test_of_rows_that_contradict_each_other_none_is_taken(
    tmp_path: Path, first: dict[str, str], second: dict[str, str]
) -> None:
    taken = two_rows(tmp_path, first, second)
    assert [reason for _, _, reason in refused_as(taken)] == ["contradictory", "contradictory"]
    assert (len(taken.taken), len(taken.patches)) == (0, 0)
    original, copy = taken.refused["file"].to_pylist()
    assert copy.endswith("copy.csv")
    assert [
        advice.endswith(f"see {other}, row 2")
        for advice, other in zip(taken.refused["advice"].to_pylist(), (copy, original), strict=True)
    ] == [True, True]


def test_a_row_that_cannot_be_read_contradicts_the_other_of_its_shot(tmp_path: Path) -> None:
    taken = two_rows(tmp_path, {"correct_sex": "M"}, {"correct_sex": "x"})
    assert sorted(reason for _, _, reason in refused_as(taken)) == ["contradictory", "unreadable"]
    assert len(taken.patches) == 0


def test_rows_that_say_the_same_are_taken_once(tmp_path: Path) -> None:
    taken = two_rows(tmp_path, {"correct_sex": "M"}, {"correct_sex": "nam", "corrected_by": "Anh"})
    assert refused_as(taken) == []
    assert [row["corrected_by"] for row in taken.taken.to_pylist()] == ["Lê Thị Hoa"]


def test_a_later_folder_sees_the_shots_as_an_earlier_one_leaves_them(tmp_path: Path) -> None:
    first = one_sheet(tmp_path, "one")
    fill_in(first, "A", correct_full_name="Lê Hoa")
    second = one_sheet(tmp_path, "two", {**SHOT, "full_name": "Lê Hoa"})
    fill_in(second, "A", correct_sex="M", correct_full_name="Lê Hòa")
    taken = taken_in([folder_of(first), folder_of(second)], [SHOT, OTHER])
    assert refused_as(taken) == []
    assert [(row["value_before"], row["value_after"]) for row in taken.taken.to_pylist()] == [
        ("Nguyễn Thị Hường", "Lê Hoa"),
        ("Lê Hoa", "Lê Hòa"),
        ("F", "M"),
    ]
    after = corrected(taken, [SHOT])[0]
    assert (after["full_name"], after["sex"]) == ("Lê Hòa", "M")
    turned = taken_in([folder_of(second), folder_of(first)], [SHOT, OTHER])
    assert [(field, reason) for _, field, reason in refused_as(turned)] == [("full_name", "stale")]
    assert corrected(turned, [SHOT])[0]["full_name"] == "Lê Hoa"


@pytest.mark.parametrize("values", [{"correct_sex": "M", "correct_full_name": "Lê Hoa"}, {"withdraw": "yes"}])
def test_a_sheet_that_is_handed_in_again_is_no_fault(tmp_path: Path, values: dict[str, str]) -> None:
    """As a facility does that goes on with the file that it has."""
    first, again = one_sheet(tmp_path, "one"), one_sheet(tmp_path, "two")
    for file in (first, again):
        fill_in(file, "A", **values)
    taken = taken_in([folder_of(first), folder_of(again)], [SHOT, OTHER])
    assert refused_as(taken) == []
    assert len(taken.taken) == len(values)
    assert set(taken.taken["file"].to_pylist()) == {str(first)}


def test_a_sheet_that_asks_for_more_than_before_is_out_of_date(tmp_path: Path) -> None:
    first, again = one_sheet(tmp_path, "one"), one_sheet(tmp_path, "two")
    fill_in(first, "A", correct_full_name="Lê Hoa")
    fill_in(again, "A", correct_full_name="Lê Hoa", correct_sex="M")
    taken = taken_in([folder_of(first), folder_of(again)], [SHOT, OTHER])
    assert [(field, reason) for _, field, reason in refused_as(taken)] == [("full_name", "stale")]


def test_what_an_earlier_folder_withdraws_is_unknown_to_a_later_one(tmp_path: Path) -> None:
    first, second = one_sheet(tmp_path, "one"), one_sheet(tmp_path, "two")
    fill_in(first, "A", withdraw="yes")
    fill_in(second, "A", correct_sex="M")
    taken = taken_in([folder_of(first), folder_of(second)], [SHOT, OTHER])
    assert refused_as(taken) == [(2, "shot_id", "unknown_shot")]
    assert [row["shot_id"] for row in corrected(taken, [SHOT, OTHER])] == ["B"]


def test_a_file_that_nobody_stands_for_is_set_aside_but_one_without_corrections_needs_nobody(
    tmp_path: Path,
) -> None:
    file = one_sheet(tmp_path)
    assert refused_as(taken_in([folder_of(file)], [SHOT, OTHER], why_not="not signed")) == []
    fill_in(file, "A", correct_sex="M")
    taken = taken_in([folder_of(file)], [SHOT, OTHER], why_not="not signed")
    assert refused_as(taken) == [(None, None, "not_attested")]
    assert taken.refused["advice"].to_pylist() == ["not signed"]
    assert len(taken.patches) == 0


def test_columns_can_be_asked_for_alone_and_again(tmp_path: Path) -> None:
    file = one_sheet(tmp_path)
    fill_in(file, "A", correct_full_name="Lê Hoa")
    fill_in(file, "B", withdraw="yes")
    batches = taken_in([folder_of(file)], [SHOT, OTHER]).apply(batches_of([OTHER, SHOT], SHOTS))
    for _ in range(2):
        assert [batch.to_pydict() for batch in batches(["full_name", "lot"])] == [
            {"full_name": ["Lê Hoa"], "lot": ["FK0112"]}
        ]


def test_a_folder_that_is_not_there_is_an_error_before_anything_is_done(tmp_path: Path) -> None:
    with pytest.raises(InputUnreadable, match="no such folder"):
        taken_in([tmp_path / "missing"], [SHOT])
    (tmp_path / "file").write_text("x")
    with pytest.raises(InputUnreadable, match="no folder"):
        taken_in([tmp_path / "file"], [SHOT])


def test_the_folder_of_a_run_stands_for_its_corrections(tmp_path: Path) -> None:
    file = one_sheet(tmp_path)
    fill_in(file, "A", correct_sex="M")
    taken = taken_in([folder_of(file).parent], [SHOT, OTHER], TODAY)
    assert (taken.n_files, taken.n_corrected) == (1, 1)


def test_every_kind_of_refusal_says_what_to_do() -> None:
    assert all(kind.advice and kind.advice[0].islower() and kind.advice[-1] != "." for kind in RefusalKind)
