"""What a cleaning run did, in numbers; the JSON form is the contract that scripts read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

__all__ = ["CleanSummary"]


@dataclass(frozen=True)
class CleanSummary:
    """Counts of rows of the whole country, exact: for who runs it, not for the public.

    `shots` were handed in; each is `verified`, `refused` or `withdrawn`. `verified` includes `foreigners`.
    `by_reason` counts refused rows by their decisive reason, `carried` by every reason that they carry,
    `details` by decisive reason and detail. `corrected` are shots of which a correction was taken,
    `corrections_refused` entries of the list of those that were not. `suggested` are refused shots for which
    a person is suggested, `sheets` files for facilities. `files_set_aside` are not attested. Times in
    seconds.
    """

    shots: int
    persons: int
    verified: int
    foreigners: int
    refused: int
    by_reason: Mapping[str, int]
    carried: Mapping[str, int]
    details: Mapping[str, Mapping[str, int]]
    withdrawn: int
    corrected: int
    corrections_refused: int
    suggested: int
    sheets: int
    unverified_persons: int
    files: int
    files_set_aside: int
    register_repeats_numbers: bool
    today: str
    memory_limit: str
    workers: int
    seconds: float
    rate_per_s: float

    def as_dict(self) -> dict[str, Any]:
        """The entries by their names, ready for JSON."""
        return asdict(self)
