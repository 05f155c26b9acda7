"""Cleaned rounds for a report: what they say of all shots, and the last one by province and reason."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from signer.campaign.clean_results import counts_of
from signer.errors import InputUnreadable
from signer.reporting.report_content import CleanedRound

__all__ = ["Rounds", "read_rounds"]

VERIFIED_CLASSES = ("matched", "foreigner")
COUNTED = ("shots", "verified", "refused", "withdrawn")


@dataclass(frozen=True)
class Rounds:
    """Rounds by their days. Of the last one, shots by province: those verified, and the others by reason.

    `last` is its folder.
    """

    rounds: tuple[CleanedRound, ...]
    verified: Mapping[str, int]
    refused: Mapping[tuple[str, str], int]
    last: Path


def read_rounds(folders: Sequence[Path]) -> Rounds | None:
    """What `signer clean` has left in the folders; None where there are none.

    Raises InputUnreadable, naming the file.
    """
    if not folders:
        return None
    read = sorted(((_summary(folder), folder) for folder in folders), key=lambda one: one[0].today)
    verified, refused = Counter[str](), Counter[tuple[str, str]]()
    for row in counts_of(read[-1][1]).to_pylist():
        province, kind, shots = row.get("province", ""), row["class"], row["shots"]
        if kind in VERIFIED_CLASSES:
            verified[province] += shots
        else:
            refused[province, kind] += shots
    return Rounds(tuple(summary for summary, _ in read), verified, refused, read[-1][1])


def _summary(folder: Path) -> CleanedRound:
    path = folder / "summary.json"
    advice = "name the folder that a `signer clean` has made"
    try:
        told = json.loads(path.read_bytes())
        return CleanedRound(
            date.fromisoformat(told["today"]).isoformat(), *(int(told[name]) for name in COUNTED)
        )
    except OSError as error:
        raise InputUnreadable(f"{path}: cannot be read ({error.strerror}); {advice}") from error
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise InputUnreadable(f"{path}: is no summary of a cleaning run; {advice}") from error
