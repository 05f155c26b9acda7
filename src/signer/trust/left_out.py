"""Entries of a list that are not taken: where each stands, why not, and what to do."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["EntryRefused", "LeftOut"]


@dataclass(frozen=True)
class LeftOut:
    """An entry that the import goes on without; `entry` says where in the file, empty for all of it."""

    file: str
    entry: str
    reason: str
    advice: str

    @property
    def place_and_reason(self) -> str:
        """File, entry, and what is wrong with it."""
        return ": ".join(filter(None, (self.file, self.entry, self.reason)))

    @property
    def message(self) -> str:
        """The same, and what to do."""
        return f"{self.place_and_reason}; {self.advice}"


class EntryRefused(Exception):
    """Ends the reading of one entry; the reader of its list makes a LeftOut of it."""

    def __init__(self, reason: str, advice: str) -> None:
        super().__init__(reason, advice)
        self.reason, self.advice = reason, advice

    def of(self, file: str, entry: str) -> LeftOut:
        """The same, with the place where the entry stands."""
        return LeftOut(file, entry, self.reason, self.advice)
