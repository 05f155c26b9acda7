"""The inputs of a plan, opened for reading, and the parts that the plan has them cut into."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt

from signer import sources
from signer.campaign.issue_parts import IssuePart, cut_into_parts, find_repeated, open_input
from signer.campaign.plan import InputFile, Plan, PlannedPart
from signer.durable import unwritten
from signer.errors import InputUnreadable, PlanChanged
from signer.tables.files import identity_of

__all__ = ["StagedInputs", "staged_inputs"]


@contextmanager
def staged_inputs(
    inputs: Sequence[InputFile], folder: Path, n_threads: int, prefix: str = "staging-"
) -> Iterator[StagedInputs]:
    """Gives the inputs for use within the block; text tables lie in Parquet in a new folder in `folder`.

    Raises DiskFull or StoppedHalfWay where that cannot be made.
    """
    try:
        staging = Path(tempfile.mkdtemp(prefix=prefix, dir=folder))
    except OSError as error:
        raise unwritten(folder, error) from error
    try:
        yield StagedInputs(inputs, staging, n_threads)
    finally:
        shutil.rmtree(staging, ignore_errors=True)


class StagedInputs:
    """Opens the inputs, and looks for repeated shot_ids, when first asked: a finished plan needs neither.

    All methods raise InputUnreadable, also where a file is no more what was hashed, and OutputUnwritable or
    StoppedHalfWay where there is no room to look at the files.
    """

    def __init__(self, inputs: Sequence[InputFile], staging: Path, n_threads: int) -> None:
        self._inputs = inputs
        self.staging = staging
        self._n_threads = n_threads

    @cached_property
    def sources(self) -> list[sources.Source]:
        """The inputs in their order."""
        opened = [open_input(Path(file.path), self.staging) for file in self._inputs]
        for file in self._inputs:
            if identity_of(Path(file.path)) != file.identity:
                raise InputUnreadable(f"{file.path}: was changed or exchanged since the start; start again")
        return opened

    @cached_property
    def duplicates(self) -> npt.NDArray[np.int64]:
        """The rows over all inputs, ascending, that repeat an earlier shot_id."""
        return find_repeated(self.sources, self.staging, self._n_threads)

    @property
    def rows(self) -> tuple[int, ...]:
        """The rows of each input."""
        return tuple(source.n_rows for source in self.sources)

    def cut(self, rows_per_part: int) -> list[IssuePart]:
        """The parts of a new plan."""
        return cut_into_parts(self.sources, self.duplicates, rows_per_part)

    def parts_of(self, plan: Plan) -> list[IssuePart]:
        """The parts of a plan as it has them, whatever a new one would. Raises PlanChanged, too."""
        if self.rows != plan.input_rows or len(self.duplicates) != plan.n_duplicates:
            raise PlanChanged(
                f"plan {plan.plan_id}: its inputs are read otherwise than when it was made; go on with the"
                " versions of pyarrow and duckdb of then, or start anew with --new-plan"
            )
        return [self._rebuild(plan, part) for part in plan.parts]

    def _rebuild(self, plan: Plan, part: PlannedPart) -> IssuePart:
        source = self.sources[part.input]
        rows = sources.Part(
            path=source.path,
            shown_as=source.shown_as,
            first_row=part.first_row - plan.first_row_of(part.input),
            n_rows=part.n_rows,
            row_groups=part.row_groups,
            identity=source.identity,
            skip=part.skip,
        )
        begin, end = np.searchsorted(self.duplicates, [part.first_row, part.first_row + part.n_rows])
        return IssuePart(part.number, rows, part.first_row, self.duplicates[begin:end] - part.first_row)
