"""What the README says is so: its example runs, its options and files exist."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from signer.cli import main

PROJECT = Path(__file__).parents[1]
README = (PROJECT / "README.md").read_text("utf-8")
EXAMPLE = re.findall(r"^\$ (.+)$", README, re.MULTILINE)
CODE = re.findall(r"`([^`\n]+)`", README)


def commands_of(
    command: click.Command, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """All commands below one, each with its words: ("keys", "csca")."""
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            assert found is not None, name
            yield from commands_of(found, (*path, name))


COMMANDS = dict(commands_of(main))


def options_of(command: click.Command) -> set[str]:
    return {option for parameter in command.params for option in parameter.opts if option.startswith("--")}


def named_commands() -> Iterator[tuple[tuple[str, ...], str]]:
    """Each `signer …` in the README: the words that lead to the command, and the whole text."""
    for text in [*EXAMPLE, *CODE]:
        words = text.split()
        if words and words[0] == "signer":
            depth = 2 if tuple(words[1:3]) in COMMANDS else 1
            yield tuple(words[1 : 1 + depth]), text


def test_the_example_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(EXAMPLE) >= 4
    monkeypatch.chdir(tmp_path)
    for line in EXAMPLE:
        program, *arguments = shlex.split(line)
        assert program == "signer"
        done = CliRunner().invoke(main, arguments)
        assert done.exit_code == 0, f"{line}\n{done.stderr}"


@pytest.mark.long
def test_the_example_runs_as_it_is_typed(tmp_path: Path) -> None:
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    for line in EXAMPLE:
        done = subprocess.run(
            shlex.split(line),
            cwd=tmp_path,
            env=environment,
            check=False,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, f"{line}\n{done.stderr}"


@pytest.mark.parametrize(("words", "text"), list(named_commands()))
def test_every_command_of_the_readme_is_there_with_its_options(words: tuple[str, ...], text: str) -> None:
    assert words in COMMANDS
    assert set(re.findall(r"--[a-z-]+", text)) <= options_of(COMMANDS[words])


def test_every_option_of_the_readme_is_one_of_some_command() -> None:
    known = set[str]().union(*map(options_of, COMMANDS.values()))
    assert {option for text in CODE for option in re.findall(r"--[a-z-]+", text)} <= known


def test_every_command_is_in_the_readme() -> None:
    told = {words for words, _ in named_commands()}
    assert {
        words for words, command in COMMANDS.items() if words and not isinstance(command, click.Group)
    } <= told


@pytest.mark.parametrize(
    "page", ["README.md", "SECURITY.md", *(f"docs/{path.name}" for path in (PROJECT / "docs").glob("*.md"))]
)
def test_every_link_between_our_pages_leads_somewhere(page: str) -> None:
    text = (PROJECT / page).read_text("utf-8")
    links = [link for link in re.findall(r"\]\(([^)#]+)", text) if "://" not in link]
    assert [link for link in links if not (PROJECT / page).parent.joinpath(link).exists()] == []


def test_every_file_that_the_readme_names_is_there() -> None:
    rooms = (text for text in CODE if re.match(r"(src|tests|ci|benchmarks|docs|\.ci)(/|$)", text))
    assert [text for text in rooms if not (PROJECT / text).exists()] == []
