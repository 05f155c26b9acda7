"""Random inputs to every layer of the verifier, each with a reason, in little time and memory.

Usage: PYTHONPATH=src:tests python tests/fuzz/fuzz_verifier.py [--count N] [--seed S] [--layer NAME]...
"""

from __future__ import annotations

import argparse
import random
import sys
import time
import tracemalloc
import zlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import cbor2
from fuzz.hostile_cbor import damaged, hostile_item, random_item
from reference.little_issuer import NOW, LittleIssuer, as_text, base45_text, trust_of, vaccination

from signer.errors import LAYER_OF, CertificateInvalid
from signer.verifying import REASONS, TrustStore, peek, verify
from signer.verifying.inflate import MAX_BYTES
from signer.verifying.text import MAX_CHARACTERS

MAX_MILLISECONDS = 10.0
MAX_MEMORY = 1024 * 1024
MAX_MESSAGE = 300
TRACED_EVERY = 20
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"


def text(issuer: LittleIssuer, chance: random.Random) -> str:
    """Damaged texts, texts of any characters, and one in a thousand of a megabyte."""
    if chance.random() < 0.001:
        return "HC1:" + chance.choice(ALPHABET) * 1_000_000
    if chance.random() < 0.3:
        return chance.choice(["HC1:", "HC2:", ""]) + "".join(chance.choices(ALPHABET + "é\ud800\x00a", k=40))
    return damaged(issuer.text().encode(), chance).decode("latin-1")


def base45(_issuer: LittleIssuer, chance: random.Random) -> str:
    n = chance.choice(
        [0, 1, 2, 3, chance.randrange(600), chance.randrange(MAX_CHARACTERS) if chance.random() < 0.1 else 9]
    )
    return "HC1:" + "".join(chance.choices(ALPHABET, k=n))


def inflated(issuer: LittleIssuer, chance: random.Random) -> str:
    """Damaged streams, bombs, and streams of every level."""
    message = cbor2.dumps(cbor2.CBORTag(18, issuer.message()))
    if chance.random() < 0.02:
        return base45_text(
            zlib.compress(
                bytes(chance.choice([MAX_BYTES - 1, MAX_BYTES, MAX_BYTES + 1, 65_536, 4_000_000])), 9
            )
        )
    stream = zlib.compress(message, chance.randrange(10))
    return base45_text(
        damaged(stream, chance) if chance.random() < 0.9 else b"\x78\xda" + chance.randbytes(60)
    )


def cbor(issuer: LittleIssuer, chance: random.Random) -> str:
    if chance.random() < 0.4:
        return as_text(damaged(cbor2.dumps(cbor2.CBORTag(18, issuer.message())), chance))
    return as_text(hostile_item(chance))


def cose(issuer: LittleIssuer, chance: random.Random) -> str:
    """Messages whose parts are of any kind, and headers that are damaged or hostile but signed."""
    header = cbor2.dumps({1: -7, 4: issuer.kid})
    match chance.randrange(3):
        case 0:
            parts: list[Any] = issuer.message()
            parts[chance.randrange(4)] = random_item(chance)
            tags = chance.choice([(18,), (61, 18), (61,), (18, 18)])
            message: Any = parts
            for tag in reversed(tags):
                message = cbor2.CBORTag(tag, message)
            return as_text(cbor2.dumps(message))
        case 1:
            return issuer.text(protected=damaged(header, chance))
        case _:
            return issuer.text(
                protected=chance.choice([hostile_item(chance), cbor2.dumps(random_item(chance))])
            )


def cwt(issuer: LittleIssuer, chance: random.Random) -> str:
    """Payloads that are damaged or hostile, but signed."""
    match chance.randrange(4):
        case 0:
            return issuer.text(hostile_item(chance))
        case 1:
            claims = {1: "VN", 4: 1681437600, 6: 1649901600, -260: {1: vaccination()}}
            claims[chance.choice([1, 4, 6, -260])] = random_item(chance)
            return issuer.text(cbor2.dumps(claims))
        case _:
            return issuer.text(damaged(issuer.payload(), chance))


def dcc(issuer: LittleIssuer, chance: random.Random) -> str:
    """Certificates of each kind with a value or two of any kind."""
    content = vaccination()
    entry = content.pop("v")[0]
    more = {"sc": "2021-11-20T10:00:00Z", "tr": "260415000", "tt": "LP6464-4"}
    content["vtr"[chance.randrange(3)]] = [entry | more | dict.fromkeys(("fr", "df", "du"), "2021-11-20")]
    for _ in range(chance.randint(1, 2)):
        place: Any = chance.choice([content, content, content.get("nam"), entry_of(content)])
        if isinstance(place, dict) and place:
            place[chance.choice(list(place))] = random_item(chance)
    return issuer.text(issuer.payload(content))


