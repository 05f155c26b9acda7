"""The levels of the kernels that this processor has, the fastest first, and what to turn off for each."""

from __future__ import annotations

import os

from signer import _core

GIVEN = os.environ.get("SIGNER_DISABLE_CPU", "")
TURNED_OFF = {"ifma": "", "avx512": "ifma", "avx2": "avx512", "portable": "avx2"}


def _levels_here() -> dict[str, str]:
    asked = {level: ",".join(filter(None, [GIVEN, off])) for level, off in TURNED_OFF.items()}
    here = {level: off for level, off in asked.items() if _core.select_cpu(off) == level}
    _core.select_cpu(GIVEN)
    return here


LEVELS = _levels_here()
