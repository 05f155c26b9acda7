"""Cursors of changes: up to where somebody has followed a registry, as a short text."""

from __future__ import annotations

import re
from dataclasses import dataclass

from signer.campaign.registry_views import RegistryFiles
from signer.errors import RegistryUnreadable
from signer.registry import Registry
from signer.registry.layout import CERTIFICATES, REVOCATIONS
from signer.registry.settled import DIGEST_DIGITS, commits_digest, settled_versions

__all__ = ["BEGINNING", "Cursor", "cursor_of_text", "newest_cursor", "refuse_foreign"]

CURSOR = re.compile(rf"([0-9]{{1,18}})-([0-9]{{1,18}})-([0-9a-f]{{{DIGEST_DIGITS}}})", re.ASCII)


@dataclass(frozen=True)
class Cursor:
    """Versions of two tables, and the first digits of a digest over the commits that made them."""

    certificates: int
    revocations: int
    digest: str

    def __str__(self) -> str:
        is_beginning = self == BEGINNING
        return "0" if is_beginning else f"{self.certificates}-{self.revocations}-{self.digest}"

    def files(self, files: RegistryFiles) -> RegistryFiles:
        """What the registry consisted of then."""
        return files.until(self.certificates, self.revocations)


BEGINNING = Cursor(0, 0, "")
"""Before the first commit of parts: version 0 makes a table, and adds nothing."""


def cursor_of_text(text: str) -> Cursor:
    """The cursor that a text stands for; raises ValueError where it is none."""
    if text == "0":
        return BEGINNING
    if not (found := CURSOR.fullmatch(text)):
        raise ValueError(f"{text!r} is no version that `signer changes` gave; 0 is the beginning")
    return Cursor(int(found[1]), int(found[2]), found[3])


def newest_cursor(registry: Registry) -> Cursor:
    """Where the registry stands now. Raises RegistryUnreadable and StoppedHalfWay."""
    # Revocations first: then the certificates that they name are there.
    versions = settled_versions(registry.path, [REVOCATIONS, CERTIFICATES])
    digest = commits_digest(registry.path, versions)
    return Cursor(versions[CERTIFICATES], versions[REVOCATIONS], digest or "")


def refuse_foreign(registry: Registry, cursor: Cursor) -> None:
    """Raises RegistryUnreadable where the registry never stood at the cursor."""
    versions = {CERTIFICATES: cursor.certificates, REVOCATIONS: cursor.revocations}
    if cursor != BEGINNING and commits_digest(registry.path, versions) != cursor.digest:
        raise RegistryUnreadable(
            f"{registry.path}: never stood at version {cursor}: it is another registry, or was put back from"
            " a copy; take all of it anew, by --since 0"
        )
