"""Where a code was found: for people, and in JSON."""

from __future__ import annotations

from typing import Any

from signer.verifying.archives import shown
from signer.verifying.code import Code

__all__ = ["place_of", "source_of"]


def place_of(code: Code) -> str:
    """As "file:3 (page 2)", without what could steer a terminal: a stranger may have named the file."""
    row = "" if code.row is None else f":{code.row}"
    return shown(code.source) + row + ("" if code.page is None else f" (page {code.page})")


def source_of(code: Code) -> dict[str, Any]:
    """The member `source` of an answer."""
    source = {"file": code.source, "row": code.row}
    return source if code.page is None else source | {"page": code.page}
