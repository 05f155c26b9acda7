"""Made-up certificates to print, and what poppler-utils shows of the result."""

from __future__ import annotations

import io
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from reference.little_issuer import LittleIssuer, vaccination

from signer.campaign.pack_reading import read_issued
from signer.packing.delivery import Sheets
from signer.packing.fitness import LeftOut
from signer.packing.print_sheets import SheetPrinter

ISSUER = LittleIssuer()
POPPLER = ("pdftoppm", "pdftotext", "pdfinfo", "pdffonts")


@dataclass(frozen=True)
class Person:
    """What a row of a batch is made of; `entry` replaces fields of the vaccination."""

    family: str = "Nguyễn"
    given: str = "Thị Hường"
    birth: str = "1980-02-29"
    nationality: str | None = "VN"
    lot: str | None = "FK0112"
    entry: Mapping[str, Any] | None = None


def certificate(number: int, person: Person, issuer: LittleIssuer = ISSUER) -> tuple[str, str]:
    """uvci and hc1."""
    uvci = f"URN:UVCI:01:VN:{number:020X}"
    dcc = vaccination(**{"ci": uvci, "is": "Bộ Y tế", **(person.entry or {})})
    dcc["dob"] = person.birth
    dcc["nam"] = {"fn": person.family, "gn": person.given, "fnt": "A", "gnt": "B"}
    return uvci, issuer.text(issuer.payload(dcc))


def rows_of(people: Iterable[Person], issuer: LittleIssuer = ISSUER) -> pa.Table:
    """Certificates with nationality and lot beside them."""
    rows = [
        (f"S{number}", *certificate(number, who, issuer), who.nationality, who.lot)
        for number, who in enumerate(people)
    ]
    names = ["shot_id", "uvci", "hc1", "nationality", "lot"]
    columns = [[row[column] for row in rows] for column in range(len(names))]
    return pa.table([pa.array(column, pa.string()) for column in columns], names=names)


def need_poppler() -> None:
    """Skips the test where the tools that render PDF are not installed."""
    missing = [tool for tool in POPPLER if not shutil.which(tool)]
    if missing:
        pytest.skip(f"poppler-utils is not installed: {', '.join(missing)} missing")


def output_of(*command: object) -> bytes:
    return subprocess.run([str(part) for part in command], check=True, capture_output=True).stdout


def words_of(pdf: Path) -> str:
    """All text in the order in which it is drawn: of each certificate the labels, then the values.

    Runs of blanks and line ends are one blank.
    """
    return " ".join(output_of("pdftotext", "-raw", pdf, "-").decode().split())


def pages_of(pdf: Path, dpi: int) -> list[np.ndarray[Any, Any]]:
    """The pages as rasters of grey, 0 for black."""
    stream = io.BytesIO(output_of("pdftoppm", "-gray", "-r", dpi, pdf))
    pages = []
    while header := stream.readline():
        assert header == b"P5\n"
        width, height = map(int, stream.readline().split())
        assert stream.readline() == b"255\n"
        pages.append(np.frombuffer(stream.read(width * height), np.uint8).reshape(height, width))
    return pages


def print_to(path: Path, rows: pa.Table, **options: Any) -> list[LeftOut]:
    """Prints one file; gives what is not in it."""
    return SheetPrinter(Sheets(**options), read_issued, lambda n_rows: None)(rows, path)
