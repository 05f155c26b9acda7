"""Rules of the certificate's structure: which fields there are, their types, and how texts are written."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any, Final

from signer.linting.certificate import KINDS, Certificate
from signer.linting.rule import ERROR, WARNING, Fault, rule

__all__ = ["MAX_TEXT", "RULES"]

SCHEMA: Final = "DCC schema 1.3.3"
MAX_TEXT: Final = 80
"""Characters, not bytes."""
LIMITED: Final = frozenset({"fn", "gn", "fnt", "gnt", "is", "ci", "nm", "tc"})
VERSION: Final = re.compile(r"\d+\.\d+\.\d+", re.ASCII)
VERSION_TO_WRITE: Final = "1.3."

TOP: Final = frozenset({"ver", "nam", "dob"})
NAME: Final = frozenset({"fn", "gn", "fnt", "gnt"})
REQUIRED: Final[Mapping[str, frozenset[str]]] = {
    "v": frozenset({"tg", "vp", "mp", "ma", "dn", "sd", "dt", "co", "is", "ci"}),
    "t": frozenset({"tg", "tt", "sc", "tr", "co", "is", "ci"}),
    "r": frozenset({"tg", "fr", "co", "is", "df", "du", "ci"}),
}
OPTIONAL: Final[Mapping[str, frozenset[str]]] = {"t": frozenset({"nm", "ma", "tc"})}
INTEGERS: Final = frozenset({"dn", "sd"})

Place = tuple[str, Mapping[Any, Any], frozenset[str], frozenset[str]]


@rule(ERROR, f"{SCHEMA}, oneOf")
def one_entry(certificate: Certificate) -> Iterator[Fault]:
    """There is one group, v, t or r, with one entry.

    A certificate speaks of one dose, test or recovery; verifiers read the first and overlook others.
    """
    groups = [kind for kind in KINDS if certificate.dcc.get(kind)]
    if len(groups) != 1:
        yield "certificate", f"{len(groups)} groups with entries instead of one"
    for kind in groups:
        group = certificate.dcc[kind]
        n_entries = len(list(certificate.entries(kind)))
        if not isinstance(group, list | tuple) or n_entries != len(group):
            yield kind, "no list of entries"
        elif n_entries != 1:
            yield kind, f"{n_entries} entries instead of one"


@rule(ERROR, f"{SCHEMA}, required")
def fields_present(certificate: Certificate) -> Iterator[Fault]:
    """All fields that the schema requires are there and not null.

    Verifiers that check the schema refuse the certificate without them.
    """
    for path, values, required, _ in _places(certificate):
        yield from ((path + field, "missing") for field in sorted(required) if values.get(field) is None)


@rule(ERROR, f"{SCHEMA}, properties; value sets 1.14, section 1")
def fields_known(certificate: Certificate) -> Iterator[Fault]:
    """There are no fields that the schema has not, and none that is null or an empty group.

    A field without a value is left out: null groups and additional fields make strict verifiers fail.
    """
    for path, values, required, optional in _places(certificate):
        n_unknown = sum(1 for field in values if field not in required | optional)
        if n_unknown:
            yield path.rstrip("/") or "certificate", f"{n_unknown} fields that the schema has not"
        empty = [field for field in optional if field in values and values[field] in (None, [], ())]
        yield from ((path + field, "empty; leave it out") for field in sorted(empty))


@rule(ERROR, f"{SCHEMA}, properties")
def field_types(certificate: Certificate) -> Iterator[Fault]:
    """Texts are texts, and dose numbers integers.

    Floats and texts for dose numbers occur in the field; typed languages fail on them.
    """
    for path, values, required, optional in _places(certificate):
        for field in sorted((required | optional) & {name for name in values if isinstance(name, str)}):
            value = values[field]
            if value is None or (not path and field in {"nam", *KINDS}):
                continue
            is_right = type(value) is int if field in INTEGERS else isinstance(value, str)
            if not is_right:
                yield path + field, f"{type(value).__name__} instead of {_expected(field)}"


@rule(ERROR, f"{SCHEMA}, ver")
def schema_version_form(certificate: Certificate) -> Iterator[Fault]:
    """The field ver is three numbers with full stops between them."""
    version = certificate.dcc.get("ver")
    if isinstance(version, str) and not VERSION.fullmatch(version):
        yield "ver", "not of the form 1.3.0"


@rule(WARNING, f"{SCHEMA}, ver")
def schema_version(certificate: Certificate) -> Iterator[Fault]:
    """The version of the schema is 1.3.

    Earlier ones had other value sets and rules for names and dates of birth. Write 1.3.0.
    """
    version = certificate.dcc.get("ver")
    if isinstance(version, str) and VERSION.fullmatch(version) and not version.startswith(VERSION_TO_WRITE):
        yield "ver", f"{version} instead of 1.3.0"


@rule(ERROR, "value sets 1.14, section 1: no white space around values")
def no_blanks_around(certificate: Certificate) -> Iterator[Fault]:
    """No text begins or ends with a blank.

    Verifiers compare codes letter by letter: "ORG-100030215 " is no manufacturer.
    """
    yield from ((path, "blanks around it") for path, text in _texts(certificate) if text != text.strip())


@rule(ERROR, "hcert specification 1.0.8, Health Certificate Claim")
def normalised(certificate: Certificate) -> Iterator[Fault]:
    """All texts are in Unicode's normal form C.

    Decomposed letters, as some systems write Vietnamese, look alike and are others when names are compared.
    """
    for path, text in _texts(certificate):
        if not unicodedata.is_normalized("NFC", text):
            yield path, "not in normal form C"


@rule(ERROR, "hcert specification 1.0.8, Health Certificate Claim")
def no_control_characters(certificate: Certificate) -> Iterator[Fault]:
    """No text holds a null, a line end or another control or invisible character.

    They end texts early in some languages, and are not seen when names are compared by eye.
    """
    for path, text in _texts(certificate):
        if any(unicodedata.category(character) in {"Cc", "Cf", "Zl", "Zp"} for character in text):
            yield path, "a control or invisible character"


@rule(ERROR, f"{SCHEMA}, maxLength")
def text_fits(certificate: Certificate) -> Iterator[Fault]:
    """Names, the issuer's name and the identifier have 80 characters at most.

    Cut longer ones; the transliterated names must not end in < then.
    """
    for path, text in _texts(certificate):
        if path.rpartition("/")[2] in LIMITED and len(text) > MAX_TEXT:
            yield path, f"{len(text)} characters, more than {MAX_TEXT}"


@rule(ERROR, f"{SCHEMA}, required")
def issuer_has_name(certificate: Certificate) -> Iterator[Fault]:
    """The field is, who issued the certificate, is not empty."""
    for kind, entry in certificate.entries():
        if isinstance(entry.get("is"), str) and not entry["is"].strip():
            yield f"{kind}/is", "empty"


def _places(certificate: Certificate) -> Iterator[Place]:
    """The maps of a certificate: path of their fields, the map, and its required and optional fields."""
    yield "", certificate.dcc, TOP, frozenset(KINDS)
    name = certificate.dcc.get("nam")
    if isinstance(name, Mapping):
        yield "nam/", name, frozenset(), NAME
    for kind, entry in certificate.entries():
        yield f"{kind}/", entry, REQUIRED[kind], OPTIONAL.get(kind, frozenset())


def _texts(certificate: Certificate) -> Iterator[tuple[str, str]]:
    """All texts in known fields with their paths."""
    for path, values, required, optional in _places(certificate):
        for field in sorted(required | optional):
            if isinstance(values.get(field), str):
                yield path + field, values[field]


def _expected(field: str) -> str:
    return "an integer" if field in INTEGERS else "text"


RULES: Final = (
    one_entry, fields_present, fields_known, field_types, schema_version_form, schema_version,
    no_blanks_around, normalised, no_control_characters, text_fits, issuer_has_name,
)  # fmt: skip
