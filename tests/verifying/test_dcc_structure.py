"""The structural check: what of the field it lets pass, and what it does not."""

from __future__ import annotations

from typing import Any

import pytest
from reference.little_issuer import NOW, LittleIssuer, vaccination

from signer.errors import CertificateInvalid
from signer.verifying import TrustStore, verify
from signer.verifying.dcc import check_structure, kinds_of

TEST_ENTRY = {
    "tg": "840539006",
    "tt": "LP6464-4",
    "sc": "2021-06-13T14:20:00+00:00",
    "tr": "260415000",
    "co": "VN",
    "is": "Ministry of Health",
    "ci": "URN:UVCI:01:VN:T1",
}
RECOVERY_ENTRY = {
    "tg": "840539006",
    "fr": "2021-04-21",
    "co": "VN",
    "is": "Ministry of Health",
    "df": "2021-05-01",
    "du": "2021-10-21",
    "ci": "URN:UVCI:01:VN:R1",
}


def with_top(**changes: Any) -> dict[str, Any]:
    return vaccination() | changes


@pytest.mark.parametrize(
    "entry",
    [
        {"dn": 2.0, "sd": 2.0},
        {"dt": " 2021-11-20 "},
        {"dt": "\t2021-11-20\r\n"},
        {"dt": "2021-11-20T00:00:00"},
        {"dt": "2021-11-20T10:00:00+07:00"},
        {"dt": "2021-11-20Z"},
        {"ci": "no uvci at all"},
        {"ci": "URN:UVCI:01:VN:A1B2C3#X"},
        {"mp": "Covishield", "ma": "of another maker"},
        {"mp": "", "vp": "J07BX03"},
        {"is": " Ministry "},
        {"dn": 3, "sd": 1},
        {"zz": "an unknown field"},
    ],
)
def test_entries_of_the_field_pass(entry: dict[str, Any]) -> None:
    check_structure(vaccination(**entry))


@pytest.mark.parametrize(
    "dob", ["", "1988", "1988-02", "1988-02-29", "1988-02-29T00:00:00", " 1988 ", "1988-XX-XX"]
)
def test_births_of_the_field_pass(dob: str) -> None:
    check_structure(with_top(dob=dob))


@pytest.mark.parametrize(
    "top",
    [
        {"t": None, "r": None},
        {"t": [], "r": []},
        {"ver": "1.0.0"},
        {"ver": " 1.3.0 "},
        {"nam": {"fnt": "NGUYEN"}},
        {"nam": {"gnt": "DUY", "fn": None}},
    ],
)
def test_certificates_of_the_field_pass(top: dict[str, Any]) -> None:
    check_structure(with_top(**top))


def test_tests_and_recoveries_pass() -> None:
    check_structure(with_top(v=None, t=[TEST_ENTRY]))
    check_structure(with_top(v=None, r=[RECOVERY_ENTRY]))


def test_all_doses_in_one_certificate_pass() -> None:
    entry = vaccination()["v"][0]
    check_structure(with_top(v=[entry | {"dn": 1}, entry]))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"ver": None}, "ver"),
        ({"ver": "1.3"}, "ver"),
        ({"dob": None}, "dob"),
        ({"dob": "29.02.1988"}, "dob"),
        ({"nam": None}, "nam"),
        ({"nam": {"fn": "Nguyễn"}}, "nam/fnt"),
        ({"nam": {"fnt": " "}}, "nam/fnt"),
        ({"nam": {"fnt": "\ufeff\x85", "gnt": "\x1c"}}, "nam/fnt"),
        ({"dob": "1988-02-29T\u2028"}, "dob"),
        ({"dob": "1988\x1c"}, "dob"),
        ({"nam": {"fnt": "NGUYEN", "gn": 7}}, "nam"),
        ({"v": "dose"}, "v"),
        ({"v": ["dose"]}, "v"),
    ],
)
def test_a_malformed_certificate_is_refused_with_the_field(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(CertificateInvalid, match=f"the field {field} is") as caught:
        check_structure(with_top(**changes))
    assert caught.value.reason == "schema"


@pytest.mark.parametrize("field", ["tg", "vp", "mp", "ma", "dn", "sd", "dt", "co", "is", "ci"])
@pytest.mark.parametrize("value", [None, [], True])
def test_a_missing_field_of_a_dose_is_refused(field: str, value: Any) -> None:
    with pytest.raises(CertificateInvalid, match=f"v/{field}"):
        check_structure(vaccination(**{field: value}))


@pytest.mark.parametrize("dose", [-1, 1.5, float("nan"), float("inf"), "2", 2**53, 1e300])
def test_a_dose_number_that_is_none_is_refused(dose: Any) -> None:
    with pytest.raises(CertificateInvalid, match="v/dn"):
        check_structure(vaccination(dn=dose))


@pytest.mark.parametrize("day", ["", "2021", "2021-11", "2021-02-29", "20.11.2021", "\xa02021-11-20"])
def test_a_date_that_is_none_is_refused(day: str) -> None:
    with pytest.raises(CertificateInvalid, match="v/dt"):
        check_structure(vaccination(dt=day))


@pytest.mark.parametrize("groups", [{"v": None}, {"v": []}, {"t": [TEST_ENTRY]}, {"t": b""}, {"r": 0}])
def test_no_kind_and_several_kinds_are_refused(groups: dict[str, Any]) -> None:
    with pytest.raises(CertificateInvalid, match="kinds of entries"):
        check_structure(with_top(**groups))


def test_null_and_empty_groups_count_as_absent() -> None:
    assert kinds_of({"v": [1], "t": None, "r": []}) == {"v"}


def test_the_verifier_uses_the_check(issuer: LittleIssuer, trust: TrustStore) -> None:
    for wrong in (vaccination(dn="two"), {}, "text"):
        with pytest.raises(CertificateInvalid) as caught:
            verify(issuer.text(issuer.payload(wrong)), trust, NOW)
        assert caught.value.reason == "schema"
