"""`signer synth`: an invented nation with planted errors, to try everything else on."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from signer.cli import ui
from signer.cli.words import counted
from signer.errors import OutputUnwritable
from signer.synthetic import NationSummary, Proportions, write_nation
from signer.synthetic.nation import MAX_PEOPLE
from signer.synthetic.planted import OF_PERSON, OF_SHOT, Fault

__all__ = ["synth"]

FAULTS = {fault.name.lower(): fault for fault in (*OF_PERSON, *OF_SHOT)}


def _proportions(_context: click.Context, _parameter: click.Parameter, given: tuple[str, ...]) -> Proportions:
    """From FAULT=PERCENT, each fault once."""
    changes: dict[Fault, float] = {}
    for text in given:
        name, _, percent = text.partition("=")
        if name not in FAULTS:
            raise click.BadParameter(f"{name!r} is no fault; there are {', '.join(FAULTS)}")
        if FAULTS[name] in changes:
            raise click.BadParameter(f"{name} is given twice")
        try:
            changes[FAULTS[name]] = float(percent) / 100
        except ValueError as error:
            raise click.BadParameter(f"{text!r} is not FAULT=PERCENT, such as name_differs=12.5") from error
    try:
        return Proportions(changes)
    except OutputUnwritable as error:
        raise click.BadParameter(str(error)) from error


@click.command()
@click.argument("directory", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--people",
    required=True,
    metavar="N",
    type=click.IntRange(1, MAX_PEOPLE),
    help="How many, with 2 shots each.",
)
@click.option(
    "--seed", default=1, show_default=True, metavar="S", type=click.IntRange(0), help="Same seed, same files."
)
@click.option(
    "--share",
    "proportions",
    multiple=True,
    metavar="FAULT=PERCENT",
    callback=_proportions,
    help="Plant so much of a fault, of the people or, for the faults of a single shot, of the shots"
    " (docs/synthetic.md); can be given again.",
)
@click.option("--json", "as_json", is_flag=True, help="Give the summary as JSON.")
def synth(directory: Path, people: int, seed: int, proportions: Proportions, as_json: bool) -> None:
    """Write shots.parquet, population.parquet and truth.parquet of an invented nation to DIR.

    DIR must be new or empty. truth.parquet names the error planted in each shot, the person whom it belongs
    to, and what the wrong fields ought to say.
    """
    with _progress(people) as on_progress:
        summary = write_nation(directory, people, seed, on_progress, proportions)
    if as_json:
        ui.json_result({**asdict(summary), "wrong": summary.wrong, "directory": str(directory)})
    else:
        ui.result(_in_words(summary, directory))


@contextlib.contextmanager
def _progress(people: int) -> Iterator[Callable[[int], None] | None]:
    """A bar on a terminal; nothing elsewhere, since a small nation takes no time and a large one a minute."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield None
        return
    columns = (TextColumn("making up people"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, auto_refresh=False, transient=True) as bar:
        task = bar.add_task("people", total=people)

        def advance(done: int) -> None:
            bar.update(task, completed=done, refresh=True)

        yield advance


def _in_words(summary: NationSummary, directory: Path) -> str:
    lines = [
        f"wrote {counted(summary.shots, 'shot')} of {counted(summary.people, 'person', 'people')} to"
        f" {directory / 'shots.parquet'}",
        f"foreigners among them: {summary.foreigners:,}; the register of {summary.population:,} is in"
        f" {directory / 'population.parquet'}",
        f"planted errors in {counted(summary.wrong, 'shot')} ({summary.wrong / summary.shots:.1%}), each"
        f" named in {directory / 'truth.parquet'}:",
    ]
    commonest = sorted(summary.planted.items(), key=lambda entry: (-entry[1], entry[0]))
    return "\n".join([*lines, *(f"  {count:>12,}  {name}" for name, count in commonest)])
