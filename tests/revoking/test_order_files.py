"""Files that name certificates: CSV and Parquet, with rows that are no good among them."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from signer.errors import InputUnreadable
from signer.revoking.order_file import read_order_file

ONE, TWO = "URN:UVCI:01:VN:ONE", "URN:UVCI:01:VN:TWO"


def write(folder: Path, content: bytes) -> Path:
    path = folder / "order.csv"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    "content",
    [
        f"uvci\n{ONE}\n{TWO}\n",
        f"\ufeffuvci\r\n{ONE}\r\n{TWO}\r\n",
        f'name;"uvci";x\n1;{ONE};\n2;" {TWO} ";3\n',
        f"x\tuvci\n\t{ONE}\n\n\t{TWO}",
    ],
)
def test_a_csv_is_read_as_spreadsheets_save_it(tmp_path: Path, content: str) -> None:
    found = read_order_file(write(tmp_path, content.encode()))
    assert (found.kind, found.rows, found.faults) == ("uvci", {ONE: 0, TWO: 1}, [])


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string(), pa.dictionary(pa.int8(), pa.string())])
def test_a_parquet_file_is_read_whatever_its_kind_of_text(tmp_path: Path, kind: pa.DataType) -> None:
    path = tmp_path / "order"
    pq.write_table(
        pa.table({"shot_id": pa.array(["S1", None, "S1", "S2"]).cast(kind), "x": [1, 2, 3, 4]}), path
    )
    found = read_order_file(path)
    assert (found.kind, found.rows) == ("shot_id", {"S1": 0, "S2": 3})
    assert found.faults == [f"{path}, row 1, field shot_id: has no value, or too few or too many columns"]


def test_each_row_that_is_no_good_is_told_with_its_place_and_costs_no_other(tmp_path: Path) -> None:
    rows = [ONE.encode(), b"", b"vn1", b"URN:UVCI:01:\xff", b"a,b", TWO.encode()]
    path = write(
        tmp_path, b"uvci,x\n" + b"\n".join(row if b"," in row else row + b"," for row in rows) + b"\nz\n"
    )
    found = read_order_file(path)
    assert found.rows == {ONE: 0, TWO: 5}
    told = [fault.removeprefix(f"{path}, row ") for fault in found.faults]
    assert told == [
        "1, field uvci: is empty",
        "2, field uvci: is no uvci: that begins with URN:UVCI: and has at most 80 characters",
        "3, field uvci: holds a control character, or bytes that are not UTF-8",
        "4, field uvci: is no uvci: that begins with URN:UVCI: and has at most 80 characters",
        "6, field uvci: has no value, or too few or too many columns",
    ]


def test_no_number_of_a_person_is_repeated_in_what_is_told(tmp_path: Path) -> None:
    found = read_order_file(write(tmp_path, b"person_id\n001080012345\n 0010800123\nc1234567\n123456\n"))
    assert list(found.rows) == ["001080012345", "C1234567"]
    assert len(found.faults) == 2
    assert all("is neither 9 or 12 digits nor a passport number" in fault for fault in found.faults)
    assert not any("0800123" in fault or "123456" in fault for fault in found.faults)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "has none of these"),
        (b"name,kid\n1,2\n", "has none of these"),
        (b"uvci,shot_id\n1,2\n", "has uvci and shot_id"),
        (b"PAR1 and then nothing", "damaged, it cannot be read"),
        (b"shot_id\rS 1\r", "damaged, it cannot be read"),
    ],
)
def test_a_file_that_names_nothing_is_refused(tmp_path: Path, content: bytes, told: str) -> None:
    with pytest.raises(InputUnreadable, match=told):
        read_order_file(write(tmp_path, content))


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputUnreadable, match="no such file"):
        read_order_file(tmp_path / "nothing")
    with pytest.raises(InputUnreadable, match="cannot be read"):
        read_order_file(tmp_path)


def test_the_id_of_a_shot_is_taken_as_it_stands(tmp_path: Path) -> None:
    """As issuing takes it: without its blanks it would name another shot, and revoke that."""
    path = write(tmp_path, b"shot_id\n S0 \nS0\n  \n")
    found = read_order_file(path)
    assert found.rows == {" S0 ": 0, "S0": 1}
    assert found.faults == [f"{path}, row 2, field shot_id: is empty"]
    pq.write_table(pa.table({"shot_id": ["S0 "]}), tmp_path / "order")
    assert read_order_file(tmp_path / "order").rows == {"S0 ": 0}


@pytest.mark.parametrize(
    ("kind", "text", "value"), [("uvci", ONE, ONE), ("person_id", "c1234567", "C1234567")]
)
def test_blanks_around_what_can_have_none_are_taken_off(
    tmp_path: Path, kind: str, text: str, value: str
) -> None:
    assert read_order_file(write(tmp_path, f"{kind}\n {text} \n".encode())).rows == {value: 0}


def test_a_parquet_column_that_is_no_text_is_refused(tmp_path: Path) -> None:
    pq.write_table(pa.table({"shot_id": [1, 2]}), tmp_path / "order")
    with pytest.raises(InputUnreadable, match="column shot_id is int64; write it as text"):
        read_order_file(tmp_path / "order")


@pytest.mark.parametrize(
    ("content", "place"),
    [
        (f'uvci\n{ONE}\n\n"{TWO}\n' + f"{ONE}3\n" * 300, "row 1"),
        (f'uvci\n{ONE}\n"{TWO}\n{ONE}3\n"{ONE}4"\n', "row 1"),
        (f'uvci\n{ONE}\n"{TWO}\n{ONE}3"\n{ONE}4\n', "row 1"),
        (f'uvci,x\n{ONE},1\n{TWO},"2\n{ONE}3,"3"\n', "row 1"),
        (f'"uvci\n{ONE}\n{TWO}\n', "header"),
        ("uvci\n" + f'{ONE}\n"' + f"{TWO}\n" * 20_000, "row 1"),
    ],
)
def test_a_quote_left_open_is_told_and_takes_no_rows_with_it(
    tmp_path: Path, content: str, place: str
) -> None:
    """All rows behind the quote went into one field: one fault was told, and the order left them out."""
    path = write(tmp_path, content.encode())
    with pytest.raises(InputUnreadable) as caught:
        read_order_file(path)
    assert f"{path}, {place}: a quote is open" in str(caught.value)
    assert ONE not in str(caught.value)
