"""Which certificates are revoked: by each hash, by filter and list together, and only what would be valid."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import cbor2
import pytest
from made_revocations import (
    all_hashes,
    hash_of,
    hashes_of_text,
    list_rows,
    message_of,
    write_filter,
    write_list,
)
from reference.little_issuer import EXPIRES, NOW, LittleIssuer, as_text, trust_of, vaccination
from verifying.official_vectors import clock_of, dsc_of, vectors

from signer.errors import CertificateInvalid
from signer.verifying import Revocations, TrustStore, verify
from signer.verifying.revoked_hashes import HASH_TYPES


@pytest.fixture(scope="module", params=["p256", "rsa2048"])
def own(request: pytest.FixtureRequest) -> LittleIssuer:
    return LittleIssuer(request.param)


def text_of(issuer: LittleIssuer, ci: str, **claims: Any) -> str:
    return issuer.text(issuer.payload(vaccination(ci=ci), **claims))


def refusal(text: str, issuer: LittleIssuer, *paths: Path, at: datetime = NOW) -> CertificateInvalid | None:
    try:
        verify(text, trust_of(issuer), at, Revocations.load(paths))
    except CertificateInvalid as failure:
        return failure
    return None


@pytest.mark.parametrize("kind", HASH_TYPES)
def test_each_hash_of_a_list_revokes(tmp_path: Path, own: LittleIssuer, kind: str) -> None:
    text, other = text_of(own, "URN:UVCI:01:VN:1#A"), text_of(own, "URN:UVCI:01:VN:2")
    path = write_list(tmp_path / "revoked.csv", [(b"", kind, hashes_of_text(text)[kind])])
    failure = refusal(text, own, path)
    assert failure is not None
    assert (failure.reason, failure.layer) == ("revoked", "trust")
    assert str(failure) == f"the list {path} has its {kind} hash"
    assert refusal(other, own, path) is None


def test_a_signature_hash_revokes_that_signature_alone_and_a_uci_hash_all_later_ones(
    tmp_path: Path, own: LittleIssuer
) -> None:
    first, again = text_of(own, "URN:UVCI:01:VN:1"), text_of(own, "URN:UVCI:01:VN:1")
    of_first = hashes_of_text(first)
    by_signature = write_list(tmp_path / "s.csv", [(own.kid, "SIGNATURE", of_first["SIGNATURE"])])
    assert [refusal(text, own, by_signature) is None for text in (first, again)] == [False, True]
    by_filter = write_filter(tmp_path / "f", [of_first["COUNTRYCODEUCI"]])
    assert [refusal(text, own, by_filter) is None for text in (first, again)] == [False, False]


def test_another_s_to_the_same_r_is_revoked_too(tmp_path: Path) -> None:
    """Whoever has a certificate can make that one: -s fits as well as s."""
    own = LittleIssuer()
    header, unprotected, payload, signature = own.message()
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    s = order - int.from_bytes(signature[32:])
    twin = as_text(
        cbor2.dumps(cbor2.CBORTag(18, [header, unprotected, payload, signature[:32] + s.to_bytes(32)]))
    )
    assert refusal(twin, own) is None
    path = write_list(tmp_path / "l.csv", [(own.kid, "SIGNATURE", hash_of(signature[:32]))])
    assert refusal(twin, own, path) is not None


def test_a_filter_alone_says_its_date_and_its_rate(tmp_path: Path, own: LittleIssuer) -> None:
    text = own.text()
    path = write_filter(tmp_path / "revoked.filter", [hashes_of_text(text)["COUNTRYCODEUCI"]])
    assert str(refusal(text, own, path)) == (
        f"the filter {path} of 2022-05-31T12:00:00Z has it, which alone errs at a rate of 1e-07"
        " at most; the exact list of the same export decides"
    )


def test_a_list_of_the_same_export_decides_over_its_filter_and_over_no_other(
    tmp_path: Path, own: LittleIssuer
) -> None:
    """A filter of few bits hits what nobody revoked; its own list lets it pass, another list does not."""
    revoked = [text_of(own, f"URN:UVCI:01:VN:{number}") for number in range(20)]
    entries = [hashes_of_text(text)["COUNTRYCODEUCI"] for text in revoked]
    loose = write_filter(tmp_path / "loose", entries, rate=0.9, n_bits=16, n_positions=1)
    others = (text_of(own, f"URN:UVCI:01:VN:other {number}") for number in itertools.count())
    hit = next(text for text in others if refusal(text, own, loose) is not None)
    whole = write_list(tmp_path / "whole.csv", list_rows(revoked))
    assert refusal(hit, own, loose, whole) is None
    assert refusal(hit, own, whole, loose) is None
    assert "whole.csv" in str(refusal(revoked[3], own, loose, whole))
    shorter = write_list(tmp_path / "shorter.csv", list_rows(revoked[1:]))
    assert "the filter" in str(refusal(hit, own, loose, shorter))
    foreign = write_list(
        tmp_path / "foreign.csv", list_rows([text_of(own, f"X{number}") for number in range(20)])
    )
    exact = write_filter(tmp_path / "exact", entries)
    assert "the filter" in str(refusal(revoked[0], own, exact, foreign))


def test_one_of_several_entries_revokes(tmp_path: Path, own: LittleIssuer) -> None:
    """Early certificates carry all doses, each with an identifier."""
    entries = [vaccination(ci=ci)["v"][0] for ci in ("URN:UVCI:01:VN:1", "URN:UVCI:01:VN:2")]
    text = own.text(own.payload(vaccination() | {"v": entries}))
    path = write_list(tmp_path / "l.csv", [(b"", "UCI", hash_of(b"URN:UVCI:01:VN:2"))])
    assert refusal(text, own) is None
    assert refusal(text, own, path) is not None


def test_a_certificate_without_issuer_is_that_of_the_country_of_its_key(
    tmp_path: Path, own: LittleIssuer
) -> None:
    text = text_of(own, "URN:1", iss=None)
    path = write_filter(tmp_path / "f", [hash_of(b"VNURN:1")])
    assert refusal(text, own, path) is not None


def test_only_what_would_be_valid_is_called_revoked(tmp_path: Path, own: LittleIssuer) -> None:
    text = own.text()
    path = write_list(tmp_path / "l.csv", list_rows([text]))
    expired = refusal(text, own, path, at=EXPIRES.replace(year=2024))
    assert expired is not None
    assert expired.reason == "expired"
    forged = LittleIssuer()
    forgery = forged.text(protected={1: own.algorithm, 4: own.kid})
    named = write_list(tmp_path / "f.csv", [(b"", "UCI", hash_of(b"URN:UVCI:01:VN:A1B2C3#3"))])
    failure = refusal(forgery, own, named)
    assert failure is not None
    assert failure.reason == "signature"


def test_of_the_official_certificates_those_listed_are_revoked_and_no_others(
    corpora: Path, tmp_path: Path
) -> None:
    """Every second valid one is listed: in a list by one of its hashes in turn, and in a filter."""
    valid = dict(valid_vectors(corpora))
    assert len(valid) > 100
    assert {len(message_of(text)[3]) for text, _, _ in valid.values()} >= {64, 256}
    hashes = {name: all_hashes(text) for name, (text, _, _) in valid.items()}
    listed = list(valid)[::2]
    by_list = {
        (kind, of)
        for number, name in enumerate(listed)
        for kind, of in hashes[name]
        if kind == HASH_TYPES[number % 3]
    }
    by_filter = {of for name in listed for kind, of in hashes[name] if kind == "COUNTRYCODEUCI"}
    plain = Revocations.load([write_list(tmp_path / "l.csv", [(b"", kind, of) for kind, of in by_list])])
    filtered = Revocations.load([write_filter(tmp_path / "f", by_filter)])
    n_revoked = 0
    for name, (text, trust, at) in valid.items():
        assert is_revoked(text, trust, at, plain) == bool(by_list & set(hashes[name])), name
        assert is_revoked(text, trust, at, filtered) == any(of in by_filter for _, of in hashes[name]), name
        n_revoked += is_revoked(text, trust, at, plain)
    assert len(listed) * 0.8 < n_revoked < len(valid)


def valid_vectors(corpora: Path) -> Iterator[tuple[str, tuple[str, TrustStore, datetime]]]:
    """The official certificates that are valid at the time that their vector names."""
    for name, vector in vectors(corpora):
        if "PREFIX" not in vector or "VALIDATIONCLOCK" not in vector["TESTCTX"]:
            continue
        case = vector["PREFIX"], TrustStore.of([dsc_of(vector)]), clock_of(vector)
        with suppress(CertificateInvalid):
            verify(*case)
            yield name, case


def is_revoked(text: str, trust: TrustStore, at: datetime, revocations: Revocations) -> bool:
    reason = None
    try:
        verify(text, trust, at, revocations)
    except CertificateInvalid as failure:
        reason = failure.reason
    assert reason in {None, "revoked"}
    return reason is not None
