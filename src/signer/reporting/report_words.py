"""Texts, numbers and dates of a report in its language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal

from signer.reporting.report_english import ENGLISH
from signer.reporting.report_vietnamese import VIETNAMESE

__all__ = ["LanguageCode", "Words"]

LanguageCode = Literal["en", "vi"]
TEXTS = {"en": ENGLISH, "vi": VIETNAMESE}
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
EPOCH = date(1970, 1, 1)
MILLION = 1_000_000


@dataclass(frozen=True)
class Words:
    """Days and times are in UTC."""

    language: LanguageCode

    def text(self, name: str, **values: str) -> str:
        """A text by its name, with these values in it. Raises KeyError where there is none."""
        return TEXTS[self.language][name].format(**values)

    def reason(self, code: str) -> str:
        """A reason of refusal in words, or its code where there are none for it."""
        return TEXTS[self.language].get(f"reason_{code}", code.replace("_", " ") or self.text("no_reason"))

    def number(self, value: float, digits: int = 0) -> str:
        text = f"{value:,.{digits}f}"
        return text if self.language == "en" else text.translate(str.maketrans(",.", ".,"))

    def percent(self, part: float, whole: float) -> str:
        return f"{self.number(100 * part / whole, 1)} %" if whole else "–"

    def short_number(self, value: float) -> str:
        """For axes: millions by a word."""
        if abs(value) < MILLION:
            return self.number(value)
        millions = value / MILLION
        return f"{self.number(millions, 0 if millions == int(millions) else 1)} {self.text('million')}"

    def day(self, days: int) -> str:
        """Of a number of days since 1970."""
        return (EPOCH + timedelta(days)).isoformat()

    def moment(self, moment_s: float) -> str:
        return datetime.fromtimestamp(int(moment_s), UTC).strftime("%Y-%m-%d %H:%M")

    def short_day(self, moment_s: float, *, with_time: bool = False) -> str:
        """For axes."""
        at = datetime.fromtimestamp(int(moment_s), UTC)
        day = f"{at.day} {MONTHS[at.month - 1]}" if self.language == "en" else f"{at.day}/{at.month}"
        return f"{day} {at:%H:%M}" if with_time else day

    def month(self, year: int, month: int) -> str:
        return f"{MONTHS[month - 1]} {year}" if self.language == "en" else f"{month}/{year}"
