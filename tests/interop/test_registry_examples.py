"""The examples of docs/registry.md are run as they stand there, on a registry with orphans in it."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from deltalake import DeltaTable
from made_withdrawals import (
    KID,
    N_ORDERS,
    N_REVOKED,
    NEW_KID,
    PROVINCES,
    SHOTS_IN_FORCE,
    SHOTS_RENEWED,
    make_registry,
)

from signer.registry import Registry

DOCUMENT = Path(__file__).parents[2] / "docs" / "registry.md"
EXAMPLES = re.findall(
    r"^## (\w+)\n```python\n(.*?)^```$", DOCUMENT.read_text("utf-8"), re.MULTILINE | re.DOTALL
)
SHOTS_REVOKED = ["S5", "S6"]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Registry:
    return make_registry(tmp_path_factory.mktemp("made") / "registry")


@pytest.fixture(params=["with revocations", "without"])
def shots(
    request: pytest.FixtureRequest, made: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> list[str]:
    """The shots in force in the folder `registry` of the current one; most registries have no revocations."""
    shutil.copytree(made.path, tmp_path / "registry")
    monkeypatch.chdir(tmp_path)
    if request.param == "with revocations":
        return SHOTS_IN_FORCE
    log = tmp_path / "registry" / "revocations" / "_delta_log"
    for version in range(1, N_ORDERS + 1):
        (log / f"{version:020d}.json").unlink()
    return [*SHOTS_IN_FORCE, *SHOTS_REVOKED]


@pytest.fixture(scope="module")
def spark() -> Iterator[None]:
    """One Spark for all tests, as it takes its time to start."""
    sql = pytest.importorskip("pyspark.sql", reason="pyspark is not installed (extra [spark])")
    session = sql.SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").getOrCreate()
    yield
    session.stop()


def run(name: str) -> Any:
    """What the example calls `in_force`."""
    names: dict[str, Any] = {}
    exec(compile(dict(EXAMPLES)[name], f"{DOCUMENT.name}: {name}", "exec"), names)
    return names["in_force"]


def expected(shots: list[str]) -> list[tuple[str, str, int]]:
    """Province, kid and number, as made."""
    counts = Counter(
        (PROVINCES[int(shot[1:]) % 2], (NEW_KID if shot in SHOTS_RENEWED else KID).hex()) for shot in shots
    )
    return sorted((province, kid, n) for (province, kid), n in counts.items())


def test_there_is_an_example_for_each() -> None:
    assert [name for name, _ in EXAMPLES] == ["DuckDB", "Polars", "Spark"]


def test_the_registry_holds_what_would_lead_a_careless_reader_astray(made: Registry) -> None:
    by_folder = sum(
        pq.read_metadata(path).num_rows for path in (made.path / "certificates").glob("*.parquet")
    )
    by_log = sum(file.file.rows for file in made.files("certificates"))
    assert by_folder > by_log > len(SHOTS_IN_FORCE) + N_REVOKED


def test_the_example_for_duckdb_counts_what_is_in_force(shots: list[str]) -> None:
    assert sorted(run("DuckDB").fetchall()) == expected(shots)


def test_the_example_for_polars_counts_what_is_in_force(shots: list[str]) -> None:
    pytest.importorskip("polars", reason="polars is not installed (extra [test])")
    assert sorted(run("Polars").rows()) == expected(shots)


@pytest.mark.long
def test_the_example_for_spark_counts_what_is_in_force(spark: None, shots: list[str]) -> None:
    assert sorted(map(tuple, run("Spark").collect())) == expected(shots)


@pytest.mark.long
def test_spark_reads_times_and_bytes_as_they_are(spark: None, made: Registry) -> None:
    from pyspark.sql import SparkSession, functions  # noqa: PLC0415 (an extra; the fixture has seen it)

    session = SparkSession.getActiveSession()
    assert session is not None
    rows = session.read.parquet(*DeltaTable(made.path / "certificates").file_uris())
    seconds = rows.select(
        "uvci", functions.unix_micros("iat"), functions.unix_micros("exp"), "kid", "person_key"
    )
    ours = [
        (
            row["uvci"],
            *(int(row[name].timestamp()) * 1_000_000 for name in ("iat", "exp")),
            row["kid"],
            row["person_key"],
        )
        for batch in made.read("certificates", ["uvci", "iat", "exp", "kid", "person_key"])
        for row in batch.to_pylist()
    ]
    assert sorted(
        (*row[:3], bytes(row[3]), bytes(row[4])) for row in map(tuple, seconds.collect())
    ) == sorted(ours)
