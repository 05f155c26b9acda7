"""Bulk verdicts, most of them native, are those of the verifier in Python, code by code, field by field."""

from __future__ import annotations

import os
import random
import zlib
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import cbor2
import pyarrow as pa
import pytest
from campaign.made_verdicts import assert_as_plain, judged, native_accepts, other_kind
from reference.little_issuer import (
    EXPIRES,
    ISSUED,
    NOW,
    TEST_USAGE,
    LittleIssuer,
    as_text,
    base45_text,
    trust_of,
    vaccination,
)

from signer import _core
from signer.campaign.verify_codes import CodeBatch
from signer.campaign.verify_judge import Judge, value_sets
from signer.errors import CertificateInvalid
from signer.verifying import TrustStore
from signer.verifying.code import Code

N_DAMAGED = int(os.environ.get("SIGNER_TEST_DAMAGED", "1000"))  # ci/test.sh asks for more


@pytest.fixture(scope="module")
def issuers() -> list[LittleIssuer]:
    return [
        LittleIssuer(),
        LittleIssuer(country="FR"),
        LittleIssuer("rsa2048"),
        LittleIssuer(usages=(TEST_USAGE,)),
        LittleIssuer(country=None),
        LittleIssuer(country="GR"),
        LittleIssuer(not_after=datetime(2022, 5, 1, tzinfo=UTC)),
    ]


@pytest.fixture(scope="module")
def trust(issuers: list[LittleIssuer]) -> TrustStore:
    return trust_of(*issuers)


def test_a_sound_certificate_is_decided_natively(issuers: list[LittleIssuer], trust: TrustStore) -> None:
    texts = [
        issuers[0].text(),
        issuers[0].text(issuers[0].payload(other_kind("r"))),
        issuers[0].text(issuers[0].payload(other_kind("t"))),
        issuers[1].text(issuers[1].payload(iss="FR")),
    ]
    assert native_accepts(texts, trust) == [True] * 4
    assert {verdict.verdict for verdict in assert_as_plain(texts, trust)} == {"valid"}


def test_what_a_stricter_rule_leaves_is_judged_in_python(
    issuers: list[LittleIssuer], trust: TrustStore
) -> None:
    own, rsa = issuers[0], issuers[2]
    texts = [
        rsa.text(),
        own.text(protected={1: -7}, unprotected={4: own.kid}),
        own.text(own.payload(vaccination(dn=2.0))),
        own.text(own.payload(vaccination(mp="a product of tomorrow"))),
        own.text(own.payload(vaccination(dt=" 2021-11-20T00:00:00Z"))),
        own.text(own.payload(iss=None)),
        issuers[5].text(issuers[5].payload(iss="EL")),
        issuers[4].text(),
    ]
    assert native_accepts(texts, trust) == [False] * len(texts)
    assert {verdict.verdict for verdict in assert_as_plain(texts, trust)} == {"valid"}


def test_refusals_of_every_layer_are_the_same(issuers: list[LittleIssuer], trust: TrustStore) -> None:
    own, stranger = issuers[0], LittleIssuer()
    forged = own.message()
    texts = [
        "", "HC1:", "HC2:AB", "HC1:???", own.text().lower(), own.text() + " ", own.text()[:-6],
        base45_text(zlib.compress(b"\xff" * 70_000)), base45_text(zlib.compress(b"\x84")),
        as_text(cbor2.dumps(own.message())),
        as_text(cbor2.dumps(cbor2.CBORTag(18, [*forged[:3], bytes(64)]))),
        stranger.text(), own.text(protected={1: -37, 4: own.kid}), own.text(own.payload(iss="FR")),
        own.text(own.payload({"ver": "1.3.0"})), issuers[3].text(), issuers[6].text(),
        own.text(own.payload(exp=int(ISSUED.timestamp()) + 1)),
        own.text(own.payload(iat=int(NOW.timestamp()) + 86_400)),
        "HC1:" + "A" * 120_000,
    ]  # fmt: skip
    found = assert_as_plain(texts, trust)
    assert "valid" not in {verdict.verdict for verdict in found}
    assert {verdict.reason for verdict in found} >= {
        "context", "base45", "zlib", "size", "cbor", "cose", "kid_unknown", "algorithm", "signature",
        "schema", "issuer", "key_usage", "dsc_validity", "expired", "not_yet_valid",
    }  # fmt: skip


@pytest.mark.parametrize("moment", [ISSUED, EXPIRES])
@pytest.mark.parametrize("microseconds", [-1_000_000, -1, 0, 1, 999_999, 1_000_000])
def test_the_very_second_counts(
    issuers: list[LittleIssuer], trust: TrustStore, moment: datetime, microseconds: int
) -> None:
    at = moment + timedelta(microseconds=microseconds)
    (verdict,) = assert_as_plain([issuers[0].text()], trust, at)
    is_inside = ISSUED <= at <= EXPIRES
    assert (verdict.verdict == "valid") == is_inside
    assert native_accepts([issuers[0].text()], trust, at) == [is_inside]


