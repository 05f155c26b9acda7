"""What a rule is: a name, a source, how bad it is to break it, and the check that finds the places."""

from __future__ import annotations

import enum
import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from signer.linting.certificate import Certificate

__all__ = ["ERROR", "REMARK", "WARNING", "Check", "Fault", "Finding", "Rule", "Severity", "rule", "shown"]

MAX_SHOWN: Final = 40


class Severity(enum.StrEnum):
    """How bad it is to break a rule."""

    ERROR = "error"  # against a specification: some verifier refuses the certificate or misreads it
    WARNING = "warning"  # allowed, and yet it makes trouble at the border
    REMARK = "remark"  # nothing wrong; what others do better

    @property
    def is_fault(self) -> bool:
        """Whether a certificate should not be handed out like that."""
        return self is not Severity.REMARK


ERROR, WARNING, REMARK = Severity.ERROR, Severity.WARNING, Severity.REMARK

Fault = tuple[str, str]
"""A field such as "v/mp" and what is wrong there, without personal data."""
Check = Callable[[Certificate], Iterator[Fault]]


@dataclass(frozen=True, slots=True)
class Rule:
    """`asks` is one sentence; `why` says what comes of breaking it and what to do instead."""

    name: str
    severity: Severity
    source: str
    asks: str
    why: str
    check: Check


@dataclass(frozen=True, slots=True)
class Finding:
    """A place where a certificate breaks a rule; `message` has no personal data."""

    rule: Rule
    field: str
    message: str


def rule(severity: Severity, source: str) -> Callable[[Check], Rule]:
    """Makes a rule of a check: named as the function, explained by its docstring."""

    def made(check: Check) -> Rule:
        asks, _, why = inspect.cleandoc(check.__doc__ or "").partition("\n\n")
        return Rule(check.__name__, severity, source, " ".join(asks.split()), " ".join(why.split()), check)

    return made


def shown(value: object) -> str:
    """A code of a value set, for a message; what looks like anything else is not repeated."""
    if (
        isinstance(value, str)
        and value
        and len(value) <= MAX_SHOWN
        and value.isascii()
        and value.isprintable()
    ):
        return value
    return "something else" if isinstance(value, str) else f"a value of type {type(value).__name__}"
