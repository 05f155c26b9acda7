"""Telephone numbers: one's own, or that of the household."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from signer.synthetic.digits import digits, fixed_text
from signer.synthetic.draws import Ints, chance
from signer.synthetic.households import heads

__all__ = ["phone_texts"]

PHONE_MISSING_SHARE = 0.08
SHARED_PHONE_SHARE = 0.45
MOBILE_PREFIXES = np.array(
    [*range(32, 40), 70, 76, 77, 79, *range(81, 87), 88, 89, 90, 91, 93, 94, 96, 97, 98], dtype=np.int64
)  # fmt: skip


def phone_texts(rng: np.random.Generator, household: Ints) -> pa.StringArray:
    """Mobile numbers, 0 and nine digits, of people by their household; 8 % have none.

    Of those who are not the first of their household, 45 % give the number of the first.
    """
    n = len(household)
    prefixes = MOBILE_PREFIXES[rng.integers(0, len(MOBILE_PREFIXES), n)]
    texts = fixed_text(digits(prefixes * 10**7 + rng.integers(0, 10**7, n), 10))
    whose = np.where(chance(rng, n, SHARED_PHONE_SHARE), heads(household), np.arange(n))
    return texts.take(pa.array(whose, mask=chance(rng, n, PHONE_MISSING_SHARE)))
