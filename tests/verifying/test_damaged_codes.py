"""Whatever is damaged, wherever: the verifier answers with a reason and never with another error."""

from __future__ import annotations

import json
import os
import random
import zlib
from collections import Counter
from collections.abc import Callable

import cbor2
import pytest
from reference.little_issuer import NOW, LittleIssuer, as_text, base45_text

from signer.cli.json_values import as_json
from signer.errors import CertificateInvalid
from signer.verifying import REASONS, TrustStore, peek, verify

SEED = 20220414
N_TRIES = int(os.environ.get("SIGNER_TEST_DAMAGED", "500"))  # ci/test.sh asks for more


def damaged(data: bytes, chance: random.Random) -> bytes:
    """One to three bytes changed, left out, put in, or the end cut off."""
    result = bytearray(data)
    for _ in range(chance.randint(1, 3)):
        if not result:
            break
        place = chance.randrange(len(result))
        match chance.randrange(4):
            case 0:
                result[place] = chance.randrange(256)
            case 1:
                del result[place]
            case 2:
                result.insert(place, chance.randrange(256))
            case _:
                del result[max(1, place) :]
    return bytes(result)


def damaged_text(issuer: LittleIssuer, chance: random.Random) -> str:
    return damaged(issuer.text().encode(), chance).decode("latin-1")


def damaged_stream(issuer: LittleIssuer, chance: random.Random) -> str:
    stream = zlib.compress(cbor2.dumps(cbor2.CBORTag(18, issuer.message())))
    return base45_text(damaged(stream, chance))


def damaged_message(issuer: LittleIssuer, chance: random.Random) -> str:
    return as_text(damaged(cbor2.dumps(cbor2.CBORTag(18, issuer.message())), chance))


def damaged_payload(issuer: LittleIssuer, chance: random.Random) -> str:
    return issuer.text(damaged(issuer.payload(), chance))


def damaged_header(issuer: LittleIssuer, chance: random.Random) -> str:
    return issuer.text(protected=damaged(cbor2.dumps({1: -7, 4: issuer.kid}), chance))


@pytest.mark.parametrize(
    "damage", [damaged_text, damaged_stream, damaged_message, damaged_payload, damaged_header]
)
def test_damage_gives_a_reason(
    issuer: LittleIssuer, trust: TrustStore, damage: Callable[[LittleIssuer, random.Random], str]
) -> None:
    print(f"seed {SEED}")
    chance = random.Random(SEED)  # the signatures differ from run to run, the damage does not
    answers: Counter[str] = Counter()
    for _ in range(N_TRIES):
        text = damage(issuer, chance)
        json.dumps(as_json(peek(text)), allow_nan=False)
        try:
            verify(text, trust, NOW)
            answers["valid"] += 1
        except CertificateInvalid as failure:
            answers[failure.reason] += 1
    print(dict(answers))
    assert set(answers) <= {*REASONS, "valid"}
    if damage is not damaged_payload:  # a signed payload may have any letter of a name changed
        assert answers["valid"] <= N_TRIES // 50
