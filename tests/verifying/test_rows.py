"""Reading HC1 texts from text files, CSV and Parquet, row by row."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from signer.verifying.codes import Code, read_codes
from signer.verifying.parquet import BATCH_ROWS
from signer.verifying.rows import MAX_LINE


def codes(path: Path) -> list[Code]:
    return list(read_codes(str(path)))


def texts(path: Path) -> list[str]:
    return [code.text for code in codes(path)]


def test_a_text_file_has_one_code_a_line_and_keeps_blanks(tmp_path: Path) -> None:
    file = tmp_path / "codes.txt"
    file.write_bytes(b"\xef\xbb\xbfHC1:A \nHC1:B\r\n\n\nHC1:C  ")
    assert texts(file) == ["HC1:A ", "HC1:B", "HC1:C  "]
    assert [code.row for code in read_codes(str(file))] == [1, 2, 5]


def test_a_line_that_is_no_text_is_still_a_code_to_judge(tmp_path: Path) -> None:
    file = tmp_path / "codes.txt"
    file.write_bytes(b"HC1:\xff\xfe\n")
    assert texts(file) == ["HC1:\ufffd\ufffd"]


def test_a_file_without_line_ends_is_one_code_cut_short(tmp_path: Path) -> None:
    file = tmp_path / "codes.txt"
    file.write_bytes(b"A" * 1_000_000)
    assert [len(text) for text in texts(file)] == [MAX_LINE]


@pytest.mark.parametrize("end", ["\n", ""])
@pytest.mark.parametrize("n_bytes", [MAX_LINE - 1, MAX_LINE, MAX_LINE + 1, 2 * MAX_LINE, 3 * MAX_LINE + 1])
def test_a_line_of_any_length_is_one_code(tmp_path: Path, n_bytes: int, end: str) -> None:
    # What came after 200,000 bytes used to count as a second code, and every later row had a wrong number.
    file = tmp_path / "codes.txt"
    file.write_text("HC1:A\n" + "B" * n_bytes + end + ("HC1:C" if end else ""))
    assert [(code.row, code.text[:5]) for code in codes(file)][:2] == [(1, "HC1:A"), (2, "BBBBB")]
    assert [(code.row, code.text) for code in codes(file)][2:] == ([(3, "HC1:C")] if end else [])


def test_a_csv_has_a_column_hc1(tmp_path: Path) -> None:
    file = tmp_path / "codes.CSV"
    file.write_text('name,hc1\n"a, b",HC1:A \n\nc,"HC1:B ""C"" "\nc,\nd\n')
    assert texts(file) == ["HC1:A ", 'HC1:B "C" ', "", ""]
    assert [code.row for code in codes(file)] == [1, 2, 3, 4]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_csv_may_have_any_line_ends_and_a_byte_order_mark(tmp_path: Path, end: str) -> None:
    file = tmp_path / "codes.csv"
    file.write_text(f"\ufeffhc1{end}HC1:A {end}HC1:B", newline="")
    assert texts(file) == ["HC1:A ", "HC1:B"]


BAD_ROWS = {
    "bytes that are not UTF-8": (b"HC1:\xff,b", None),
    "a huge field": (b"HC1:" + b"A" * 150_000 + b",b", "the row is no CSV"),
    "a huge field beside": (b"HC1:A," + b"B" * 150_000, "the row is no CSV"),
    "a line too long": (b"HC1:" + b"A" * 300_000 + b",b", "200000 characters or more"),
    "a quote that is not closed": (b'HC1:A,"b', "a quote is not closed in its line"),
}


@pytest.mark.parametrize("kind", BAD_ROWS)
def test_a_bad_row_of_a_csv_costs_no_other(tmp_path: Path, kind: str) -> None:
    # Each of these used to end the whole file, but the open quote, which hid all rows behind it.
    row, message = BAD_ROWS[kind]
    file = tmp_path / "codes.csv"
    file.write_bytes(b"hc1,name\nHC1:1,a\n" + row + b'\nHC1:3,"c"\n')
    first, bad, last = codes(file)
    assert (first.text, first.row, last.text, last.row) == ("HC1:1", 1, "HC1:3", 3)
    assert bad.row == 2
    if message is None:
        assert bad.text == "HC1:\ufffd"
    else:
        assert bad.failure is not None
        assert (bad.text, bad.failure.reason) == ("", "unreadable")
        assert message in str(bad.failure)


def test_a_name_that_is_not_utf_8_does_not_spoil_its_row(tmp_path: Path) -> None:
    file = tmp_path / "codes.csv"
    file.write_bytes(b"name,hc1\nHel\xe8ne,HC1:A\n")
    assert texts(file) == ["HC1:A"]


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string()])
def test_a_parquet_file_is_streamed(tmp_path: Path, kind: pa.DataType) -> None:
    n_rows = 2 * BATCH_ROWS + 1  # two whole batches and a short one
    column = pa.array([f"HC1:{row}" for row in range(n_rows - 1)] + [None], kind)
    file = tmp_path / "codes.parquet"
    pq.write_table(pa.table({"hc1": column, "other": pa.nulls(n_rows)}), file)
    codes = list(read_codes(str(file)))
    assert (codes[0].text, codes[0].row) == ("HC1:0", 1)
    assert (codes[-1].text, codes[-1].row) == ("", n_rows)
