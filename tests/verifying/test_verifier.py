"""The whole check: what verifies, each reason for which something does not, what the field demands."""

from __future__ import annotations

import random
import zlib
from dataclasses import FrozenInstanceError, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import cbor2
import pytest
from reference.little_issuer import (
    ANY_USAGE,
    CLIENT_USAGE,
    EXPIRES,
    ISSUED,
    MISTAKEN_TEST_USAGE,
    NOW,
    TEST_USAGE,
    VACCINATION_USAGE,
    LittleIssuer,
    as_text,
    base45_text,
    trust_of,
    vaccination,
)

from signer.errors import CertificateInvalid
from signer.verifying import REASONS, Dsc, TrustStore, Verified, peek, verify

LAYERS = ("text", "base45", "zlib", "cbor", "cose", "cwt", "dcc", "trust")


def reason_of(text: str, trust: TrustStore, at: datetime = NOW) -> str:
    with pytest.raises(CertificateInvalid) as caught:
        verify(text, trust, at)
    assert caught.value.reason in REASONS
    assert caught.value.layer in LAYERS
    assert caught.value.exit_code == 1
    return caught.value.reason


def wrapped(issuer: LittleIssuer, *parts: Any) -> str:
    return as_text(cbor2.dumps(cbor2.CBORTag(18, list(parts) or issuer.message())))


def test_a_sound_certificate_gives_its_content(issuer: LittleIssuer, trust: TrustStore) -> None:
    assert verify(issuer.text(), trust, NOW) == Verified(
        kid=issuer.kid,
        issuer="VN",
        issued_at=ISSUED,
        expires_at=EXPIRES,
        dcc=vaccination(),
        algorithm="ES256",
        country="VN",
    )


def test_a_verified_certificate_cannot_be_changed(issuer: LittleIssuer, trust: TrustStore) -> None:
    with pytest.raises(FrozenInstanceError):
        verify(issuer.text(), trust, NOW).issuer = "XX"


@pytest.mark.parametrize(("kind", "marks"), [("rsa2048", ()), ("rsa4096", ()), ("rsa1024", ("weak_key",))])
def test_ps256_verifies_and_a_weak_key_is_marked(kind: str, marks: tuple[str, ...]) -> None:
    issuer = LittleIssuer(kind)
    verified = verify(issuer.text(), trust_of(issuer), NOW)
    assert (verified.algorithm, verified.marks) == ("PS256", marks)


# --- the layers of the text


@pytest.mark.parametrize("prefix", ["", "HC2:", "hc1:", "HC1", " HC1:", "HL0:"])
def test_another_context_is_refused(issuer: LittleIssuer, trust: TrustStore, prefix: str) -> None:
    assert reason_of(prefix + issuer.text()[4:], trust) == "context"


