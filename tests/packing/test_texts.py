"""HC1 texts as CSV, NDJSON and lines: read back by others, every text is as it was issued."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.csv
import pytest
from made_certificates import certificates_table

from signer.packing.certificate_files import CARRIED
from signer.packing.delivery import TextFormat, Texts
from signer.packing.fitness import LeftOut, NothingFits
from signer.packing.texts import TextWriter

AWKWARD = [
    'a "quoted" place',
    "a,b;c\td",
    "two\nlines",
    "and\r\nso on",
    " blanks ",
    "Hà Nội",
    "=1+1",
    "\u2028",
    "",
]
COLUMNS = ["uvci", "shot_id", "province", "district", "facility", "iat", "exp", "hc1"]


def awkward_rows() -> pa.Table:
    changes = {row: {"province": text, "shot_id": f"S{text}"} for row, text in enumerate(AWKWARD)}
    return certificates_table(20, changes).select(CARRIED.names)


def expected() -> list[tuple[str, ...]]:
    times = {"iat": "2022-04-14T03:15:00Z", "exp": "2023-04-14T03:15:00Z"}
    return [tuple({**row, **times}[name] for name in COLUMNS) for row in awkward_rows().to_pylist()]


def written(folder: Path, format_: TextFormat, rows: pa.Table | None = None) -> Path:
    path = folder / f"shard.{format_}"
    assert TextWriter(Texts(format_))(awkward_rows() if rows is None else rows, path) == []
    return path


def test_the_texts_of_these_tests_often_end_in_a_blank() -> None:
    assert sum(text.endswith(" ") for *_, text in expected()) > 5


def test_csv_comes_back_through_python(tmp_path: Path) -> None:
    with written(tmp_path, "csv").open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file, strict=True)
    assert header == COLUMNS
    assert list(map(tuple, rows)) == expected()


def test_csv_comes_back_through_duckdb(tmp_path: Path) -> None:
    query = f"SELECT * FROM read_csv('{written(tmp_path, 'csv')}', all_varchar=true, header=true)"
    rows = duckdb.sql(query).fetchall()
    # DuckDB takes an empty text for null, quoted or not, unless it is told otherwise.
    assert [tuple("" if value is None else value for value in row) for row in rows] == expected()


def test_csv_comes_back_through_arrow(tmp_path: Path) -> None:
    table = pyarrow.csv.read_csv(
        written(tmp_path, "csv"),
        parse_options=pyarrow.csv.ParseOptions(newlines_in_values=True),
        convert_options=pyarrow.csv.ConvertOptions(column_types=dict.fromkeys(COLUMNS, pa.string())),
    )
    assert table.column_names == COLUMNS
    assert [tuple(row.values()) for row in table.to_pylist()] == expected()


def test_csv_is_quoted_throughout_and_ends_its_lines_as_rfc_4180_says(tmp_path: Path) -> None:
    text = written(tmp_path, "csv", certificates_table(2).select(CARRIED.names)).read_bytes().decode()
    assert text.startswith('"uvci","shot_id",')
    _, *lines = text.split("\r\n")
    assert lines.pop() == ""
    assert len(lines) == 2
    assert all(line.startswith('"URN:') and line.endswith('"') and line.count('"') == 16 for line in lines)
    assert "\n" not in text.replace("\r\n", "")


def test_ndjson_has_one_object_a_line(tmp_path: Path) -> None:
    text = written(tmp_path, "ndjson").read_bytes().decode("utf-8")
    lines = text.split("\n")
    assert lines.pop() == ""
    assert [tuple(json.loads(line).values()) for line in lines] == expected()
    assert list(json.loads(lines[0])) == COLUMNS


def test_null_stays_null_in_ndjson_and_is_empty_in_csv(tmp_path: Path) -> None:
    rows = certificates_table(1, {0: {"province": None, "iat": None}}).select(CARRIED.names)
    row = json.loads(written(tmp_path, "ndjson", rows).read_text())
    assert (row["province"], row["iat"]) == (None, None)
    assert '"S0","","Ba Đình"' in written(tmp_path, "csv", rows).read_text()


def test_txt_has_nothing_but_the_texts(tmp_path: Path) -> None:
    assert written(tmp_path, "txt").read_bytes().decode("ascii").split("\n") == [
        *(text for *_, text in expected()),
        "",
    ]


@pytest.mark.parametrize("format_", ["csv", "ndjson", "txt"])
def test_a_text_that_is_none_is_left_out_with_its_reason(tmp_path: Path, format_: TextFormat) -> None:
    wrong = {1: None, 2: "", 4: "HC1:abc", 5: "HC1:A\n", 6: 'HC1:"'}
    rows = certificates_table(8, {row: {"hc1": text} for row, text in wrong.items()}).select(CARRIED.names)
    left_out = TextWriter(Texts(format_))(rows, tmp_path / "shard")
    characters = "hc1 has characters that are not of a QR code's alphanumeric mode"
    reasons = ["hc1 is empty"] * 2 + [characters] * 3
    uvcis = rows.column("uvci").to_pylist()
    assert left_out == [
        LeftOut(uvcis[row], f"S{row}", reason) for row, reason in zip(wrong, reasons, strict=True)
    ]
    assert (tmp_path / "shard").read_text().count("HC1:") == 3


def test_a_shard_of_which_nothing_is_left_is_not_written(tmp_path: Path) -> None:
    rows = certificates_table(2, {0: {"hc1": None}, 1: {"hc1": ""}}).select(CARRIED.names)
    with pytest.raises(NothingFits) as raised:
        TextWriter(Texts("csv"))(rows, tmp_path / "shard")
    assert [each.shot_id for each in raised.value.left_out] == ["S0", "S1"]
    assert not (tmp_path / "shard").exists()
