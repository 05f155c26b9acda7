"""Rules of the dose: its number and the number in its series."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from signer.linting.certificate import Certificate
from signer.linting.rule import ERROR, Fault, rule

__all__ = ["RULES"]

MAX_DOSES: Final = 9
SINGLE: Final = 1
NUMBERS: Final = {"dn": "dose number", "sd": "number of doses in the series"}


@rule(ERROR, "DCC schema 1.3.3, dose_posint; value sets 1.14, section 1")
def dose_numbers(certificate: Certificate) -> Iterator[Fault]:
    """Dose number and number of doses are 1 to 9.

    Nobody has a dose number 0.
    """
    for kind, entry in certificate.entries("v"):
        for field, name in NUMBERS.items():
            number = _number(entry.get(field))
            if number is not None and not 1 <= number <= MAX_DOSES:
                yield f"{kind}/{field}", f"the {name} is {number:g}"


@rule(ERROR, "Implementing Decision (EU) 2021/2301, annex")
def dose_in_series(certificate: Certificate) -> Iterator[Fault]:
    """A dose number beyond the series stands only beside a series of one: 2/1, 3/1.

    A booster after two doses is 3/3, not 3/2, which some verifiers show as complete, some refuse and some
    take for the second dose of a series; a booster after a single-dose vaccine, or after recovery and one
    dose, is 2/1.
    """
    for kind, entry in certificate.entries("v"):
        dose, series = _number(entry.get("dn")), _number(entry.get("sd"))
        if dose is not None and series is not None and dose > series != SINGLE:
            yield f"{kind}/dn", f"dose {dose:g} of {series:g}"


def _number(value: object) -> float | None:
    """A number whatever its type; that floats are none is another rule."""
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


RULES: Final = (dose_numbers, dose_in_series)
