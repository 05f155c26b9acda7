"""Each rule of a payload, broken alone: the core leaves the certificate to the verifier in Python."""

from __future__ import annotations

from typing import Any

import cbor2
import pytest
from campaign.made_verdicts import assert_as_plain, assert_left_to_python, edited, native_accepts, other_kind
from reference.little_issuer import LittleIssuer, trust_of, vaccination

from signer.verifying import TrustStore

KINDS = ["v", "t", "r"]
EVENTS = {"v": "dt", "t": "sc", "r": "fr"}
DCC = (-260, 1)


@pytest.fixture(scope="module")
def own() -> LittleIssuer:
    return LittleIssuer()


@pytest.fixture(scope="module")
def trust(own: LittleIssuer) -> TrustStore:
    return trust_of(own)


def sound(kind: str, **changes: Any) -> dict[str, Any]:
    """A certificate of this kind, with every field and no birth; its span is as wide as there is."""
    dcc = vaccination() if kind == "v" else other_kind(kind)
    more = {"v": {}, "t": {"ma": "1232"}, "r": {"df": "0001-01-01", "du": "9999-12-31"}}[kind]
    return dcc | {"dob": "", kind: [dcc[kind][0] | more | changes]}


def claims_of(own: LittleIssuer, dcc: dict[str, Any]) -> dict[Any, Any]:
    return dict(cbor2.loads(own.payload(dcc)))


def encoded(value: Any, twice: tuple[Any, ...] = ()) -> bytes:
    """CBOR by hand; the member at the path `twice` comes twice in its map, with the same value."""
    if isinstance(value, list):
        inner = twice[1:] if twice[:1] == (0,) else ()
        return bytes([0x80 | len(value)]) + b"".join(encoded(item, inner) for item in value)
    if not isinstance(value, dict):
        return cbor2.dumps(value)
    members = []
    for key, item in value.items():
        inner = twice[1:] if twice[:1] == (key,) else ()
        members += [cbor2.dumps(key) + encoded(item, inner)] * (2 if twice == (key,) else 1)
    return bytes([0xA0 | len(members)]) + b"".join(members)


@pytest.mark.parametrize("kind", KINDS)
def test_what_the_cases_start_from_is_accepted(own: LittleIssuer, trust: TrustStore, kind: str) -> None:
    payload = own.payload(sound(kind))
    assert encoded(claims_of(own, sound(kind))) == payload
    text = own.text(payload)
    assert native_accepts([text], trust) == [True]
    assert [verdict.verdict for verdict in assert_as_plain([text], trust)] == ["valid"]


# Members that come twice, are missing, or are too many.


ENTRY_FIELDS = [(kind, name) for kind in KINDS for name in sound(kind)[kind][0]]
OUTER_MEMBERS = [(1,), (4,), (6,), (-260,), DCC, *((*DCC, name) for name in ("ver", "dob", "nam", "v"))]


@pytest.mark.parametrize(("kind", "name"), ENTRY_FIELDS)
def test_a_field_twice(own: LittleIssuer, trust: TrustStore, kind: str, name: str) -> None:
    payload = encoded(claims_of(own, sound(kind)), (*DCC, kind, 0, name))
    assert len(payload) > len(own.payload(sound(kind)))
    assert_left_to_python(own.text(payload), trust)


@pytest.mark.parametrize(
    "path", [*((*DCC, "nam", part) for part in ("fn", "gn", "fnt", "gnt")), *OUTER_MEMBERS]
)
def test_a_name_part_or_an_outer_member_twice(
    own: LittleIssuer, trust: TrustStore, path: tuple[Any, ...]
) -> None:
    payload = encoded(claims_of(own, sound("v")), path)
    assert len(payload) > len(own.payload(sound("v")))
    assert_left_to_python(own.text(payload), trust)


@pytest.mark.parametrize(("name", "other"), [("ver", "dob"), ("dob", "nam"), ("nam", "ver"), ("v", "dob")])
def test_a_member_twice_in_the_place_of_another(
    own: LittleIssuer, trust: TrustStore, name: str, other: str
) -> None:
    dcc = sound("v")
    del dcc[other]
    assert_left_to_python(own.text(encoded(claims_of(own, dcc), (*DCC, name))), trust)


