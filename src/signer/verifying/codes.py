"""HC1 texts to check: from arguments, and from files by the kind that their ending says."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

import pyarrow as pa

from signer.errors import CertificateInvalid, InputUnreadable
from signer.verifying.archives import codes_of_archive
from signer.verifying.code import UNREADABLE, Code
from signer.verifying.parquet import codes_of_parquet
from signer.verifying.pdf_pages import codes_of_pdf
from signer.verifying.pictures import codes_of_picture
from signer.verifying.rows import (
    codes_of_csv,
    codes_of_json,
    codes_of_lines,
    codes_of_text,
)
from signer.verifying.text import PREFIX

__all__ = ["PICTURES", "Code", "pictures_in", "read_codes", "require_file"]

Reader = Callable[[Path], Iterator[Code]]

PICTURES: Final[Mapping[str, Reader]] = {
    ".png": codes_of_picture,
    ".jpg": codes_of_picture,
    ".jpeg": codes_of_picture,
    ".pdf": codes_of_pdf,
}
READERS: Final[Mapping[str, Reader]] = {
    ".txt": codes_of_text,
    ".csv": codes_of_csv,
    ".ndjson": codes_of_json,
    ".jsonl": codes_of_json,
    ".parquet": codes_of_parquet,
    ".zip": codes_of_archive,
    ".tar": codes_of_archive,
    **PICTURES,
}
"""What reads a file, by its ending in lower case; of a folder only the pictures are read."""

LONGEST_PATH_SHOWN: Final = 255
"""What names no file may be a certificate, thus personal data: only a short path is repeated in a message."""


def read_codes(argument: str) -> Iterator[Code]:
    """Gives the codes of one argument: an HC1 text, a file, a folder of pictures, or `-` for standard input.

    Files are those of READERS. A row, picture or page that cannot be read is a Code with its failure, and the
    others follow. Raises InputUnreadable for a file that is missing, cannot be opened or, as a table, is
    damaged or lacks the column hc1, and for a folder or an archive without pictures.
    """
    if argument.startswith(PREFIX):
        text = argument.encode(errors="replace").decode()  # bytes of a command line that are not UTF-8
        return iter([Code(text, "argument", None)])
    if argument == "-":
        return codes_of_lines(sys.stdin.buffer, "-")
    return _of_path(Path(argument))


def _of_path(path: Path) -> Iterator[Code]:
    if os.path.isdir(path):
        for picture in pictures_in(path):
            yield from _of_picture(picture)
        return
    require_file(path)
    yield from _of_file(path, READERS[path.suffix.lower()])


def _of_picture(path: Path) -> Iterator[Code]:
    """The codes of one of many pictures, or that it cannot be read, as a link to nowhere."""
    try:
        yield from READERS[path.suffix.lower()](path)
    except OSError as error:
        failure = CertificateInvalid(UNREADABLE, f"the file cannot be read: {error.strerror or error}")
        yield Code("", str(path), None, failure=failure)


def _of_file(path: Path, reader: Reader) -> Iterator[Code]:
    try:
        yield from reader(path)
    except OSError as error:  # pyarrow's too
        raise InputUnreadable(f"cannot read {path}: {error.strerror or error}") from error
    except pa.ArrowException as error:
        raise InputUnreadable(f"{path} is damaged or cut short: {error}") from error


def require_file(path: Path) -> None:
    """Raises InputUnreadable where nothing is at `path`, which then may be a text cut short, or no file of
    READERS."""
    is_known = path.suffix.lower() in READERS
    if os.path.exists(path):  # unlike Path.exists it takes any text, however long
        if is_known:
            return
        raise InputUnreadable(f"{path} is none of {', '.join(READERS)}; name one of these")
    if is_known and len(str(path)) <= LONGEST_PATH_SHOWN:
        raise InputUnreadable(f"{path}: no such file; check the path")
    raise InputUnreadable(
        f"an argument of {len(str(path))} characters is neither a file nor begins with {PREFIX}; "
        "put a text into quotes, as there can be blanks in it"
    )


def pictures_in(folder: Path) -> list[Path]:
    """The pictures and PDFs that lie in a folder, in the order of their names; not those of its folders.

    Raises InputUnreadable, also where there are none.
    """
    try:
        found = sorted(path for path in folder.iterdir() if path.suffix.lower() in PICTURES)
    except OSError as error:
        raise InputUnreadable(f"cannot read {folder}: {error.strerror}") from error
    if not found:
        inside = folder / "certificates" if os.path.isdir(folder / "certificates") else folder
        advice = f"name the files in it, such as {inside}/*.parquet"
        if (folder / "registry.json").is_file():
            advice = "it is a registry: `signer audit` verifies all that is in it"
        elif (folder.parent / "registry.json").is_file():  # also holds what no commit names
            advice = f"it is of a registry: `signer audit {folder.parent}` verifies all that is in it"
        raise InputUnreadable(f"{folder} holds no pictures; {advice}")
    return found
