"""Contents that JavaScript and Python read differently: the page and the command line judge them alike."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import cbor2
import pytest
from page.devtools import Browser, Page
from page.made_pages import entry_of, open_page, paste, write_page
from reference.little_issuer import EXPIRES, ISSUED, NOW, LittleIssuer, trust_of, vaccination
from verifying.test_dcc_structure import TEST_ENTRY

from signer.errors import CertificateInvalid
from signer.page.scripts import joined_scripts
from signer.verifying import verify
from signer.verifying.dcc import check_structure

pytestmark = pytest.mark.long

BEFORE, LATER = datetime(2022, 2, 1, tzinfo=UTC), datetime(2025, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def issuer() -> LittleIssuer:
    return LittleIssuer()


@pytest.fixture(scope="module")
def late() -> LittleIssuer:
    """Its DSC began after it had issued."""
    return LittleIssuer(not_before=NOW)


@pytest.fixture(scope="module")
def page(
    browser: Browser,
    issuer: LittleIssuer,
    late: LittleIssuer,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Page]:
    entries = [entry_of(each.certificate) for each in (issuer, late)]
    opened = open_page(browser, write_page(tmp_path_factory.mktemp("page"), entries))
    yield opened
    opened.close()


def with_group(**groups: Any) -> dict[str, Any]:
    return {name: value for name, value in vaccination().items() if name != "v"} | groups


def with_name(**parts: Any) -> dict[str, Any]:
    return vaccination() | {"nam": parts}


def nested(depth: int, item: Any = 0) -> Any:
    for _ in range(depth):
        item = [item]
    return item


def odd_contents() -> Iterator[tuple[str | None, str, Any]]:
    """Reason, a name, and a certificate: all signed well."""
    for name, item in {
        "true as a key": {True: 0},
        "float as a key": {1.0: 0},
        "bytes as a key": {b"1": 0},
        "null as a key": {None: 0},
        "array as a key": {(1,): 0},
        "tagged float as a key": {cbor2.CBORTag(1, 1.5): 0},
        "undefined": cbor2.undefined,
        "undefined in an array": [[cbor2.undefined]],
        "simple value": cbor2.CBORSimpleValue(5),
        "large simple value": cbor2.CBORSimpleValue(200),
        "too deep": nested(12),
        "too deep by tags": nested(10, cbor2.CBORTag(61, cbor2.CBORTag(61, 0))),
        "time of true": cbor2.CBORTag(1, True),
        "time of nothing": cbor2.CBORTag(0, None),
        "time of bytes": cbor2.CBORTag(0, b"2022"),
    }.items():
        yield "cbor", name, vaccination(zz=item)
    yield None, "as deep as can be", vaccination(zz=nested(11))
    yield None, "as deep, and empty", vaccination(zz=nested(11, []))
    yield None, "tagged integer as a key", vaccination(zz={cbor2.CBORTag(1, 5): 0})
    yield None, "large integers as keys", vaccination(zz={2**53: 0, 2**53 + 1: 0, -(2**53) - 1: 0})
    yield "cbor", "v as a time", with_group(v=cbor2.CBORTag(1, vaccination()["v"]))
    for name, group in {"NaN": float("nan"), "bytes": b"", "text": "", "zero": 0, "map": {}}.items():
        yield "schema", f"v is {name}", with_group(v=group, t=[TEST_ENTRY])
    yield None, "v is null, r is empty", with_group(v=None, r=[], t=[TEST_ENTRY])
    for blank in "\x1c\x1f\x85\xa0\u2028\ufeff ":
        yield "schema", f"name of {blank!r}", with_name(fnt=blank, gnt=blank * 2)
    for blank in "\x1c\x85\xa0\u2028\ufeff":
        yield "schema", f"{blank!r} before dt", vaccination(dt=f"{blank}2021-11-20")
        yield "schema", f"{blank!r} after dob", vaccination() | {"dob": f"1988-02-29{blank}"}
        yield "value_set", f"{blank!r} before tg", vaccination(tg=f"{blank}840539006")
    for blank in " \t\n\v\f\r":
        yield None, f"{blank!r} around", vaccination(dt=f"{blank}2021-11-20{blank}", tg=f"{blank}840539006")
    for end in "\n\r\u2028\u2029":
        yield "schema", f"{end!r} in dob", vaccination() | {"dob": f"1988-02-29T{end}1"}
    for dose in (2**63, 2**53, 2.0**63, float("nan"), float("inf"), True):
        yield "schema", f"dn is {dose}", vaccination(dn=dose)
    for dose in (0, 2.0, 2**53 - 1):
        yield None, f"dn is {dose}", vaccination(dn=dose)


def odd_texts(issuer: LittleIssuer, late: LittleIssuer) -> Iterator[tuple[str | None, str, str, datetime]]:
    """Reason, a name, a text, and the time of the check."""
    for reason, name, dcc in odd_contents():
        yield reason, name, issuer.text(issuer.payload(dcc)), NOW
    issued, expires = int(ISSUED.timestamp()), int(EXPIRES.timestamp())
    for one in (True, 1.0):
        claims = cbor2.dumps({one: "VN", 4: expires, 6: issued, -260: {1: vaccination()}})
        yield "cbor", f"iss under {one}", issuer.text(claims), NOW
        claims = cbor2.dumps({1: "VN", 4: expires, 6: issued, -260: {one: vaccination()}})
        yield "cbor", f"dcc under {one}", issuer.text(claims), NOW
        yield "cbor", f"alg under {one}", issuer.text(protected={one: -7, 4: issuer.kid}), NOW
    yield "algorithm", "alg -7.0", issuer.text(protected={1: -7.0, 4: issuer.kid}), NOW
    yield "algorithm", "alg -7.0 outside", issuer.text(protected={4: issuer.kid}, unprotected={1: -7.0}), NOW
    born_later = issuer.payload(vaccination() | {"dob": "2022-01-01"})
    shot_later = issuer.payload(vaccination(dt="2022-04-16"))
    for at in (BEFORE, NOW, LATER):
        yield "dsc_validity", f"before its DSC, at {at}", late.text(), at
        yield "dates", f"born after the shot, at {at}", issuer.text(born_later), at
    yield "dates", "a shot of days to come after the issue", issuer.text(shot_later), BEFORE
    yield "not_yet_valid", "a clock that is slow", issuer.text(), datetime(2021, 1, 1, tzinfo=UTC)
    yield "expired", "in order, but for its time", issuer.text(), LATER


def test_the_page_and_the_command_line_judge_odd_contents_alike(
    page: Page, issuer: LittleIssuer, late: LittleIssuer
) -> None:
    trust = trust_of(issuer, late)
    wrong = []
    for reason, name, text, at in odd_texts(issuer, late):
        by_command_line: str | None = None
        try:
            verify(text, trust, at)
        except CertificateInvalid as failure:
            by_command_line = failure.reason
        by_page = paste(page, text, at)["reason"]
        if not reason == by_page == by_command_line:
            wrong.append(f"{name}: {reason}, the page {by_page}, the command line {by_command_line}")
    assert wrong == []


def test_only_what_is_refused_for_the_time_alone_is_yellow(
    page: Page, issuer: LittleIssuer, late: LittleIssuer
) -> None:
    for _, name, text, at in odd_texts(issuer, late):
        result = paste(page, text, at)
        is_late = result["reason"] in {"expired", "not_yet_valid"}
        assert (result["colour"] == "yellow") == is_late or result["reason"] is None, name


def test_every_character_fills_a_name_for_both_or_for_neither(page: Page) -> None:
    script = joined_scripts("verifying/dcc.js")
    points = [point for point in range(0x10000) if not 0xD800 <= point < 0xE000]
    filling = page.evaluate(
        f"(() => {{ {script}; return {points}.filter((point) => isFilled(String.fromCharCode(point))); }})()"
    )

    def is_filled(character: str) -> bool:
        try:
            check_structure(with_name(fnt=character))
        except CertificateInvalid:
            return False
        return True

    assert filling == [point for point in points if is_filled(chr(point))]
