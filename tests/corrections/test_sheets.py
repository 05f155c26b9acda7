"""The files that go to facilities: what stands in them, where they lie, and who can read them."""

from __future__ import annotations

import csv
import hashlib
import unicodedata
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from made_corrections import (
    corrected,
    made_sheets,
    read_csv,
    refused_as,
    refused_shot,
    room_in,
    sheet_files,
    taken_in,
    write_refused,
)

from signer.cleaning import ShotClass
from signer.cleaning.classes import DETAILS
from signer.corrections import write_sheets, write_unverified_persons
from signer.corrections.problems import DETAILS_IN_WORDS, REASONS_IN_WORDS
from signer.corrections.sheet_columns import COLUMNS, EXPLAINED
from signer.errors import InputUnreadable, StoppedHalfWay

SUGGESTION = {
    "row": 1,
    "shot_id": "A",
    "person_id": "001080012349",
    "score": 0.9,
    "differs": ["full_name", "sex"],
}


def suggestions(path: Path, *rows: dict[str, Any]) -> Path:
    schema = pa.schema(
        [
            ("row", pa.int64()),
            ("shot_id", pa.string()),
            ("person_id", pa.string()),
            ("score", pa.float64()),
            ("differs", pa.list_(pa.string())),
        ]
    )
    pq.write_table(pa.Table.from_pylist(list(rows), schema), path)
    return path


def test_a_facility_gets_a_file_of_its_refused_shots_in_their_order(tmp_path: Path) -> None:
    rows = [
        refused_shot(shot_id=shot_id, facility=facility)
        for shot_id, facility in [("B", "01-0007"), ("X", "01-0008"), ("A", "01-0007")]
    ]
    folder = made_sheets(tmp_path, rows)
    assert [str(path.relative_to(folder)) for path in sheet_files(folder)] == [
        "Hà Nội/Ba Đình/01-0007.csv",
        "Hà Nội/Ba Đình/01-0008.csv",
    ]
    assert [row["shot_id"] for row in read_csv(sheet_files(folder)[0])] == ["B", "A"]


def test_another_shot_of_the_same_shot_id_does_not_learn_whom_the_register_suggests(tmp_path: Path) -> None:
    rows = [refused_shot(shot_id="A", facility=facility) for facility in ("evil", "01-0007")]
    folder = made_sheets(tmp_path, rows, suggestions=suggestions(tmp_path / "s.parquet", SUGGESTION))
    told = {file.stem: read_csv(file)[0]["suggestion"] for file in sheet_files(folder)}
    assert told["evil"] == ""
    assert told["01-0007"].startswith("001080012349: ")


def test_a_row_says_what_is_wrong_how_it_is_and_who_may_be_meant(tmp_path: Path) -> None:
    row = refused_shot(shot_id="A", reasons=["birth_differs", "dose_conflict"], detail="day_month_swapped")
    found = suggestions(tmp_path / "s.parquet", SUGGESTION)
    unsigned = refused_shot(shot_id="A", facility="01-0008", reasons=["not_attested"])
    folder = made_sheets(tmp_path, [unsigned, row], suggestions=found)
    (read,) = read_csv(sheet_files(folder)[0])
    assert tuple(read) == COLUMNS
    assert {name: value for name, value in read.items() if value} == {
        "shot_id": "A",
        "province": "Hà Nội",
        "district": "Ba Đình",
        "facility": "01-0007",
        "problem": f"{REASONS_IN_WORDS['birth_differs']} ({DETAILS_IN_WORDS['day_month_swapped']});"
        f" {REASONS_IN_WORDS['dose_conflict']}",
        "reasons": "birth_differs, dose_conflict",
        "person_id": "001080012345",
        "full_name": "Nguyễn Thị Hường",
        "date_of_birth": "1980-02-29",
        "sex": "F",
        "nationality": "VN",
        "vaccine": "Pfizer",
        "lot": "FK0112",
        "dose_number": "2",
        "doses_in_series": "2",
        "vaccinated_on": "2021-09-30",
        "suggestion": "001080012349: full_name, sex differs",
    }


def test_every_class_and_detail_of_cleaning_has_words_and_every_column_an_explanation() -> None:
    assert set(REASONS_IN_WORDS) == {kind.code for kind in ShotClass} - {"foreigner"}
    assert set(DETAILS_IN_WORDS) == set(DETAILS) - {""}
    assert set(EXPLAINED) == set(COLUMNS)


