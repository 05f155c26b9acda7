"""Suggestions for an invented nation, held against its truth: how many are right, and how many are found."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from made_nations import clean_nation, population_of

from signer.cleaning import suggest, suggesting
from signer.synthetic.nation import write_nation

LEAST_PRECISION = 0.99
LEAST_RECALL = {
    "name_differs": 0.98,
    "birth_differs": 0.98,
    "both_differ": 0.9,
    "number_missing": 0.97,
    "number_malformed": 0.99,
    "person_not_found": 0.97,
    "number_of_other": 0.99,
    "name_unreadable": 0.95,
}
"""Of the shots whose person stands in the register, and who is not rightly shown already."""


@pytest.fixture(scope="module")
def nation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("nation")
    write_nation(folder, 30_000, 20220331)
    clean_nation(folder, folder / "cleaned")
    return folder


def suggestions(nation: Path, memory_limit: str = "500MB", threads: int = 2) -> bytes:
    """The bytes of the table."""
    spill, out = nation / "spill", nation / "suggestions.parquet"
    spill.mkdir(exist_ok=True)
    suggest(
        nation / "cleaned" / "refused.parquet",
        [population_of(nation)],
        out,
        memory_limit=memory_limit,
        threads=threads,
        spill=spill,
    )
    return out.read_bytes()


def test_suggestions_are_right_and_most_persons_are_found(nation: Path) -> None:
    suggestions(nation)
    rows = pq.read_table(nation / "suggestions.parquet").to_pylist()
    truth = {row["shot_id"]: row for row in pq.read_table(nation / "truth.parquet").to_pylist()}
    right = [row for row in rows if truth[row["shot_id"]]["person_id"] == row["person_id"]]
    print(len(rows), "suggestions,", len(rows) - len(right), "wrong")
    assert len(right) >= LEAST_PRECISION * len(rows)
    assert len(rows) > 12_000
    knowable = Counter(row["planted"] for row in truth.values() if row["person_id"] is not None)
    found = Counter(truth[row["shot_id"]]["planted"] for row in right)
    recall = {kind: found[kind] / knowable[kind] for kind in LEAST_RECALL}
    print(recall)
    assert {kind for kind, least in LEAST_RECALL.items() if recall[kind] < least} == set()


def test_the_fields_that_differ_are_those_that_were_planted(nation: Path) -> None:
    suggestions(nation)
    truth = {row["shot_id"]: row for row in pq.read_table(nation / "truth.parquet").to_pylist()}
    for row in pq.read_table(nation / "suggestions.parquet").to_pylist():
        planted = truth[row["shot_id"]]
        fields = {"full_name": "right_full_name", "date_of_birth": "right_date_of_birth", "sex": "right_sex"}
        if row["person_id"] == planted["person_id"]:
            wrong = {field for field, right in fields.items() if planted[right] is not None}
            assert set(row["differs"]) - {"person_id"} == wrong


def test_the_table_does_not_depend_on_memory_or_threads(
    nation: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_one_pass = suggestions(nation, "1GB", 1)
    monkeypatch.setattr(suggesting, "BYTES_OF_A_SHOT", 50_000)  # in several
    assert suggestions(nation, "100MB", 2) == in_one_pass
