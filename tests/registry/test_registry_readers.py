"""Other programs read the tables as they are: DuckDB, Polars, Spark see what was committed, and no more."""

from __future__ import annotations

import duckdb
import pyarrow.compute as pc
import pytest
from deltalake import DeltaTable
from made_parts import once, rows_in, write_part

from signer.registry import Registry

pl = pytest.importorskip("polars", reason="polars is not installed (extra [test])")


@pytest.fixture
def committed(registry: Registry) -> Registry:
    """Parts 0 and 1 are in; part 2 is an orphan."""
    with registry.lease() as lease:
        registry.commit(lease, [write_part(registry, 0)])
        registry.commit(lease, [write_part(registry, 1)])
    write_part(registry, 2)
    return registry


def certified(registry: Registry) -> list[str]:
    return sorted(
        shot
        for batch in registry.read("certificates", ["shot_id"])
        for shot in batch.column("shot_id").to_pylist()
    )


def test_duckdb_reads_the_files_that_the_log_names(committed: Registry) -> None:
    files = DeltaTable(committed.path / "certificates").file_uris()
    query = "select shot_id, part, supersedes from read_parquet($files) order by shot_id"
    rows = duckdb.execute(query, {"files": files}).fetchall()
    assert [row[0] for row in rows] == certified(committed)
    assert {row[1:] for row in rows} == {(0, None), (1, None)}


def test_polars_reads_the_table(committed: Registry) -> None:
    table = pl.read_delta(str(committed.path / "certificates"))
    assert sorted(table["shot_id"]) == certified(committed)
    skipping = pl.scan_delta(str(committed.path / "certificates")).filter(pl.col("shot_id") >= "0123-001")
    assert sorted(skipping.collect()["part"].unique()) == [1]


def test_arrow_reads_only_files_whose_range_can_hold_a_shot(committed: Registry) -> None:
    dataset = DeltaTable(committed.path / "certificates").to_pyarrow_dataset()
    assert dataset.count_rows() == 16
    (fragment,) = dataset.get_fragments(filter=pc.field("shot_id") == "0123-001-5")
    assert "-00001-" in fragment.path


@pytest.mark.parametrize("column", ["uvci", "part", "supersedes", "exp"])
def test_a_filter_on_a_column_without_statistics_finds_all_rows(committed: Registry, column: str) -> None:
    """Before, it found none: the library took the range of the column to be null."""
    dataset = DeltaTable(committed.path / "certificates").to_pyarrow_dataset()
    table = dataset.to_table()
    value = table.column(column)[0]
    asked = pc.field(column).is_null() if not value.is_valid else pc.field(column) == value
    assert dataset.count_rows(filter=asked) == table.filter(asked).num_rows > 0


@pytest.mark.long
def test_spark_reads_the_files_that_the_log_names(committed: Registry) -> None:
    """Its own reader of Delta tables is a Java package, which pip does not bring."""
    sql = pytest.importorskip("pyspark.sql", reason="pyspark is not installed (extra [spark])")
    files = DeltaTable(committed.path / "certificates").file_uris()
    session = sql.SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").getOrCreate()
    try:
        rows = session.read.parquet(*files).select("shot_id", "supersedes").collect()
    finally:
        session.stop()
    assert sorted(row.shot_id for row in rows) == certified(committed)


def test_batches_hold_the_columns_that_were_asked_for(committed: Registry) -> None:
    batches = list(committed.read("certificates", ["part", "uvci"]))
    assert {tuple(batch.schema.names) for batch in batches} == {("part", "uvci")}
    assert sum(batch.num_rows for batch in batches) == 16
    assert rows_in(committed) == once([0, 1])
