"""What `signer clean` did, for people to read."""

from __future__ import annotations

from pathlib import Path

from signer.campaign.clean_summary import CleanSummary
from signer.cli.words import counted

__all__ = ["summary_in_words"]


def summary_in_words(summary: CleanSummary, out: Path) -> str:
    """Counts, the reasons of refusal from the commonest on, and the rate."""
    foreigners = f", {summary.foreigners:,} of them foreigners'" if summary.foreigners else ""
    lines = [f"verified {summary.verified:,} of {counted(summary.shots, 'shot')} into {out}{foreigners}"]
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
        lines.append(f"refused {summary.refused:,}; each with its reasons in {out / 'refused.parquet'}:")
        commonest = sorted(summary.by_reason.items(), key=lambda entry: (-entry[1], entry[0]))
        lines += [f"  {count:>12,}  {reason}" for reason, count in commonest if count]
        lines.append(
            f"{counted(summary.sheets, 'sheet')} for facilities in {out / 'corrections'}, with the likely"
            f" person of {counted(summary.suggested, 'shot')}"
        )
    lines.append(
        f"{summary.seconds:.1f} s, {summary.rate_per_s:,.0f} shots a second against"
        f" {counted(summary.persons, 'person', 'people')}"
    )
    return "\n".join(lines)
