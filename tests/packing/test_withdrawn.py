"""Which certificates are withdrawn: those superseded by a later one, and those revoked."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from made_certificates import write_certificates

from signer.packing.certificate_files import CertificateFile, open_certificates
from signer.packing.withdrawn import WITHDRAWALS, Withdrawn, find_withdrawn

N_ROWS = 25


def uvci(row: int) -> str:
    return f"URN:UVCI:01:VN:{row:020d}"


@pytest.fixture
def files(tmp_path: Path) -> list[CertificateFile]:
    """Rows 0 to 24 and, of other shots, 25 to 49; row 30 has the uvci of row 7."""
    later: dict[int, dict[str, Any]] = {row: {"uvci": uvci(100 + row)} for row in range(N_ROWS)}
    later[5] = {"uvci": uvci(7)}
    first = write_certificates(tmp_path / "a.parquet", N_ROWS, rows_per_group=10)
    return open_certificates([first, write_certificates(tmp_path / "b.parquet", N_ROWS, later)])


def find(files: Sequence[CertificateFile], folder: Path, said: Sequence[tuple[str | None, str]]) -> Withdrawn:
    """`said` are uvcis that were superseded, or else events in their order."""
    rows = [
        {
            "uvci": uvci and uvci.encode(),
            "event": None if what == "superseded" else event,
            "is_revoked": what == "revoked",
        }
        for event, (uvci, what) in enumerate(said)
    ]
    return find_withdrawn(files, pa.Table.from_pylist(rows, WITHDRAWALS).to_batches(), folder, threads=1)


def test_rows_of_all_files_are_found_in_order(files: list[CertificateFile], tmp_path: Path) -> None:
    said = [(uvci(120), "superseded"), (uvci(3), "superseded"), (uvci(24), "revoked"), (uvci(999), "revoked")]
    found = find(files, tmp_path, said)
    assert found.superseded.tolist() == [3, 45]
    assert found.revoked.tolist() == [24]


def test_revoked_outweighs_superseded(files: list[CertificateFile], tmp_path: Path) -> None:
    found = find(files, tmp_path, [(uvci(3), "revoked"), (uvci(3), "superseded"), (uvci(3), "revoked")])
    assert (found.superseded.tolist(), found.revoked.tolist()) == ([], [3])


def test_the_last_event_of_a_certificate_counts(files: list[CertificateFile], tmp_path: Path) -> None:
    """Before, whatever was ever named was revoked for good."""
    said = [(uvci(row), "revoked") for row in (3, 4, 5)]
    said += [(uvci(4), "restored"), (uvci(5), "restored"), (uvci(5), "revoked")]
    found = find(files, tmp_path, said)
    assert (found.superseded.tolist(), found.revoked.tolist()) == ([], [3, 5])


def test_one_that_was_restored_stays_superseded(files: list[CertificateFile], tmp_path: Path) -> None:
    found = find(files, tmp_path, [(uvci(3), "revoked"), (uvci(3), "restored"), (uvci(3), "superseded")])
    assert (found.superseded.tolist(), found.revoked.tolist()) == ([3], [])


@pytest.mark.parametrize("said", [[], [(None, "revoked")], [("", "superseded")], [(uvci(3), "restored")]])
def test_nothing_said_withdraws_nothing(
    files: list[CertificateFile], tmp_path: Path, said: list[tuple[str | None, str]]
) -> None:
    found = find(files, tmp_path, said)
    assert (len(found.superseded), len(found.revoked)) == (0, 0)


def test_the_mask_is_of_the_rows_asked_for() -> None:
    withdrawn = Withdrawn(pa.array([3, 12]).to_numpy(), pa.array([5, 9]).to_numpy())
    assert withdrawn.in_force(4, 6).to_pylist() == [True, False, True, True, True, False]
    assert withdrawn.in_force(13, 2).to_pylist() == [True, True]
