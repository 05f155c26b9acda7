"""All shots of a report, of which each has a certificate or a reason why not, by province."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from signer.campaign.report_cleaned import CleanedShots
from signer.campaign.report_counts import RegistryCounts
from signer.campaign.report_rounds import Rounds

__all__ = ["WAITING", "Shots", "shots_of"]

KeyT = TypeVar("KeyT")

WAITING = "waiting"
"""In place of a reason: it is verified, and was not issued yet."""


@dataclass(frozen=True)
class Shots:
    """First certificates by province and commit, and shots without one by province and reason."""

    issued: Mapping[str, Mapping[int, int]]
    without: Mapping[str, Mapping[str, int]]

    @property
    def issued_by_version(self) -> Mapping[int, int]:
        """Of the whole country, by the version of the commit."""
        return _summed(self.issued.values())

    @property
    def reasons(self) -> Mapping[str, int]:
        """Of the whole country, the commonest first."""
        counts = _summed(self.without.values())
        return dict(sorted(counts.items(), key=lambda entry: (-entry[1], entry[0])))

    @property
    def provinces(self) -> list[str]:
        return sorted({*self.issued, *self.without})


def shots_of(counts: RegistryCounts, rounds: Rounds | None) -> Shots:
    """The shots of the registry, and with `rounds` also those of the last round that are not in it.

    Each shot counts once: with its certificate, or as cleaning refuses it, or as issuing does. Of the
    verified shots those that are neither issued nor refused in issuing are waiting; these are compared by
    numbers, province by province. Where there are more of the latter, none is.
    """
    issued: dict[str, dict[int, int]] = defaultdict(dict)
    without: dict[str, Counter[str]] = defaultdict(Counter)
    for commit in counts.issued:
        issued[commit.province][commit.version] = commit.certificates
    for refused in counts.refused:
        without[refused.province][refused.reason] += refused.shots
    if rounds is not None:
        for province, verified in rounds.verified.items():
            done = sum(issued.get(province, {}).values()) + without[province].total()
            done -= counts.cleaned.issued.get(province, 0)  # they are no longer among the verified
            without[province][WAITING] += max(0, verified - done)
        for (province, reason), shots in _counted_once(rounds, counts.cleaned).items():
            without[province][reason] += shots
    return Shots(
        dict(issued), {province: dict(+reasons) for province, reasons in without.items() if +reasons}
    )


def _counted_once(rounds: Rounds, cleaned: CleanedShots) -> Mapping[tuple[str, str], int]:
    """Refused rows without those that count elsewhere; a place that nobody vouches for has no name there."""
    refused = Counter(rounds.refused)
    for (province, reason), shots in cleaned.elsewhere.items():
        place = province if (province, reason) in rounds.refused else ""
        refused[place, reason] -= shots
    return refused


def _summed(tables: Iterable[Mapping[KeyT, int]]) -> Mapping[KeyT, int]:
    counts = Counter[KeyT]()
    for table in tables:
        counts.update(table)
    return counts
