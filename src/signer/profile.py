"""The profile of one issuer: a TOML file saying in whose name, for how long and with which keys to sign."""

from __future__ import annotations

import calendar
import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

from signer.errors import ProfileInvalid

__all__ = ["Profile", "expires_at", "load_profile"]

MAX_PROFILE_BYTES = 1 << 20
MAX_TEXT_CHARACTERS = 80  # length of `is` in the DCC schema, and of a product code
DEFAULT_REFUSED_LIMIT = 0.25
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Profile:
    """What a run signs with. Paths are absolute or relative to the working directory; nothing here is secret.

    `refused_limit` is a share of rows, 0..1, above which a run ends with exit code 1. `products` maps the
    national name of a vaccine to its product code (mp).
    """

    path: Path
    country: str
    issuer: str
    utc_offset_minutes: int
    validity_months: int
    uvci_checksum: bool
    dsc: Path
    key: Path
    csca: Path
    passphrase_file: Path | None
    passphrase_env: str | None
    uvci_secret: Path
    person_secret: Path
    refused_limit: float
    products: Mapping[str, str]

    def local_date(self, issued_at_s: int) -> date:
        """The issuer's calendar date at `issued_at_s`, seconds since 1970; later shots are in the future."""
        return (EPOCH + timedelta(seconds=issued_at_s, minutes=self.utc_offset_minutes)).date()

    def local_day(self, issued_at_s: int) -> int:
        """`local_date` as days since 1970."""
        return (self.local_date(issued_at_s) - EPOCH.date()).days

    def expires_at(self, issued_at_s: int) -> int:
        """Seconds since 1970 at which a certificate issued at `issued_at_s` ends."""
        return expires_at(issued_at_s, self.validity_months)


def expires_at(issued_at_s: int, months: int) -> int:
    """The same time of day (UTC) `months` calendar months later, in seconds since 1970.

    Where that month has no such day the last one it has is taken: 29 February and 12 months give 28 February.
    """
    issued_at = EPOCH + timedelta(seconds=issued_at_s)
    years, month0 = divmod(issued_at.month - 1 + months, 12)
    year, month = issued_at.year + years, month0 + 1
    day = min(issued_at.day, calendar.monthrange(year, month)[1])
    return (issued_at.replace(year=year, month=month, day=day) - EPOCH) // timedelta(seconds=1)


