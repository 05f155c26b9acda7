"""A row of wrong length in another encoding is an error of ours, and nothing of Python's on stderr."""

from __future__ import annotations

import sys
from pathlib import Path

import pyarrow.csv as pa_csv
import pytest

from signer.errors import InputUnreadable
from signer.records.schemas import SHOTS
from signer.sources.csv_batches import csv_batches
from signer.sources.csv_header import read_header
from signer.sources.csv_rows import read_rows

HEADER = ",".join(SHOTS.names).encode() + b"\n"
GOOD_ROW = b",".join([b"1"] * len(SHOTS)) + b"\n"


@pytest.mark.parametrize(
    "before", [b"", GOOD_ROW, GOOD_ROW * 300_000], ids=["first", "second", "in a later block"]
)
def test_it_is_named_and_python_is_quiet(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], before: bytes
) -> None:
    path = tmp_path / "shots.csv"
    path.write_bytes(HEADER + before + b"S1,Nguy\xean\n")
    with pytest.raises(InputUnreadable, match="is not in UTF-8"):
        list(read_rows(path, read_header(path)))
    assert capfd.readouterr().err == ""


def test_other_mistakes_of_a_handler_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "shots.csv"
    path.write_bytes(b"a,b\n1\n")
    told: list[type[BaseException] | None] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda args: told.append(args.exc_type))

    def handler(_row: pa_csv.InvalidRow) -> str:
        raise KeyError

    def opening() -> pa_csv.CSVStreamingReader:
        return pa_csv.open_csv(path, parse_options=pa_csv.ParseOptions(invalid_row_handler=handler))

    with pytest.raises(ValueError, match="Expected 2 columns"):
        list(csv_batches(opening, handler))
    assert told == [KeyError]
    assert sys.unraisablehook.__name__ == "<lambda>"
