"""Prometheus' text exposition format, version 0.0.4: families of gauges, a line a value."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

__all__ = ["Family", "Sample", "escaped", "exposition_of"]

ESCAPES = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n"})


@dataclass(frozen=True)
class Sample:
    """A value under its labels."""

    labels: Mapping[str, str]
    value: float


@dataclass(frozen=True)
class Family:
    """All values of one name; `meaning` is a line. All of ours are gauges: what a moment looks like."""

    name: str
    meaning: str
    samples: tuple[Sample, ...]


def exposition_of(families: Iterable[Family]) -> str:
    """The text of a file; families without a value are left out."""
    return "".join(line + "\n" for family in families if family.samples for line in _lines(family))


def _lines(family: Family) -> Iterator[str]:
    yield f"# HELP {family.name} {family.meaning}"
    yield f"# TYPE {family.name} gauge"
    for sample in family.samples:
        labels = ",".join(f'{name}="{escaped(value)}"' for name, value in sample.labels.items())
        yield f"{family.name}{{{labels}}} {_number(sample.value)}"


def escaped(value: str) -> str:
    """The value of a label; UTF-8 whatever the value: a name of a folder may hold bytes that are not."""
    return value.encode("utf-8", "backslashreplace").decode().translate(ESCAPES)


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(float(value))
