"""What is revoked, in bulk: the verdicts of the core with lists are those of the verifier in Python."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pyarrow as pa
import pytest
from campaign.made_verdicts import assert_as_plain, native_accepts, other_kind
from made_revocations import all_hashes, hash_of, hashes_of_text, write_filter, write_list
from reference.little_issuer import EXPIRES, NOW, LittleIssuer, trust_of, vaccination

from signer.campaign.verify_codes import CodeBatch
from signer.campaign.verify_judge import Judge
from signer.verifying import Revocations, TrustStore
from signer.verifying.code import Code
from signer.verifying.revoked_hashes import HASH_TYPES

N_CASES = int(os.environ.get("SIGNER_TEST_CASES", "10"))  # ci/test.sh asks for more


@pytest.fixture(scope="module")
def issuers() -> list[LittleIssuer]:
    return [LittleIssuer(), LittleIssuer(country="FR"), LittleIssuer("rsa2048")]


@pytest.fixture(scope="module")
def trust(issuers: list[LittleIssuer]) -> TrustStore:
    return trust_of(*issuers)


@pytest.fixture(scope="module")
def texts(issuers: list[LittleIssuer]) -> list[str]:
    """Of every kind, by ES256 and PS256, decided by the core and in Python, some signed twice."""
    own, french, rsa = issuers
    found = []
    for number in range(60):
        ci = f"URN:UVCI:01:VN:{'Đ' * (number % 7)}{number % 50}"
        kind = "vtr"[number % 3]
        dcc = vaccination() if kind == "v" else other_kind(kind)
        dcc[kind][0]["ci"] = ci
        found.append(own.text(own.payload(dcc)))
        found.append(french.text(french.payload(dcc, iss="FR")))
        if number < 12:
            found.append(rsa.text(rsa.payload(dcc)))
            found.append(own.text(own.payload(dcc), protected={1: -7}, unprotected={4: own.kid}))
            found.append(own.text(own.payload(dcc, exp=1_650_000_000)))  # expired
            found.append(LittleIssuer().text())
    return found


def test_the_core_gives_the_hashes_of_the_gateway(
    issuers: list[LittleIssuer], trust: TrustStore, texts: list[str]
) -> None:
    """Of identifiers of 1 to 80 characters, of up to four bytes each."""
    own = issuers[0]
    long = [
        own.text(own.payload(vaccination(ci="V" + letter * n)))
        for letter in ("x", "Đ", "ế", "😀")
        for n in range(0, 80, 13 if letter != "😀" else 79)
    ]
    asked = [*long, *texts] * 2
    found = Judge(trust, NOW)._verifier.verify(pa.array(asked, pa.string()), hashes=True)
    accepted = native_accepts(asked, trust)
    assert sum(accepted) > len(long)
    for at, (text, is_native) in enumerate(zip(asked, accepted, strict=True)):
        if is_native:
            of = {kind: found.column(kind)[at].as_py() for kind in HASH_TYPES}
            assert of == dict(all_hashes(text))


def test_without_lists_the_core_gives_no_hashes(trust: TrustStore, texts: list[str]) -> None:
    found = Judge(trust, NOW)._verifier.verify(pa.array(texts, pa.string()))
    assert found.schema.names == ["signer", "iat", "exp"]


def test_any_lists_and_filters_judge_as_in_python(
    trust: TrustStore, texts: list[str], tmp_path: Path
) -> None:
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    draw = random.Random(seed)
    reasons = set()
    for _ in range(N_CASES):
        paths = [
            drawn_file(draw, tmp_path / str(number), draw.sample(texts, draw.randrange(0, 30)))
            for number in range(draw.randrange(1, 4))
        ]
        if draw.random() < 0.3:
            some = draw.sample(texts, 20)
            paths += [same_export(draw, tmp_path / "same", some), whole_list(tmp_path / "same.csv", some)]
        verdicts = assert_as_plain(draw.sample(texts, 100), trust, NOW, Revocations.load(paths))
        reasons |= {verdict.reason for verdict in verdicts}
    assert reasons == {None, "revoked", "expired", "kid_unknown"}


def drawn_file(draw: random.Random, path: Path, some: list[str]) -> Path:
    hashes = [each for text in some for each in all_hashes(text)]
    if draw.random() < 0.5:
        return write_list(path, [(b"", *each) for each in hashes if draw.random() < 0.5])
    return same_export(draw, path, some)


def same_export(draw: random.Random, path: Path, some: list[str]) -> Path:
    """A filter; half of them hit many others falsely."""
    entries = {hashes_of_text(text)["COUNTRYCODEUCI"] for text in some}
    if entries and draw.random() < 0.5:
        return write_filter(path, entries, rate=0.5, n_bits=8 * len(entries), n_positions=2)
    return write_filter(path, entries)


def whole_list(path: Path, some: list[str]) -> Path:
    return write_list(path, {(b"", *each) for text in some for each in all_hashes(text)})


def test_a_revoked_one_keeps_what_it_says_and_has_no_marks(
    issuers: list[LittleIssuer], trust: TrustStore, tmp_path: Path
) -> None:
    own = issuers[0]
    marked = own.text(own.payload(vaccination(mp="a product of tomorrow")))
    path = write_list(tmp_path / "l.csv", [(b"", "UCI", hash_of(b"URN:UVCI:01:VN:A1B2C3#3"))])
    texts = [own.text(), marked]
    assert native_accepts(texts, trust) == [True, False]
    for verdict in assert_as_plain(texts, trust, NOW, Revocations.load([path])):
        assert verdict[:5] == ("invalid", "revoked", "trust", "VN", own.kid)
        assert (verdict.expires_at, verdict.marks) == (EXPIRES, ())


def test_a_hash_of_zeros_revokes_nothing_that_is_not_read(trust: TrustStore, tmp_path: Path) -> None:
    """The core gives zeros where it decides nothing."""
    path = write_list(tmp_path / "l.csv", [(b"", kind, bytes(16)) for kind in HASH_TYPES])
    codes = CodeBatch.of([Code("HC1:", "file", 1), Code("", "file", 2)])
    found = Judge(trust, NOW, Revocations.load([path])).verdicts(codes)
    assert found.column("reason").to_pylist() == ["zlib", "context"]
