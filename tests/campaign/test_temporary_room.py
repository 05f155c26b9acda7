"""Temporary files go to a folder that is gone afterwards; where there can be none, it is told what to do."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from signer.campaign.temporary_room import naming_temporary, temporary_room
from signer.errors import OutputUnwritable


def test_the_folder_is_there_for_as_long_as_the_room_is_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with temporary_room("signer-test-", "1GB", 2) as room:
        assert (room.memory_limit, room.threads) == ("1GB", 2)
        assert list(tmp_path.glob("signer-test-*")) == [room.temp_directory]
    assert not list(tmp_path.iterdir())


def test_where_no_folder_can_be_made_another_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "missing"))
    with pytest.raises(OutputUnwritable, match=r"missing: cannot be written: .*; set TMPDIR to another"):
        temporary_room("signer-test-", "1GB", 2).__enter__()


def test_only_who_asks_for_it_has_other_errors_named_as_those_of_temporary_files() -> None:
    with pytest.raises(BlockingIOError), temporary_room("signer-test-", "1GB", 2):
        raise BlockingIOError(11, "not of a temporary file")
    with pytest.raises(OutputUnwritable, match="set TMPDIR"), naming_temporary():
        raise OSError(28, "No space left on device")