@pytest.mark.parametrize("end", ["\n", "a", "=", "é", "0000", ":::", "\x00"])
def test_what_is_not_base45_is_refused(issuer: LittleIssuer, trust: TrustStore, end: str) -> None:
    text = issuer.text()
    whole_groups = text[: 4 + (len(text) - 4) // 3 * 3]
    assert reason_of(whole_groups + end, trust) == "base45"


def test_nothing_is_stripped_though_no_sound_text_ends_in_a_blank(
    issuer: LittleIssuer, trust: TrustStore
) -> None:
    # A blank is worth 36; a group ends in 32 at most (65535 // 2025), a short one in 5 (255 // 45).
    endings = {base45_text(value.to_bytes(2))[-1] for value in range(65536)}
    endings |= {base45_text(bytes([value]))[-1] for value in range(256)}
    assert " " not in endings
    for wrong in (issuer.text() + " ", issuer.text() + "\n", " " + issuer.text()):
        assert reason_of(wrong, trust) in {"base45", "context"}


def test_blanks_within_a_text_count(issuer: LittleIssuer, trust: TrustStore) -> None:
    text = next(text for n in range(500) if " " in (text := issuer.text(unprotected={99: n})))
    assert verify(text, trust, NOW).issuer == "VN"
    assert reason_of(text.replace(" ", "", 1), trust) in {"base45", "zlib"}


def test_damaged_cut_or_followed_zlib_is_refused(issuer: LittleIssuer, trust: TrustStore) -> None:
    stream = zlib.compress(cbor2.dumps(cbor2.CBORTag(18, issuer.message())))
    other_end = stream[:-1] + bytes([stream[-1] ^ 1])
    for wrong in (b"", b"\xd2\x84", stream[:-1], stream[:40], stream + b"\x00", other_end):
        assert reason_of(base45_text(wrong), trust) == "zlib"


def test_raw_deflate_and_gzip_are_no_zlib(issuer: LittleIssuer, trust: TrustStore) -> None:
    data = cbor2.dumps(cbor2.CBORTag(18, issuer.message()))
    for window in (-15, 31):
        packer = zlib.compressobj(wbits=window)
        assert reason_of(base45_text(packer.compress(data) + packer.flush()), trust) == "zlib"


def test_a_decompression_bomb_is_refused_by_size(trust: TrustStore) -> None:
    assert reason_of(as_text(bytes(13 * 1024)), trust) == "size"
    assert reason_of(as_text(bytes(20_000_000)), trust) == "size"


def test_the_cap_is_12_kib_exactly(trust: TrustStore) -> None:
    assert reason_of(as_text(bytes(12 * 1024)), trust) == "cbor"  # inflated, and then zeros are no message
    assert reason_of(as_text(bytes(12 * 1024 + 1)), trust) == "size"


def test_an_absurdly_long_text_is_refused_before_any_work(trust: TrustStore) -> None:
    for n_characters in (18_497, 100_000, 1_000_000):
        assert reason_of("HC1:" + "0" * n_characters, trust) == "size"
    assert reason_of("HC1:" + "0" * 18_496, trust) == "base45"  # 6,165 groups and one character


def test_no_message_of_12_kib_is_too_long_as_a_text(trust: TrustStore) -> None:
    stored = zlib.compress(random.Random(1).randbytes(12 * 1024), 0)
    assert reason_of(base45_text(stored), trust) != "size"


# --- CBOR and COSE


def test_broken_cbor_of_the_message_is_refused(issuer: LittleIssuer, trust: TrustStore) -> None:
    message = cbor2.dumps(cbor2.CBORTag(18, issuer.message()))
    nested = b"\x81" * 10_000 + b"\x00"
    for wrong in (b"", message[:-1], message + b"\x00", b"\xff", nested, b"\xd2" * 10_000):
        assert reason_of(as_text(wrong), trust) == "cbor"


def test_broken_cbor_of_the_signed_payload_is_refused(issuer: LittleIssuer, trust: TrustStore) -> None:
    payload = issuer.payload()
    assert payload[0] == 0xA4  # a map of four claims
    repeated_issuer = b"\xa5" + payload[1:] + cbor2.dumps(1) + cbor2.dumps("XX")
    for wrong in (b"", payload[:-1], payload + b"\x00", repeated_issuer, b"\x81" * 99):
        assert reason_of(issuer.text(wrong), trust) == "cbor"


def test_circular_references_and_other_active_tags_are_refused(
    issuer: LittleIssuer, trust: TrustStore
) -> None:
    for item in ("d81c81d81d00", "d8236128", "c4820101", "c24101", "d9010281f6"):
        payload = b"\xa1\x01" + bytes.fromhex(item)
        assert reason_of(issuer.text(payload), trust) == "cbor"


def test_another_structure_than_cose_sign1_is_refused(issuer: LittleIssuer, trust: TrustStore) -> None:
    parts = issuer.message()
    tagged = cbor2.CBORTag
    for wrong in (
        0,
        parts,
        tagged(61, parts),
        tagged(18, parts[:3]),
        tagged(18, [*parts, b""]),
        tagged(18, {1: 2}),
        tagged(18, [{}, *parts[1:]]),
        tagged(18, [cbor2.dumps([]), *parts[1:]]),
        tagged(18, [parts[0], [], *parts[2:]]),
        tagged(18, [parts[0], {}, None, parts[3]]),
        tagged(18, [*parts[:3], "signature"]),
        tagged(61, tagged(61, tagged(18, parts))),
        tagged(18, tagged(18, parts)),
    ):
        assert reason_of(as_text(cbor2.dumps(wrong)), trust) == "cose"


def test_critical_headers_are_refused(issuer: LittleIssuer, trust: TrustStore) -> None:
    assert reason_of(issuer.text(protected={1: -7, 4: issuer.kid, 2: [99], 99: 1}), trust) == "cose"


def test_a_kid_that_is_no_byte_string_is_refused(issuer: LittleIssuer, trust: TrustStore) -> None:
    assert reason_of(issuer.text(protected={1: -7, 4: "kid"}), trust) == "cose"


def test_the_double_tag_of_the_field_verifies(issuer: LittleIssuer, trust: TrustStore) -> None:
    double = cbor2.CBORTag(61, cbor2.CBORTag(18, issuer.message()))
    assert verify(as_text(cbor2.dumps(double)), trust, NOW).issuer == "VN"


# --- kid, algorithm, signature


def test_the_kid_may_be_in_the_unprotected_header(issuer: LittleIssuer, trust: TrustStore) -> None:
    text = issuer.text(protected={1: -7}, unprotected={4: issuer.kid})
    assert verify(text, trust, NOW).kid == issuer.kid


def test_an_empty_protected_header_may_be_no_bytes_at_all(issuer: LittleIssuer, trust: TrustStore) -> None:
    text = issuer.text(protected=b"", unprotected={1: -7, 4: issuer.kid})
    assert verify(text, trust, NOW).kid == issuer.kid


def test_the_protected_kid_wins_over_the_unprotected(issuer: LittleIssuer, trust: TrustStore) -> None:
    right_first = issuer.text(protected={1: -7, 4: issuer.kid}, unprotected={4: b"wrong"})
    wrong_first = issuer.text(protected={1: -7, 4: b"wrong"}, unprotected={4: issuer.kid})
    assert verify(right_first, trust, NOW).kid == issuer.kid
    assert reason_of(wrong_first, trust) == "kid_unknown"


def test_a_certificate_without_kid_is_of_unknown_kid(issuer: LittleIssuer, trust: TrustStore) -> None:
    assert reason_of(issuer.text(protected={1: -7}), trust) == "kid_unknown"


def test_every_dsc_of_a_kid_is_tried(issuer: LittleIssuer) -> None:
    # A clash of eight bytes of SHA-256 cannot be made here, so the others are given the kid of the right one.
    others = [
        replace(Dsc.from_certificate(LittleIssuer(kind).certificate), kid=issuer.kid)
        for kind in ("p256", "rsa2048")
    ]
    right = Dsc.from_certificate(issuer.certificate)
    assert verify(issuer.text(), TrustStore.of([*others, right]), NOW).country == "VN"
    assert reason_of(issuer.text(), TrustStore.of(others)) == "signature"


@pytest.mark.parametrize("algorithm", [-37, -257, -8, -35, 5, "ES256", True, 7.0])
def test_a_header_that_disagrees_with_the_key_is_refused(
    issuer: LittleIssuer, trust: TrustStore, algorithm: Any
) -> None:
    assert reason_of(issuer.text(protected={1: algorithm, 4: issuer.kid}), trust) == "algorithm"


def test_es256_in_the_header_over_an_rsa_key_is_refused() -> None:
    issuer = LittleIssuer("rsa2048")
    assert reason_of(issuer.text(protected={1: -7, 4: issuer.kid}), trust_of(issuer)) == "algorithm"


def test_a_dsc_with_another_kind_of_key_is_refused(issuer: LittleIssuer) -> None:
    for kind in ("p384", "ed25519", "rsa4104"):
        other = LittleIssuer(kind)
        assert reason_of(issuer.text(protected={1: -7, 4: other.kid}), trust_of(other)) == "algorithm"


def test_a_header_without_algorithm_leaves_it_to_the_key(issuer: LittleIssuer, trust: TrustStore) -> None:
    assert verify(issuer.text(protected={4: issuer.kid}), trust, NOW).algorithm == "ES256"


def test_a_changed_payload_header_or_signature_does_not_verify(
    issuer: LittleIssuer, trust: TrustStore
) -> None:
    protected, unprotected, payload, signature = issuer.message()
    longer_header = cbor2.dumps({1: -7, 4: issuer.kid, 99: 0})
    for parts in (
        (protected, unprotected, payload[:-1] + b"?", signature),
        (longer_header, unprotected, payload, signature),
        (protected, unprotected, payload, bytes([signature[0] ^ 1]) + signature[1:]),
        (protected, unprotected, payload, signature[:-1]),
        (protected, unprotected, payload, signature + b"\x00"),
        (protected, unprotected, payload, bytes(64)),
        (protected, unprotected, payload, b""),
    ):
        assert reason_of(wrapped(issuer, *parts), trust) == "signature"


def test_the_signature_of_another_key_does_not_verify(issuer: LittleIssuer, trust: TrustStore) -> None:
    forger = LittleIssuer()
    assert reason_of(forger.text(protected={1: -7, 4: issuer.kid}), trust) == "signature"


# --- claims


@pytest.mark.parametrize("name", ["iat", "exp"])
@pytest.mark.parametrize("value", [None, "2022-04-14", True, float("nan"), float("inf"), 10**18, -(10**18)])
def test_a_time_that_is_none_is_refused(
    issuer: LittleIssuer, trust: TrustStore, name: str, value: Any
) -> None:
    assert reason_of(issuer.text(issuer.payload(**{name: value})), trust) == "schema"


def test_times_as_floats_or_tagged_verify(issuer: LittleIssuer, trust: TrustStore) -> None:
    floats = issuer.payload(iat=ISSUED.timestamp() + 0.25, exp=EXPIRES.timestamp())
    tagged = issuer.payload(exp=cbor2.CBORTag(1, int(EXPIRES.timestamp())))
    assert verify(issuer.text(floats), trust, NOW).issued_at == ISSUED + timedelta(seconds=0.25)
    assert verify(issuer.text(tagged), trust, NOW).expires_at == EXPIRES


def test_the_seconds_of_issue_and_expiry_both_count(issuer: LittleIssuer, trust: TrustStore) -> None:
    second = timedelta(seconds=1)
    assert reason_of(issuer.text(), trust, ISSUED - second) == "not_yet_valid"
    assert verify(issuer.text(), trust, ISSUED).issued_at == ISSUED
    assert verify(issuer.text(), trust, EXPIRES).expires_at == EXPIRES
    assert reason_of(issuer.text(), trust, EXPIRES + second) == "expired"


@pytest.mark.parametrize(
    ("begin", "end"),
    [
        (ISSUED + timedelta(seconds=1), EXPIRES),  # the DSC is younger than what it signed
        (ISSUED, EXPIRES - timedelta(seconds=1)),  # expires first
        (NOW + timedelta(days=1), EXPIRES),
        (ISSUED, NOW - timedelta(days=1)),
        (ISSUED - timedelta(days=9), ISSUED - timedelta(days=1)),
    ],
)
def test_a_certificate_that_its_dsc_does_not_outlive_is_refused(begin: datetime, end: datetime) -> None:
    issuer = LittleIssuer(not_before=begin, not_after=end)
    assert reason_of(issuer.text(), trust_of(issuer)) == "dsc_validity"


def test_a_certificate_as_long_lived_as_its_dsc_verifies() -> None:
    issuer = LittleIssuer(not_before=ISSUED, not_after=EXPIRES)
    assert verify(issuer.text(), trust_of(issuer), NOW).marks == ()


@pytest.mark.parametrize("name", [None, "VN", " vn ", "Ministry of Health", "", "VNM", "1A"])
def test_an_issuer_that_is_missing_or_no_country_verifies(
    issuer: LittleIssuer, trust: TrustStore, name: str | None
) -> None:
    assert verify(issuer.text(issuer.payload(iss=name)), trust, NOW).issuer == name


@pytest.mark.parametrize("name", ["FR", 84, b"VN", ["VN"]])
def test_an_issuer_of_another_country_or_no_text_is_refused(
    issuer: LittleIssuer, trust: TrustStore, name: Any
) -> None:
    assert reason_of(issuer.text(issuer.payload(iss=name)), trust) == "issuer"


@pytest.mark.parametrize(("country", "name"), [("GR", "EL"), ("UK", "GB"), (None, "FR")])
def test_two_codes_of_one_country_agree(country: str | None, name: str) -> None:
    issuer = LittleIssuer(country=country)
    assert verify(issuer.text(issuer.payload(iss=name)), trust_of(issuer), NOW).issuer == name


# --- key usage


@pytest.mark.parametrize(
    "usages", [(), (VACCINATION_USAGE,), (VACCINATION_USAGE, TEST_USAGE), (CLIENT_USAGE, ANY_USAGE)]
)
def test_a_dsc_for_vaccinations_or_for_all_signs_them(usages: tuple[str, ...]) -> None:
    issuer = LittleIssuer(usages=usages)
    assert verify(issuer.text(), trust_of(issuer), NOW).country == "VN"


@pytest.mark.parametrize(
    "usages", [(TEST_USAGE,), (MISTAKEN_TEST_USAGE,), (TEST_USAGE, CLIENT_USAGE), (CLIENT_USAGE,)]
)
def test_a_dsc_for_other_purposes_does_not_sign_vaccinations(usages: tuple[str, ...]) -> None:
    issuer = LittleIssuer(usages=usages)
    assert reason_of(issuer.text(), trust_of(issuer)) == "key_usage"


# --- what an unverified text says


def test_peek_decodes_what_does_not_verify(issuer: LittleIssuer) -> None:
    assert peek(issuer.text()) == {
        "iss": "VN",
        "iat": int(ISSUED.timestamp()),
        "exp": int(EXPIRES.timestamp()),
        "dcc": vaccination(),
    }


def test_peek_gives_nothing_of_what_cannot_be_decoded(issuer: LittleIssuer) -> None:
    assert peek("HC1:") is None
    assert peek(issuer.text()[:-3]) is None
    assert peek(issuer.text(b"\x01")) is None


def test_peek_gives_what_claims_there_are(issuer: LittleIssuer) -> None:
    assert peek(issuer.text(cbor2.dumps({1: "VN"}))) == {"iss": "VN", "iat": None, "exp": None, "dcc": None}


def test_a_time_without_zone_is_a_mistake_of_the_caller(issuer: LittleIssuer, trust: TrustStore) -> None:
    with pytest.raises(TypeError):
        verify(issuer.text(), trust, NOW.astimezone(UTC).replace(tzinfo=None))
