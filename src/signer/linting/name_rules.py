"""Rules of the name: the machine letters that verifiers compare with a passport."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from signer.linting.certificate import Certificate
from signer.linting.rule import ERROR, WARNING, Fault, rule
from signer.linting.transliteration import FILLER, is_transliteration

__all__ = ["RULES"]

SCHEMA: Final = "DCC schema 1.3.3, person_name"
ICAO: Final = "ICAO Doc 9303, part 3, section 6"
STANDARD: Final = re.compile("[A-Z<]*")
PARTS: Final = {"fnt": "fn", "gnt": "gn"}
"""The fields in machine letters, and those that they stand for."""


@rule(ERROR, SCHEMA)
def name_present(certificate: Certificate) -> Iterator[Fault]:
    """There is a name in machine letters, fnt or gnt.

    Who has one name only has one of the two.
    """
    if not any(_text(certificate, part).strip(FILLER) for part in PARTS):
        yield "nam/fnt", "neither fnt nor gnt has a letter"


@rule(ERROR, SCHEMA)
def name_letters(certificate: Certificate) -> Iterator[Fault]:
    """Names in machine letters consist of A to Z and <.

    No blanks, accents or hyphens: a verifier compares them with the machine readable zone of a passport.
    """
    for part in PARTS:
        if not STANDARD.fullmatch(_text(certificate, part)):
            yield f"nam/{part}", "a character other than A to Z and <"


@rule(WARNING, ICAO)
def name_fillers(certificate: Certificate) -> Iterator[Fault]:
    """In a name in machine letters, one < stands between two words, and none around it.

    Two of them divide family and given names in a passport.
    """
    for part in PARTS:
        text = _text(certificate, part)
        if STANDARD.fullmatch(text) and (text != text.strip(FILLER) or 2 * FILLER in text):
            yield f"nam/{part}", "two < together, or one at an end"


@rule(ERROR, ICAO)
def name_transliteration(certificate: Certificate) -> Iterator[Fault]:
    """Names in machine letters are the transliteration of the names.

    Where letters are lost the person is another one at the border: 47 of the 67 precomposed capitals of
    Vietnamese are missing from a widely used table (Nguyễn becomes NGUYN), another drops Đ (Đặng becomes
    ANG). Right are NGUYEN and DANG. Names in other than Latin letters are not judged.
    """
    for part, original in PARTS.items():
        standard, name = _text(certificate, part), _text(certificate, original)
        is_judged = standard and name and STANDARD.fullmatch(standard)
        if is_judged and is_transliteration(standard, name) is False:
            yield f"nam/{part}", f"not the transliteration of {original}"


@rule(WARNING, SCHEMA)
def name_pairs(certificate: Certificate) -> Iterator[Fault]:
    """To each name belongs the one in machine letters.

    A verifier compares the machine letters and shows the others; with one of them missing, people and
    machines see different persons.
    """
    for part, original in PARTS.items():
        if _text(certificate, original).strip() and not _text(certificate, part).strip(FILLER):
            yield f"nam/{part}", f"missing, while there is {original}"


def _text(certificate: Certificate, part: str) -> str:
    name: Any = certificate.dcc.get("nam")
    value = name.get(part) if isinstance(name, Mapping) else None
    return value if isinstance(value, str) else ""


RULES: Final = (name_present, name_letters, name_fillers, name_transliteration, name_pairs)
