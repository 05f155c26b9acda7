"""What a cleaning run reads is what was attested, to the end; and its lists are harmless to open."""

from __future__ import annotations

import os
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from attesting.made_certificates_of_places import YEAR, make_ca, make_signer
from cli.clean_runs import as_csv, write_hers, write_people

from signer.attesting import Authorities, sign_file, signature_path
from signer.campaign.clean_inputs import CleanInputs, Intake, open_inputs
from signer.campaign.clean_tables import write_list
from signer.errors import InputUnreadable
from signer.keys import load_signatory

NOW = datetime.now(UTC)
IN_FORCE = {"begin": NOW - timedelta(days=1), "end": NOW + YEAR}
CA = make_ca(**IN_FORCE)
SIGNER = make_signer(CA, **IN_FORCE)


def opened(folder: Path, *files: Path) -> CleanInputs:
    CA.write(folder / "cas", "root")
    intake = Intake(folder, Authorities.load(folder / "cas"), NOW, lambda rows: None)
    return open_inputs(files, [write_people(folder / "people.parquet")], intake)


def signed(folder: Path, file: Path) -> Path:
    signatory = load_signatory(*SIGNER.write(folder / "own", "facility"), None, None)
    signature_path(file).write_bytes(sign_file(file, signatory, NOW))
    return file


@pytest.mark.parametrize("is_text", [False, True], ids=["Parquet", "CSV"])
def test_a_file_that_is_exchanged_after_its_check_stops_the_run(tmp_path: Path, is_text: bool) -> None:
    file = write_hers(tmp_path / "shots.parquet", [{}])
    file = signed(tmp_path, as_csv(file) if is_text else file)
    inputs = opened(tmp_path, file)
    assert [table.attested for table in inputs.shots] == [True]
    inputs.check_unchanged()
    os.utime(file, ns=(1, 1))
    with pytest.raises(InputUnreadable, match="was changed or exchanged since its signature was checked"):
        inputs.check_unchanged()


def test_rows_that_nobody_stands_for_come_as_such_and_unreadable_ones_not_at_all(tmp_path: Path) -> None:
    file, cut = (write_hers(tmp_path / name, [{}, {}]) for name in ("shots.parquet", "cut.parquet"))
    cut.write_bytes(cut.read_bytes()[:-9])
    inputs = opened(tmp_path, file, cut)
    assert [table.attested for table in inputs.shots] == [False]
    assert inputs.n_shots == 2
    assert [[row.n_rows for row in one.rows] for one in inputs.set_aside] == [[2], []]
    assert inputs.attested == []


def test_a_file_that_is_not_there_is_no_file_to_set_aside(tmp_path: Path) -> None:
    with pytest.raises(InputUnreadable, match=r"none\.csv: no such file"):
        opened(tmp_path, tmp_path / "none.csv")


def test_rows_are_heard_whenever_they_are_read(tmp_path: Path) -> None:
    heard: list[int] = []
    intake = Intake(tmp_path, None, NOW, heard.append)
    file = write_hers(tmp_path / "shots.parquet", [{}] * 3)
    inputs = open_inputs([file], [write_people(tmp_path / "people.parquet")], intake)
    for _ in range(2):
        assert sum(len(batch) for batch in inputs.shots[0].batches(["shot_id"])) == 3
    assert sum(heard) == 6


def test_a_list_is_private_and_no_formula(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    write_list(path, ("name", "number"), [('=cmd|"x"', -3), ("@a", None), ("Huế", 1.5)])
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_bytes().decode("utf-8-sig").splitlines() == [
        '"name","number"', '"\'=cmd|""x""","-3"', '"\'@a",""', '"Huế","1.5"',
    ]  # fmt: skip