def entry_of(content: dict[str, Any]) -> Any:
    groups = [content[kind] for kind in "vtr" if isinstance(content.get(kind), list)]
    return groups[0][0] if groups and groups[0] else None


LAYERS: dict[str, Callable[[LittleIssuer, random.Random], str]] = {
    "text": text,
    "base45": base45,
    "zlib": inflated,
    "cbor": cbor,
    "cose": cose,
    "cwt": cwt,
    "dcc": dcc,
}


@dataclass
class Findings:
    """What became of the inputs of a layer; `broken` describes those that broke a promise."""

    answers: Counter[str] = field(default_factory=Counter)
    slowest_ms: float = 0
    most_bytes: int = 0
    broken: list[str] = field(default_factory=list)


def fuzz(layer: str, count: int, seed: int, issuer: LittleIssuer, traced_every: int = 1) -> Findings:
    """Verifies `count` inputs; the signatures differ from run to run, everything else is of the seed.

    Counting memory makes an input ten times as long, so only one in `traced_every` has it counted.
    """
    chance, trust, findings = random.Random(f"{seed} {layer}"), trust_of(issuer), Findings()
    for number in range(count):
        given = LAYERS[layer](issuer, chance)
        try:
            answer = judged(given, trust, findings)
            if number % traced_every == 0:
                count_memory(given, trust, findings)
        except Exception as error:  # whatever it is, it is what this looks for
            answer = f"{type(error).__name__}: {error}"[:MAX_MESSAGE]
            findings.broken.append(f"input {number}: {answer}: {given[:200]!r}")
        findings.answers[answer] += 1
    return findings


def judged(given: str, trust: TrustStore, findings: Findings) -> str:
    began = time.thread_time()
    answer, told = verdict(given, trust)
    milliseconds = (time.thread_time() - began) * 1000
    if milliseconds > MAX_MILLISECONDS / 2:
        milliseconds = best_milliseconds(given, trust)
    findings.slowest_ms = max(findings.slowest_ms, milliseconds)
    assert milliseconds <= MAX_MILLISECONDS, f"took {milliseconds:.1f} ms"
    assert len(told) <= MAX_MESSAGE, "a message that repeats the input"
    peek(given)
    return answer


def best_milliseconds(given: str, trust: TrustStore) -> float:
    """The best of three, as others use the processor, too."""
    times = []
    for _ in range(3):
        began = time.thread_time()
        verdict(given, trust)
        times.append(time.thread_time() - began)
    return min(times) * 1000


def count_memory(given: str, trust: TrustStore, findings: Findings) -> None:
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        verdict(given, trust)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    findings.most_bytes = max(findings.most_bytes, peak - before)
    assert peak - before <= MAX_MEMORY, f"took {peak - before} bytes"


def verdict(given: str, trust: TrustStore) -> tuple[str, str]:
    try:
        verify(given, trust, NOW)
    except CertificateInvalid as failure:
        if failure.reason not in REASONS or failure.layer not in LAYER_OF.values():
            raise AssertionError(f"{failure.reason} of {failure.layer} is no class of failure") from failure
        return failure.reason, str(failure)
    return "valid", ""


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--count", type=int, default=20_000, help="inputs a layer")
    options.add_argument("--seed", type=int, default=random.SystemRandom().randrange(2**32))
    options.add_argument("--layer", choices=LAYERS, action="append", help="these layers only")
    asked = options.parse_args()
    issuer, n_broken = LittleIssuer(), 0
    print(f"fuzz_verifier: seed {asked.seed}")
    for layer in asked.layer or LAYERS:
        found = fuzz(layer, asked.count, asked.seed, issuer, TRACED_EVERY)
        answers = ", ".join(f"{count} {answer}" for answer, count in found.answers.most_common(8))
        limits = f"at most {found.slowest_ms:.1f} ms and {found.most_bytes} bytes"
        print(f"{layer:8} {asked.count} inputs, {limits}: {answers}")
        print("\n".join(found.broken[:5]), end="\n" if found.broken else "", flush=True)
        n_broken += len(found.broken)
    return 1 if n_broken else 0


if __name__ == "__main__":
    sys.exit(main())
