"""Rules of the identifier of a certificate, the UVCI."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from signer.linting.certificate import Certificate
from signer.linting.rule import ERROR, REMARK, WARNING, Fault, rule

__all__ = ["RULES", "check_character"]

ANNEX: Final = "Guidelines on verifiable vaccination certificates, release 2, annex 2"
ALPHABET: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/:"
FORM: Final = re.compile(r"URN:UVCI:01:([A-Z]{2,3}):[A-Z0-9/:]+(#.)?", re.ASCII)
ISS: Final = 1
SHORTEST_NAME: Final = 4
"""Letters; shorter ones stand in a random text by chance."""


@rule(ERROR, ANNEX)
def uvci_form(certificate: Certificate) -> Iterator[Fault]:
    """The identifier is URN:UVCI:01:, the country, a colon, and capital letters, digits, / and : behind it.

    Others are not refused, yet cannot be told apart nor revoked by their country.
    """
    for path, identifier in _identifiers(certificate):
        if not FORM.fullmatch(identifier):
            yield path, "not of the form URN:UVCI:01:VN:A1B2C3"


@rule(WARNING, ANNEX)
def uvci_country(certificate: Certificate) -> Iterator[Fault]:
    """The country in the identifier is the one that issues."""
    issuer = certificate.claims.get(ISS)
    for path, identifier in _identifiers(certificate):
        form = FORM.fullmatch(identifier)
        if form and isinstance(issuer, str) and form[1] != issuer:
            yield path, "another country than iss"


@rule(ERROR, f"{ANNEX}, checksum")
def uvci_checksum(certificate: Certificate) -> Iterator[Fault]:
    """The check character behind # is right.

    Of 253 official identifiers with one only 124 are. It is Luhn's modulo N over 38 characters and the
    whole text from URN on.
    """
    for path, identifier in _identifiers(certificate):
        body, mark, check = identifier.rpartition("#")
        if mark and check != check_character(body):
            yield path, "the check character does not fit"


@rule(REMARK, f"{ANNEX}, checksum")
def uvci_has_checksum(certificate: Certificate) -> Iterator[Fault]:
    """The identifier ends with # and a check character.

    It is optional; who types an identifier by hand is warned of a slip. `uvci_checksum = true` in a
    profile writes it.
    """
    for path, identifier in _identifiers(certificate):
        if "#" not in identifier:
            yield path, "no check character"


@rule(ERROR, f"{ANNEX}: no personal data")
def uvci_impersonal(certificate: Certificate) -> Iterator[Fault]:
    """The identifier holds neither the name nor the date of birth.

    Identifiers are sent around for revocation, without the certificate; make them from a secret.
    """
    name, birth = certificate.dcc.get("nam"), certificate.dcc.get("dob")
    parts = [name.get(part) for part in ("fnt", "gnt")] if isinstance(name, Mapping) else []
    personal = [part for part in parts if isinstance(part, str) and len(part) >= SHORTEST_NAME]
    if isinstance(birth, str) and len(birth) == len("YYYY-MM-DD"):
        personal += [birth.replace("-", ""), birth]
    for path, identifier in _identifiers(certificate):
        if any(text in identifier for text in personal):
            yield path, "holds the name or the date of birth"


def check_character(body: str) -> str | None:
    """The check character of an identifier without # (Luhn's algorithm modulo 38); None for other letters."""
    total = 0
    for place, character in enumerate(reversed(body)):
        value = ALPHABET.find(character)
        if value < 0:
            return None
        addend = value * (2 - place % 2)
        total += addend // len(ALPHABET) + addend % len(ALPHABET)
    return ALPHABET[-total % len(ALPHABET)]


def _identifiers(certificate: Certificate) -> Iterator[tuple[str, str]]:
    for kind, entry in certificate.entries():
        if isinstance(entry.get("ci"), str):
            yield f"{kind}/ci", entry["ci"]


RULES: Final = (uvci_form, uvci_country, uvci_checksum, uvci_has_checksum, uvci_impersonal)
