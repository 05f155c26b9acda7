"""Weighted draws by table: one random 16-bit number and one look-up per value."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

__all__ = ["Flags", "Ints", "chance", "chunk_generator", "draw", "slots"]

Ints: TypeAlias = npt.NDArray[np.int64]
Flags: TypeAlias = npt.NDArray[np.bool_]

N_SLOTS = 65_536


def chunk_generator(seed: int, chunk: int) -> np.random.Generator:
    """The generator of one chunk: a function of seed and chunk number alone."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, chunk])))


def slots(weights: Sequence[float]) -> Ints:
    """A table of 65,536 places in which index i stands in proportion to weights[i], to within 1/65,536."""
    total = np.cumsum(np.asarray(weights, dtype=np.float64))
    ends = np.rint(total / total[-1] * N_SLOTS).astype(np.int64)
    return np.searchsorted(ends, np.arange(N_SLOTS), side="right").astype(np.int64)


def draw(rng: np.random.Generator, table: Ints, n: int) -> Ints:
    """`n` indices in the proportions of `table`, which `slots` made."""
    drawn: Ints = table[rng.integers(0, N_SLOTS, n, dtype=np.uint16)]
    return drawn


def chance(rng: np.random.Generator, n: int, share: float | npt.NDArray[np.float64]) -> Flags:
    """`n` independent yes or no, yes with probability `share`."""
    return rng.random(n, dtype=np.float32) < share
