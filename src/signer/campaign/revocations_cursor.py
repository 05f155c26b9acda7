"""Up to where somebody has been told of revocations: a version of their table, and a digest of its commit."""

from __future__ import annotations

import re
from dataclasses import dataclass

from signer.errors import RegistryUnreadable
from signer.registry import Registry
from signer.registry.layout import REVOCATIONS
from signer.registry.settled import DIGEST_DIGITS, commits_digest
from signer.registry.table_log import read_table

__all__ = ["RevocationsCursor", "cursor_at", "cursor_of_text", "refuse_foreign"]

CURSOR = re.compile(rf"([0-9]{{1,18}})(?:-([0-9a-f]{{{DIGEST_DIGITS}}}))?", re.ASCII)
ANOTHER = "it is another registry, or was put back from a copy"
INSTEAD = "give what its own summary.json has as until, or no --since"


@dataclass(frozen=True)
class RevocationsCursor:
    """`digest` is that of the commit which made the version; empty for version 0, or where not known."""

    version: int
    digest: str = ""

    def __str__(self) -> str:
        return f"{self.version}-{self.digest}" if self.digest else str(self.version)


def cursor_of_text(text: str) -> RevocationsCursor:
    """The cursor that a text stands for, or a plain version; raises ValueError where it is neither."""
    if not (found := CURSOR.fullmatch(text)):
        raise ValueError(f"{text!r} is no version: give `until` of an earlier summary.json")
    return RevocationsCursor(int(found[1]), found[2] or "")


def cursor_at(registry: Registry, version: int) -> RevocationsCursor:
    """The cursor of a version that the registry has. Raises RegistryUnreadable."""
    return RevocationsCursor(version, _digest(registry, version) or "" if version else "")


def refuse_foreign(registry: Registry, since: RevocationsCursor) -> None:
    """Raises RegistryUnreadable where the table never stood there: what was revoked would not be told.

    Of a plain number only that the table has come so far can be known.
    """
    if since.version > (newest := read_table(registry.path / REVOCATIONS).version):
        raise RegistryUnreadable(
            f"{registry.path}: its revocations are at version {newest}, --since says {since.version}:"
            f" {ANOTHER}; {INSTEAD}"
        )
    if since.digest and _digest(registry, since.version) != since.digest:
        raise RegistryUnreadable(
            f"{registry.path}: its revocations never stood at {since}: {ANOTHER} and written to since;"
            f" {INSTEAD}"
        )


def _digest(registry: Registry, version: int) -> str | None:
    return commits_digest(registry.path, {REVOCATIONS: version})
