"""Tables of certificates: what is taken, and how what is none is named before anything starts."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from made_certificates import certificates_table, write_certificates
from made_shots import write_shots

from signer.errors import InputUnreadable
from signer.packing.certificate_files import (
    CARRIED,
    CertificateFile,
    files_of,
    open_certificates,
    read_batches,
)


def rows_of(files: list[CertificateFile]) -> pa.Table:
    return pa.Table.from_batches([batch for file in files for _, batch in read_batches(file, CARRIED.names)])


def test_an_output_folder_its_certificates_and_single_files_are_taken(tmp_path: Path) -> None:
    parts = [
        write_certificates(tmp_path / "issued" / "certificates" / f"part-{n}.parquet", 3) for n in (1, 0)
    ]
    for given in ([tmp_path / "issued"], [tmp_path / "issued" / "certificates"], sorted(parts)):
        files = open_certificates(path for each in given for path in files_of(each))
        assert [file.path.name for file in files] == ["part-0.parquet", "part-1.parquet"]
        assert [file.first_row for file in files] == [0, 3]


def test_rows_count_over_all_files(tmp_path: Path) -> None:
    files = open_certificates(
        [write_certificates(tmp_path / f"{n}.parquet", 25, rows_per_group=10) for n in "ab"]
    )
    assert [row for file in files for row, _ in read_batches(file, ["uvci"])] == [0, 10, 20, 25, 35, 45]
    assert [row for row, _ in read_batches(files[1], ["uvci"], [2])] == [45]


def test_a_column_of_pictures_and_other_orders_do_not_matter(tmp_path: Path) -> None:
    table = certificates_table(3)
    turned = table.select(table.schema.names[::-1]).append_column("qr_png", pa.array([b"\x89PNG"] * 3))
    pq.write_table(turned, tmp_path / "certificates.parquet")
    assert rows_of(open_certificates([tmp_path / "certificates.parquet"])).equals(table.select(CARRIED.names))


def test_tables_that_other_programs_have_rewritten_are_read_alike(tmp_path: Path) -> None:
    table = certificates_table(3)
    columns = {name: table.column(name) for name in table.schema.names}
    columns["province"] = columns["province"].dictionary_encode()
    columns["hc1"] = columns["hc1"].cast(pa.large_string())
    columns["dose_number"] = columns["dose_number"].cast(pa.int64())
    columns["iat"] = columns["iat"].cast(pa.timestamp("ms", tz="+07:00"))
    pq.write_table(pa.table(columns), tmp_path / "certificates.parquet")
    assert rows_of(open_certificates([tmp_path / "certificates.parquet"])).equals(table.select(CARRIED.names))


def lacking(column: str) -> Callable[[Path], object]:
    return lambda path: pq.write_table(certificates_table(3).drop_columns([column]), path)


def with_column(
    column: str, change: Callable[[pa.ChunkedArray], pa.ChunkedArray]
) -> Callable[[Path], object]:
    def write(path: Path) -> None:
        table = certificates_table(3)
        index = table.schema.get_field_index(column)
        pq.write_table(table.set_column(index, column, change(table.column(column))), path)

    return write


def cut_short(path: Path) -> None:
    write_certificates(path, 100)
    path.write_bytes(path.read_bytes()[:-100])


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda path: None, "no such file"),
        (lambda path: path.write_bytes(b""), "empty; copy it again"),
        (lambda path: path.write_text("uvci,hc1\n"), "not a Parquet file; name what signer issue --out has"),
        (cut_short, "cut short, its end is missing"),
        (lacking("hc1"), "no table of certificates, column hc1 is missing; name what signer issue --out has"),
        (lacking("facility"), "column facility is missing"),
        (
            lambda path: write_shots(path, 3),
            "no table of certificates, column uvci, iat, exp, hc1 are missing, unknown 'person_id', ",
        ),
        (
            with_column("hc1", lambda column: column.cast(pa.binary())),
            "column hc1 is binary, expected string; write it as text",
        ),
        (
            with_column("iat", lambda column: column.cast(pa.timestamp("us"))),
            "column iat is timestamp[us], expected timestamp[us, tz=UTC]; write it as a time with its zone",
        ),
        (
            with_column("iat", lambda column: column.cast(pa.int64())),
            "column iat is int64, expected timestamp",
        ),
        (
            with_column("dose_number", lambda column: pc.cast(column, pa.string())),
            "column dose_number is string",
        ),
        (lambda path: path.mkdir(), "holds no Parquet files"),
    ],
)
def test_what_is_no_table_of_certificates_is_named(
    tmp_path: Path, make: Callable[[Path], object], message: str
) -> None:
    make(tmp_path / "certificates.parquet")
    with pytest.raises(InputUnreadable) as raised:
        open_certificates(files_of(tmp_path / "certificates.parquet"))
    assert str(tmp_path / "certificates.parquet") in str(raised.value)
    assert message in str(raised.value)


def test_a_run_that_has_not_ended_is_no_input(tmp_path: Path) -> None:
    write_certificates(tmp_path / "issued.incomplete" / "certificates" / "part-0.parquet", 3)
    with pytest.raises(InputUnreadable, match="has not ended well"):
        files_of(tmp_path / "issued.incomplete")


@pytest.mark.parametrize("given", ["registry/certificates", "registry/certificates/part-0.parquet"])
def test_the_table_of_a_registry_is_refused_as_some_of_its_files_may_not_count(
    tmp_path: Path, given: str
) -> None:
    write_certificates(tmp_path / "registry" / "certificates" / "part-0.parquet", 3)
    (tmp_path / "registry" / "certificates" / "_delta_log").mkdir()
    with pytest.raises(InputUnreadable) as raised:
        files_of(tmp_path / given)
    assert str(raised.value) == (
        f"{tmp_path / given}: belongs to a registry, and may hold what was never committed;"
        f" name the registry, {tmp_path / 'registry'}"
    )


def damaged(path: Path, column: str) -> CertificateFile:
    """A file whose pages of one column are overwritten after it was opened: its footer is whole."""
    write_certificates(path, 1000)
    chunk = pq.read_metadata(path).row_group(0).column(certificates_table(0).schema.get_field_index(column))
    with path.open("r+b") as file:
        file.seek(chunk.dictionary_page_offset or chunk.data_page_offset)
        file.write(b"\xff" * 64)
    return open_certificates([path])[0]


@pytest.mark.parametrize("column", ["uvci", "province", "iat", "hc1"])
def test_damage_is_told_with_the_file_and_its_rows(tmp_path: Path, column: str) -> None:
    file = damaged(tmp_path / "certificates.parquet", column)
    with pytest.raises(
        InputUnreadable, match=r"certificates\.parquet: damaged, rows 0 to 999 cannot be read"
    ):
        list(read_batches(file, [column]))


def test_text_that_is_not_utf_8_is_told_with_its_column(tmp_path: Path) -> None:
    path = tmp_path / "certificates.parquet"
    wrong = pa.StringArray.from_buffers(
        1, pa.array([0, 2], pa.int32()).buffers()[1], pa.py_buffer(b"\xff\xfe")
    )
    with_column("province", lambda column: pa.chunked_array([wrong] * 3))(path)
    with pytest.raises(
        InputUnreadable, match="row group 0, column province holds what is no string; pack files"
    ):
        rows_of(open_certificates([path]))


def test_a_number_that_does_not_fit_is_told_with_its_row_group_and_column(tmp_path: Path) -> None:
    table = certificates_table(3)
    wide = pa.chunked_array([[1, 2, 2**40]], pa.int64())
    table = table.set_column(table.schema.get_field_index("dose_number"), "dose_number", wide)
    pq.write_table(table, tmp_path / "certificates.parquet", row_group_size=2)
    with pytest.raises(InputUnreadable, match="row group 1, column dose_number holds what is no int32"):
        rows_of(open_certificates([tmp_path / "certificates.parquet"]))


def test_a_column_that_is_not_carried_is_our_own_mistake(tmp_path: Path) -> None:
    (file,) = open_certificates([write_certificates(tmp_path / "certificates.parquet", 3)])
    with pytest.raises(KeyError):
        list(read_batches(file, ["vaccine"]))


@pytest.mark.long
def test_a_large_row_group_is_read_without_holding_all_of_it(tmp_path: Path) -> None:
    """By Arrow's own count: a batch and a page of each column, whatever the row group holds."""
    path = tmp_path / "certificates.parquet"
    table = pa.concat_tables([certificates_table(20_000)] * 20)
    n_bytes = table.nbytes
    pq.write_table(table, path, row_group_size=len(table), compression="none", use_dictionary=False)
    del table
    (file,) = open_certificates([path])
    before = pa.total_allocated_bytes()
    highest = max(pa.total_allocated_bytes() - before for _ in read_batches(file, CARRIED.names))
    assert highest < n_bytes / 2


def test_a_file_that_was_exchanged_meanwhile_is_refused(tmp_path: Path) -> None:
    path = write_certificates(tmp_path / "certificates.parquet", 3)
    file = open_certificates([path])[0]
    os.utime(path, (1, 1))
    with pytest.raises(InputUnreadable, match="changed or exchanged"):
        list(read_batches(file, ["uvci"]))
