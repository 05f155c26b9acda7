"""`signer clean`: holds shots against the population register; verified and refused tables out."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import get_args

import click

from signer.attesting import signed_path
from signer.campaign.clean_run import CleanOrder, clean_shots
from signer.cleaning.board_places import LEVELS
from signer.cli import ui
from signer.cli.clean_board import board_in_words
from signer.cli.clean_text import summary_as_shown, summary_in_words
from signer.cli.run import run_logged, usable_cores
from signer.corrections import SheetFormat
from signer.tables.memory import bytes_of

__all__ = ["clean"]

MEMORY = re.compile(r"[1-9][0-9]{0,5}(\.[0-9]{1,3})?\s?[MGT]i?B", re.IGNORECASE)
MOST_MEMORY = 1 << 50
"""More than any machine has; the database would take it for a mistake of ours."""


class DayType(click.ParamType[date]):
    """A day, as YYYY-MM-DD."""

    name = "day"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> date:
        try:
            return value if isinstance(value, date) else date.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r} is no day such as 2022-04-14", param, ctx)


class MemoryType(click.ParamType[str]):
    """An amount of memory with its unit."""

    name = "size"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if not MEMORY.fullmatch(str(value)) or bytes_of(str(value), MOST_MEMORY) >= MOST_MEMORY:
            self.fail(f"{value!r} is no amount of memory such as 4GB or 800MB", param, ctx)
        return str(value)


@click.command()
@click.argument("shots", metavar="SHOTS...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--population", multiple=True, required=True, metavar="FILE", type=click.Path(path_type=Path),
    help="Population register, Parquet or CSV; can be given again.",
)  # fmt: skip
@click.option("--out", required=True, metavar="DIR", type=click.Path(path_type=Path), help="Folder to make.")
@click.option(
    "--ca", metavar="DIR", type=click.Path(path_type=Path),
    help="Folder of CA certificates: take only files that are signed (signer attest).",
)  # fmt: skip
@click.option("--allow-unattested", is_flag=True, help="Take files as they are, signed or not.")
@click.option(
    "--corrections", multiple=True, metavar="DIR", type=click.Path(path_type=Path),
    help="Folder of filled sheets that came back; can be given again, later ones last.",
)  # fmt: skip
@click.option(
    "--sheets", type=click.Choice(get_args(SheetFormat)), default="csv", show_default=True,
    help="Format of the sheets for facilities; xlsx needs the extra [sheets].",
)  # fmt: skip
@click.option(
    "--previous", metavar="DIR", type=click.Path(path_type=Path),
    help="DIR of an earlier run: the board tells what has changed since.",
)  # fmt: skip
@click.option(
    "--by", "level", type=click.Choice(LEVELS[1:]), default=LEVELS[1], show_default=True,
    help="Which places to show.",
)  # fmt: skip
@click.option(
    "--profile", metavar="FILE", type=click.Path(path_type=Path),
    help="Profile whose names of vaccines are known; those in use in Vietnam, by default.",
)  # fmt: skip
@click.option(
    "--today", metavar="DAY", type=DayType(),
    help="Last day on which a shot can have been given, YYYY-MM-DD; today, by default.",
)  # fmt: skip
@click.option(
    "--memory", default="4GB", show_default=True, metavar="SIZE", type=MemoryType(),
    help="Memory to take; what does not fit goes to DIR.incomplete meanwhile.",
)  # fmt: skip
@click.option(
    "--workers", metavar="N", type=click.IntRange(1, 1024), help="Threads; one a usable core, by default."
)
@click.option(
    "--json", "as_json", is_flag=True, help="Give the summary and the places as JSON; what is hidden is null."
)
@click.option("--verbose", is_flag=True, help="Log details.")
def clean(
    *,
    shots: tuple[Path, ...],
    population: tuple[Path, ...],
    out: Path,
    ca: Path | None,
    allow_unattested: bool,
    corrections: tuple[Path, ...],
    sheets: SheetFormat,
    previous: Path | None,
    level: str,
    profile: Path | None,
    today: date | None,
    memory: str,
    workers: int | None,
    as_json: bool,
    verbose: bool,
) -> None:
    """Hold the rows of SHOTS, Parquet or CSV, against the population register.

    DIR/verified.parquet has those that it confirms, DIR/refused.parquet the others with what is wrong, and
    DIR/corrections a sheet for each facility to fill in: sent back, --corrections takes them. DIR/board.csv
    may be published; all else in DIR is for its owner only. DIR appears when all is done, and never half
    done. What is printed shows of counts no more than the board: small ones are hidden (exact ones are in
    DIR/summary.json). A FILE.p7s among SHOTS is passed over.
    """
    if (ca is None) != allow_unattested:
        raise click.UsageError(
            "name one of --ca DIR, to take only files that their facilities have signed (signer attest sign),"
            " and --allow-unattested, to take files as they are"
        )
    now = datetime.fromtimestamp(time.time(), UTC)
    files = tuple(file for file in shots if signed_path(file) is None)
    if not files:
        raise click.UsageError("SHOTS are all signatures; name the files that they sign")
    _refuse_repeated(files)
    _refuse_repeated(population)
    order = CleanOrder(
        shots=files,
        population=population,
        out=out,
        authorities=ca,
        corrections=corrections,
        previous=previous,
        sheets=sheets,
        profile=profile,
        today=today or now.astimezone().date(),
        now=now,
        memory_limit=memory,
        n_workers=workers or usable_cores(),
    )
    cleaned = run_logged(clean_shots, order, "cleaning", verbose=verbose)
    if as_json:
        ui.json_result(summary_as_shown(cleaned, level))
    else:
        ui.result(summary_in_words(cleaned, out))
        ui.result(board_in_words(cleaned.board, level))


def _refuse_repeated(files: Sequence[Path]) -> None:
    """A file that is read twice would make duplicates of all its rows, and people live twice."""
    seen: dict[str, Path] = {}
    for file in files:
        real = os.path.realpath(file)
        if real in seen:
            raise click.UsageError(f"{file} is named twice, or is {seen[real]}; name each file once")
        seen[real] = file
