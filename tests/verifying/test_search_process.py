"""Looking for codes in a process of its own: it answers, ends when it takes too long, and comes again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from made_pictures import code_picture
from other_processes import is_alive
from PIL import Image

from signer.verifying import pictures, search_process
from signer.verifying.codes import read_codes
from signer.verifying.search_process import SearchProcess, SearchStopped


def own_pid(_what: str = "") -> int:
    return os.getpid()


def search(what: str) -> str:
    match what:
        case "forever":
            while True:
                pass
        case "crash":
            os.kill(os.getpid(), signal.SIGSEGV)
        case "raise":
            raise ValueError(what)
    return what.upper()


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search_process, "MAX_SEARCH_S", 0.2)


def test_one_process_answers_all_questions() -> None:
    process = SearchProcess(own_pid)
    pids = {process(f"{number}") for number in range(5)}
    assert len(pids) == 1
    assert pids != {os.getpid()}


@pytest.mark.usefixtures("short")
@pytest.mark.parametrize("what", ["forever", "crash", "raise"])
def test_what_does_not_come_to_an_end_is_told_and_the_next_question_is_answered(what: str) -> None:
    process = SearchProcess(search)
    assert process("a") == "A"
    for _ in range(2):
        with pytest.raises(SearchStopped):
            process(what)
        assert process("b") == "B"


@pytest.mark.usefixtures("short")
def test_the_time_of_all_questions_together_is_not_limited() -> None:
    process = SearchProcess(busy)
    assert [process(0.05) for _ in range(10)] == [0.05] * 10


def busy(seconds: float) -> float:
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass
    return seconds


def test_a_fork_does_not_share_the_process_of_its_parent() -> None:
    process = SearchProcess(own_pid)
    before = process("")
    reading, writing = os.pipe()
    if (child := os.fork()) == 0:
        os.write(writing, str(process("")).encode())
        os._exit(0)
    os.waitpid(child, 0)
    assert int(os.read(reading, 20)) != before
    assert process("") == before


def test_the_process_ends_with_its_parent() -> None:
    program = (
        "import os, sys; from signer.verifying.search_process import SearchProcess;"
        "print(SearchProcess(lambda _: os.getpid())(0), flush=True);"
        "os.kill(os.getpid(), 9)"
    )
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    pid = int(told.stdout)
    deadline = time.monotonic() + 30
    while is_alive(pid):
        assert time.monotonic() < deadline, "the searching process outlives its parent"
        time.sleep(0.05)


def finder_tiles(side: int) -> Image.Image:
    """A picture full of finder patterns (ISO 18004, 6.3.3), three times each module."""
    pattern = Image.new("L", (24, 24), 255)
    for inset, level in ((0, 0), (3, 255), (6, 0)):
        pattern.paste(level, (inset, inset, 21 - inset, 21 - inset))
    picture = Image.new("L", (side, side), 255)
    for x in range(0, side, 24):
        for y in range(0, side, 24):
            picture.paste(pattern, (x, y))
    return picture


def test_a_picture_of_finder_patterns_costs_its_own_verdict_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # zxing-cpp was busy with it for minutes, and with it the whole command.
    finder_tiles(1440).save(tmp_path / "a.png")
    code_picture("HC1:A").save(tmp_path / "b.png")
    monkeypatch.setattr(search_process, "MAX_SEARCH_S", 0.02)
    pictures._SEARCH._close()  # the one that runs has the long limit
    try:
        bad, good = read_codes(str(tmp_path))
    finally:
        pictures._SEARCH._close()
    assert bad.failure is not None
    assert (bad.failure.reason, good.text) == ("unreadable", "HC1:A")
    assert "too long" in str(bad.failure)


def test_only_the_process_of_searches_loads_the_reader_of_codes(tmp_path: Path) -> None:
    # zxing-cpp writes 27 lines about leaks to stderr at the end of any other process that has loaded it.
    code_picture("HC1:A").save(tmp_path / "a.png")
    program = (
        "import sys, signer.cli\nfrom signer.verifying.codes import read_codes\n"
        "print([code.text for code in read_codes(sys.argv[1])], 'zxingcpp' in sys.modules)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program, tmp_path / "a.png"], check=True, capture_output=True, text=True
    )
    assert (ran.stdout, ran.stderr) == ("['HC1:A'] False\n", "")
