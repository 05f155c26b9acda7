"""What somebody filled in, read: a right value in its one form, or why not."""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Callable, Mapping

from signer.corrections.refusals import RefusalKind
from signer.records.countries import COUNTRIES

__all__ = ["NotTakenError", "day_of", "is_withdrawn", "value_of", "words_of"]

NUMBER = re.compile(r"[0-9]{9}|[0-9]{12}")
PASSPORT = re.compile(r"[A-Z0-9]{6,20}")
BY_SPREADSHEET = re.compile(r"[0-9]{1,11}|[0-9]([.,][0-9]+)?[Ee]\+?[0-9]+")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
BIRTH = re.compile(r"[0-9]{4}(-[0-9]{2}){0,2}")
FIRST_BIRTH = datetime.date(1900, 1, 1)
FIRST_OF_YEAR = "0000-01-01"
SEXES: Mapping[str, str] = {"m": "M", "male": "M", "nam": "M", "f": "F", "female": "F", "nữ": "F"}
STARTS_FORMULA = tuple("=+-@＝＋－＠")
NO_TEXT = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufffd\ud800-\udfff]")
MOST_CHARACTERS = 1_000


class NotTakenError(Exception):
    """A cell that cannot be taken; never leaves this package."""

    def __init__(self, kind: RefusalKind) -> None:
        super().__init__(kind)
        self.kind = kind


def value_of(field: str, text: str, is_foreigner: bool, today: datetime.date) -> str:
    """The right value of a field of the shot as text. Raises NotTakenError."""
    if field == "person_id":
        return _number(text, is_foreigner)
    return READERS[field](words_of(text), today)


def words_of(text: str) -> str:
    """One line of text. Raises NotTakenError where it is none, or starts a formula."""
    if len(text) > MOST_CHARACTERS or text.startswith(STARTS_FORMULA) or NO_TEXT.search(text):
        raise NotTakenError(RefusalKind.UNREADABLE)
    return text


def day_of(text: str, today: datetime.date) -> str:
    """YYYY-MM-DD, not in the future. Raises NotTakenError."""
    if not DAY.fullmatch(text):
        raise NotTakenError(RefusalKind.UNREADABLE)
    try:
        day = datetime.date.fromisoformat(text)
    except ValueError as error:
        raise NotTakenError(RefusalKind.UNREADABLE) from error
    if day > today:
        raise NotTakenError(RefusalKind.IN_FUTURE)
    return text


def is_withdrawn(text: str) -> bool:
    """Whether somebody says yes. Raises NotTakenError where it is neither that nor no."""
    if text.lower() not in ("yes", "no", ""):
        raise NotTakenError(RefusalKind.UNREADABLE)
    return text.lower() == "yes"


def _number(text: str, is_foreigner: bool) -> str:
    is_passport = PASSPORT.fullmatch(text) and (is_foreigner or not text.isdigit())
    if NUMBER.fullmatch(text) or is_passport:
        return text
    changed = BY_SPREADSHEET.fullmatch(text)
    raise NotTakenError(RefusalKind.ZEROS_LOST if changed else RefusalKind.UNREADABLE)


def _name(text: str, _today: datetime.date) -> str:
    if "?" in text or not any(
        map(str.isalpha, text)
    ):  # what a code page without the letters leaves of a name
        raise NotTakenError(RefusalKind.UNREADABLE)
    return text


def _birth(text: str, today: datetime.date) -> str:
    if not BIRTH.fullmatch(text):
        raise NotTakenError(RefusalKind.UNREADABLE)
    earliest = day_of(text + FIRST_OF_YEAR[len(text) :], today)
    if datetime.date.fromisoformat(earliest) < FIRST_BIRTH:
        raise NotTakenError(RefusalKind.UNREADABLE)
    return text


def _sex(text: str, _today: datetime.date) -> str:
    sex = SEXES.get(unicodedata.normalize("NFC", text).lower())
    if sex is None:
        raise NotTakenError(RefusalKind.UNREADABLE)
    return sex


def _nationality(text: str, _today: datetime.date) -> str:
    if text.upper() not in COUNTRIES:
        raise NotTakenError(RefusalKind.UNREADABLE)
    return text.upper()


def _vaccine(text: str, _today: datetime.date) -> str:
    return text


def _dose(text: str, _today: datetime.date) -> str:
    if not (len(text) == 1 and text in "123456789"):
        raise NotTakenError(RefusalKind.UNREADABLE)
    return text


READERS: Mapping[str, Callable[[str, datetime.date], str]] = {
    "full_name": _name,
    "date_of_birth": _birth,
    "sex": _sex,
    "nationality": _nationality,
    "vaccine": _vaccine,
    "dose_number": _dose,
    "doses_in_series": _dose,
    "vaccinated_on": day_of,
}