def test_files_and_folders_are_their_owners_alone(tmp_path: Path) -> None:
    folder = made_sheets(tmp_path, [refused_shot()])
    modes = {
        str(path.relative_to(tmp_path)): oct(path.stat().st_mode & 0o777)
        for path in [folder, *folder.rglob("*")]
    }
    assert modes == {
        "corrections": "0o700",
        "corrections/README.txt": "0o600",
        "corrections/Hà Nội": "0o700",
        "corrections/Hà Nội/Ba Đình": "0o700",
        "corrections/Hà Nội/Ba Đình/01-0007.csv": "0o600",
    }


def test_the_readme_says_that_the_data_are_personal_and_names_every_column(tmp_path: Path) -> None:
    folder = made_sheets(tmp_path, [refused_shot(), refused_shot(facility="Other")])
    text = (folder / "README.txt").read_text("utf-8")
    assert text.startswith("PERSONAL DATA of the people of 2 shot(s)")
    assert "2 file(s)" in text
    assert [name for name in COLUMNS if f" {name} " not in text] == []
    assert max(map(len, text.splitlines())) <= 130


def test_a_csv_has_a_mark_of_utf_8_and_quotes_around_every_cell(tmp_path: Path) -> None:
    row = refused_shot(full_name='Lê "Tí", Anh', district="d")
    raw = sheet_files(made_sheets(tmp_path, [row]))[0].read_bytes()
    assert raw.startswith(b'\xef\xbb\xbf"shot_id","province",')
    assert '"Lê ""Tí"", Anh"' in raw.decode("utf-8-sig")
    assert raw.endswith(b',""\r\n')
    assert raw.count(b"\r\n") == 2


@pytest.mark.parametrize("value", ["=1+1", "+84", "-1", "@x", " =x", "'=x", "''+x", "＝1", "' -x"])
@pytest.mark.parametrize("sheet_format", ["csv", "xlsx"])
def test_no_cell_starts_a_formula_and_the_value_comes_back(
    tmp_path: Path, value: str, sheet_format: Any
) -> None:
    row = refused_shot(full_name=value, lot=value, facility="F")
    folder = made_sheets(tmp_path, [row], sheet_format)
    if sheet_format == "csv":
        (read,) = read_csv(sheet_files(folder)[0])
        assert read["full_name"] == read["lot"] == f"'{value}"
    assert taken_in([folder], [row]).refused.to_pylist() == []


@pytest.mark.parametrize(
    "names",
    [
        ("a", "A"),
        (unicodedata.normalize("NFC", "Hoà"), unicodedata.normalize("NFD", "Hoà")),
        ("a/b", "a_b", "a\\b", "a:b"),
        ("..", ".", ".hidden", "-rf", "~$x"),
        ("con", "CON", "aux", "README", "readme"),
        ("x" * 300, "x" * 301, "ệ" * 200),
        ("a\x00b", "a\x01b", "a\nb"),
        ("", None, "_no_facility", "unnamed"),
        ("a.csv", "a", "a.", "a "),
        ("ﬁ", "fi", "ß", "ss"),
        (b"\xff", b"\xfe\xff"),
    ],
    ids=range(11),
)
def test_whatever_a_place_is_called_its_file_lies_in_the_folder_and_is_no_others(
    tmp_path: Path, names: tuple[str | bytes | None, ...]
) -> None:
    rows = [refused_shot(shot_id=f"S{row}", facility=name) for row, name in enumerate(names)]
    rows += [refused_shot(shot_id=f"P{row}", province=name, district=name) for row, name in enumerate(names)]
    folder = made_sheets(tmp_path, rows)
    files = sheet_files(folder)
    assert sorted(row["shot_id"] for file in files for row in read_csv(file)) == sorted(
        str(row["shot_id"]) for row in rows
    )
    for path in folder.rglob("*"):
        assert len(f"{path.name}.p7s".encode()) < 250
        assert unicodedata.normalize("NFC", path.name)[0] not in ".-~ "
    folded = [unicodedata.normalize("NFKC", str(path)).casefold() for path in files]
    assert len(set(folded)) == len(folded)
    assert [
        path for path in tmp_path.iterdir() if path.name not in ("corrections", "refused.parquet", ".spill")
    ] == []


