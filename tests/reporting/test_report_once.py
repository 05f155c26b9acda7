"""A shot that rounds of cleaning and a registry both tell of counts once in a report."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from made_reports import clean_nation, make_profiles, signer
from reporting.made_small import order_of

from signer.campaign.report_run import content_of
from signer.errors import InputUnreadable
from signer.registry import open_registry
from signer.reporting.report_content import ReportContent

ISSUED_AT = "2022-04-21T00:00:00+00:00"


@pytest.fixture(scope="module")
def nation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Cleaned twice: for the second round 100 persons are missing in the register."""
    folder = tmp_path_factory.mktemp("nation")
    signer("synth", folder / "nation", "--people", 500, "--seed", 3)
    shots, register = folder / "nation" / "shots.parquet", folder / "nation" / "population.parquet"
    clean_nation(folder, shots, folder / "round-1", "2022-04-20")
    pq.write_table(pq.read_table(register).slice(100), folder / "fewer.parquet")
    register.rename(folder / "all.parquet")
    (folder / "fewer.parquet").rename(register)
    clean_nation(folder, shots, folder / "round-2", "2022-04-25")
    make_profiles(folder)
    return folder


def issued(nation: Path, shots: Path) -> Path:
    registry = nation / f"registry-{shots.stem}"
    if not registry.exists():
        profile = nation / "issuer" / "profile.toml"
        signer("issue", shots, "--profile", profile, "--registry", registry, "--issued-at", ISSUED_AT)
    return registry


def report_of(registry: Path, *rounds: Path) -> ReportContent:
    return content_of(order_of(open_registry(registry), Path("none"), cleaned=rounds))


def sets_of(registry: Path, last: Path) -> tuple[set[str], dict[str, str], dict[str, str], set[str]]:
    """Shots with a certificate, those refused in cleaning and in issuing by reason, and those verified."""
    opened = open_registry(registry)
    certificates = {
        shot
        for batch in opened.read("certificates", ["shot_id"])
        for (shot,) in zip(*batch.columns, strict=True)
    }
    refused = [row for batch in opened.read("refused", ["shot_id", "reason"]) for row in batch.to_pylist()]
    cleaned = duckdb.sql(f"SELECT shot_id, reason FROM '{last / 'refused.parquet'}'").fetchall()
    verified = duckdb.sql(f"SELECT shot_id FROM '{last / 'verified.parquet'}'").fetchall()
    return (
        {shot.as_py() for shot in certificates},
        dict(cleaned),
        {row["shot_id"]: row["reason"] for row in refused},
        {shot for (shot,) in verified},
    )


@pytest.mark.parametrize("source", ["round-1/verified.parquet", "nation/shots.parquet"])
@pytest.mark.parametrize("rounds", [("round-1",), ("round-1", "round-2")])
def test_each_shot_counts_once(nation: Path, source: str, rounds: tuple[str, ...]) -> None:
    registry = issued(nation, nation / source)
    progress = report_of(registry, *(nation / name for name in rounds)).progress
    certificates, cleaned, refused, verified = sets_of(registry, nation / rounds[-1])
    told: dict[str, int] = {}
    for shot in (cleaned.keys() | refused.keys() | verified) - certificates:
        reason = cleaned.get(shot) or refused.get(shot) or "waiting"
        told[reason] = told.get(reason, 0) + 1
    assert progress.with_certificate == len(certificates)
    assert progress.reasons == told
    assert progress.shots == pq.read_metadata(nation / "nation" / "shots.parquet").num_rows
    if rounds[-1] == "round-2" or "shots" in source:
        assert certificates & cleaned.keys(), "or nothing was to be counted once"


def test_a_verified_shot_that_stands_there_again_counts_as_verified(nation: Path, tmp_path: Path) -> None:
    """As refused beside its certificate, or beside one that waits, it would be a second shot."""
    registry = issued(nation, nation / "round-1" / "verified.parquet")
    before = report_of(registry, nation / "round-1").progress
    shots = pq.read_table(nation / "nation" / "shots.parquet")
    pq.write_table(pa.concat_tables([shots, shots.slice(0, 50)]), tmp_path / "twice.parquet")
    (tmp_path / "nation").symlink_to(nation / "nation")
    clean_nation(tmp_path, tmp_path / "twice.parquet", tmp_path / "round-1", "2022-04-20")
    after = report_of(registry, tmp_path / "round-1").progress
    assert after.shots == before.shots


def test_a_round_without_its_tables_is_named(nation: Path, tmp_path: Path) -> None:
    registry = issued(nation, nation / "round-1" / "verified.parquet")
    for name in ("summary.json", "counts.parquet", "verified.parquet"):
        (tmp_path / name).symlink_to(nation / "round-1" / name)
    with pytest.raises(InputUnreadable, match=r"refused\.parquet"):
        report_of(registry, tmp_path)
