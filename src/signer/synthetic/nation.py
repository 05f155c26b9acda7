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
from signer.synthetic.columns import Columns, written_columns
from signer.synthetic.dose_faults import with_dose_faults
from signer.synthetic.doses import Doses, draw_doses, how_many_doses
from signer.synthetic.draws import Ints, chunk_generator
from signer.synthetic.numbers import MAX_PEOPLE, NumberOffice
from signer.synthetic.people import UNVACCINATED_PERCENT, People, draw_people
from signer.synthetic.planted import CLASS_OF_FAULT, CLASSES
from signer.synthetic.planting import Planting
from signer.synthetic.proportions import Proportions
from signer.synthetic.tables import Rows, population_table, shot_details, shots_table, shuffled
from signer.synthetic.truth import truth_table
from signer.synthetic.writing import TableWriter

__all__ = ["MAX_PEOPLE", "PEOPLE_PER_CHUNK", "NationSummary", "write_nation"]

PEOPLE_PER_CHUNK = 32_768
NUMBERS_PER_CHUNK = PEOPLE_PER_CHUNK * (100 + UNVACCINATED_PERCENT) // 100 + 1
"""Running numbers of a chunk, with those who have no shots."""


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
        distinct = frozenset({"shot_id", "person_id", "full_name", "phone", "right_full_name"})
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


class _Writer:
    """Draws the chunks of a nation one after the other and counts what it writes."""

    def __init__(self, files: _Files, seed: int, proportions: Proportions) -> None:
        self.planted: Counter[int] = Counter()
        self.foreigners = 0
        self._files, self._seed = files, seed
        self._planting, self._office = Planting(proportions), NumberOffice()

    def write_chunk(self, chunk: int, n_people: int) -> None:
        """Draws one chunk of people and writes their rows."""
        rng = chunk_generator(self._seed, chunk)
        people = draw_people(rng, chunk * NUMBERS_PER_CHUNK, n_people)
        n_doses = how_many_doses(rng, people)
        of_person = self._planting.people(rng, people, n_doses)
        columns = written_columns(rng, self._office, people, of_person)
        rows = self._draw_rows(rng, people, columns, of_person, draw_doses(rng, people, n_doses))
        shots = shots_table(rng, people, columns, rows, first_row=self._files.shots.n_rows)
        self._files.shots.write(shots)
        self._files.truth.write(truth_table(people, columns, shots, rows, of_person))
        self._files.population.write(population_table(people, columns, of_person))
        self.foreigners += int(np.count_nonzero(people.foreign))
        self.planted.update(dict(enumerate(np.bincount(rows.planted).tolist())))

    def _draw_rows(
        self, rng: np.random.Generator, people: People, columns: Columns, of_person: Ints, doses: Doses
    ) -> Rows:
        person = doses.person
        planted = self._planting.shots(
            rng, of_person[person], people.foreign[person], doses.dose, doses.doses
        )
        detail = shot_details(rng, columns, doses, planted)
        rows = Rows(with_dose_faults(rng, doses, planted, detail), planted, detail)
        return shuffled(rng, rows, columns.writing_detail)


def _write_all(writer: _Writer, people: int, on_progress: Callable[[int], None] | None) -> None:
    for chunk, first in enumerate(range(0, people, PEOPLE_PER_CHUNK)):
        n_people = min(PEOPLE_PER_CHUNK, people - first)
        writer.write_chunk(chunk, n_people)
        if on_progress is not None:
            on_progress(first + n_people)


def _by_class(planted: Counter[int]) -> dict[str, int]:
    counts = dict.fromkeys(CLASSES, 0)
    for fault, count in planted.items():
        if fault:
            counts[CLASSES[CLASS_OF_FAULT[fault]]] += count
    return counts


def write_nation(
    directory: Path,
    people: int,
    seed: int,
    on_progress: Callable[[int], None] | None = None,
    proportions: Proportions | None = None,
) -> NationSummary:
    """Writes a nation of `people` people, each with at least one shot, into a new or empty directory.

    The files are a function of `people`, `seed` and `proportions` alone (and of the versions of numpy and
    pyarrow). `on_progress` gets the number of people done. Raises OutputExists, OutputUnwritable, and
    StoppedHalfWay where the disk is full; then nothing is left behind.
    """
    if not 1 <= people <= MAX_PEOPLE or seed < 0:
        raise OutputUnwritable(f"a nation has 1 to {MAX_PEOPLE} people and a seed from 0 on")
    _prepare(directory)
    files = _Files(directory)
    try:
        writer = _Writer(files, seed, proportions or Proportions())
        _write_all(writer, people, on_progress)
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
        foreigners=writer.foreigners,
        population=files.population.n_rows,
        shots=files.shots.n_rows,
        planted=_by_class(writer.planted),
    )
