"""Reading HC1 texts from arguments, text files, CSV and Parquet."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from signer.errors import InputUnreadable
from signer.verifying.codes import BATCH_ROWS, read_codes


def texts(argument: str | Path) -> list[str]:
    return [code.text for code in read_codes(str(argument))]


def test_an_argument_that_begins_with_hc1_is_a_code() -> None:
    (code,) = read_codes("HC1:AB ")
    assert code == ("HC1:AB ", "argument", None)


def test_a_text_file_has_one_code_a_line_and_keeps_blanks(tmp_path: Path) -> None:
    file = tmp_path / "codes.txt"
    file.write_bytes(b"\xef\xbb\xbfHC1:A \nHC1:B\r\n\n\nHC1:C  ")
    assert texts(file) == ["HC1:A ", "HC1:B", "HC1:C  "]
    assert [code.row for code in read_codes(str(file))] == [1, 2, 5]


def test_a_line_that_is_no_text_is_still_a_code_to_judge(tmp_path: Path) -> None:
    file = tmp_path / "codes.txt"
    file.write_bytes(b"HC1:\xff\xfe\n")
    assert texts(file) == ["HC1:\ufffd\ufffd"]


def test_a_file_without_line_ends_is_cut_into_pieces(tmp_path: Path) -> None:
    file = tmp_path / "codes.txt"
    file.write_bytes(b"A" * 1_000_000)
    assert max(len(text) for text in texts(file)) <= 200_000


def test_a_csv_has_a_column_hc1(tmp_path: Path) -> None:
    file = tmp_path / "codes.CSV"
    file.write_text('name,hc1\n"a, b",HC1:A \nc,\nd\n')
    assert texts(file) == ["HC1:A ", "", ""]


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string()])
def test_a_parquet_file_is_streamed(tmp_path: Path, kind: pa.DataType) -> None:
    n_rows = 2 * BATCH_ROWS + 1  # two whole batches and a short one
    column = pa.array([f"HC1:{row}" for row in range(n_rows - 1)] + [None], kind)
    file = tmp_path / "codes.parquet"
    pq.write_table(pa.table({"hc1": column, "other": pa.nulls(n_rows)}), file)
    codes = list(read_codes(str(file)))
    assert (codes[0].text, codes[0].row) == ("HC1:0", 1)
    assert (codes[-1].text, codes[-1].row) == ("", n_rows)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", b"code\nHC1:A\n", "no column hc1"),
        ("b.csv", b"", "no column hc1"),
        ("c.csv", b"hc1\nHC1:\xff\n", "UTF-8"),
        ("d.csv", b"hc1\n" + b"A" * 200_000, "damaged"),
        ("e.parquet", b"PAR1 no more", "damaged"),
        ("f.parquet", b"", "damaged"),
        ("g.json", b"{}", "neither"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputUnreadable, match=f"{name}.*{message}"):
        texts(tmp_path / name)


def test_a_parquet_file_cut_short_or_of_another_shape_is_named(tmp_path: Path) -> None:
    whole, cut, other = (tmp_path / f"{name}.parquet" for name in ("whole", "cut", "other"))
    pq.write_table(pa.table({"hc1": ["HC1:A"] * 10}), whole)
    cut.write_bytes(whole.read_bytes()[:-20])
    pq.write_table(pa.table({"hc1": [1, 2]}), other)
    for file in (cut, other):
        with pytest.raises(InputUnreadable, match=file.name):
            texts(file)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    for name in ("gone.txt", "gone.csv", "gone.parquet"):
        with pytest.raises(InputUnreadable, match=f"{name}: no such file"):
            texts(tmp_path / name)


@pytest.mark.parametrize("text", ["HL0:SECRET", "SECRET/OF A B", "SECRET" * 1000, "SECRET" * 100 + ".csv"])
def test_what_may_be_a_certificate_is_not_repeated(text: str) -> None:
    with pytest.raises(InputUnreadable, match="neither a file nor begins with HC1:") as caught:
        texts(text)
    assert "SECRET" not in str(caught.value)


def test_of_a_folder_the_files_are_to_be_named(tmp_path: Path) -> None:
    with pytest.raises(InputUnreadable) as caught:
        texts(tmp_path)
    assert f"is a folder; name the files in it, such as {tmp_path}/*.parquet" in str(caught.value)
    (tmp_path / "certificates").mkdir()
    with pytest.raises(InputUnreadable) as caught:
        texts(tmp_path)
    assert f"such as {tmp_path}/certificates/*.parquet" in str(caught.value)
