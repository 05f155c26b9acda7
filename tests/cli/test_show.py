"""`signer show`: the code drawn can be read, and below it stands what the text says, marked as unverified."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from made_pictures import code_picture, texts_in, write_pdf
from PIL import Image
from reference.little_issuer import LittleIssuer, vaccination

from signer.cli import main

MODULES = {" ": (0, 0), "▀": (1, 0), "▄": (0, 1), "█": (1, 1)}
BLACK_ON_WHITE, RESET = "\x1b[38;5;16;48;5;231m", "\x1b[0m"


@pytest.fixture(scope="module")
def issuer() -> LittleIssuer:
    return LittleIssuer()


def run(*arguments: object, stdin: str | bytes | None = None) -> Result:
    return CliRunner().invoke(main, ["show", *map(str, arguments)], input=stdin)


def drawing_in(output: str) -> list[str]:
    """The lines of the code: those before the first empty one."""
    return output.split("\n\n", maxsplit=1)[0].splitlines()


def picture_of(lines: list[str]) -> Image.Image:
    """What a camera would see of dark blocks on a light terminal, four pixels a module."""
    picture = Image.new("L", (len(lines[0]), 2 * len(lines)), 255)
    for row, line in enumerate(lines):
        for column, character in enumerate(line):
            for half, is_dark in enumerate(MODULES[character]):
                picture.putpixel((column, 2 * row + half), 0 if is_dark else 255)
    return picture.resize((4 * picture.width, 4 * picture.height), Image.Resampling.NEAREST)


def lines_of(result: Result) -> list[str]:
    return [" ".join(line.split()) for line in result.stdout.splitlines()]


# --- the code


@pytest.mark.parametrize("level", ["L", "M", "Q", "H", "h"])
def test_the_code_drawn_holds_the_text(issuer: LittleIssuer, level: str) -> None:
    text = issuer.text()
    result = run(text, "--qr-level", level)
    lines = drawing_in(result.stdout)
    assert result.exit_code == 0, result.stderr
    assert texts_in(picture_of(lines)) == [text]
    assert f"level {level.upper()}" in lines_of(result)


def test_the_code_has_four_light_modules_around_it(issuer: LittleIssuer) -> None:
    lines = drawing_in(run(issuer.text()).stdout)
    assert len({len(line) for line in lines}) == 1
    assert not "".join(lines[:2] + lines[-2:]).strip()
    assert all(line[:4] == line[-4:] == "    " for line in lines)
    assert lines[2][4:11] == "█▀▀▀▀▀█"


def test_a_level_is_raised_where_it_costs_nothing() -> None:
    assert "level L" in lines_of(run("HC1:AB", "--qr-level", "L"))
    assert "level H" in lines_of(run("HC1:AB", "--qr-level", "L", "--qr-raise-level"))


def on_terminal(n_columns: int, *arguments: str) -> tuple[str, int]:
    """What the command writes to a terminal of that width, and its exit code."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "signer", "show", *arguments]
    environment = {**os.environ, "COLUMNS": str(n_columns), "LINES": "50", "PYTHONIOENCODING": "utf-8"}
    with subprocess.Popen(command, stdout=theirs, stderr=theirs, env=environment) as process:
        os.close(theirs)
        written = b""
        while piece := read_piece(ours):
            written += piece
    os.close(ours)
    return written.decode().replace("\r\n", "\n"), process.returncode


def read_piece(terminal: int) -> bytes:
    try:
        return os.read(terminal, 4096)
    except OSError:  # how Linux says that the other side has closed
        return b""


def test_on_a_terminal_the_code_is_black_on_white() -> None:
    output, exit_code = on_terminal(80, "HC1:AB")
    lines = drawing_in(output)
    assert exit_code == 1  # it is no certificate
    assert all(line.startswith(BLACK_ON_WHITE) and line.endswith(RESET) for line in lines)
    bare = [line.removeprefix(BLACK_ON_WHITE).removesuffix(RESET) for line in lines]
    assert texts_in(picture_of(bare)) == ["HC1:AB"]
    assert "\x1b" not in output.split("\n\n", 1)[1]


def test_a_terminal_too_narrow_for_the_code_says_so_instead_of_breaking_it() -> None:
    assert "█" in on_terminal(29, "HC1:AB")[0]
    output, _ = on_terminal(28, "HC1:AB")
    assert output.startswith("the terminal has 28 columns: widen it to 29 to see the QR code\n")
    assert "█" not in output
    assert "side" in output


def test_an_encoding_without_blocks_says_so_instead_of_writing_escapes() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "signer", "show", "HC1:AB"],
        env={**os.environ, "PYTHONIOENCODING": "latin-1"},
        capture_output=True,
        check=False,
    )
    assert done.stderr.startswith(b"iso8859-1 has no blocks to draw with: write UTF-8 to see the QR code\n")
    assert done.stdout.startswith(b"not verified")


# --- the content