@pytest.mark.parametrize(("label", "other"), [(1, 4), (4, 6), (6, 4), (-260, 6), (6, 1)])
def test_a_claim_twice_in_the_place_of_another(
    own: LittleIssuer, trust: TrustStore, label: int, other: int
) -> None:
    claims = claims_of(own, sound("v"))
    del claims[other]
    assert_left_to_python(own.text(encoded(claims, (label,))), trust)


@pytest.mark.parametrize(("kind", "name"), ENTRY_FIELDS)
def test_a_field_that_is_missing(own: LittleIssuer, trust: TrustStore, kind: str, name: str) -> None:
    dcc = sound(kind)
    del dcc[kind][0][name]
    text = own.text(own.payload(dcc))
    is_optional = kind == "t" and name in ("ma", "nm", "tc")
    assert native_accepts([text], trust) == [is_optional]
    assert_as_plain([text], trust)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["", "x", "dnn", "zz"])
def test_a_field_that_is_unknown(own: LittleIssuer, trust: TrustStore, kind: str, name: str) -> None:
    assert_left_to_python(own.text(own.payload(sound(kind, **{name: "x"}))), trust)


@pytest.mark.parametrize(
    "changes",
    [
        {"v": sound("v")["v"] * 2},
        {"v": []},
        {"v": sound("v")["v"][0]},
        {"t": sound("t")["t"]},
        {"r": sound("r")["r"]},
        {"x": "x"},
        {"nam": {}},
        {"nam": {"fn": "Nguyễn", "gn": "Bảo Duy"}},
        {"nam": {"fnt": "", "gnt": ""}},
        {"nam": sound("v")["nam"] | {"mn": "x"}},
    ],
)
def test_a_dcc_of_other_members(own: LittleIssuer, trust: TrustStore, changes: dict[str, Any]) -> None:
    assert_left_to_python(own.text(own.payload(sound("v") | changes)), trust)


# Texts and numbers of fields.


@pytest.mark.parametrize(
    "version",
    [
        "",
        "1",
        "1.3",
        "1.3.",
        "1..0",
        ".3.0",
        "1.3.0.0",
        "1.3.0.",
        "1.3.0; DROP",
        "1.3.0 ",
        " 1.3.0",
        "1,3.0",
        "1.3,0",
    ],
)
def test_a_version_of_another_form(own: LittleIssuer, trust: TrustStore, version: str) -> None:
    assert_left_to_python(own.text(own.payload(sound("v") | {"ver": version})), trust)


@pytest.mark.parametrize(
    "changes",
    [
        {"fnt": "N" * 81},
        {"gnt": "N" * 81},
        {"fnt": "nguyen"},
        {"fnt": "NGUYEN<nguyen"},
        {"gnt": "BAO DUY"},
        {"fnt": "NGUYỄN"},
        {"fnt": "NGUYEN["},
        {"fnt": "@NGUYEN"},
        {"fnt": "NGUYEN1"},
        {"fn": "ế" * 81},
        {"gn": "x" * 81},
    ],
)
def test_a_name_part_of_another_form(own: LittleIssuer, trust: TrustStore, changes: dict[str, str]) -> None:
    name = sound("v")["nam"] | changes
    assert_left_to_python(own.text(own.payload(sound("v") | {"nam": name})), trust)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "ci", ["", " URN:UVCI:01:VN:1", "\tURN", "\x00URN", "\x7fURN", "\u2003URN", "x" * 81]
)
def test_an_identifier_of_another_form(own: LittleIssuer, trust: TrustStore, kind: str, ci: str) -> None:
    assert_left_to_python(own.text(own.payload(sound(kind, ci=ci))), trust)


@pytest.mark.parametrize(("kind", "name"), [("v", "is"), ("t", "is"), ("r", "is"), ("t", "nm"), ("t", "tc")])
@pytest.mark.parametrize("value", ["x" * 81, "ế" * 81])
def test_a_text_of_81_characters(
    own: LittleIssuer, trust: TrustStore, kind: str, name: str, value: str
) -> None:
    assert native_accepts([own.text(own.payload(sound(kind, **{name: value[:80]})))], trust) == [True]
    assert_left_to_python(own.text(own.payload(sound(kind, **{name: value}))), trust)


