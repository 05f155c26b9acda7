"""CSV files: what is read from them, which rows are kept with marks, and which files are refused."""

from __future__ import annotations

import gzip
import stat

import pyarrow as pa
import pytest
from sources_tables import csv_text, shots_table

from signer.errors import InputUnreadable, OutputUnwritable
from signer.records.schemas import SHOTS
from signer.sources import csv_rows, is_csv, open_source, read_part, stage_csv, staging

UNREADABLE = -(2**31)
EXTRA = ",more"


def read_csv(path, tmp_path):
    folder = tmp_path / "staging"
    folder.mkdir(exist_ok=True)
    source = open_source(stage_csv(path, folder), shown_as=str(path))
    batches = [batch for part in source.parts(1000) for batch in read_part(part)]
    return pa.Table.from_batches(batches, SHOTS)


def refused(path, tmp_path) -> str:
    with pytest.raises(InputUnreadable) as caught:
        stage_csv(path, tmp_path)
    assert not list(tmp_path.glob("staged-*"))
    return str(caught.value)


def csv_lines(n_rows):
    return csv_text(shots_table(n_rows)).splitlines()


def joined(lines):
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("name", ["a.csv", "A.CSV", "a.csv.gz"])
def test_csv_is_told_by_the_name(tmp_path, name):
    assert is_csv(tmp_path / name)
    assert not is_csv(tmp_path / "a.parquet")


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["plain", "BOM"])
def test_separators_line_ends_and_the_mark_of_utf_8_are_understood(
    write_csv, tmp_path, separator, line_end, mark
):
    path = write_csv(mark + csv_text(shots_table(30), separator, line_end).encode())
    assert read_csv(path, tmp_path).equals(shots_table(30))


def test_a_last_line_without_end_is_read(write_csv, tmp_path):
    assert len(read_csv(write_csv(csv_text(shots_table(3)).rstrip("\n")), tmp_path)) == 3


def test_gzip_is_read(write_csv, tmp_path):
    path = write_csv(gzip.compress(csv_text(shots_table(30)).encode()), "shots.csv.gz")
    assert read_csv(path, tmp_path).equals(shots_table(30))


def test_columns_may_stand_in_any_order_beside_others(write_csv, tmp_path):
    table = shots_table(5)
    turned = table.select(reversed(SHOTS.names)).append_column("remark", pa.array(["x"] * 5))
    assert read_csv(write_csv(csv_text(turned)), tmp_path).equals(table)


def test_many_blocks_keep_the_order(write_csv, tmp_path, monkeypatch):
    monkeypatch.setattr(csv_rows, "BLOCK_BYTES", 4096)
    monkeypatch.setattr(staging, "ROWS_PER_GROUP", 100)
    assert read_csv(write_csv(csv_text(shots_table(2000))), tmp_path).equals(shots_table(2000))


def with_values(**values):
    """One row with some values replaced by the text given, as it stands in the file."""
    header, line = csv_lines(1)
    fields = dict(zip(header.split(","), line.split(","), strict=True)) | values
    return joined([header, ",".join(fields.values())])


@pytest.mark.parametrize(
    ("text", "value"),
    [("2", 2), (" 2 ", 2), ("-1", -1), ("", None)]
    + [(text, UNREADABLE) for text in ("2.0", "two", "٢", "9999999999", "+2", "0x2")],
)
def test_numbers(write_csv, tmp_path, text, value):
    """٢ is a digit in Unicode: only the ten of ASCII count."""
    assert read_csv(write_csv(with_values(dose_number=text)), tmp_path)["dose_number"].to_pylist() == [value]


@pytest.mark.parametrize(
    ("text", "days"),
    [("2021-07-01", 18809), (" 2021-07-01 ", 18809), ("", None)]
    + [(text, UNREADABLE) for text in ("2021-02-30", "2021-13-01", "0000-01-01", "2021-7-1", "20210701")]
    + [(text, UNREADABLE) for text in ("01/07/2021", "2021-07-01T00:00")],
)
def test_dates(write_csv, tmp_path, text, days):
    column = read_csv(write_csv(with_values(vaccinated_on=text)), tmp_path)["vaccinated_on"]
    assert column.cast(pa.int32()).to_pylist() == [days]