def test_content_and_sizes_are_shown_as_not_verified(issuer: LittleIssuer) -> None:
    text = issuer.text()
    lines = lines_of(run(text))
    start = lines.index("not verified: anyone can write what follows; signer verify checks it")
    assert lines[start + 2 : start + 8] == [
        "header",
        "alg algorithm ES256",
        f"kid key identifier {issuer.kid.hex()}",
        "claims",
        "iss issuer VN",
        "iat issued 2022-04-14 02:00:00 UTC",
    ]
    assert "fn family name Nguyễn" in lines
    assert "mp product EU/1/20/1528 (Comirnaty)" in lines
    assert f"text {len(text)} characters" in lines
    assert lines[-5] == "QR code, as drawn here"
    assert [line.split()[0] for line in lines[-4:]] == ["version", "side", "level", "mask"]


def test_json_has_all_of_it(issuer: LittleIssuer) -> None:
    text = issuer.text()
    result = run(text, "--json")
    answer = json.loads(result.stdout)
    qr = answer.pop("qr")
    assert qr["side"] == 17 + 4 * qr["version"]
    assert qr["level"] == "Q"
    assert qr["mask"] in range(8)
    assert answer.pop("compressed_bytes") < len(text) * 2 / 3
    assert answer.pop("cbor_bytes") > 200
    assert answer == {
        "verified": False,
        "failures": [],
        "text": text,
        "header": {"alg": -7, "kid": issuer.kid.hex()},
        "claims": {"iss": "VN", "iat": 1649901600, "exp": 1681437600, "dcc": vaccination()},
        "characters": len(text),
    }


def test_what_a_stranger_wrote_cannot_reach_the_terminal(issuer: LittleIssuer) -> None:
    strange = vaccination(mp="\x1b[2J\u202e") | {"\x1b[H": "\x07"}
    result = run(issuer.text(issuer.payload(strange, iss="\x1b]0;")))
    assert result.exit_code == 0
    assert all(line.isprintable() for line in result.stdout.splitlines())


# --- where the text comes from


def test_a_text_comes_from_a_file_a_picture_a_pdf_or_standard_input(
    tmp_path: Path, issuer: LittleIssuer
) -> None:
    text = issuer.text()
    (tmp_path / "code.txt").write_text(text + "\n")
    code_picture(text).save(tmp_path / "code.png")
    write_pdf(tmp_path / "code.pdf", [[text]], side_mm=60)
    for name in ("code.txt", "code.png", "code.pdf"):
        assert json.loads(run(tmp_path / name, "--json").stdout)["text"] == text
    assert json.loads(run("-", "--json", stdin=f"{text}\n").stdout)["text"] == text


def test_one_code_is_wanted_not_several_nor_none(tmp_path: Path, issuer: LittleIssuer) -> None:
    (tmp_path / "two.txt").write_text(f"{issuer.text()}\n" * 2)
    (tmp_path / "none.txt").write_text("\n")
    for name, message in (("two.txt", "holds several codes"), ("none.txt", "holds no code")):
        result = run(tmp_path / name)
        assert (result.exit_code, result.stdout) == (3, "")
        assert f"{name} {message}; give just one" in result.stderr
    assert "standard input holds no code" in run("-", stdin="").stderr


def test_a_picture_without_a_code_ends_with_1(tmp_path: Path) -> None:
    Image.new("L", (100, 100), 255).save(tmp_path / "white.png")
    result = run(tmp_path / "white.png")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "signer: no QR code was found in the picture\n"


# --- what cannot be decoded or drawn


def test_a_text_cut_short_is_drawn_and_measured_and_ends_with_1(issuer: LittleIssuer) -> None:
    text = issuer.text()[: 4 + 300]
    result = run(text)
    assert result.exit_code == 1
    assert texts_in(picture_of(drawing_in(result.stdout))) == [text]
    assert {"text 304 characters", "compressed 200 bytes"} <= set(lines_of(result))
    assert "header" not in lines_of(result)
    assert result.stderr == "signer: the zlib stream is cut short\n"


@pytest.mark.parametrize("text", ["hc1:abc", "HC1:" + "A" * 4293, "HC1:ä", "HC1:\ufffd"])
def test_a_text_that_no_code_can_hold_is_still_shown_and_ends_with_1(tmp_path: Path, text: str) -> None:
    (tmp_path / "code.txt").write_text(text)
    result = run(tmp_path / "code.txt")
    assert result.exit_code == 1
    assert f"text {len(text):,} characters" in lines_of(result)
    assert "QR code, as drawn here" not in lines_of(result)
    assert len(result.stderr.splitlines()) == 2  # it is no certificate either
    assert run(tmp_path / "code.txt", "--json").exit_code == 1
    answer = json.loads(run(tmp_path / "code.txt", "--json").stdout)
    assert answer["qr"] is None
    assert len(answer["failures"]) == 2


def test_a_sound_certificate_too_long_for_a_code_is_shown_and_ends_with_1(issuer: LittleIssuer) -> None:
    noise = os.urandom(3000).hex()
    result = run(issuer.text(issuer.payload(vaccination() | {"x": noise})))
    assert result.exit_code == 1
    assert "fn family name Nguyễn" in lines_of(result)
    assert len(result.stderr.splitlines()) == 1


def test_the_help_warns_of_texts_on_the_command_line() -> None:
    assert "can be seen by others on this machine" in " ".join(run("--help").stdout.split())
