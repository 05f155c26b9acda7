"""What is no file to read, pipes and dangling links among them, is refused at once or costs no other."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

import pytest
from made_pictures import code_picture
from reference.little_issuer import LittleIssuer

from signer.errors import InputUnreadable, TrustUnreadable
from signer.verifying import TrustStore, trust
from signer.verifying.codes import READERS, read_codes

PATIENCE_S = 10


@pytest.fixture(autouse=True)
def _no_waiting() -> Iterator[None]:
    """A test that would wait for ever fails instead."""

    def fail(_number: int, _frame: FrameType | None) -> None:
        raise AssertionError(f"waited for {PATIENCE_S} s")

    before = signal.signal(signal.SIGALRM, fail)
    signal.alarm(PATIENCE_S)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.mark.parametrize("kind", READERS)
def test_a_pipe_is_refused_at_once(tmp_path: Path, kind: str) -> None:
    if kind == ".pdf":
        pytest.importorskip("pypdfium2")
    os.mkfifo(tmp_path / f"x{kind}")
    with pytest.raises(InputUnreadable, match="not a regular file"):
        list(read_codes(str(tmp_path / f"x{kind}")))


def test_what_cannot_be_opened_in_a_folder_costs_no_other_picture(
    tmp_path: Path, issuer: LittleIssuer
) -> None:
    """A dangling link once stopped the run, a pipe had it wait for ever."""
    (tmp_path / "a.png").symlink_to(tmp_path / "nowhere.png")
    os.mkfifo(tmp_path / "b.png")
    (tmp_path / "c.png").mkdir()
    code_picture(issuer.text()).save(tmp_path / "d.png")
    codes = list(read_codes(str(tmp_path)))
    assert [(Path(code.source).name, str(code.failure)) for code in codes] == [
        ("a.png", "the file cannot be read: No such file or directory"),
        ("b.png", "the file cannot be read: not a regular file"),
        ("c.png", "the file cannot be read: not a regular file"),
        ("d.png", "None"),
    ]


def test_trust_is_no_pipe(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "trust.json")
    with pytest.raises(TrustUnreadable, match="not a regular file"):
        TrustStore.load(tmp_path / "trust.json")


def test_trust_has_an_end(tmp_path: Path, issuer: LittleIssuer, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "dsc.pem").write_bytes(issuer.pem())
    monkeypatch.setattr(trust, "MAX_FILE_BYTES", len(issuer.pem()))
    assert TrustStore.load(tmp_path / "dsc.pem").by_kid
    (tmp_path / "dsc.pem").write_bytes(issuer.pem() + b"\n")
    with pytest.raises(TrustUnreadable, match="is larger than"):
        TrustStore.load(tmp_path / "dsc.pem")