def load_profile(path: Path) -> Profile:
    """Reads and checks a profile; the keys it names are not opened.

    Raises ProfileInvalid, naming file, entry and what to write, for any wrong, missing or unknown entry.
    """
    root = _Section(path, "", _read_toml(path))
    issuer, certificate, keys, secrets = (
        root.section(name) for name in ("issuer", "certificate", "keys", "secrets")
    )
    limits, products = root.section("limits", optional=True), root.section("products", optional=True)
    profile = Profile(
        path=path,
        country=issuer.matching("country", re.compile("[A-Z]{2}"), 'two capital letters such as "VN"'),
        issuer=issuer.text("name"),
        utc_offset_minutes=_offset_minutes(issuer),
        validity_months=certificate.whole_number("validity_months", 1, 24),
        uvci_checksum=certificate.boolean("uvci_checksum"),
        dsc=keys.path("dsc"),
        key=keys.path("key"),
        csca=keys.path("csca"),
        passphrase_file=keys.path("passphrase_file") if keys.has("passphrase_file") else None,
        passphrase_env=_environment_name(keys),
        uvci_secret=secrets.path("uvci"),
        person_secret=secrets.path("person"),
        refused_limit=limits.share("refused_share", DEFAULT_REFUSED_LIMIT),
        products=MappingProxyType({name: products.text(name) for name in products.names()}),
    )
    for section in (root, issuer, certificate, keys, secrets, limits, products):
        section.refuse_unknown()
    return profile


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            content = file.read(MAX_PROFILE_BYTES + 1)
    except OSError as error:
        raise ProfileInvalid(
            f"{path}: cannot be read: {error.strerror}; `signer init` writes a profile"
        ) from error
    if len(content) > MAX_PROFILE_BYTES:
        raise ProfileInvalid(f"{path}: is larger than {MAX_PROFILE_BYTES} bytes; name a profile.toml")
    try:
        return tomllib.loads(content.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise ProfileInvalid(f"{path}: is not UTF-8 at byte {error.start}; save it as UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise ProfileInvalid(f"{path}: is not TOML: {error}") from error
    except RecursionError as error:
        raise ProfileInvalid(f"{path}: is nested too deeply for a profile") from error


def _offset_minutes(issuer: _Section) -> int:
    pattern = re.compile(r"([+-])(0[0-9]|1[0-4]):([0-5][0-9])", re.ASCII)
    text = issuer.matching("utc_offset", pattern, 'the offset of the issuer\'s clock such as "+07:00"')
    minutes = int(text[1:3]) * 60 + int(text[4:6])
    return -minutes if text[0] == "-" else minutes


def _environment_name(keys: _Section) -> str | None:
    if not keys.has("passphrase_env"):
        return None
    if keys.has("passphrase_file"):
        raise keys.wrong("passphrase_env", "only one of passphrase_file and passphrase_env")
    pattern = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
    return keys.matching("passphrase_env", pattern, "the name of an environment variable")


class _Section:
    """One table of the file; every entry asked for counts as known, the rest is refused at the end."""

    def __init__(self, file: Path, name: str, entries: Mapping[str, Any]) -> None:
        self._file, self._name, self._entries = file, name, entries
        self._known: set[str] = set()

    def names(self) -> list[str]:
        for name in self._entries:
            if not _is_clean(name):
                raise self.wrong(name, "a vaccine's name of 1 to 80 characters in NFC, no blanks around it")
        return list(self._entries)

    def has(self, entry: str) -> bool:
        return entry in self._entries

    def wrong(self, entry: str, what_to_write: str) -> ProfileInvalid:
        state = "is wrong" if self.has(entry) else "is missing"
        return ProfileInvalid(f"{self._file}: {self._place(entry)} {state}: write {what_to_write}")

    def section(self, entry: str, *, optional: bool = False) -> _Section:
        value = self._take(entry) if self.has(entry) or not optional else {}
        if not isinstance(value, dict):
            raise self.wrong(entry, f"a section [{entry}]")
        return _Section(self._file, entry, value)

    def text(self, entry: str) -> str:
        value = self._take(entry)
        if not isinstance(value, str) or not _is_clean(value):
            raise self.wrong(entry, "a text of 1 to 80 characters in NFC, no blanks around it, in quotes")
        return value

    def matching(self, entry: str, pattern: re.Pattern[str], what_to_write: str) -> str:
        value = self._take(entry)
        if not isinstance(value, str) or not pattern.fullmatch(value):
            raise self.wrong(entry, what_to_write)
        return value

    def whole_number(self, entry: str, least: int, most: int) -> int:
        value = self._take(entry)
        if type(value) is not int or not least <= value <= most:  # bool is an int to isinstance
            raise self.wrong(entry, f"a whole number from {least} to {most}")
        return value

    def boolean(self, entry: str) -> bool:
        value = self._take(entry)
        if not isinstance(value, bool):
            raise self.wrong(entry, "true or false")
        return value

    def share(self, entry: str, default: float) -> float:
        value = self._take(entry) if self.has(entry) else default
        if type(value) not in (int, float) or not 0 <= value <= 1:  # nan compares as false
            raise self.wrong(entry, "a share of rows from 0.0 to 1.0")
        return float(value)

    def path(self, entry: str) -> Path:
        value = self._take(entry)
        if not isinstance(value, str) or not value or "\0" in value:
            raise self.wrong(entry, "a file name in quotes, relative to the profile's folder")
        return self._file.parent / value

    def refuse_unknown(self) -> None:
        for entry in self._entries:
            if entry not in self._known:
                known = ", ".join(sorted(self._known))
                raise ProfileInvalid(
                    f"{self._file}: {self._place(entry)} is unknown: delete it, or write one of {known}"
                )

    def _take(self, entry: str) -> Any:
        self._known.add(entry)
        if not self.has(entry):
            raise self.wrong(entry, "it as in the profile that `signer init` makes")
        return self._entries[entry]

    def _place(self, entry: str) -> str:
        return f"[{self._name}] {entry}" if self._name else f"[{entry}]"


def _is_clean(text: str) -> bool:
    """Whether a text may stand in a certificate: 1..80 characters, NFC, trimmed, no control characters."""
    return (
        1 <= len(text) <= MAX_TEXT_CHARACTERS
        and text == text.strip()
        and unicodedata.is_normalized("NFC", text)
        and not any(unicodedata.category(character) in ("Cc", "Cs") for character in text)
    )
