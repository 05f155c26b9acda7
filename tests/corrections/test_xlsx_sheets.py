"""Correction files as Excel workbooks: what a spreadsheet shows, and what it makes of what is typed."""

from __future__ import annotations

import datetime
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from made_corrections import SIGNED, corrected, made_sheets, refused_as, refused_shot, sheet_files, taken_in

from signer.corrections import sheets
from signer.corrections.sheet_columns import COLUMNS, FILL_IN
from signer.errors import OutputUnwritable

SHOT = refused_shot(shot_id="A", lot="=1+1", phone=None)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (path,) = sheet_files(made_sheets(tmp_path / "run", [SHOT, refused_shot(shot_id="B")], "xlsx"))
    return path


def fill_in_workbook(file: Path, **values: Any) -> None:
    """Fills in the first row as Excel would."""
    workbook = openpyxl.load_workbook(file)
    for name, value in {**SIGNED, **values}.items():
        workbook.active.cell(2, COLUMNS.index(name) + 1).value = value
    workbook.save(file)


def test_a_workbook_is_text_throughout_with_its_header_in_view(file: Path) -> None:
    sheet = openpyxl.load_workbook(file).active
    assert sheet.title == "personal data, 2 shots"
    assert sheet.freeze_panes == "B2"
    assert [cell.value for cell in sheet[1]] == list(COLUMNS)
    assert (
        "personal data of the people of 2 shots; for 01-0007, Ba Đình, Hà Nội only"
        in sheet["A1"].comment.text
    )
    for row in sheet.iter_rows(min_row=2):
        assert {cell.number_format for cell in row} == {"@"}
        assert {cell.data_type for cell in row if cell.value is not None} == {"s"}
        colours = [cell.fill.fgColor.rgb for cell in row]
        assert [colour == "00FFF2CC" for colour in colours] == [name in FILL_IN for name in COLUMNS]
    at = {name: place for place, name in enumerate(COLUMNS)}
    first = [cell.value for cell in sheet[2]]
    assert first[at["person_id"]] == "001080012345"
    assert first[at["lot"]] == "'=1+1"
    assert file.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("field", "typed", "value"),
    [
        ("full_name", "Nguyễn Thị Hương", "Nguyễn Thị Hương"),
        ("date_of_birth", datetime.datetime(1980, 3, 1), "1980-03-01"),
        ("date_of_birth", 1980, "1980"),
        ("vaccinated_on", datetime.date(2021, 10, 1), datetime.date(2021, 10, 1)),
        ("dose_number", 1, 1),
        ("dose_number", 1.0, 1),
        ("person_id", 123456789012, "123456789012"),
    ],
)
def test_what_a_spreadsheet_makes_of_a_value_is_read_right(
    file: Path, field: str, typed: object, value: object
) -> None:
    fill_in_workbook(file, **{f"correct_{field}": typed})
    taken = taken_in([file.parents[2]], [SHOT])
    assert refused_as(taken) == []
    assert corrected(taken, [SHOT])[0][field] == value


@pytest.mark.parametrize(
    ("name", "typed", "reason"),
    [
        ("correct_person_id", 1180012345, "zeros_lost"),
        ("correct_full_name", "=CONCATENATE(A2)", "unreadable"),
        ("correct_full_name", "#N/A", "unreadable"),
        ("correct_dose_number", 1.5, "unreadable"),
        ("correct_sex", True, "unreadable"),
        ("correct_vaccinated_on", datetime.datetime(2021, 10, 1, 8, 30), "unreadable"),
        ("corrected_on", datetime.datetime(2022, 4, 15), "in_future"),
    ],
)
def test_what_is_no_value_is_refused(file: Path, name: str, typed: object, reason: str) -> None:
    fill_in_workbook(file, **{"correct_nationality": "VN", name: typed})
    assert refused_as(taken_in([file.parents[2]], [SHOT])) == [(2, name, reason)]


def test_a_workbook_that_claims_any_number_of_rows_is_read_for_those_it_has(file: Path) -> None:
    workbook = openpyxl.load_workbook(file)
    workbook.active.cell(1_048_576, 16_384).value = "x"
    workbook.save(file)
    taken = taken_in([file.parents[2]], [SHOT])
    assert refused_as(taken) == []


def test_without_openpyxl_xlsx_is_refused_before_anything_and_read_files_are_listed(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("sheets", "xlsx_reading"):
        monkeypatch.setattr(f"signer.corrections.{module}.find_spec", lambda _name: None)
    with pytest.raises(OutputUnwritable, match=r"\[sheets\]"):
        sheets.check_format("xlsx")
    assert refused_as(taken_in([file.parents[2]], [SHOT])) == [(None, None, "extra_missing")]


def test_a_workbook_holds_every_letter_and_is_the_same_bytes_again(tmp_path: Path) -> None:
    row = refused_shot(shot_id="A", full_name='<Lê & "Hoà">  ]]> \'', lot=" \t\x00_", facility="<&> #")
    made = [sheet_files(made_sheets(tmp_path / name, [row], "xlsx"))[0] for name in ("one", "two")]
    assert made[0].read_bytes() == made[1].read_bytes()
    sheet = openpyxl.load_workbook(made[0]).active
    at = {name: place for place, name in enumerate(COLUMNS)}
    values = [cell.value for cell in sheet[2]]
    assert values[at["full_name"]] == row["full_name"]
    assert values[at["lot"]] == " \ufffd\ufffd_"
    assert values[at["facility"]] == "<&> #"
    assert "for <&> #, Ba Đình" in sheet["A1"].comment.text
    fill_in_workbook(made[0], correct_sex="M")
    assert refused_as(taken_in([made[0].parents[2]], [row])) == []


def test_many_facilities_have_each_their_own_rows(tmp_path: Path) -> None:
    rows = [refused_shot(shot_id=f"S{row}", facility=f"F{row % 3}") for row in range(30)]
    for file in sheet_files(made_sheets(tmp_path, rows, "xlsx")):
        found = [row[0] for row in openpyxl.load_workbook(file).active.iter_rows(values_only=True)]
        assert found[1:] == [row["shot_id"] for row in rows if row["facility"] == file.stem]


def put_into_sheet(file: Path, old: bytes, new: bytes, before: bytes = b"") -> None:
    """Changes the first place in the XML of a workbook's sheet."""
    with zipfile.ZipFile(file) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    name = "xl/worksheets/sheet1.xml"
    assert old in members[name]
    members[name] = before + members[name].replace(old, new, 1)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, content in members.items():
            archive.writestr(member, content)


def test_entities_that_grow_are_not_unfolded(file: Path) -> None:
    lines = [f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10)]
    bomb = f'<!DOCTYPE x [<!ENTITY e0 "{"x" * 100}">{"".join(lines)}]>'.encode()
    put_into_sheet(file, b"001080012345", b"&e9;", before=bomb)
    assert refused_as(taken_in([file.parents[2]], [SHOT])) == [(None, None, "file_unreadable")]


def test_rows_that_no_sheet_can_have_are_not_waited_for(file: Path) -> None:
    """Before a row of that number there would be a thousand million empty ones."""
    put_into_sheet(file, b'<row r="2"', b'<row r="999999999"')
    assert refused_as(taken_in([file.parents[2]], [SHOT])) == [(None, None, "file_too_large")]
