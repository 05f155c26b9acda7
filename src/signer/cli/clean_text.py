"""What `signer clean` did, for people and for scripts: of counts no more than the board shows."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from signer.campaign.clean_run import Cleaned
from signer.cleaning.board import BoardCell
from signer.cli.clean_board import NO_REASONS, board_as_list, country_of
from signer.cli.words import counted

__all__ = ["summary_as_shown", "summary_in_words"]

EXACT = ("carried", "details")
"""Of the summary, what is in summary.json alone: counts that no board has."""


def summary_as_shown(cleaned: Cleaned, level: str) -> dict[str, Any]:
    """The summary and the places of a level, for JSON; a count that the board hides is null."""
    cells = country_of(cleaned.board)
    reasons = {name: cell.shots for name, cell in cells.items() if name not in NO_REASONS}
    shown = {name: entry for name, entry in cleaned.summary.as_dict().items() if name not in EXACT}
    if cells["shots"].shots is None:
        shown["shots"] = shown["rate_per_s"] = None
    return {
        **shown,
        "verified": cells["verified"].shots,
        "foreigners": cells["foreigner"].shots,
        "refused": cells["refused"].shots,
        "by_reason": reasons,
        "board": board_as_list(cleaned.board, level),
    }


def summary_in_words(cleaned: Cleaned, out: Path) -> str:
    """Counts, the reasons of refusal from the commonest on, and the rate."""
    summary, cells = cleaned.summary, country_of(cleaned.board)
    lines = [f"verified {_number(cells['verified'])} of {_number(cells['shots'])} shots into {out}"]
    if summary.files_set_aside:
        lines.append(
            f"{counted(summary.files_set_aside, 'file')} of {summary.files:,} not attested;"
            f" {out / 'not_attested.csv'} says why"
        )
    if summary.corrected or summary.withdrawn or summary.corrections_refused:
        lines.append(
            f"corrected {summary.corrected:,}, withdrew {summary.withdrawn:,}; not taken"
            f" {summary.corrections_refused:,}, each with why in {out / 'corrections_refused.csv'}"
        )
    if summary.refused:
        where = out / "refused.parquet"
        lines.append(f"refused {_number(cells['refused'])}; each with its reasons in {where}:")
        lines += _reasons(cells)
        lines.append(
            f"{counted(summary.sheets, 'sheet')} for facilities in {out / 'corrections'}; likely persons in"
            f" {out / 'suggestions.parquet'}"
        )
    lines.append(
        f"{summary.seconds:.1f} s; all counts of the country, for you alone, in {out / 'summary.json'}"
    )
    return "\n".join(lines)


def _reasons(cells: Mapping[str, BoardCell]) -> list[str]:
    """From the commonest on; hidden ones last, whatever their count."""
    there = [(name, cell) for name, cell in cells.items() if name not in NO_REASONS and cell.shots != 0]
    there.sort(key=lambda entry: (-(entry[1].shots or 0), entry[0]))
    return [f"  {_number(cell):>12}  {name}" for name, cell in there]


def _number(cell: BoardCell) -> str:
    return cell.shown_as if cell.shots is None else f"{cell.shots:,}"
