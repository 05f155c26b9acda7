"""Whatever a signed message says, lint answers with findings."""

from __future__ import annotations

import random
from typing import Any

import cbor2
import pytest
from linting.linted import found
from reference.little_issuer import LittleIssuer, trust_of, vaccination

ISSUER = LittleIssuer()
STRANGE: list[Any] = [
    None, True, 0, -1, 2**63, 1.5, float("nan"), float("inf"), "", " ", "x" * 200, "1988-02-29", "\x00", b"",
    [], [[]], {}, {1: 2}, {"v": None}, cbor2.CBORTag(1, 5), cbor2.CBORTag(0, "2022"), [{}], ["v"], "﷽" * 90,
]  # fmt: skip


def changed(value: Any, source: random.Random) -> Any:
    """The same with something strange in one place, or one place gone."""
    if isinstance(value, dict) and value and source.random() < 0.8:
        key = source.choice(list(value))
        if source.random() < 0.1:
            return {other: inner for other, inner in value.items() if other != key}
        return value | {key: changed(value[key], source)}
    if isinstance(value, list) and value and source.random() < 0.8:
        return [changed(value[0], source), *value[1:]]
    return source.choice(STRANGE)


@pytest.mark.parametrize("seed", range(20))
def test_lint_answers_strange_certificates(seed: int) -> None:
    source = random.Random(seed)
    claims = cbor2.loads(ISSUER.payload(vaccination()))
    headers = {1: -7, 4: ISSUER.kid}
    n_found = 0
    for _ in range(50):
        payload = cbor2.dumps(changed(changed(claims, source), source))
        protected = changed(headers, source) if source.random() < 0.3 else headers
        header = cbor2.dumps(protected)
        signed = ISSUER.text(payload, protected=header, unprotected=source.choice([{}, {4: []}, {1: {}}]))
        n_found += len(found(signed, trust_of(ISSUER)))
    assert n_found >= 50
