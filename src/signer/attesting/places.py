"""Which place a certificate names, and whether a file's rows are of that place (docs/attesting.md)."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from cryptography import x509
from cryptography.x509.oid import NameOID

from signer.attesting.faults import FaultKind, NotAttestedError
from signer.records.places import RowsOfPlace

__all__ = ["CENTRAL_SIGNER", "Place", "check_rows", "place_of"]

CENTRAL_SIGNER = "central signer"
"""The organizational unit (OU) that lets a certificate sign for all facilities of its province."""


@dataclass(frozen=True)
class Place:
    """What a certificate may sign for; `facility` is None for all of the province.

    `district` is None where the certificate names none: then it is not compared.
    """

    province: str
    district: str | None
    facility: str | None

    @property
    def in_words(self) -> str:
        """The facility, district and province that are named, for people to read."""
        return ", ".join(filter(None, (self.facility, self.district, self.province)))


def place_of(certificate: x509.Certificate) -> Place:
    """The place that the subject names; raises NotAttestedError where it names none, or more than one."""
    province = _only(certificate, NameOID.STATE_OR_PROVINCE_NAME, "province (ST)")
    if province is None:
        raise _names_none("no province (ST)")
    if CENTRAL_SIGNER in _values(certificate, NameOID.ORGANIZATIONAL_UNIT_NAME):
        return Place(province, None, None)
    district = _only(certificate, NameOID.LOCALITY_NAME, "district (L)")
    facility = _only(certificate, NameOID.ORGANIZATION_NAME, "facility (O)")
    if facility is None:
        raise _names_none(f"neither a facility (O) nor OU={CENTRAL_SIGNER}")
    return Place(province, district, facility)


def check_rows(place: Place, rows: Iterable[RowsOfPlace]) -> int:
    """The number of all rows; raises NotAttestedError where some are not of the place, and counts those."""
    n_rows, abroad, elsewhere = 0, _Strays(), _Strays()
    for found in rows:
        n_rows += found.n_rows
        if _plain(found.province) != place.province:
            abroad.add(found)
        elif not _is_within(place, found):
            elsewhere.add(found)
    if abroad.n_rows:
        raise NotAttestedError(
            FaultKind.OTHER_PROVINCE, f"{abroad.in_words} of another province than {place.province}"
        )
    if elsewhere.n_rows:
        raise NotAttestedError(
            FaultKind.OTHER_FACILITY, f"{elsewhere.in_words} of another facility than {place.in_words}"
        )
    return n_rows


@dataclass
class _Strays:
    """Rows that are of another place, counted: what stands in them may be anybody's name."""

    n_rows: int = 0
    first_row: int = 0

    def add(self, found: RowsOfPlace) -> None:
        self.first_row = min(self.first_row, found.first_row) if self.n_rows else found.first_row
        self.n_rows += found.n_rows

    @property
    def in_words(self) -> str:
        if self.n_rows == 1:
            return f"row {self.first_row} is"
        return f"{self.n_rows:,} rows (the first is row {self.first_row}) are"


def _is_within(place: Place, found: RowsOfPlace) -> bool:
    if place.facility is None:
        return True
    if place.district is not None and _plain(found.district) != place.district:
        return False
    return _plain(found.facility) == place.facility


def _only(certificate: x509.Certificate, attribute: x509.ObjectIdentifier, what: str) -> str | None:
    values = _values(certificate, attribute)
    if len(values) > 1:
        raise _names_none(f"more than one {what}")
    return values[0] if values else None


def _values(certificate: x509.Certificate, attribute: x509.ObjectIdentifier) -> list[str]:
    """The texts of an attribute of the subject, those that are empty left out."""
    found = (_plain(str(value.value)) for value in certificate.subject.get_attributes_for_oid(attribute))
    return [text for text in found if text]


def _plain(text: str | None) -> str:
    """In NFC without blanks around it: `Hà Nội` however its marks are written."""
    return unicodedata.normalize("NFC", text or "").strip()


def _names_none(what: str) -> NotAttestedError:
    return NotAttestedError(FaultKind.NAMES_NO_PLACE, f"the signer's certificate names {what}")
