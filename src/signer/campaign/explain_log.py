"""The log of look-ups: a line each, of who asked when and what kind of answer there was; of nobody's data."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from signer.durable import append_line
from signer.errors import OutputUnwritable
from signer.reporting.explain_findings import Finding, in_iso

__all__ = ["Asker", "default_log", "write_access"]

MOST_CHARACTERS = 200


@dataclass(frozen=True)
class Asker:
    """The user of the operating system, and whom that user names."""

    user: str
    who: str | None


def default_log(registry: Path) -> Path:
    """Where look-ups in a registry are logged unless another file is named."""
    return registry / "access.log"


def write_access(
    log: Path, asker: Asker, at: int, *, by: str, asked: str, findings: Sequence[Finding]
) -> None:
    """Adds a line, durably. `by` is how it was asked; `asked` is a keyed hash of what was asked for.

    Raises OutputUnwritable.
    """
    entry = {
        "at": in_iso(at),
        "user": asker.user,
        "who": asker.who and asker.who[:MOST_CHARACTERS],
        "command": "explain",
        "by": by,
        "asked": asked,
        "classes": sorted({finding.kind.value for finding in findings}),
        "findings": len(findings),
    }
    try:
        append_line(log, json.dumps(entry, ensure_ascii=True))
    except OSError as error:
        raise OutputUnwritable(
            f"{log}: the look-up cannot be logged: {error.strerror}; nothing is shown without"
        ) from error