@pytest.mark.parametrize("hours", [-12, -1, 0, 1, 14])
@pytest.mark.parametrize("day", ["2022-05-31", "2022-06-01", "2022-06-02", "2022-06-03"])
def test_days_ahead_are_judged_in_the_zone_of_the_check(
    issuers: list[LittleIssuer], trust: TrustStore, day: str, hours: int
) -> None:
    at = NOW.astimezone(timezone(timedelta(hours=hours)))
    assert_as_plain([issuers[0].text(issuers[0].payload(vaccination(dt=day)))], trust, at)


def test_two_dscs_of_one_kid_are_left_to_python(issuers: list[LittleIssuer]) -> None:
    own, other = issuers[0], issuers[1]
    (dsc,) = trust_of(own).find(own.kid)
    (twin,) = trust_of(other).find(other.kid)
    both = TrustStore({own.kid: (twin, dsc)})
    assert native_accepts([own.text()], both) == [False]
    assert judged([own.text()], both)[0].verdict == "valid"


STRANGE = [
    None, True, 0, -1, 24, 2.0, 2.5, float("nan"), float("inf"), 2**31, 2**64, "", " ", "x", "x ",
    " x", "\u2003",
    "NGUYEN",
    "1.3.0", "1.3", "1.3.0.0", " 1.3.0", "1..0", "٣.1.0", "2021", "2021-01", "2021-13-01", "2021-02-29",
    "2020-02-29", "0000-01-01", "2021-1-1", "2021-01-01T00:00:00Z", "2021-01-01x", "20210101", "٢٠٢١-01-01",
    "EU/1/20/1507", "ORG-100031184", "28531000087107", "LP217198-3", "XX", "1899-12-31", "2100", "2022-04-15",
    "2022-04-16", "2022-04-10T10:00:00Z", "2022-04-10T10:61:00Z", "2022-01-11", "NGUYEN<", "x" * 80, "x" * 81,
    "ế" * 80, "ế" * 81, 1,
    "VN", "vn", "FR", "\x00", "Nguyễn", b"VN", [], {}, ["x"], {"x": 1}, cbor2.CBORTag(0, "2021-01-01"),
]  # fmt: skip


def changed(draw: random.Random, value: Any) -> Any:
    """One member somewhere exchanged for a strange value, left out, or put in."""
    if isinstance(value, dict) and value and draw.random() < 0.85:
        key = draw.choice(list(value))
        match draw.randrange(8):
            case 0:
                return {other: value[other] for other in value if other != key}
            case 1:
                return value | {draw.choice(["x", "v", "t", "r", 7]): draw.choice(STRANGE)}
            case 2:
                members = list(value.items())
                draw.shuffle(members)
                return dict(members)
        return value | {key: changed(draw, value[key])}
    if isinstance(value, list) and value and draw.random() < 0.7:
        return [changed(draw, value[0])] if draw.random() < 0.8 else value * 2
    return draw.choice(STRANGE)


def test_changed_contents_are_judged_as_in_python(issuers: list[LittleIssuer], trust: TrustStore) -> None:
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    draw = random.Random(seed)
    own = issuers[0]
    texts = []
    for _ in range(N_DAMAGED):
        dcc = draw.choice([vaccination(), other_kind("t"), other_kind("r")])
        claims = cbor2.loads(own.payload(dcc))
        for _ in range(draw.choice([0, 1, 1, 1, 2])):
            claims = changed(draw, claims)
        texts.append(own.text(cbor2.dumps(claims)))
    verdicts = assert_as_plain(texts, trust)
    n_valid, n_native = sum(each.verdict == "valid" for each in verdicts), sum(native_accepts(texts, trust))
    print(f"{n_valid} valid, {n_native} of them natively")
    assert N_DAMAGED // 15 < n_native < n_valid < N_DAMAGED


def test_damaged_bytes_that_are_signed_are_judged_as_in_python(
    issuers: list[LittleIssuer], trust: TrustStore
) -> None:
    """Bytes of payload, header, message and zlib stream changed or left out; the first two are signed."""
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    draw = random.Random(seed)
    own = issuers[0]
    payload, header = own.payload(), cbor2.dumps({1: -7, 4: own.kid})
    texts = []
    for _ in range(N_DAMAGED):
        match draw.randrange(5):
            case 0:
                texts.append(own.text(payload, protected=damaged(draw, header)))
            case 1:
                message = cbor2.dumps(cbor2.CBORTag(18, own.message(payload)))
                texts.append(as_text(damaged(draw, message)))
            case 2:
                message = cbor2.dumps(cbor2.CBORTag(18, own.message(payload)))
                texts.append(base45_text(damaged(draw, zlib.compress(message))))
            case _:
                texts.append(own.text(damaged(draw, payload)))
    verdicts = assert_as_plain(texts, trust)
    n_valid = sum(each.verdict == "valid" for each in verdicts)
    print(f"{n_valid} valid, {sum(native_accepts(texts, trust))} of them natively")
    assert N_DAMAGED // 30 < n_valid < N_DAMAGED


