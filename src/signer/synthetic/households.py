"""Who lives together: people who stand one behind the other share an address and often a telephone."""

from __future__ import annotations

import numpy as np

from signer.synthetic.draws import Flags, Ints, chance, draw, slots

__all__ = ["draw_households", "heads", "housemates", "twins"]

# Households of 1 to 7; a mean of 3.4 (census of 2019: 3.6 with the youngest children).
SIZE_SLOTS = slots([11, 18, 23, 27, 12, 6, 3])
TWIN_SHARE = 0.006


def draw_households(rng: np.random.Generator, n: int) -> Ints:
    """The household of each of `n` people, numbered from 0; the last one may have lost members."""
    sizes = 1 + draw(rng, SIZE_SLOTS, n)
    return np.repeat(np.arange(n), sizes)[:n]


def heads(household: Ints) -> Ints:
    """The first person of everyone's household."""
    return np.searchsorted(household, household)


def twins(rng: np.random.Generator, household: Ints, foreigner: Flags, n_vaccinated: int) -> Ints:
    """Who is the second twin of the person just before, in the same household."""
    n = len(household)
    twin = chance(rng, n, TWIN_SHARE)
    twin[1:] &= (household[1:] == household[:-1]) & ~foreigner[:-1] & ~twin[:-1]
    twin[:1] = False
    twin[n_vaccinated : n_vaccinated + 1] = False  # children begin here
    return np.flatnonzero(twin & ~foreigner)


def housemates(household: Ints, people: Ints) -> tuple[Ints, ...]:
    """Whose number may stand in a person's place: the next, the one before, then people from farther away.

    Arrays of indices as long as `people`, the likeliest first; `people` itself where there is no such person.
    """
    n = len(household)
    after, before = np.minimum(people + 1, n - 1), np.maximum(people - 1, 0)
    near = (np.where(household[who] == household[people], who, people) for who in (after, before))
    return (*near, *((people + far) % n for far in (1, 17, 101, 211)))
