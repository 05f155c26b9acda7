"""`signer clean` at three sizes and the line through them, to tell what a whole country takes.

    signer synth nation --people 10000000
    python benchmarks/clean_scaling.py nation docs/cleaning-scaling.svg

Each size has shots and persons as 41 to 90, the shots and the register that the ministry had to match. The
whole command counts, in processor time too: by that a busy machine is seen.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
from matplotlib.figure import Figure

COUNTRY_SHOTS, COUNTRY_PERSONS = 41_431_114, 90_000_000
PARTS = (0.25, 0.5, 1.0)  # of the nation's register
MEMORY = "4GB"


@dataclass(frozen=True)
class Point:
    """One run; `peak_gb` is the largest resident memory of the process."""

    shots: int
    persons: int
    seconds: float
    processor_s: float
    peak_gb: float


def take_rows(source: Path, n_rows: int, target: Path) -> None:
    """The first rows of a Parquet file, by row groups."""
    with pq.ParquetFile(source) as table, pq.ParquetWriter(target, table.schema_arrow) as writer:
        for batch in table.iter_batches(100_000):
            writer.write_batch(batch.slice(0, n_rows))
            n_rows -= len(batch)
            if n_rows <= 0:
                return
    raise SystemExit(f"{source} has {n_rows} rows too few; make a nation of more people")


def clean(nation: Path, part: float, folder: Path) -> Point:
    """Cleans the first part of a nation, in which all shots are of persons of the register's part."""
    persons = int(pq.read_metadata(nation / "population.parquet").num_rows * part)
    shots = persons * COUNTRY_SHOTS // COUNTRY_PERSONS
    take_rows(nation / "population.parquet", persons, folder / "population.parquet")
    take_rows(nation / "shots.parquet", shots, folder / "shots.parquet")
    command = [sys.executable, "-m", "signer", "clean", str(folder / "shots.parquet"), "--allow-unattested"]
    command += ["--population", str(folder / "population.parquet"), "--out", str(folder / "out")]
    command += ["--memory", MEMORY, "--json"]
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    assert process.stdout is not None
    json.loads(process.stdout.read())
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{command} ended with {os.waitstatus_to_exitcode(status)}")
    processor_s = usage.ru_utime + usage.ru_stime
    return Point(shots, persons, time.perf_counter() - began, processor_s, usage.ru_maxrss / 1e6)


def draw(points: list[Point], target: Path) -> float:
    """Draws the points and their line as far as the country, for which it gives the seconds."""
    shots, seconds = [point.shots for point in points], [point.seconds for point in points]
    slope, start = np.polyfit(shots, seconds, 1)
    country_s = float(slope * COUNTRY_SHOTS + start)
    figure = Figure(figsize=(7, 4), layout="constrained")
    axes = figure.add_subplot(xlabel="shots, millions", ylabel="minutes")
    axes.set_title(f"signer clean, {MEMORY}, {os.cpu_count()} cores, 2.2 persons of the register a shot")
    axes.plot([0, COUNTRY_SHOTS / 1e6], [start / 60, country_s / 60], "--", color="grey", label="line")
    axes.plot(np.divide(shots, 1e6), np.divide(seconds, 60), "o", label="measured")
    axes.plot(COUNTRY_SHOTS / 1e6, country_s / 60, "x", label=f"{country_s / 60:.0f} minutes for a country")
    axes.set_ylim(bottom=0)
    axes.legend()
    figure.savefig(target, metadata={"Date": None})
    return country_s


def main() -> None:
    nation, target = Path(sys.argv[1]), Path(sys.argv[2])
    points = []
    for part in PARTS:
        with tempfile.TemporaryDirectory(dir=nation.parent) as folder:
            points.append(clean(nation, part, Path(folder)))
        print(points[-1], flush=True)
    print(f"{draw(points, target):.0f} s for {COUNTRY_SHOTS:,} shots, by the line; {datetime.now(UTC):%F}")


if __name__ == "__main__":
    main()
