"""Which certificates are withdrawn: those superseded by a later one, and those revoked."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from made_certificates import write_certificates

from signer.errors import InputUnreadable
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


def find(
    files: Sequence[CertificateFile],
    folder: Path,
    said: Sequence[tuple[str | None, str]],
    renewing: Sequence[int] = (),
) -> Withdrawn:
    """`said` are uvcis that were superseded, or else events in order; `renewing` are numbers of files."""
    rows = [
        {
            "uvci": uvci and uvci.encode(),
            "event": None if what == "superseded" else event,
            "is_revoked": what == "revoked",
        }
        for event, (uvci, what) in enumerate(said)
    ]
    batches = pa.Table.from_pylist(rows, WITHDRAWALS).to_batches()
    return find_withdrawn(files, batches, [files[n] for n in renewing], folder, threads=1)


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
    withdrawn = Withdrawn(*(pa.array(rows).to_numpy() for rows in ([3, 12], [5, 9], [7])))
    assert withdrawn.in_force(4, 6).to_pylist() == [True, False, True, False, True, False]
    assert withdrawn.in_force(13, 2).to_pylist() == [True, True]


def test_what_a_later_file_renews_is_outdated(files: list[CertificateFile], tmp_path: Path) -> None:
    """Row 30 renews row 7. Before, the two were a repeated uvci."""
    found = find(files, tmp_path, [], renewing=[1])
    assert (found.renewed.tolist(), found.superseded.tolist(), found.revoked.tolist()) == ([7], [], [])


@pytest.mark.parametrize("what", ["superseded", "revoked"])
def test_an_outdated_signature_is_counted_as_such_and_the_latest_as_what_became_of_it(
    files: list[CertificateFile], tmp_path: Path, what: str
) -> None:
    found = find(files, tmp_path, [(uvci(7), what)], renewing=[1])
    assert found.renewed.tolist() == [7]
    assert (found.superseded if what == "superseded" else found.revoked).tolist() == [30]


def test_of_several_renewals_the_last_one_stays(files: list[CertificateFile], tmp_path: Path) -> None:
    again = write_certificates(tmp_path / "c.parquet", 1, {0: {"uvci": uvci(7)}})
    three = open_certificates([*(file.path for file in files), again])
    assert find(three, tmp_path, [], renewing=[1, 2]).renewed.tolist() == [7, 30]


def test_what_comes_behind_its_renewal_is_not_outdated(files: list[CertificateFile], tmp_path: Path) -> None:
    """Nobody could say which of the two is to be used."""
    assert find(files, tmp_path, [], renewing=[0]).renewed.tolist() == []


def test_a_file_that_was_cut_since_it_was_opened_is_named(
    files: list[CertificateFile], tmp_path: Path
) -> None:
    files[0].path.write_bytes(files[0].path.read_bytes()[:-100])
    with pytest.raises(InputUnreadable, match=r"a\.parquet"):
        find(files, tmp_path, [(uvci(3), "revoked")], renewing=[1])
