"""What pictures are put in: archives whose bytes depend on their content alone.

The order is that of putting in, the owner nobody, the mode that of a private file, the time as given.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

__all__ = ["ArchiveFile", "OpenArchive"]


class ArchiveFile(Protocol):
    """What files can be put in, one after the other."""

    def add(self, name: str, content: bytes, moment: int) -> None:
        """Puts a file in: `name` in ASCII, `moment` its time of change in seconds since 1970.

        Raises OSError, and StoppedHalfWay where the archive would become too large for its form.
        """


OpenArchive = Callable[[Path], AbstractContextManager[ArchiveFile]]
"""Makes an archive at a path; it is whole when the block ends well. Raises OSError."""