@pytest.mark.parametrize("name", ["dn", "sd"])
@pytest.mark.parametrize("value", [0, -1, -2, 2**53, 2**64 - 1, 2**64, 2.0, "2", None, True])
def test_a_dose_that_is_no_number_of_doses(
    own: LittleIssuer, trust: TrustStore, name: str, value: Any
) -> None:
    assert_left_to_python(own.text(own.payload(sound("v", **{name: value}))), trust)


@pytest.mark.parametrize(
    "wrong",
    [
        "c1 81",  # overlong in two bytes, three and four
        "e0 81 81",
        "f0 80 81 81",
        "ed a0 80",  # surrogates
        "ed bf bf",
        "f4 90 80 80",  # beyond U+10FFFF
        "c3",  # cut short
        "e1 ba",
        "f0 9f 98",
        "80",
        "c3 28",
        "ff",
    ],
)
@pytest.mark.parametrize("name", ["is", "ci", "fn", "gn"])
def test_a_text_that_is_no_utf_8(own: LittleIssuer, trust: TrustStore, name: str, wrong: str) -> None:
    """The placeholder is as long, so that the text alone is wrong."""
    tail = bytes.fromhex(wrong)
    place = "x" + "?" * len(tail)
    dcc = sound("v", **({name: place} if name in ("is", "ci") else {}))
    if name in ("fn", "gn"):
        dcc["nam"][name] = place
    payload = own.payload(dcc)
    assert native_accepts([own.text(payload)], trust) == [True]
    assert_left_to_python(own.text(edited(payload, place.encode(), b"x" + tail)), trust)


# Days and times.


WRONG_DAYS = [
    "2021-02-29", "2021-02-30", "2020-02-30", "1900-02-29", "2021-04-31", "2021-11-00", "2021-10-32",
    "2021-00-10",
    "2021-13-10", "0000-01-01", "2021/11-20", "2021-11/20", "2021-11-2", "2021-11-2x", "x021-11-20",
    "2021-1x-20", "",
]  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("day", WRONG_DAYS)
def test_an_event_on_no_day(own: LittleIssuer, trust: TrustStore, kind: str, day: str) -> None:
    time = "T10:00:00Z" if kind == "t" else ""
    assert_left_to_python(own.text(own.payload(sound(kind, **{EVENTS[kind]: day + time}))), trust)


@pytest.mark.parametrize("kind", ["v", "r"])
def test_an_event_with_a_tail(own: LittleIssuer, trust: TrustStore, kind: str) -> None:
    for tail in ("0", " ", "T10:00:00Z"):
        changes = {EVENTS[kind]: "2021-11-20" + tail}
        assert_left_to_python(own.text(own.payload(sound(kind, **changes))), trust)


@pytest.mark.parametrize("name", ["df", "du"])
@pytest.mark.parametrize("day", [*WRONG_DAYS, "2100-02-29", "2021-11-200"])
def test_a_recovery_valid_from_or_until_no_day(
    own: LittleIssuer, trust: TrustStore, name: str, day: str
) -> None:
    assert_left_to_python(own.text(own.payload(sound("r", **{name: day}))), trust)


@pytest.mark.parametrize(
    ("df", "du", "is_native"),
    [
        ("2022-01-11", "2022-01-11", True),
        ("2022-01-12", "2022-01-11", False),
        ("2022-02-01", "2022-01-31", False),
        ("2023-01-01", "2022-12-31", False),
    ],
)
def test_a_recovery_valid_from_after_its_end(
    own: LittleIssuer, trust: TrustStore, df: str, du: str, is_native: bool
) -> None:
    text = own.text(own.payload(sound("r", df=df, du=du)))
    assert native_accepts([text], trust) == [is_native]
    assert_as_plain([text], trust)


