"""What the page says of a pasted text, in a real Chromium: good, stale, foreign, forged and broken ones."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import cbor2
import pytest
from page.devtools import Browser, Page
from page.made_pages import choose_picture, entry_of, open_page, paste, shown, write_page
from reference.little_issuer import (
    CLIENT_USAGE,
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
from signer.page.scripts import joined_scripts
from signer.verifying import REASONS, verify
from signer.verifying.inflate import MAX_BYTES
from signer.verifying.text import MAX_CHARACTERS

pytestmark = pytest.mark.long

TEST_ENTRY = {
    "tg": "840539006", "tt": "LP6464-4", "tr": "260415000", "sc": "2021-11-20T10:00:00Z", "co": "VN",
    "is": "Ministry of Health", "ci": "URN:UVCI:01:VN:T1",
}  # fmt: skip
A_TEST = {name: value for name, value in vaccination().items() if name != "v"} | {"t": [TEST_ENTRY]}


@pytest.fixture(scope="module")
def issuers() -> dict[str, LittleIssuer]:
    """Whom the page trusts; `stranger` it does not, and `twin` has the kid of `es256`."""
    return {
        "es256": LittleIssuer(),
        "twin": LittleIssuer("rsa2048"),
        "ps256": LittleIssuer("rsa2048"),
        "ps256-4096": LittleIssuer("rsa4096"),
        "weak": LittleIssuer("rsa1024"),
        "p384": LittleIssuer("p384"),
        "vaccinations": LittleIssuer(usages=(VACCINATION_USAGE,)),
        "tests": LittleIssuer(usages=(TEST_USAGE,)),
        "tests-mistaken": LittleIssuer(usages=(MISTAKEN_TEST_USAGE,)),
        "clients": LittleIssuer(usages=(CLIENT_USAGE,)),
        "ended": LittleIssuer(not_after=datetime(2022, 5, 1, tzinfo=UTC)),
        "foreign": LittleIssuer(country="DE"),
        "stranger": LittleIssuer(),
    }


@pytest.fixture(scope="module")
def page(
    browser: Browser, issuers: dict[str, LittleIssuer], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Page]:
    entries = {name: entry_of(issuer.certificate) for name, issuer in issuers.items()}
    entries["twin"]["kid"] = entries["es256"]["kid"]
    del entries["stranger"]
    # The twin stands first: the first key of a kid need not be the one that signed.
    ordered = [entries.pop("twin"), *entries.values()]
    opened = open_page(browser, write_page(tmp_path_factory.mktemp("page"), ordered))
    yield opened
    opened.close()


def cose(issuer: LittleIssuer, *tags: int, **headers: Any) -> bytes:
    item: Any = issuer.message(**headers)
    for tag in reversed(tags):
        item = cbor2.CBORTag(tag, item)
    return cbor2.dumps(item)


@pytest.mark.parametrize("name", ["es256", "ps256", "ps256-4096", "vaccinations"])
def test_a_good_certificate_is_green_with_its_fields(
    page: Page, issuers: dict[str, LittleIssuer], name: str
) -> None:
    result = paste(page, issuers[name].text())
    assert (result["verdict"], result["reason"], result["colour"]) == ("valid", None, "green")
    assert result["fields"]["Name"] == "Nguyễn Bảo Duy"
    assert result["fields"]["Name in Latin letters"] == "NGUYEN BAO DUY"
    assert result["fields"]["Date of birth"] == "1988-02-29"
    assert result["fields"]["Dose"] == "2 / 2"
    assert result["fields"]["Product"] == "Comirnaty (EU/1/20/1528)"
    assert result["fields"]["Country"] == "Vietnam (VN)"
    assert re.fullmatch(r"14 April 2023\D+09:00 GMT\+7", result["fields"]["Expires"])


def test_what_surrounds_a_pasted_text_does_no_harm(page: Page, issuers: dict[str, LittleIssuer]) -> None:
    text = issuers["es256"].text()
    assert paste(page, f"\n  {text[:70]}\r\n{text[70:]} \n")["verdict"] == "valid"


def test_a_kid_unprotected_and_two_tags_and_a_header_without_algorithm_are_let_pass(
    page: Page, issuers: dict[str, LittleIssuer]
) -> None:
    issuer = issuers["es256"]
    texts = {
        "unprotected kid": issuer.text(protected={1: -7}, unprotected={4: issuer.kid}),
        "all unprotected": issuer.text(protected=b"", unprotected={1: -7, 4: issuer.kid}),
        "protected kid first": issuer.text(unprotected={4: b"another!"}),
        "no algorithm": issuer.text(protected={4: issuer.kid}),
        "two tags": as_text(cose(issuer, 61, 18)),
    }
    assert {name: paste(page, text)["verdict"] for name, text in texts.items()} == dict.fromkeys(
        texts, "valid"
    )


def test_floats_null_groups_and_blanks_are_let_pass(page: Page, issuers: dict[str, LittleIssuer]) -> None:
    issuer = issuers["es256"]
    dcc = vaccination(dn=2.0, sd=2.0, dt="2021-11-20T00:00:00+07:00 ") | {"t": None, "r": [], "dob": " 1988 "}
    payload = issuer.payload(dcc, iat=float(ISSUED.timestamp()), exp=1681437600.5)
    assert paste(page, issuer.text(payload))["verdict"] == "valid"


@pytest.mark.parametrize(
    ("at", "reason"), [("2023-04-14T02:00:01", "expired"), ("2022-04-14T01:59:59", "not_yet_valid")]
)
def test_a_genuine_one_out_of_its_time_is_yellow(
    page: Page, issuers: dict[str, LittleIssuer], at: str, reason: str
) -> None:
    result = paste(page, issuers["es256"].text(), datetime.fromisoformat(at + "+00:00"))
    assert (result["verdict"], result["reason"], result["colour"]) == ("invalid", reason, "yellow")
    assert result["fields"]["Name"] == "Nguyễn Bảo Duy"


def test_the_seconds_of_issue_and_of_expiry_still_count(page: Page, issuers: dict[str, LittleIssuer]) -> None:
    for at in (ISSUED, datetime(2023, 4, 14, 2, 0, 0, tzinfo=UTC)):
        assert paste(page, issuers["es256"].text(), at)["verdict"] == "valid"


def test_a_weak_key_and_a_shot_after_its_certificate_are_remarked(
    page: Page, issuers: dict[str, LittleIssuer]
) -> None:
    weak = paste(page, issuers["weak"].text(), NOW)
    assert (weak["verdict"], weak["colour"]) == ("valid", "yellow")
    assert "shorter than is safe" in weak["text"]
    issuer = issuers["es256"]
    odd = paste(page, issuer.text(issuer.payload(vaccination(dt="2022-04-20"))))
    assert (odd["verdict"], odd["colour"]) == ("valid", "yellow")
    assert "dates contradict each other" in odd["text"]


def red_texts(issuers: dict[str, LittleIssuer]) -> Iterator[tuple[str, str]]:
    """Texts that are refused, by their reason."""
    issuer = issuers["es256"]
    body = cbor2.loads(cose(issuer, 18)).value
    yield "context", "https://example.org/HC1:"
    yield "context", "hc1:" + issuer.text()[4:]
    yield "size", "HC1:" + "0" * MAX_CHARACTERS
    yield "size", base45_text(zlib.compress(bytes(MAX_BYTES + 1)))
    yield "size", base45_text(zlib.compress(bytes(8_000_000), 9))  # a bomb
    yield "base45", "HC1:???"
    yield "base45", "HC1:A"
    yield "base45", "HC1::::"
    yield "zlib", "HC1:"
    yield "zlib", "HC1:QED8WEX0"
    yield "zlib", base45_text(zlib.compress(cose(issuer, 18))[:-5])
    yield "zlib", base45_text(zlib.compress(cose(issuer, 18)) + b"more")
    yield "cbor", as_text(b"")
    yield "cbor", as_text(cose(issuer, 18)[:-1])
    yield "cbor", as_text(cose(issuer, 18) + b"\0")
    yield "cbor", as_text(b"\x81" * 10_000 + b"\0")
    yield "cbor", as_text(b"\x9b" + b"\xff" * 8)
    yield "cbor", as_text(cbor2.dumps(cbor2.CBORTag(55799, body)))
    yield "cbor", issuer.text(protected=bytes.fromhex("a2 0126 0126".replace(" ", "")))
    yield "cose", as_text(cbor2.dumps(body))
    yield "cose", as_text(cbor2.dumps(cbor2.CBORTag(18, body[:3])))
    yield "cose", issuer.text(protected={1: -7, 2: [4], 4: issuer.kid})
    yield "cose", issuer.text(protected={1: -7, 4: "text"})
    yield "kid_unknown", issuers["stranger"].text()
    yield "kid_unknown", issuer.text(protected={1: -7})
    yield "kid_unknown", issuer.text(protected={1: -7, 4: bytes(1000)})
    yield "algorithm", issuer.text(protected={1: -8, 4: issuer.kid})
    yield "algorithm", issuer.text(protected={1: "-7", 4: issuer.kid})
    yield "algorithm", issuers["ps256"].text(protected={1: -7, 4: issuers["ps256"].kid})
    yield "algorithm", issuer.text(protected={4: issuers["p384"].kid})
    yield "signature", issuers["stranger"].text(protected={1: -7, 4: issuer.kid})
    yield "signature", as_text(cbor2.dumps(cbor2.CBORTag(18, [*body[:3], body[3][:-1]])))
    yield "signature", as_text(cbor2.dumps(cbor2.CBORTag(18, [*body[:3], b""])))


def red_contents(issuers: dict[str, LittleIssuer]) -> Iterator[tuple[str, str]]:
    """Texts that are signed well and refused for what they say, by their reason."""
    issuer = issuers["es256"]
    yield "schema", issuer.text(cbor2.dumps({1: "VN", 4: 1681437600, 6: 1649901600}))
    yield "schema", issuer.text(issuer.payload(exp=None))
    yield "schema", issuer.text(issuer.payload(iat="2022"))
    yield "schema", issuer.text(issuer.payload(exp=float("inf")))
    yield "schema", issuer.text(issuer.payload(exp=2**63))
    yield "schema", issuer.text(issuer.payload(vaccination(dt="2021-02-30")))
    yield "schema", issuer.text(issuer.payload(vaccination(dn=1.5)))
    yield "schema", issuer.text(issuer.payload(vaccination() | {"t": [TEST_ENTRY]}))
    yield "issuer", issuers["foreign"].text()
    yield "issuer", issuer.text(issuer.payload(iss=7))
    yield "key_usage", issuers["vaccinations"].text(issuers["vaccinations"].payload(A_TEST))
    yield "key_usage", issuers["tests"].text()
    yield "key_usage", issuers["clients"].text()
    yield "value_set", issuer.text(issuer.payload(vaccination(tg="840539007")))
    yield "value_set", issuer.text(issuer.payload(A_TEST | {"t": [TEST_ENTRY | {"tr": "0"}]}))
    yield "dsc_validity", issuers["ended"].text()
    yield "dsc_validity", issuer.text(issuer.payload(exp=1_800_000_000))
    yield "dsc_validity", issuer.text(issuer.payload(iat=1_600_000_000))
    yield "dates", issuer.text(issuer.payload(vaccination(dt="2022-06-03")))
    yield "dates", issuer.text(issuer.payload(vaccination(dt="1988-02-28")))


def test_every_fault_is_red_for_its_reason_and_the_command_line_agrees(
    page: Page, issuers: dict[str, LittleIssuer]
) -> None:
    trust = trust_of(*(issuer for name, issuer in issuers.items() if name not in {"stranger", "twin"}))
    wrong = []
    for at, (reason, text) in enumerate([*red_texts(issuers), *red_contents(issuers)]):
        result = paste(page, text, NOW)
        with pytest.raises(CertificateInvalid) as refused:
            verify(text, trust, NOW)
        found = (result["verdict"], result["reason"], result["colour"], refused.value.reason)
        if found != ("invalid", reason, "red", reason):
            wrong.append((at, reason, found))
    assert wrong == []


@pytest.mark.parametrize("name", ["tests", "tests-mistaken"])
def test_a_test_by_a_key_for_tests_is_green(page: Page, issuers: dict[str, LittleIssuer], name: str) -> None:
    result = paste(page, issuers[name].text(issuers[name].payload(A_TEST)))
    assert result["verdict"] == "valid"
    assert re.fullmatch(r"20 November 2021\D+17:00 GMT\+7", result["fields"]["Sample taken"])


def test_tampered_copies_are_never_valid(page: Page, issuers: dict[str, LittleIssuer]) -> None:
    good = cose(issuers["es256"], 18)
    verdicts = set()
    for at in range(0, len(good), 7):
        tampered = bytearray(good)
        tampered[at] ^= 1
        verdicts.add(paste(page, as_text(bytes(tampered)))["verdict"])
    assert verdicts == {"invalid"}


def test_what_a_forgery_says_is_marked_as_unverified(page: Page, issuers: dict[str, LittleIssuer]) -> None:
    result = paste(page, issuers["stranger"].text())
    assert "It is not verified: do not rely on it" in result["text"]
    assert page.evaluate("document.querySelector('#result dl').className") == "unverified"


def test_markup_in_a_certificate_stays_text(page: Page, issuers: dict[str, LittleIssuer]) -> None:
    issuer = issuers["es256"]
    hostile = "<img src=x onerror='document.title=1'><script>document.title=2</script>\u202e"
    dcc = vaccination(**dict.fromkeys(("tg", "vp", "mp", "ma", "co", "is", "ci"), hostile))
    dcc["nam"] = {"fn": hostile, "fnt": "NGUYEN"}
    result = paste(page, issuer.text(issuer.payload(dcc, iss=hostile)))
    assert result["fields"]["Name"] == hostile[:-1]
    assert page.evaluate("document.querySelectorAll('#result img, #result script').length") == 0
    assert page.evaluate("document.title") == "Certificate check"


def test_a_name_of_the_language_is_no_word_of_the_value_sets(
    page: Page, issuers: dict[str, LittleIssuer]
) -> None:
    issuer = issuers["es256"]
    result = paste(page, issuer.text(issuer.payload(vaccination(mp="constructor", vp="__proto__"))))
    assert result["fields"]["Product"] == "constructor"
    assert result["fields"]["Kind of vaccine"] == "__proto__"


def test_the_language_changes_with_the_last_result(page: Page, issuers: dict[str, LittleIssuer]) -> None:
    paste(page, issuers["es256"].text())
    page.evaluate("document.querySelector('[data-language=vi]').click()")
    result = shown(page)
    assert page.evaluate("document.documentElement.lang") == "vi"
    assert "Hợp lệ" in result["text"]
    assert result["fields"]["Họ và tên"] == "Nguyễn Bảo Duy"
    assert result["fields"]["Loại vắc xin"] == "Vắc xin mRNA (1119349007)"
    assert result["fields"]["Quốc gia"] == "Việt Nam (VN)"
    page.evaluate("document.querySelector('[data-language=en]').click()")
    assert "Valid" in shown(page)["text"]


def test_both_languages_say_the_same_things(page: Page) -> None:
    texts = page.evaluate(f"(() => {{ {joined_scripts('showing/texts.js')}; return TEXTS; }})()")
    english, vietnamese = texts["en"], texts["vi"]
    for group in (None, "reasons", "marks"):
        one, other = (english, vietnamese) if group is None else (english[group], vietnamese[group])
        assert list(one) == list(other)
        same = {name for name in one if one[name] == other[name]}
        assert same == set()
    assert set(english["reasons"]) == set(REASONS)


def test_it_works_with_the_keyboard_and_the_result_gets_the_focus(
    page: Page, issuers: dict[str, LittleIssuer]
) -> None:
    page.evaluate(
        "document.getElementById('result').replaceChildren(); document.getElementById('text').focus()"
    )
    page.evaluate("document.getElementById('text').value = ''")
    page.call("Input.insertText", text=issuers["es256"].text())
    page.press("Tab", 9)
    assert page.evaluate("document.activeElement.textContent") == "Check"
    page.press("Enter", 13, "\r")
    page.wait_for("document.activeElement.id === 'result'")
    assert shown(page)["colour"] == "green"


def test_every_control_has_a_name_and_the_result_is_announced(page: Page) -> None:
    tree = page.call("Accessibility.getFullAXTree")["nodes"]
    controls = [
        node for node in tree if node["role"]["value"] in {"button", "textbox"} and not node["ignored"]
    ]
    assert len(controls) >= 5
    assert all(node["name"]["value"] for node in controls)
    assert page.evaluate("document.getElementById('result').getAttribute('aria-live')") == "assertive"


def test_nothing_is_asked_of_the_network_nor_against_the_policy(
    page: Page, issuers: dict[str, LittleIssuer], tmp_path: Path
) -> None:
    paste(page, issuers["es256"].text())
    picture = tmp_path / "empty.txt"
    picture.write_text("no picture")
    assert choose_picture(page, picture)["verdict"] == "none"
    asked = [event["request"]["url"] for event in page.events("Network.requestWillBeSent")]
    assert len(asked) == 1, asked
    assert asked[0].startswith("file:")
    assert page.events("Log.entryAdded") == []
    assert page.events("Runtime.exceptionThrown") == []
    blocked = page.evaluate("fetch('https://example.org/').then(() => 'sent', () => 'blocked')")
    assert blocked == "blocked"
