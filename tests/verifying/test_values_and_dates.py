"""Codes and dates of a certificate: what decides is checked, what the field gets wrong is only marked."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from reference.little_issuer import EXPIRES, ISSUED, NOW, LittleIssuer, vaccination
from verifying.test_dcc_structure import RECOVERY_ENTRY, TEST_ENTRY

from signer.errors import CertificateInvalid
from signer.verifying import TrustStore, verify
from signer.verifying.dates import check_dates, contradictions
from signer.verifying.values import check_values, unlisted

LAST_DAY = datetime(9999, 12, 31, 23, tzinfo=UTC)


def of_test(**changes: Any) -> dict[str, Any]:
    return _without_doses() | {"t": [TEST_ENTRY | changes]}


def of_recovery(**changes: Any) -> dict[str, Any]:
    return _without_doses() | {"r": [RECOVERY_ENTRY | changes]}


def _without_doses() -> dict[str, Any]:
    return {name: value for name, value in vaccination().items() if name != "v"}


@pytest.mark.parametrize(
    ("dcc", "field"),
    [
        (vaccination(tg="6142004"), "v/tg"),
        (vaccination(tg=""), "v/tg"),
        (of_recovery(tg="COVID-19"), "r/tg"),
        (of_test(tr="negative"), "t/tr"),
        (of_test(tr=""), "t/tr"),
    ],
)
def test_a_code_that_decides_must_be_known(dcc: dict[str, Any], field: str) -> None:
    with pytest.raises(CertificateInvalid, match=f"the field {field} holds") as caught:
        check_values(dcc)
    assert (caught.value.reason, caught.value.layer) == ("value_set", "dcc")


@pytest.mark.parametrize("dcc", [vaccination(tg=" 840539006 "), of_test(tr="260373001"), of_recovery()])
def test_a_known_code_passes_with_blanks_around_it(dcc: dict[str, Any]) -> None:
    check_values(dcc)


@pytest.mark.parametrize(
    ("dcc", "fields"),
    [
        (vaccination(), []),
        (of_test(), []),
        (of_recovery(co="XK"), ["r/co"]),
        (of_test(tt="a test"), ["t/tt"]),
        (vaccination(mp="Turkovac"), ["v/mp"]),
        (vaccination(mp=" EU/1/20/1528"), ["v/mp"]),
        (vaccination(ma="ORG-100001699"), ["v/mp/ma"]),
        (vaccination(vp="J07BX03"), []),
        (vaccination(vp="C19"), ["v/vp"]),
    ],
)
def test_codes_that_are_not_listed_are_named(dcc: dict[str, Any], fields: list[str]) -> None:
    assert list(unlisted(dcc)) == fields


def test_an_unlisted_product_verifies_and_is_marked(issuer: LittleIssuer, trust: TrustStore) -> None:
    payload = issuer.payload(vaccination(mp="BBIBP-CorV"))  # with the holder of another product
    assert verify(issuer.text(payload), trust, NOW).marks == ("off_value_set",)


def test_what_departs_from_the_schema_verifies_and_is_marked(issuer: LittleIssuer, trust: TrustStore) -> None:
    payload = issuer.payload(vaccination(dt="2021-11-20T00:00:00"))
    assert verify(issuer.text(payload), trust, NOW).marks == ("off_schema",)


@pytest.mark.parametrize(
    ("dcc", "told"),
    [
        (vaccination(dt="2022-04-16"), "v/dt lies after the time of the check"),
        (of_test(sc="2022-04-16T00:00:00Z"), "t/sc lies after the time of the check"),
        (of_recovery(fr="2023-01-01"), "r/fr lies after the time of the check"),
        (vaccination() | {"dob": "2021-11-21"}, "dob lies after v/dt"),
        (vaccination() | {"dob": "2022"}, "dob lies after v/dt"),
        (vaccination() | {"dob": "2022-XX-XX"}, "dob lies after v/dt"),
    ],
)
def test_dates_that_contradict_each_other_are_refused(dcc: dict[str, Any], told: str) -> None:
    with pytest.raises(CertificateInvalid, match=told) as caught:
        check_dates(dcc, ISSUED)  # 14 April 2022, 2 o'clock UTC
    assert (caught.value.reason, caught.value.layer) == ("dates", "dcc")


@pytest.mark.parametrize(
    "dcc",
    [
        vaccination(dt="2022-04-15"),  # has begun, east of UTC
        vaccination(dt=" 2022-04-14T23:59:59+14:00 "),
        vaccination() | {"dob": ""},
        vaccination() | {"dob": "2021"},
        vaccination() | {"dob": "2021-11-20T10:00:00"},
        of_recovery(df="2021-10-22"),
    ],
)
def test_dates_that_can_be_pass(dcc: dict[str, Any]) -> None:
    check_dates(dcc, ISSUED)


def test_the_end_of_the_calendar_is_no_error() -> None:
    check_dates(vaccination(dt="9999-12-31"), LAST_DAY)


@pytest.mark.parametrize(
    ("dcc", "told"),
    [
        (vaccination(), []),
        (vaccination(dt="2022-04-15"), []),
        (vaccination(dt="2022-04-16"), ["v/dt lies after iat"]),
        (of_test(sc="2022-04-16T00:00:00Z"), ["t/sc lies after iat"]),
        (of_recovery(df="2021-10-21"), []),
        (of_recovery(df="2021-10-22"), ["r/df lies after r/du"]),
    ],
)
def test_odd_dates_of_the_field_are_only_named(dcc: dict[str, Any], told: list[str]) -> None:
    assert list(contradictions(dcc, ISSUED)) == told


def test_a_test_of_a_day_to_come_verifies_on_that_day_and_is_marked(
    issuer: LittleIssuer, trust: TrustStore
) -> None:
    text = issuer.text(issuer.payload(of_test(sc=NOW.isoformat(timespec="seconds"))))
    assert verify(text, trust, NOW).marks == ("odd_dates",)
    with pytest.raises(CertificateInvalid, match="t/sc lies after the time of the check"):
        verify(text, trust, ISSUED)


def test_contradicting_dates_do_not_verify(issuer: LittleIssuer, trust: TrustStore) -> None:
    text = issuer.text(issuer.payload(vaccination(dt=EXPIRES.date().isoformat())))
    with pytest.raises(CertificateInvalid) as caught:
        verify(text, trust, NOW)
    assert caught.value.reason == "dates"