def test_what_is_no_text_or_breaks_lines_shows_as_such_and_is_not_stale_when_it_comes_back(
    tmp_path: Path,
) -> None:
    row = refused_shot(shot_id="A", full_name=b"L\xea \xff", lot="a\nb\x00", vaccine=None)
    folder = made_sheets(tmp_path, [row])
    (read,) = read_csv(sheet_files(folder)[0])
    assert (read["full_name"], read["lot"], read["vaccine"]) == ("L\ufffd \ufffd", "a\ufffdb\ufffd", "")
    assert taken_in([folder], [row]).refused.to_pylist() == []


def test_no_refused_shots_make_a_folder_with_an_explanation_alone(tmp_path: Path) -> None:
    folder = made_sheets(tmp_path, [])
    assert [path.name for path in folder.iterdir()] == ["README.txt"]


def test_csv_is_the_same_bytes_whatever_memory_and_threads(tmp_path: Path) -> None:
    rows = [refused_shot(shot_id=f"S{row}", facility=f"F{row % 7}") for row in range(3_000)]
    refused = write_refused(tmp_path / "refused.parquet", rows)
    digests = []
    for name, threads in (("one", 1), ("two", 2)):
        room = room_in(tmp_path)
        write_sheets(refused, None, tmp_path / name, "csv", type(room)("100MB", room.temp_directory, threads))
        files = sorted((tmp_path / name).rglob("*.*"))
        digests.append([hashlib.sha256(path.read_bytes()).hexdigest() for path in files])
    assert digests[0] == digests[1]
    assert len(digests[0]) == 8


def test_a_folder_that_is_taken_or_a_damaged_table_is_an_error_of_ours(tmp_path: Path) -> None:
    made_sheets(tmp_path, [refused_shot()])
    with pytest.raises(StoppedHalfWay, match="File exists"):
        made_sheets(tmp_path, [refused_shot()])
    (tmp_path / "bad.parquet").write_bytes(b"PAR1 not at all")
    with pytest.raises(InputUnreadable, match=r"bad\.parquet"):
        write_sheets(tmp_path / "bad.parquet", None, tmp_path / "x", "csv", room_in(tmp_path))


def test_the_registers_owner_gets_each_unverified_person_once(tmp_path: Path) -> None:
    rows = [
        refused_shot(shot_id="A", full_name="Lê Hoà", reasons=["person_not_found"]),
        refused_shot(shot_id="B", full_name="LÊ HÒA", reasons=["person_not_found"]),
        refused_shot(shot_id="C", full_name="=Lê", reasons=["both_differ", "dose_conflict"]),
        refused_shot(shot_id="D", reasons=["number_missing"], person_id=None),
        refused_shot(shot_id="E", reasons=["duplicate_shot"]),
    ]
    refused = write_refused(tmp_path / "refused.parquet", rows)
    out = tmp_path / "unverified_persons.csv"
    assert write_unverified_persons(refused, out, room_in(tmp_path)) == 2
    assert out.stat().st_mode & 0o777 == 0o600
    with out.open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file)) == [
            ["person_id", "full_name", "date_of_birth", "sex", "province", "reason"],
            ["001080012345", "Lê Hoà", "1980-02-29", "F", "Hà Nội", "person_not_found"],
            ["001080012345", "'=Lê", "1980-02-29", "F", "Hà Nội", "both_differ"],
        ]


def test_an_untouched_sheet_corrects_nothing(tmp_path: Path) -> None:
    rows = [refused_shot(shot_id=f"S{row}") for row in range(20)]
    taken = taken_in([made_sheets(tmp_path, rows)], [])
    assert (taken.n_files, len(taken.taken), refused_as(taken), taken.n_corrected) == (1, 0, [], 0)
    assert corrected(taken, rows[:2]) == [
        {name: value for name, value in row.items() if name not in ("reason", "reasons", "detail", "field")}
        for row in rows[:2]
    ]


def test_a_shot_that_nobody_vouches_for_has_no_sheet(tmp_path: Path) -> None:
    """Whoever can hand in an unsigned file would choose the folders, and a correction would be of no shot."""
    rows = [
        refused_shot(shot_id="A"),
        refused_shot(shot_id="B", facility="made up", reason="not_attested", reasons=["not_attested"]),
    ]
    (file,) = sheet_files(made_sheets(tmp_path, rows))
    assert [row["shot_id"] for row in read_csv(file)] == ["A"]
