"""Writes an invented nation: shots.parquet, population.parquet and truth.parquet, in chunks of people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from signer.errors import OutputExists, OutputUnwritable, StoppedHalfWay
from signer.records.schemas import POPULATION, SHOTS, TRUTH
from signer.synthetic.doses import draw_doses
from signer.synthetic.draws import Ints, chunk_generator
from signer.synthetic.numbers import MAX_PEOPLE, NumberOffice
from signer.synthetic.people import People, draw_people
from signer.synthetic.planted import CLASSES, plant_people, plant_shots
from signer.synthetic.tables import population_table, shots_table, shuffled, truth_table, written_columns
from signer.synthetic.writing import TableWriter

__all__ = ["MAX_PEOPLE", "PEOPLE_PER_CHUNK", "NationSummary", "write_nation"]

PEOPLE_PER_CHUNK = 32_768


@dataclass(frozen=True)
class NationSummary:
    """What was written: `planted` counts the shots of each error class, every class named."""

    people: int
    foreigners: int
    population: int
    shots: int
    planted: dict[str, int]

    @property
    def wrong(self) -> int:
        """Shots with an error of any class."""
        return sum(self.planted.values())


class _Files:
    """The three tables of a nation while they are being written."""

    def __init__(self, directory: Path) -> None:
        distinct = frozenset({"shot_id", "person_id", "full_name", "phone"})
        self.shots = TableWriter(directory / "shots.parquet", SHOTS, distinct)
        self.population = TableWriter(directory / "population.parquet", POPULATION, distinct)
        self.truth = TableWriter(directory / "truth.parquet", TRUTH, distinct)

    def all(self) -> tuple[TableWriter, ...]:
        """The shots last: where they stand under their name, everything does."""
        return self.population, self.truth, self.shots


def _prepare(directory: Path) -> None:
    try:
        directory.mkdir(parents=True, exist_ok=True)
        taken = any(directory.iterdir())
    except (NotADirectoryError, FileExistsError) as error:
        raise OutputExists(f"{directory} is a file; name a new or empty directory") from error
    except OSError as error:
        raise OutputUnwritable(f"{directory} cannot be written: {error.strerror}") from error
    if taken:
        raise OutputExists(f"{directory} is not empty; name a new or empty directory")


def _write_chunk(
    files: _Files, office: NumberOffice, seed: int, chunk: int, n_people: int
) -> tuple[People, Ints]:
    """Draws one chunk of people and writes their rows; gives the people and the error class of each shot."""
    rng = chunk_generator(seed, chunk)
    people = draw_people(rng, chunk * PEOPLE_PER_CHUNK, n_people)
    of_person = plant_people(rng, people.foreign)
    columns = written_columns(rng, office, people, of_person)
    doses = draw_doses(rng, people)
    planted = plant_shots(rng, of_person[doses.person], doses.dose, doses.doses)
    doses, planted = shuffled(rng, doses, planted)
    shots = shots_table(rng, people, columns, doses, planted, first_row=files.shots.n_rows)
    files.shots.write(shots)
    files.truth.write(truth_table(shots, planted))
    files.population.write(population_table(people, columns, of_person))
    return people, planted


def _write_all(
    files: _Files, people: int, seed: int, on_progress: Callable[[int], None] | None
) -> tuple[Counter[int], int]:
    """All chunks in turn; gives the shots of each error class and the number of foreigners."""
    office, counted, foreigners = NumberOffice(), Counter[int](), 0
    for chunk, first in enumerate(range(0, people, PEOPLE_PER_CHUNK)):
        n_people = min(PEOPLE_PER_CHUNK, people - first)
        drawn, planted = _write_chunk(files, office, seed, chunk, n_people)
        foreigners += int(np.count_nonzero(drawn.foreign))
        counted.update(dict(enumerate(np.bincount(planted).tolist())))
        if on_progress is not None:
            on_progress(first + n_people)
    return counted, foreigners


def write_nation(
    directory: Path, people: int, seed: int, on_progress: Callable[[int], None] | None = None
) -> NationSummary:
    """Writes a nation of `people` people, each with at least one shot, into a new or empty directory.

    The files are a function of `people` and `seed` alone (and of the versions of numpy and pyarrow).
    `on_progress` gets the number of people done. Raises OutputExists, OutputUnwritable, and StoppedHalfWay
    where the disk is full; then nothing is left behind.
    """
    if not 1 <= people <= MAX_PEOPLE or seed < 0:
        raise OutputUnwritable(f"a nation has 1 to {MAX_PEOPLE} people and a seed from 0 on")
    _prepare(directory)
    files = _Files(directory)
    try:
        counted, foreigners = _write_all(files, people, seed, on_progress)
        for file in files.all():
            file.close()
        for file in files.all():
            file.publish()
    except BaseException as error:
        for file in files.all():
            with suppress(OSError, pa.ArrowException):
                file.discard()
        if isinstance(error, OSError):
            raise StoppedHalfWay(
                f"{directory} could not be written to the end: {error}; nothing was kept"
            ) from error
        raise
    return NationSummary(
        people=people,
        foreigners=foreigners,
        population=files.population.n_rows,
        shots=files.shots.n_rows,
        planted={name: counted[place + 1] for place, name in enumerate(CLASSES)},
    )
