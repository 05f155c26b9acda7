"""The CPU levels that benchmarks walk."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["DISABLED", "Level"]

DISABLED = {"ifma": "", "avx512": "ifma", "avx2": "avx512", "portable": "avx2"}
"""What is turned off to get each level, as in SIGNER_DISABLE_CPU."""


@dataclass(frozen=True)
class Level:
    """A CPU level that is in use now, and how to ask a new process for it."""

    name: str
    disabled: str