HEADS = bytes.fromhex(
    "00 17 18 19 1a 1b 20 38 40 58 5f 60 61 62 78 7f 80 81 98 9f a0 a1 a4 b8 bf c0 d2 f6 f9 fb ff"
)


def damaged(draw: random.Random, data: bytes) -> bytes:
    at = draw.randrange(len(data))
    match draw.randrange(5):
        case 0:
            return data[:at] + bytes([data[at] ^ 1 << draw.randrange(8)]) + data[at + 1 :]
        case 1:
            return data[:at] + data[at + draw.randrange(1, 4) :]
        case 2:
            return data[:at] + draw.choice([draw.randbytes(1), HEADS[at % len(HEADS) :][:1]]) + data[at:]
        case 3:
            return data[:at] + draw.choice([b"\x18", b"\x78\x02", b"\x58\x00", b"\xc3\x28"]) + data[at + 1 :]
    return data[:at] + bytes([draw.choice(HEADS)]) + data[at + 1 :]


def test_longer_heads_than_needed_say_the_same(issuers: list[LittleIssuer], trust: TrustStore) -> None:
    own = issuers[0]
    payload = own.payload()
    texts = [
        own.text(payload.replace(b"\x62dn", b"\x78\x02dn")),
        own.text(payload.replace(b"\x62dn\x02", b"\x62dn\x19\x00\x02")),
        own.text(payload.replace(b"\x62dn\x02", b"\x62dn\x1b" + bytes(7) + b"\x02")),
        own.text(payload.replace(b"\x62sd", b"\x78\x02dn")),  # dn twice
        own.text(protected=b"\xb8\x02\x18\x01\x26\x18\x04\x58\x08" + own.kid),
    ]
    assert all(len({own.text(payload), text}) == 2 for text in texts)
    assert [verdict.verdict for verdict in assert_as_plain(texts, trust)] == ["valid"] * 3 + [
        "invalid",
        "valid",
    ]
    assert native_accepts(texts, trust) == [True, True, False, False, True]


def test_failures_of_reading_and_nulls_have_verdicts_too(trust: TrustStore) -> None:
    failure = CertificateInvalid("unreadable", "no picture")
    codes = CodeBatch.of([Code("", "a.png", None, failure=failure), Code("", "b.pdf", 2, 3)])
    found = Judge(trust, NOW).verdicts(codes).to_pylist()
    assert [(row["source"], row["row"], row["page"], row["reason"]) for row in found] == [
        ("a.png", None, None, "unreadable"),
        ("b.pdf", 2, 3, "context"),
    ]


def test_a_text_that_is_no_utf_8_is_judged_like_any_other(trust: TrustStore) -> None:
    texts = pa.array([b"HC1:\xff\xfe", b"\xff"], pa.binary()).cast(pa.string(), safe=False)
    codes = CodeBatch(pa.array(["f"] * 2), pa.array([1, 2]), pa.nulls(2, pa.int32()), texts, {})
    assert Judge(trust, NOW).verdicts(codes).column("reason").to_pylist() == ["base45", "context"]


def test_names_that_cannot_be_shown_are_left_out(issuers: list[LittleIssuer], trust: TrustStore) -> None:
    own = issuers[0]
    texts = [own.text(own.payload(iss=iss)) for iss in ("\x1b[2J", "x" * 81, "Bộ Y tế")]
    assert [verdict.issuer for verdict in judged(texts, trust)] == [None, None, "Bộ Y tế"]


def test_more_signers_than_tables_are_still_judged() -> None:
    """Each takes 256 KiB: beyond 256 the verifier in Python does it."""
    issuers = [LittleIssuer() for _ in range(258)]
    trust = trust_of(*issuers)
    texts = [issuer.text() for issuer in issuers]
    assert sum(native_accepts(texts, trust)) == 256
    assert {verdict.verdict for verdict in judged(texts, trust)} == {"valid"}


def test_a_slice_of_a_column_with_nulls_is_read_from_its_first_row(issuers: list[LittleIssuer]) -> None:
    own = issuers[0]
    column = pa.array(["HC1:", None, own.text(), None, own.text(), "HC1:"], pa.string()).slice(1, 4)
    signer = (own.kid, point_of(own), "VN", "v", 0, int(EXPIRES.timestamp()))
    at_us = int(NOW.timestamp()) * 1_000_000
    verifier = _core.Verifier([signer], at_us=at_us, latest_day=NOW.date(), value_sets=value_sets())
    found = verifier.verify(column)
    assert found.column("signer").to_pylist() == [-1, 0, -1, 0]
    assert found.column("iat").to_pylist()[1] == int(ISSUED.timestamp())


def point_of(issuer: LittleIssuer) -> bytes:
    numbers = issuer.key.public_key().public_numbers()
    return bytes(numbers.x.to_bytes(32) + numbers.y.to_bytes(32))