@pytest.mark.parametrize("text", ["", '""'])
def test_empty_text_stays_empty_text(write_csv, tmp_path, text):
    row = read_csv(write_csv(with_values(phone=text, person_id=text)), tmp_path).to_pylist()[0]
    assert (row["phone"], row["person_id"]) == ("", "")


@pytest.mark.parametrize("text", ["NULL", "NaN", "N/A", "null", "true"])
def test_words_for_nothing_are_text(write_csv, tmp_path, text):
    assert read_csv(write_csv(with_values(lot=text)), tmp_path)["lot"].to_pylist() == [text]


def test_quoted_separators_and_quotes_are_text(write_csv, tmp_path):
    row = read_csv(write_csv(with_values(facility='"TYT ""A"", xã B"')), tmp_path).to_pylist()[0]
    assert row["facility"] == 'TYT "A", xã B'


@pytest.mark.parametrize("block_bytes", [2048, 1 << 20])
@pytest.mark.parametrize("broken", [{0}, {59}, {0, 1, 2}, {17, 18, 40}, set(range(60)), {0, 59}])
def test_rows_of_wrong_length_stay_in_their_place(write_csv, tmp_path, monkeypatch, block_bytes, broken):
    """First, last, all, several in a row; in one block and in blocks of few rows; too long, too short."""
    monkeypatch.setattr(csv_rows, "BLOCK_BYTES", block_bytes)
    header, *lines = csv_lines(60)
    for row in broken:
        lines[row] = lines[row] + EXTRA if row % 2 else lines[row].rsplit(",", 3)[0]
    read = read_csv(write_csv(joined([header, *lines])), tmp_path).to_pylist()
    right = shots_table(60).to_pylist()
    assert len(read) == 60
    for row in range(60):
        if row in broken:
            nothing = dict.fromkeys(SHOTS.names)
            assert read[row] == nothing | {"shot_id": right[row]["shot_id"]}
        else:
            assert read[row] == right[row]


def test_a_row_cut_before_its_shot_id_is_kept_without_it(write_csv, tmp_path):
    table = shots_table(3).select(reversed(SHOTS.names))
    lines = csv_text(table).splitlines()
    lines[2] = "only,two"
    assert read_csv(write_csv(joined(lines)), tmp_path)["shot_id"].to_pylist() == ["S000000", None, "S000002"]


def test_blank_lines_are_no_rows(write_csv, tmp_path):
    header, *lines = csv_lines(3)
    lines[2] += EXTRA
    read = read_csv(write_csv(joined([header, lines[0], "", lines[1], "", lines[2], "", ""])), tmp_path)
    assert read["shot_id"].to_pylist() == ["S000000", "S000001", "S000002"]
    assert read["lot"].to_pylist()[2] is None


def test_a_header_alone_makes_a_table_without_rows(write_csv, tmp_path):
    assert len(read_csv(write_csv(csv_text(shots_table(0))), tmp_path)) == 0


@pytest.mark.parametrize("content", [b"", b"\n", b"\xef\xbb\xbf"])
def test_a_file_without_header_is_refused(write_csv, tmp_path, content):
    assert "no header" in refused(write_csv(content), tmp_path)


def test_rows_without_a_header_are_not_repeated(write_csv, tmp_path):
    message = refused(write_csv(joined(csv_lines(3)[1:])), tmp_path)
    assert "is the first line the header, separated by comma, semicolon or tab?" in message
    assert "Nguyễn" not in message


@pytest.mark.parametrize("column", ["shot_id", "vaccinated_on"])
def test_a_missing_column_is_named(write_csv, tmp_path, column):
    message = refused(write_csv(csv_text(shots_table(2).drop_columns([column]), ";")), tmp_path)
    assert f"column {column} is missing" in message
    assert ", ".join(SHOTS.names) in message


def test_a_column_that_stands_there_twice_is_refused(write_csv, tmp_path):
    table = shots_table(2)
    assert "more than once" in refused(
        write_csv(csv_text(table.append_column("lot", table["lot"]))), tmp_path
    )


