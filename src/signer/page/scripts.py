"""Joins the page's scripts into one, as the browser may load none from beside it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

__all__ = ["joined_scripts"]

FOLDER: Final = Path(__file__).parent
_IMPORT: Final = re.compile(r'^import \{[^}]*\} from "(\.[^"]+)";\n', re.MULTILINE)
_EXPORT: Final = re.compile(r"^export (?=(?:async )?function|class|const)", re.MULTILINE)


def joined_scripts(entry: str) -> str:
    """Gives the module `entry`, a path below this folder, with all that it imports before it.

    The modules are plain and run in a browser as they are; here only their `import` and `export` fall away,
    so no two of them may give a name to different things at the top.
    """
    joined: dict[Path, str] = {}
    _add(FOLDER / entry, joined)
    return "\n".join(joined.values())


def _add(path: Path, joined: dict[Path, str]) -> None:
    if path in joined:
        return
    source = path.read_text("utf-8")
    for imported in _IMPORT.findall(source):
        _add((path.parent / imported).resolve(), joined)
    joined[path] = _EXPORT.sub("", _IMPORT.sub("", source))
