"""Files as spreadsheets and people hand them in: read right, or refused as a whole, and the run goes on."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from made_corrections import (
    SIGNED,
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

from signer.corrections import xlsx_reading
from signer.corrections.sheet_columns import COLUMNS

SHOT = refused_shot(shot_id="A")
NAME = "Nguyễn Thị Hương"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A sheet in which one name is corrected."""
    (path,) = sheet_files(made_sheets(tmp_path / "run", [SHOT]))
    fill_in(path, "A", correct_full_name=NAME)
    return path


def found(file: Path) -> list[tuple[int | None, str | None, str]] | str:
    """What the file's correction became: the name, or the refusals."""
    taken = taken_in([file.parents[2]], [SHOT])
    return refused_as(taken) or str(corrected(taken, [SHOT])[0]["full_name"])


def saved_by_excel(delimiter: str, encoding: str, ending: str, quoting: int) -> Callable[[Path], None]:
    def save(file: Path) -> None:
        rows = read_csv(file)
        file.unlink()
        write_csv(file.with_suffix(ending), rows, encoding, delimiter=delimiter, quoting=quoting)

    return save


def reordered(file: Path) -> None:
    rows = [dict(reversed(row.items())) for row in read_csv(file)]
    write_csv(file, [{"note": "x", **row, "": ""} for row in rows])


def with_empty_rows(file: Path) -> None:
    (row,) = read_csv(file)
    write_csv(file, [dict.fromkeys(row, ""), row, dict.fromkeys(row, " ")])


def without_trailing_cells(file: Path) -> None:
    (row,) = read_csv(file)
    order = sorted(COLUMNS, key=lambda name: row[name] == "")
    lines = [",".join(order), ",".join(f'"{row[name]}"' for name in order if row[name])]
    file.write_text("\n".join(lines), "utf-8")


def upper_case_names(file: Path) -> None:
    header, _, rest = file.read_text("utf-8-sig").partition("\n")
    file.write_text(f"{header.upper()}\n{rest}", "utf-8")


@pytest.mark.parametrize(
    "change",
    [
        saved_by_excel(";", "utf-8-sig", ".csv", 0),
        saved_by_excel(",", "utf-8", ".csv", 0),
        saved_by_excel("\t", "utf-16", ".txt", 0),
        saved_by_excel("\t", "utf-16", ".csv", 1),
        saved_by_excel(";", "utf-8", ".CSV", 1),
        reordered,
        with_empty_rows,
        without_trailing_cells,
        upper_case_names,
    ],
    ids=range(9),
)
def test_a_csv_that_another_program_saved_is_read_right(file: Path, change: Callable[[Path], None]) -> None:
    change(file)
    assert found(file) == NAME


def in_code_page(file: Path) -> None:
    raw = file.read_bytes().decode("utf-8-sig")
    file.write_bytes(raw.encode("cp1258", "replace"))


def without_column(file: Path) -> None:
    write_csv(file, [{name: value for name, value in row.items() if name != "lot"} for row in read_csv(file)])


def with_column_twice(file: Path) -> None:
    header, _, rest = file.read_text("utf-8-sig").partition("\n")
    file.write_text(f'"lot",{header}\n' + f'"",{rest}', "utf-8")


def of_another_table(file: Path) -> None:
    file.write_text("a,b\n1,2\n")


def with_open_quote(file: Path) -> None:
    text = file.read_text("utf-8-sig")
    file.write_text(text.replace(f'"{NAME}"', f'"{NAME}'), "utf-8")


def linked(file: Path) -> None:
    away = file.parents[3] / "away.csv"
    away.write_bytes(file.read_bytes())
    file.unlink()
    file.symlink_to(away)


def leading_nowhere(file: Path) -> None:
    file.unlink()
    file.symlink_to(file.parents[3] / "nothing")


def piped(file: Path) -> None:
    file.unlink()
    os.mkfifo(file)


def otherwise_saved(file: Path) -> None:
    file.write_bytes(b"\xd0\xcf\x11\xe0")
    file.rename(file.with_suffix(".xls"))


def only_named_xlsx(file: Path) -> None:
    file.rename(file.with_suffix(".xlsx"))


def emptied(file: Path) -> None:
    file.write_bytes(b"")


@pytest.mark.parametrize(
    ("change", "field", "reason"),
    [
        (in_code_page, None, "not_utf8"),
        (without_column, "lot", "column_missing"),
        (with_column_twice, "lot", "column_repeated"),
        (of_another_table, "shot_id", "column_missing"),
        (with_open_quote, None, "file_unreadable"),
        (linked, None, "not_regular"),
        (leading_nowhere, None, "not_regular"),
        (piped, None, "not_regular"),
        (otherwise_saved, None, "other_format"),
        (only_named_xlsx, None, "file_unreadable"),
        (emptied, "shot_id", "column_missing"),
    ],
)
def test_a_file_that_cannot_be_taken_is_listed_and_the_others_are_taken(
    tmp_path: Path, file: Path, change: Callable[[Path], None], field: str | None, reason: str
) -> None:
    second = file.with_name("second.csv")
    second.write_bytes(file.read_bytes())
    change(file)
    taken = taken_in([file.parents[2]], [SHOT])
    assert refused_as(taken) == [(None, field, reason)]
    assert taken.n_files == 2
    assert corrected(taken, [SHOT])[0]["full_name"] == NAME


def test_a_row_with_a_separator_outside_of_quotes_is_refused(file: Path) -> None:
    text = file.read_text("utf-8-sig")
    file.write_text(text.replace(f'"{NAME}"', "Nguyễn,Hương"), "utf-8")
    assert found(file) == [(2, None, "cells_shifted")]


def test_signatures_locks_and_hidden_files_are_passed_over(file: Path) -> None:
    for name in ("~$01-0007.xlsx", ".~lock.01-0007.csv#", "01-0007.csv.p7s", "Thumbs.db", ".DS_Store"):
        (file.parent / name).write_bytes(b"x")
    taken = taken_in([file.parents[2]], [SHOT])
    assert (taken.n_files, refused_as(taken)) == (1, [])


def test_a_folder_that_is_linked_is_not_followed(tmp_path: Path, file: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    file.parent.rename(elsewhere)
    file.parent.symlink_to(elsewhere)
    taken = taken_in([file.parents[2]], [SHOT])
    assert refused_as(taken) == [(None, None, "not_regular")]


def test_an_archive_that_unpacks_to_too_much_is_not_unpacked(
    tmp_path: Path, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(xlsx_reading, "MOST_BYTES", 1 << 20)
    file.unlink()
    with zipfile.ZipFile(file.with_suffix(".xlsx"), "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b" " * (2 << 20))
    assert found(file) == [(None, None, "file_too_large")]


def test_the_order_of_files_makes_no_difference(tmp_path: Path) -> None:
    rows = [refused_shot(shot_id=f"S{row}", facility=f"F{row % 3}") for row in range(9)]
    results = []
    for name, renamed in (("one", ("a", "b", "c")), ("two", ("c", "b", "a"))):
        files = sheet_files(made_sheets(tmp_path / name, rows))
        for path, other in zip(files, renamed, strict=True):
            for row in read_csv(path):
                fill_in(path, row["shot_id"], correct_full_name=f"Lê {'ABCDEFGHI'[int(row['shot_id'][1])]}")
            path.rename(path.with_name(f"{other}.csv"))
        results.append(corrected(taken_in([files[0].parents[2]], rows), rows))
    assert results[0] == results[1]
    assert [row["full_name"] for row in results[0]] == [f"Lê {letter}" for letter in "ABCDEFGHI"]
    assert SIGNED