@pytest.mark.parametrize("row", [0, 7, 499])
def test_another_encoding_is_refused_with_row_and_column(write_csv, tmp_path, monkeypatch, row):
    monkeypatch.setattr(csv_rows, "BLOCK_BYTES", 8192)
    lines = [line.encode() for line in csv_lines(500)]
    lines[row + 1] = lines[row + 1].replace("Nguyễn".encode(), "Nguyên".encode("latin-1"))
    message = refused(write_csv(b"\n".join(lines)), tmp_path)
    assert f"row {row}, column full_name is not in UTF-8; save it as UTF-8" in message


def test_another_encoding_in_a_row_of_wrong_length_is_refused(write_csv, tmp_path):
    lines = [line.encode() for line in csv_lines(5)]
    lines[3] = lines[3].replace("Nguyễn".encode(), "Nguyên".encode("latin-1")) + EXTRA.encode()
    assert "row 2 is not in UTF-8; save it as UTF-8" in refused(write_csv(b"\n".join(lines)), tmp_path)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf_16_is_refused(write_csv, tmp_path, encoding):
    message = refused(write_csv(csv_text(shots_table(2)).encode(encoding)), tmp_path)
    assert "UTF-16; save it as UTF-8" in message


def test_a_header_in_another_encoding_is_refused(write_csv, tmp_path):
    content = csv_text(shots_table(1)).encode()
    assert "not in UTF-8" in refused(write_csv(b"m\xe3 s\xf4," + content), tmp_path)


def test_an_unclosed_quotation_mark_is_refused_with_its_row(write_csv, tmp_path):
    """It would swallow all rows up to the next quotation mark, or to the end."""
    lines = csv_lines(10)
    lines[4] = lines[4].replace("Nguyễn", '"Nguyễn')
    assert "row 3 has a line break inside quotes" in refused(write_csv(joined(lines)), tmp_path)
    lines[6] = lines[6].replace("phone 5", '"phone 5"')
    assert "row 3" in refused(write_csv(joined(lines)), tmp_path)


def test_a_line_break_inside_quotes_is_refused_with_its_row(write_csv, tmp_path):
    lines = csv_lines(10)
    lines[6] = lines[6].replace("facility 5", '"facility\n5"')
    assert "row 5 has a line break inside quotes" in refused(write_csv(joined(lines)), tmp_path)


def test_a_quotation_mark_unclosed_over_more_than_a_block_is_refused(write_csv, tmp_path, monkeypatch):
    monkeypatch.setattr(csv_rows, "BLOCK_BYTES", 4096)
    lines = csv_lines(500)
    lines[100] = lines[100].replace("Nguyễn", '"Nguyễn')
    assert "quotation mark behind row" in refused(write_csv(joined(lines)), tmp_path)


@pytest.mark.parametrize("kept", [10, 3000])
def test_a_gzip_file_cut_short_is_refused(write_csv, tmp_path, kept):
    content = gzip.compress(csv_text(shots_table(20_000)).encode())
    message = refused(write_csv(content[:kept], "shots.csv.gz"), tmp_path)
    assert "copy it again" in message


def test_a_missing_file_and_a_directory_are_refused(tmp_path):
    assert "no such file" in refused(tmp_path / "none.csv", tmp_path)
    (tmp_path / "folder.csv").mkdir()
    assert "a directory" in refused(tmp_path / "folder.csv", tmp_path)


def test_the_staged_file_is_for_its_owner_only(write_csv, tmp_path):
    staged = stage_csv(write_csv(csv_text(shots_table(2))), tmp_path)
    assert stat.S_IMODE(staged.stat().st_mode) == 0o600


def test_a_folder_that_is_not_there_is_refused(write_csv, tmp_path):
    with pytest.raises(OutputUnwritable):
        stage_csv(write_csv(csv_text(shots_table(2))), tmp_path / "none")


@pytest.mark.parametrize("closing", ['"ok"', "ok"], ids=["closed rows later", "never closed"])
def test_a_quotation_mark_left_open_in_a_column_that_is_not_read_swallows_no_rows(
    write_csv, tmp_path, closing
):
    """Rows 1 to 3 went into a note of row 1, which nobody reads, and were neither issued nor refused."""
    lines = csv_lines(6)
    notes = ["note", "", '"see doctor', "", "", closing, ""]
    path = write_csv(joined(f"{line},{note}" for line, note in zip(lines, notes, strict=True)))
    assert "row 1" in refused(path, tmp_path)
