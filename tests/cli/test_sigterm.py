"""SIGTERM, as a service manager or `kill` sends it, ends `signer issue` as Ctrl-C does."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from made_shots import ISSUED_AT_TEXT, make_profile, write_shots

from signer.cli.stopping import stopped_by_signals

N_ROWS = 300_000
PATIENCE_S = 60.0


@pytest.mark.parametrize("to_all", [False, True], ids=["to the coordinator", "to its workers too"])
def test_sigterm_stops_cleanly_with_nothing_left(tmp_path: Path, to_all: bool) -> None:
    profile = make_profile(tmp_path / "issuer")
    shots = write_shots(tmp_path / "shots.parquet", N_ROWS, rows_per_group=100_000)
    command = [sys.executable, "-m", "signer", "issue", shots, "--profile", profile, "--workers", "2"]
    command += ["--out", tmp_path / "out", "--issued-at", ISSUED_AT_TEXT]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, start_new_session=True) as process:
        wait_for(tmp_path / "out.incomplete" / "certificates", process)
        (os.killpg if to_all else os.kill)(process.pid, signal.SIGTERM)
        _, errors = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 4, errors
    assert "interrupted; nothing is kept" in errors
    assert "Traceback" not in errors
    assert not list(tmp_path.glob("out*"))


def wait_for(path: Path, process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not path.exists():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.005)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_first_signal_interrupts_and_the_others_are_ignored(number: signal.Signals) -> None:
    before = {each: signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)}
    try:
        with pytest.raises(KeyboardInterrupt), stopped_by_signals():
            os.kill(os.getpid(), number)
        for each in before:
            os.kill(os.getpid(), each)
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def test_without_a_signal_all_is_as_before() -> None:
    before = [signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)]
    with stopped_by_signals():
        pass
    assert [signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)] == before


def test_a_worker_just_forked_ends_by_the_signal_and_raises_nothing() -> None:
    with stopped_by_signals():
        child = os.fork()
        if child == 0:
            try:
                os.kill(os.getpid(), signal.SIGTERM)
                time.sleep(PATIENCE_S)
            finally:
                os._exit(7)
        _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status)
    assert os.WTERMSIG(status) == signal.SIGTERM
