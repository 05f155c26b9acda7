"""Where HC1 texts come from: arguments, files of each kind, folders, and what is said of none of these."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from signer.errors import InputUnreadable
from signer.verifying.codes import Code, read_codes


def texts(argument: str | Path) -> list[str]:
    return [code.text for code in read_codes(str(argument))]


def test_an_argument_that_begins_with_hc1_is_a_code() -> None:
    (code,) = read_codes("HC1:AB ")
    assert code == Code("HC1:AB ", "argument", None)


def test_an_argument_that_is_not_utf_8_is_a_code_to_judge() -> None:
    (code,) = read_codes("HC1:\udcff")  # how Python passes the byte ff
    assert code.text == "HC1:?"


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", b"code\nHC1:A\n", "no column hc1"),
        ("b.csv", b"", "no column hc1"),
        ("c.csv", "hc1\nHC1:A\n".encode("utf-16"), "no column hc1"),
        ("s.csv", b"n;hc1\n1;HC1:A\n", "separated by semicolons; save it with commas"),
        ("d.csv", b'"hc1\nHC1:A\n', "heading: a quote is not closed"),
        ("e.parquet", b"PAR1 no more", "damaged"),
        ("f.parquet", b"", "damaged"),
        ("g.json", b"{}", "none of .txt, .csv, .ndjson, .*, .zip, .tar, .png"),
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
    for name in ("gone.txt", "gone.csv", "gone.parquet", "gone.png", "gone.pdf"):
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
    assert f"holds no pictures; name the files in it, such as {tmp_path}/*.parquet" in str(caught.value)
    (tmp_path / "certificates").mkdir()
    with pytest.raises(InputUnreadable) as caught:
        texts(tmp_path)
    assert f"such as {tmp_path}/certificates/*.parquet" in str(caught.value)


def test_of_a_registry_the_folder_of_a_table_is_not_to_be_named_file_by_file(tmp_path: Path) -> None:
    """Files that no commit names lie there, too."""
    (tmp_path / "certificates").mkdir()
    (tmp_path / "registry.json").touch()
    for folder in (tmp_path, tmp_path / "certificates"):
        with pytest.raises(InputUnreadable, match="registry: `signer audit") as caught:
            texts(folder)
        assert "parquet" not in str(caught.value)
