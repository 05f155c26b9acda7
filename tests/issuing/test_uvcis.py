"""The UVCIs of shots without signing them: those that they would be issued under."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pyarrow as pa
import pytest
from made_shots import ISSUED_AT, make_profile, shots_batch

from signer import _core
from signer.issuing.issuer import open_core
from signer.issuing.terms import IssueTerms, settle_terms
from signer.profile import load_profile

REFUSED: Mapping[int, Mapping[str, Any]] = {
    0: {"vaccine": "Unheard-of"},
    3: {"full_name": None},
    511: {"shot_id": None},
    512: {"dose_number": 0},
    1299: {"vaccinated_on": None},
}


@pytest.fixture(scope="module")
def terms(tmp_path_factory: pytest.TempPathFactory) -> IssueTerms:
    return settle_terms(load_profile(make_profile(tmp_path_factory.mktemp("issuer"))), ISSUED_AT)


@pytest.fixture(params=[False, True], ids=["plain", "with checksum"])
def issuer(request: pytest.FixtureRequest, terms: IssueTerms) -> Iterator[_core.Issuer]:
    profile = replace(terms.profile, uvci_checksum=request.param)
    issuer = open_core(replace(terms, profile=profile))
    yield issuer
    issuer.close()


def as_issued(issuer: _core.Issuer, shots: pa.RecordBatch) -> list[str | None]:
    """What `issue` gives each row: its UVCI, or None where it refuses the row."""
    issued, _ = issuer.issue(shots)
    by_row = dict(zip(issued.column("row").to_pylist(), issued.column("uvci").to_pylist(), strict=True))
    return [by_row.get(row) for row in range(shots.num_rows)]


@pytest.mark.parametrize("n_rows", [0, 1, 2, 511, 512, 513, 1300])  # a chunk of the core has 512
def test_uvcis_are_those_of_the_certificates(issuer: _core.Issuer, n_rows: int) -> None:
    shots = shots_batch(n_rows)
    uvcis = issuer.uvcis(shots)
    uvcis.validate(full=True)
    assert uvcis.null_count == 0
    assert uvcis.to_pylist() == as_issued(issuer, shots)


def test_rows_that_would_be_refused_have_none(issuer: _core.Issuer) -> None:
    shots = shots_batch(1300, REFUSED)
    uvcis = issuer.uvcis(shots)
    uvcis.validate(full=True)
    assert [row for row, uvci in enumerate(uvcis.to_pylist()) if uvci is None] == list(REFUSED)
    assert uvcis.to_pylist() == as_issued(issuer, shots)


def test_a_batch_of_refused_rows_has_none(issuer: _core.Issuer) -> None:
    assert (
        issuer.uvcis(shots_batch(3, {row: {"vaccine": None} for row in range(3)})).to_pylist() == [None] * 3
    )


def test_a_slice_of_a_batch_has_the_uvcis_of_its_own_rows(issuer: _core.Issuer) -> None:
    shots = shots_batch(40, {7: {"vaccine": None}})
    assert issuer.uvcis(shots.slice(5, 10)).to_pylist() == issuer.uvcis(shots).to_pylist()[5:15]


def test_uvcis_are_the_same_at_every_level(issuer: _core.Issuer, cpu_level: str) -> None:
    here = issuer.uvcis(shots_batch(100))
    _core.select_cpu("ifma,avx512,avx2,shani")
    assert issuer.uvcis(shots_batch(100)) == here


CORRECTIONS: Mapping[str, Any] = {
    "person_id": "001080054321",
    "full_name": "Nguyễn Thị Hương",
    "date_of_birth": "1980-02-28",
    "vaccine": "EU/1/20/1507",
    "dose_number": 1,
    "doses_in_series": 3,
    "vaccinated_on": date(2021, 9, 29),
}


@pytest.mark.parametrize("column", CORRECTIONS)
def test_a_corrected_shot_gets_another_uvci(issuer: _core.Issuer, column: str) -> None:
    before, after = (
        issuer.uvcis(shots_batch(1)),
        issuer.uvcis(shots_batch(1, {0: {column: CORRECTIONS[column]}})),
    )
    assert after.null_count == 0
    assert before != after


OUTSIDE: Mapping[str, Any] = {
    "nationality": "LA",
    "sex": "M",
    "phone": "0901234567",
    "province": "Huế",
    "district": None,
    "facility": "x",
    "lot": "y",
}


@pytest.mark.parametrize("column", OUTSIDE)
def test_nothing_else_reaches_the_uvci(issuer: _core.Issuer, column: str) -> None:
    assert issuer.uvcis(shots_batch(1)) == issuer.uvcis(shots_batch(1, {0: {column: OUTSIDE[column]}}))


def test_too_large_a_batch_and_a_closed_issuer_are_refused(issuer: _core.Issuer) -> None:
    row = shots_batch(1)
    with pytest.raises(ValueError, match="500000 rows"):
        issuer.uvcis(pa.concat_batches([row.take(pa.array([0] * 500_001))]))
    issuer.close()
    with pytest.raises(ValueError, match="closed"):
        issuer.uvcis(row)
