"""Each rule of lint finds what breaks it, and nothing in a sound certificate."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import cbor2
import pytest
from linting.linted import found, name_of, rules_of, with_entry, with_fields
from reference.little_issuer import (
    EXPIRES,
    ISSUED,
    TEST_USAGE,
    LittleIssuer,
    as_text,
    base45_text,
    trust_of,
    vaccination,
)

from signer.linting import RULES, Severity
from signer.verifying import Dsc, TrustStore
from signer.verifying.code import Symbol

ISSUER = LittleIssuer()
RSA = LittleIssuer("rsa2048")
IAT, EXP = int(ISSUED.timestamp()), int(EXPIRES.timestamp())


def with_claims(**claims: Any) -> str:
    return ISSUER.text(ISSUER.payload(**claims))


def with_headers(protected: dict[int, Any], unprotected: dict[int, Any] | None = None) -> str:
    return ISSUER.text(protected=protected, unprotected=unprotected)


def with_signature(change: Callable[[bytes], bytes]) -> str:
    *parts, signature = ISSUER.message()
    return as_text(cbor2.dumps(cbor2.CBORTag(18, [*parts, change(signature)])))


def of_group(kind: str, entry: dict[str, Any]) -> str:
    usual = {"tg": "840539006", "co": "VN", "is": "Ministry of Health", "ci": "URN:UVCI:01:VN:A1B2C3#3"}
    dcc = {key: value for key, value in vaccination().items() if key != "v"} | {kind: [usual | entry]}
    return ISSUER.text(ISSUER.payload(dcc))


def of_test(sampled: str) -> str:
    return of_group("t", {"tt": "LP6464-4", "tr": "260415000", "sc": sampled})


def of_recovery(until: str) -> str:
    return of_group("r", {"fr": "2022-01-01", "df": "2022-01-12", "du": until})


def long_message() -> bytes:
    payload = ISSUER.payload(vaccination(**{"is": "Ministry " * 7 + "of Health"}))
    return cbor2.dumps(cbor2.CBORTag(18, ISSUER.message(payload)))


BREAKING: dict[str, tuple[Callable[[], str], set[str]]] = {
    "decodes": (lambda: "HC1:NO", set()),
    "compression": (lambda: base45_text(zlib.compress(long_message(), 0)), set()),
    "text_length": (lambda: with_entry(RSA, **{"is": "Bộ Y tế của nước Cộng hoà Xã hội Chủ nghĩa"}), set()),
    "single_tag": (
        lambda: as_text(cbor2.dumps(cbor2.CBORTag(61, cbor2.CBORTag(18, ISSUER.message())))),
        set(),
    ),
    "kid_present": (lambda: with_headers({1: -7, 4: ISSUER.kid[:7]}), set()),
    "kid_protected": (lambda: with_headers({1: -7}, {4: ISSUER.kid}), set()),
    "algorithm": (lambda: with_headers({4: ISSUER.kid}, {1: -7}), set()),
    "bare_headers": (lambda: with_headers({1: -7, 4: ISSUER.kid}, {33: b"x5chain"}), set()),
    "signature_length": (lambda: with_signature(lambda signature: signature[:63]), set()),
    "issuer_named": (lambda: with_claims(iss=None), set()),
    "issuer_country": (lambda: with_claims(iss="Viet Nam"), {"uvci_country"}),
    "times_present": (lambda: with_claims(exp=None), set()),
    "times_are_integers": (lambda: with_claims(iat=float(IAT)), set()),
    "expires_after_issue": (lambda: with_claims(exp=IAT), set()),
    "issued_in_past": (
        lambda: with_claims(iat=int(datetime(2022, 7, 1, tzinfo=UTC).timestamp())),
        set(),
    ),
    "twelve_months": (lambda: with_claims(exp=IAT + 367 * 86400), set()),
    "bare_claims": (
        lambda: ISSUER.text(cbor2.dumps(cbor2.loads(ISSUER.payload()) | {7: b"cti"})),
        set(),
    ),
    "issued_after_event": (lambda: with_entry(ISSUER, dt="2022-04-16"), set()),
    "one_entry": (lambda: with_fields(ISSUER, v=vaccination()["v"] * 2), set()),
    "fields_present": (lambda: with_entry(ISSUER, co=None), set()),
    "fields_known": (lambda: with_fields(ISSUER, t=None), set()),
    "field_types": (lambda: with_entry(ISSUER, dn=2.0), set()),
    "schema_version_form": (lambda: with_fields(ISSUER, ver="1.3"), set()),
    "schema_version": (lambda: with_fields(ISSUER, ver="1.2.1"), set()),
    "no_blanks_around": (lambda: with_entry(ISSUER, ma="ORG-100030215 "), set()),
    "normalised": (lambda: with_entry(ISSUER, **{"is": "Bo\u0323\u0302 Y te\u0302\u0301"}), set()),
    "no_control_characters": (lambda: with_entry(ISSUER, **{"is": "Ministry\u200b of Health"}), set()),
    "text_fits": (lambda: with_entry(ISSUER, **{"is": "M" * 81}), set()),
    "issuer_has_name": (lambda: with_entry(ISSUER, **{"is": ""}), set()),
    "name_present": (lambda: with_fields(ISSUER, nam={}), set()),
    "name_letters": (lambda: with_fields(ISSUER, nam=name_of("Đỗ", "ĐO")), set()),
    "name_fillers": (lambda: with_fields(ISSUER, nam=name_of("Bảo Duy", "BAO<<DUY")), set()),
    "name_transliteration": (lambda: with_fields(ISSUER, nam=name_of("Nguyễn", "NGUYN")), set()),
    "name_pairs": (lambda: with_fields(ISSUER, nam=name_of("Đặng", "DANG") | {"gn": "Đức"}), set()),
    "birth_form": (lambda: with_fields(ISSUER, dob="1988-02-30"), set()),
    "day_form": (lambda: with_entry(ISSUER, dt="2021-11-20T00:00:00Z"), set()),
    "sample_time_form": (lambda: of_test("2022-04-13"), set()),
    "born_before_dose": (lambda: with_fields(ISSUER, dob="2021-12"), set()),
    "dose_possible": (lambda: with_entry(ISSUER, dt="2012-11-20"), set()),
    "recovery_span": (lambda: of_recovery("2022-07-01"), set()),
    "dose_numbers": (lambda: with_entry(ISSUER, dn=0), set()),
    "dose_in_series": (lambda: with_entry(ISSUER, dn=3), set()),
    "disease": (lambda: with_entry(ISSUER, tg="840539007"), set()),
    "country": (lambda: with_entry(ISSUER, co="Viet Nam"), set()),
    "product_known": (lambda: with_entry(ISSUER, mp="Comirnaty"), set()),
    "product_current": (
        lambda: with_entry(ISSUER, mp="VLA2001", ma="ORG-100036422", vp="28531000087107"),
        set(),
    ),
    "holder_known": (lambda: with_entry(ISSUER, ma="Pfizer"), set()),
    "product_holder": (lambda: with_entry(ISSUER, ma="ORG-100031184"), set()),
    "prophylaxis_known": (lambda: with_entry(ISSUER, vp="1119349006"), set()),
    "prophylaxis_current": (lambda: with_entry(ISSUER, vp="J07BX03"), set()),
    "product_prophylaxis": (lambda: with_entry(ISSUER, vp="29061000087103"), set()),
    "uvci_form": (lambda: with_entry(ISSUER, ci="URN:UVCI:01:VN:a1b2c3"), {"uvci_has_checksum"}),
    "uvci_country": (lambda: with_entry(ISSUER, ci="URN:UVCI:01:NL:187/37512422923#Z"), set()),
    "uvci_checksum": (lambda: with_entry(ISSUER, ci="URN:UVCI:01:VN:A1B2C3#4"), set()),
    "uvci_has_checksum": (lambda: with_entry(ISSUER, ci="URN:UVCI:01:VN:A1B2C3"), set()),
    "uvci_impersonal": (lambda: with_entry(ISSUER, ci="URN:UVCI:01:VN:NGUYEN19880229#I"), {"uvci_checksum"}),
}
"""A certificate that breaks each rule, and what else it breaks with it."""


@pytest.mark.parametrize("rule", BREAKING)
def test_a_certificate_that_breaks_a_rule_breaks_it_alone(rule: str) -> None:
    text, besides = BREAKING[rule]
    findings = found(text())
    assert rules_of(findings) - besides == {rule}
    assert all(finding.field and finding.message for finding in findings)


@pytest.mark.parametrize(
    "text",
    [
        ISSUER.text(),
        with_entry(ISSUER, dn=3, sd=3),
        with_entry(ISSUER, dn=2, sd=1),
        with_entry(ISSUER, vp="28531000087107"),
        with_fields(ISSUER, dob=""),
        with_fields(ISSUER, dob="1988"),
        with_fields(ISSUER, nam=name_of("Nguyễn", "NGUYEN")),
        with_fields(ISSUER, nam=name_of("Παπαδόπουλος", "PAPADOPOULOS")),
        of_test("2022-04-13T09:30:00+07:00"),
        of_recovery("2022-06-30"),
    ],
)
def test_a_sound_certificate_breaks_no_rule(text: str) -> None:
    assert found(text, trust_of(ISSUER), Symbol("Q", None)) == []


# --- the DSC


def of_dsc(issuer: LittleIssuer) -> set[str]:
    return rules_of(found(issuer.text(), trust_of(issuer)))


def test_a_kid_that_was_never_published_is_found() -> None:
    assert rules_of(found(ISSUER.text(), trust_of(RSA))) == {"dsc_published"}


def test_a_signature_of_another_key_is_found() -> None:
    forged = LittleIssuer().text(protected={1: -7, 4: ISSUER.kid})
    assert rules_of(found(forged, trust_of(ISSUER))) == {"signature_fits"}


def test_an_algorithm_that_is_not_the_keys_is_found() -> None:
    other = Dsc.from_certificate(RSA.certificate)
    found_there = rules_of(found(ISSUER.text(), TrustStore({ISSUER.kid: (other,)})))
    assert found_there == {"dsc_algorithm", "signature_fits"}


def test_of_several_dscs_with_the_kid_the_one_that_signed_counts() -> None:
    other, own = (Dsc.from_certificate(issuer.certificate) for issuer in (LittleIssuer(), ISSUER))
    assert found(ISSUER.text(), TrustStore({ISSUER.kid: (other, own)})) == []


@pytest.mark.parametrize(
    ("issuer", "rules"),
    [
        (LittleIssuer("rsa1024"), {"dsc_key_size", "signature_length"}),
        (LittleIssuer(not_after=datetime(2023, 1, 1, tzinfo=UTC)), {"outlives_dsc"}),
        (LittleIssuer(not_before=datetime(2022, 5, 1, tzinfo=UTC)), {"predates_dsc"}),
        (LittleIssuer(usages=(TEST_USAGE,)), {"dsc_kinds"}),
        (LittleIssuer(country="DE"), {"dsc_country"}),
    ],
    ids=["1024 bits", "ends early", "begins late", "for tests", "of another country"],
)
def test_what_is_wrong_between_certificate_and_dsc_is_found(issuer: LittleIssuer, rules: set[str]) -> None:
    assert of_dsc(issuer) == rules


# --- the picture


@pytest.mark.parametrize(("level", "rules"), [("L", {"qr_level"}), ("M", {"qr_level"}), ("H", set())])
def test_a_weak_error_correction_is_found(level: str, rules: set[str]) -> None:
    assert rules_of(found(ISSUER.text(), symbol=Symbol(level, None))) == rules


def test_a_symbol_larger_than_alphanumeric_mode_needs_is_found() -> None:
    assert rules_of(found(ISSUER.text(), symbol=Symbol("Q", 40))) == {"qr_mode"}


# --- all of them


def test_every_rule_has_a_test_here() -> None:
    elsewhere = {
        "dsc_published", "signature_fits", "dsc_algorithm", "dsc_key_size", "outlives_dsc", "predates_dsc",
        "dsc_kinds", "dsc_country", "qr_level", "qr_mode",
    }  # fmt: skip
    assert set(BREAKING) | elsewhere == set(RULES)


@pytest.mark.parametrize("rule", RULES.values(), ids=list(RULES))
def test_a_rule_says_what_it_asks_and_where_it_comes_from(rule: Any) -> None:
    assert rule.asks.endswith(".")
    assert rule.source
    assert "\n" not in rule.source
    assert isinstance(rule.severity, Severity)


def test_no_message_repeats_what_is_personal() -> None:
    name = {"fn": "Nguyễn", "fnt": "NGUYN ", "gn": "Bảo\x00 Duy", "gnt": "BAO<<DY"}
    text = with_fields(ISSUER, nam=name, dob="1988-02-30", v=[{"ci": "NGUYN 1988-02-30"}])
    findings = found(text)
    assert len(findings) > 10
    told = " ".join(finding.message for finding in findings)
    assert not [word for word in ("NGUYN", "Nguyễn", "Bảo", "DY", "1988") if word in told]
