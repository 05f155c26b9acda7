"""An invented nation with its truth: what was planted is found, and nothing else; however the run is done."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from made_nations import clean_nation

from signer.synthetic.nation import write_nation
from signer.synthetic.planted import CLASSES

CLASS_OF_PLANTED = {
    **{kind: {kind} for kind in CLASSES},
    "date_impossible": {"date_impossible", "birth_differs", "birth_impossible"},
    "name_unreadable": {"name_differs", "name_unreadable"},
}


@pytest.fixture(scope="module")
def nation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("nation")
    write_nation(folder, 50_000, 20220414)
    return folder


def test_every_planted_error_is_found_in_its_class_and_no_right_row_is_refused(
    nation: Path, tmp_path: Path
) -> None:
    clean_nation(nation, tmp_path)
    truth = pq.read_table(nation / "truth.parquet").to_pydict()
    planted = dict(zip(truth["shot_id"], truth["planted"], strict=True))
    verified = pq.read_table(tmp_path / "verified.parquet", columns=["shot_id"])["shot_id"].to_pylist()
    refused = pq.read_table(tmp_path / "refused.parquet", columns=["shot_id", "reason"]).to_pydict()
    assert {planted[shot_id] for shot_id in verified} == {None}
    met = Counter()
    for shot_id, reason in zip(refused["shot_id"], refused["reason"], strict=True):
        error = planted[shot_id]
        assert error is not None, f"a right row was refused: {reason}"
        assert reason in CLASS_OF_PLANTED[error]
        met[error] += 1
    assert met == Counter(error for error in truth["planted"] if error is not None)
    assert set(met) == set(CLASS_OF_PLANTED)


def test_the_files_do_not_depend_on_memory_or_threads(nation: Path, tmp_path: Path) -> None:
    one = clean_nation(nation, tmp_path / "one", "1GB", 1)
    assert clean_nation(nation, tmp_path / "two", "100MB", 2) == one
    assert set(one) == {"verified.parquet", "refused.parquet"}
