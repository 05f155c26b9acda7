"""Processes that are killed in the middle: the work is done again, or nothing looks finished."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from disturbed_run import PATIENCE_S, Run
from made_shots import differing_files, parts_of
from other_processes import is_alive

pytestmark = pytest.mark.long


def test_a_killed_worker_is_reported_and_the_files_are_the_same(
    run: Run, undisturbed: dict[str, bytes]
) -> None:
    os.kill(run.wait_until_busy()[0], signal.SIGKILL)
    code, errors = run.end()
    assert code == 0, errors
    assert "was ended by SIGKILL while at part" in errors
    assert "which is done again" in errors
    assert differing_files(undisturbed, parts_of(run.out)) == []
    assert not run.incomplete.exists()


def test_a_segmentation_fault_is_a_death_like_any_other(run: Run, undisturbed: dict[str, bytes]) -> None:
    os.kill(run.wait_until_busy()[0], signal.SIGSEGV)
    code, errors = run.end()
    assert code == 0, errors
    assert "was ended by SIGSEGV while at part" in errors
    assert differing_files(undisturbed, parts_of(run.out)) == []


def test_workers_that_keep_dying_stop_the_run_with_nothing_left(run: Run) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while run.process.poll() is None:
        assert time.monotonic() < deadline
        for worker in run.busy_workers():
            os.kill(worker, signal.SIGKILL)
        time.sleep(0.005)
    code, errors = run.end()
    assert code == 4, errors
    assert "has ended two workers" in errors
    assert not run.out.exists()
    assert not run.incomplete.exists()


def test_a_killed_coordinator_takes_its_workers_along_and_the_next_run_succeeds(
    run: Run, undisturbed: dict[str, bytes], command: Callable[[Path], list[str]]
) -> None:
    workers = run.wait_until_busy()
    run.process.kill()
    run.end()
    deadline = time.monotonic() + 5
    while any(is_alive(worker) for worker in workers):
        assert time.monotonic() < deadline, "workers live on after their coordinator"
        time.sleep(0.01)
    assert not run.out.exists()
    assert run.incomplete.exists()
    assert not (run.incomplete / "summary.json").exists()
    subprocess.run(command(run.out), check=True, capture_output=True)
    assert differing_files(undisturbed, parts_of(run.out)) == []
    assert not run.incomplete.exists()


def test_a_second_run_into_the_same_folder_is_refused_and_the_first_goes_on(
    run: Run, undisturbed: dict[str, bytes], command: Callable[[Path], list[str]]
) -> None:
    run.process.send_signal(signal.SIGSTOP)  # so that it cannot be through before the second has begun
    second = subprocess.run(command(run.out), check=False, capture_output=True, text=True)
    run.process.send_signal(signal.SIGCONT)
    assert second.returncode == 3
    assert "another run is writing" in second.stderr
    code, errors = run.end()
    assert code == 0, errors
    assert differing_files(undisturbed, parts_of(run.out)) == []


def test_ctrl_c_stops_cleanly_with_nothing_left(run: Run) -> None:
    os.killpg(run.process.pid, signal.SIGINT)  # as a terminal does: to the workers as well
    code, errors = run.end()
    assert code == 4, errors
    assert "interrupted" in errors
    assert "Traceback" not in errors
    assert not run.out.exists()
    assert not run.incomplete.exists()


def test_further_ctrl_c_do_not_stop_the_stopping(run: Run) -> None:
    for _ in range(50):
        if run.process.poll() is None:
            os.killpg(run.process.pid, signal.SIGINT)
            time.sleep(0.002)
    code, errors = run.end()
    assert code == 4, errors
    assert "Traceback" not in errors
    assert not run.incomplete.exists()