@pytest.mark.parametrize(
    "dob",
    [
        "1987-02-29", "1900-02-29", "1988-02-30", "1988-04-31", "1988-02-00", "1988-01-32", "1988-00-10",
        "1988-13-10",
        "1988-00", "1988-13", "1988/02", "1988-2", "1988-", "198", "19880", "1988-02-2", "1988-02-290",
        "1899",
        "1899-12-31", "1988/02-29", "1988-02/29", " 1988",
    ],
)  # fmt: skip
def test_a_birth_on_no_day(own: LittleIssuer, trust: TrustStore, dob: str) -> None:
    assert_left_to_python(own.text(own.payload(sound("v") | {"dob": dob})), trust)


@pytest.mark.parametrize(
    "time",
    [
        "t10:00:00Z", " 10:00:00Z", "T10:00:00z", "T10:00:60Z", "T10:60:00Z", "T24:00:00Z", "T10-00:00Z",
        "T10:00-00Z",
        "T1x:00:00Z", "T10:0x:00Z", "T10:00:0xZ", "T10:00:00", "T10:00:00ZZ", "T10:00:00.0Z",
        "T10:00:00+00:00",
        "T10:00Z",
    ],
)  # fmt: skip
def test_a_time_of_another_form(own: LittleIssuer, trust: TrustStore, time: str) -> None:
    assert_left_to_python(own.text(own.payload(sound("t", sc="2022-04-10" + time))), trust)


# Claims and the form of the payload.


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "VNM"},
        {"iss": "vn"},
        {"iss": "V"},
        {"iss": ""},
        {"iss": 7},
        {"iss": None},
        {"iat": None},
        {"exp": None},
        {"iat": -1},
        {"iat": 1649900000.0},
        {"exp": -1},
        {"exp": 1649900000, "iat": 1649900001},
        {"exp": 2**32},
        {"exp": 2**63 - 1},
        {"exp": 2**63},
        {"exp": 2**64 - 1},
        {"exp": "1681437600"},
    ],
)
def test_claims_of_another_form(own: LittleIssuer, trust: TrustStore, claims: dict[str, Any]) -> None:
    assert_left_to_python(own.text(own.payload(sound("v"), **claims)), trust)


@pytest.mark.parametrize("more", [{0: 1}, {2: "x"}, {7: b"x"}, {-259: 1}, {"x": 1}])
def test_a_claim_that_is_unknown(own: LittleIssuer, trust: TrustStore, more: dict[Any, Any]) -> None:
    assert_left_to_python(own.text(encoded(claims_of(own, sound("v")) | more)), trust)


@pytest.mark.parametrize(
    "hcert", [{}, {2: sound("v")}, {1: sound("v"), 2: {}}, [sound("v")], {-1: sound("v")}]
)
def test_a_container_of_another_form(own: LittleIssuer, trust: TrustStore, hcert: Any) -> None:
    assert_left_to_python(own.text(encoded(claims_of(own, sound("v")) | {-260: hcert})), trust)


ENTRY = encoded(sound("v")["v"][0])
ISSUER = cbor2.dumps("Ministry of Health")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"\x81" + ENTRY, b"\x9f" + ENTRY + b"\xff"),
        (ENTRY, b"\xbf" + ENTRY[1:] + b"\xff"),
        (ISSUER, b"\x7f\x68Ministry\x6a of Health\xff"),
        (ISSUER, b"\x7f" + ISSUER + b"\xff"),
        (ISSUER, b"\x52" + ISSUER[1:]),  # bytes for a text
        (ISSUER, b"\xc1" + ISSUER),
        (b"\x62dn", b"\x42dn"),
        (b"\x62dn", b"\x7f\x61d\x61n\xff"),
    ],
)
def test_items_of_another_form(own: LittleIssuer, trust: TrustStore, old: bytes, new: bytes) -> None:
    assert_left_to_python(own.text(edited(own.payload(sound("v")), old, new)), trust)


@pytest.mark.parametrize("tail", [b"\x00", b"\xf6", b"\xa0", b"\xff"])
def test_bytes_after_the_payload(own: LittleIssuer, trust: TrustStore, tail: bytes) -> None:
    assert_left_to_python(own.text(own.payload(sound("v")) + tail), trust)
