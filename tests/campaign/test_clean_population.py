"""A population register as people send it: what is whole comes to the same rows, what is not is refused."""

from __future__ import annotations

import gzip
import os
import stat
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from signer.campaign.clean_population import open_population
from signer.errors import InputUnreadable
from signer.records.schemas import POPULATION

HUONG = ("001180012345", "Nguyễn Thị Hường", "1980-02-29", "F", "Hà Nội")
TY = ("012345678", 'Trần "Tý", Anh', "", "", "Huế")
ROWS = [dict(zip(POPULATION.names, values, strict=True)) for values in (HUONG, TY)]
GOOD = (
    "person_id,full_name,date_of_birth,sex,province\n"
    "001180012345,Nguyễn Thị Hường,1980-02-29,F,Hà Nội\n"
    '012345678,"Trần ""Tý"", Anh",,,Huế\n'
)


def read(folder: Path, content: bytes, name: str = "people.csv") -> list[dict[str, str]]:
    path = folder / name
    path.write_bytes(content)
    file = open_population(path, folder)
    assert file.shown_as == str(path)
    assert file.path == path or stat.S_IMODE(file.path.stat().st_mode) == 0o600
    rows: list[dict[str, str]] = pq.read_table(file.path).to_pylist()
    return rows


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        "\ufeff" + GOOD,
        GOOD.replace("\n", "\r\n"),
        "person_id;full_name;date_of_birth;sex;province\n001180012345;Nguyễn Thị Hường;1980-02-29;F;Hà Nội\n"
        '012345678;"Trần ""Tý"", Anh";;;Huế\n',
        "id,province,sex,person_id,full_name,date_of_birth\n"
        "1,Hà Nội,F,001180012345,Nguyễn Thị Hường,1980-02-29\n"
        '2,Huế,,012345678,"Trần ""Tý"", Anh",\n',
    ],
    ids=["commas", "with a mark", "of Windows", "semicolons", "other order and a column more"],
)
def test_text_comes_to_the_same_rows(tmp_path: Path, text: str) -> None:
    assert read(tmp_path, text.encode()) == ROWS


def test_packed_text_does_too(tmp_path: Path) -> None:
    assert read(tmp_path, gzip.compress(GOOD.encode()), "people.csv.gz") == ROWS


def test_a_header_alone_is_a_register_of_nobody(tmp_path: Path) -> None:
    assert read(tmp_path, GOOD.splitlines(keepends=True)[0].encode()) == []


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "people.csv: empty"),
        (GOOD.replace("sex", "gender").encode(), "column sex is missing, unknown 'gender' found"),
        (GOOD.replace(",F,", ",").encode(), "row 0 has more or fewer values"),
        (GOOD.replace(",,,", ",,").encode(), "row 1 has more or fewer values"),
        (GOOD.encode("utf-16"), "no column of a population register"),
        (GOOD.encode("utf-8").replace("ế".encode(), b"\xea"), "behind row 0: not UTF-8, or damaged"),
        (b"1,2,3\nNguyen,1980,F\n", "no column of a population register"),
    ],
    ids=["empty", "a column", "a short row", "a later short row", "UTF-16", "Latin-1", "no header"],
)
def test_what_is_not_whole_is_refused_without_a_word_of_it(
    tmp_path: Path, content: bytes, message: str
) -> None:
    with pytest.raises(InputUnreadable) as refused:
        read(tmp_path, content)
    assert message in str(refused.value)
    for value in ("Hường", "Nguy", "001180012345", "1980"):
        assert value not in str(refused.value)


def test_a_damaged_packed_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputUnreadable):
        read(tmp_path, gzip.compress(GOOD.encode() * 2000)[:200], "people.csv.gz")


@pytest.mark.parametrize("name", ["people.csv", "people.parquet"])
def test_a_missing_register_is_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputUnreadable, match=f"{name}: no such file"):
        open_population(tmp_path / name, tmp_path)


@pytest.mark.parametrize("name", ["people.csv", "people.csv.gz", "people.parquet"])
def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path, name: str) -> None:
    os.mkfifo(tmp_path / name)
    with pytest.raises(InputUnreadable, match="not a regular file"):
        open_population(tmp_path / name, tmp_path)


def test_a_short_row_in_another_encoding_says_nothing_beside_the_error(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(InputUnreadable, match="not UTF-8"):
        read(tmp_path, GOOD.encode() + b"1,Nguy\xean\n")
    assert capfd.readouterr().err == ""
