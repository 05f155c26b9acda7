"""Which certificates are withdrawn: those superseded by a later one, and those revoked."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from made_certificates import ISSUED_AT, write_certificates

from signer.packing.certificate_files import CertificateFile, open_certificates
from signer.packing.withdrawn import FOR_EVER, WITHDRAWALS, Withdrawn, find_withdrawn

N_ROWS = 25
IAT = ISSUED_AT * 1_000_000


def uvci(row: int) -> str:
    return f"URN:UVCI:01:VN:{row:020d}"


@pytest.fixture
def files(tmp_path: Path) -> list[CertificateFile]:
    """Rows 0 to 24 and, of other shots, 25 to 49; of row 7 there is a later certificate in row 30."""
    later: dict[int, dict[str, Any]] = {row: {"uvci": uvci(100 + row)} for row in range(N_ROWS)}
    later[5] = {"uvci": uvci(7), "iat": IAT + 2_000_000}
    first = write_certificates(tmp_path / "a.parquet", N_ROWS, rows_per_group=10)
    return open_certificates([first, write_certificates(tmp_path / "b.parquet", N_ROWS, later)])


def find(files: Sequence[CertificateFile], folder: Path, said: Sequence[tuple[str | None, int]]) -> Withdrawn:
    rows = [{"uvci": uvci and uvci.encode(), "until": until} for uvci, until in said]
    return find_withdrawn(files, pa.Table.from_pylist(rows, WITHDRAWALS).to_batches(), folder, threads=1)


def test_rows_of_all_files_are_found_in_order(files: list[CertificateFile], tmp_path: Path) -> None:
    said = [(uvci(120), IAT), (uvci(3), IAT + 1), (uvci(24), FOR_EVER), (uvci(999), FOR_EVER)]
    found = find(files, tmp_path, said)
    assert found.superseded.tolist() == [3, 45]
    assert found.revoked.tolist() == [24]


def test_a_certificate_later_than_the_one_that_superseded_its_uvci_is_in_force(
    files: list[CertificateFile], tmp_path: Path
) -> None:
    """The shot was corrected, and corrected back: it has its first uvci again."""
    assert find(files, tmp_path, [(uvci(7), IAT + 1_000_000)]).superseded.tolist() == [7]
    assert find(files, tmp_path, [(uvci(7), FOR_EVER)]).revoked.tolist() == [7, 30]


def test_revoked_outweighs_superseded(files: list[CertificateFile], tmp_path: Path) -> None:
    found = find(files, tmp_path, [(uvci(3), FOR_EVER), (uvci(3), IAT), (uvci(3), FOR_EVER)])
    assert (found.superseded.tolist(), found.revoked.tolist()) == ([], [3])


@pytest.mark.parametrize("said", [[], [(None, FOR_EVER)], [("", IAT)]])
def test_nothing_said_withdraws_nothing(
    files: list[CertificateFile], tmp_path: Path, said: list[tuple[str | None, int]]
) -> None:
    found = find(files, tmp_path, said)
    assert (len(found.superseded), len(found.revoked)) == (0, 0)


def test_the_mask_is_of_the_rows_asked_for() -> None:
    withdrawn = Withdrawn(pa.array([3, 12]).to_numpy(), pa.array([5, 9]).to_numpy())
    assert withdrawn.in_force(4, 6).to_pylist() == [True, False, True, True, True, False]
    assert withdrawn.in_force(13, 2).to_pylist() == [True, True]
