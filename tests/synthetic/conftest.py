"""One nation of 60,000 people for all tests of this folder: 120,000 shots, for shares within a percent."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from signer.synthetic import NationSummary, write_nation

PEOPLE = 60_000


@dataclass(frozen=True)
class Nation:
    """What was written and what was said of it; rows as dictionaries."""

    directory: Path
    summary: NationSummary
    shots: list[dict[str, Any]]
    register: dict[str, dict[str, Any]]
    truth: list[dict[str, Any]]

    @cached_property
    def planted(self) -> list[str | None]:
        return [row["planted"] for row in self.truth]

    def rows(self, planted: str | None, detail: str | None = None) -> list[dict[str, Any]]:
        """The shots of a class, and of one detail of it where that is named."""
        return [shot for shot, _ in self.with_truth(planted, detail)]

    def with_truth(
        self, planted: str | None, detail: str | None = None
    ) -> list[tuple[dict[str, Any], dict[str, Any]]]:
        """The same, each with its row of the truth table."""
        return [
            (shot, truth)
            for shot, truth in zip(self.shots, self.truth, strict=True)
            if truth["planted"] == planted and detail in (None, truth["detail"])
        ]


@pytest.fixture(scope="session")
def nation(tmp_path_factory: pytest.TempPathFactory) -> Nation:
    directory = tmp_path_factory.mktemp("nation")
    summary = write_nation(directory, PEOPLE, seed=20)
    register = pq.read_table(directory / "population.parquet").to_pylist()
    return Nation(
        directory=directory,
        summary=summary,
        shots=pq.read_table(directory / "shots.parquet").to_pylist(),
        register={person["person_id"]: person for person in register},
        truth=pq.read_table(directory / "truth.parquet").to_pylist(),
    )
