"""Revoked certificates on the page, in a real Chromium: its verdicts are those of the command line."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from made_revocations import hash_of, hashes_of_text, list_rows, write_filter, write_list
from page.devtools import Browser, Page
from page.made_pages import entry_of, open_page, paste, write_page, write_snapshot
from reference.little_issuer import EXPIRES, NOW, LittleIssuer, trust_of, vaccination
from verifying.test_dcc_structure import RECOVERY_ENTRY, TEST_ENTRY

from signer.cli import main, trust_page
from signer.errors import CertificateInvalid
from signer.verifying import Revocations, TrustStore, verify

pytestmark = pytest.mark.long

N_ENTRIES = 200


@pytest.fixture(scope="module")
def issuers() -> dict[str, LittleIssuer]:
    return {"es256": LittleIssuer(), "ps256": LittleIssuer("rsa2048"), "nameless": LittleIssuer(country=None)}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("revoked")


@pytest.fixture(scope="module")
def filters(folder: Path, issuers: dict[str, LittleIssuer]) -> list[Path]:
    """A filter that is right, and one of few bits that hits many others."""
    revoked = {hash_of(f"VNURN:UVCI:01:VN:revoked {at} Đ😀".encode()) for at in range(N_ENTRIES)}
    loose = {hash_of(f"FR{at}".encode()) for at in range(60)}
    return [
        write_filter(folder / "right.filter", revoked),
        write_filter(folder / "loose.filter", loose, rate=0.1, n_bits=256, n_positions=3),
    ]


@pytest.fixture(scope="module")
def page(
    browser: Browser, issuers: dict[str, LittleIssuer], folder: Path, filters: list[Path]
) -> Iterator[Page]:
    entries = [entry_of(issuer.certificate) for issuer in issuers.values()]
    opened = open_page(browser, write_page(folder, entries, revoked=filters))
    yield opened
    opened.close()


def of_kind(kind: str, ci: str) -> dict[str, Any]:
    entry = {"v": vaccination()["v"][0], "t": TEST_ENTRY, "r": RECOVERY_ENTRY}[kind] | {"ci": ci}
    return {name: value for name, value in vaccination().items() if name != "v"} | {kind: [entry]}


def by_command_line(
    text: str, trust: TrustStore, revocations: Revocations, at: datetime = NOW
) -> tuple[str, str | None]:
    try:
        verify(text, trust, at, revocations)
    except CertificateInvalid as failure:
        return "invalid", failure.reason
    return "valid", None


def test_a_revoked_one_is_red_with_its_fields_and_the_date_of_the_list(
    page: Page, issuers: dict[str, LittleIssuer]
) -> None:
    issuer = issuers["es256"]
    result = paste(page, issuer.text(issuer.payload(of_kind("v", "URN:UVCI:01:VN:revoked 7 Đ😀"))))
    assert (result["verdict"], result["reason"], result["colour"]) == ("invalid", "revoked", "red")
    assert "the issuer has revoked the certificate" in result["text"]
    assert "revoked: VN 2022-05-31, ≤ 1e-7" in result["text"]
    assert result["fields"]["Name"] == "Nguyễn Bảo Duy"
    assert "It is not verified" not in result["text"]
    page.evaluate("document.querySelector('[data-language=vi]').click()")
    assert "đã bị cơ quan cấp thu hồi" in page.evaluate("document.getElementById('result').innerText")
    page.evaluate("document.querySelector('[data-language=en]').click()")


def test_verdicts_with_filters_are_those_of_the_command_line(
    page: Page, issuers: dict[str, LittleIssuer], filters: list[Path]
) -> None:
    """Revoked ones and others, some hit by the loose filter alone, of all kinds and both algorithms."""
    draw = random.Random(11)
    trust, revocations = trust_of(*issuers.values()), Revocations.load(filters)
    exact = Revocations.load(filters[:1])
    wrong, found = [], set()
    for number in range(150):
        issuer = issuers[draw.choice(list(issuers))]
        name = draw.choice(["revoked", "other"])
        ci = f"URN:UVCI:01:VN:{name} {draw.randrange(N_ENTRIES)} Đ😀"
        claims = draw.choice([{}, {}, {"iss": None}, {"exp": 1_650_000_000}, {"iss": "Bộ Y tế"}])
        text = issuer.text(issuer.payload(of_kind("vtr"[number % 3], ci), **claims))
        result, expected = paste(page, text), by_command_line(text, trust, revocations)
        found.add((name, expected[1], by_command_line(text, trust, exact)[1]))
        if (result["verdict"], result["reason"]) != expected:
            wrong.append((ci, claims, result["reason"], expected))
    assert wrong == []
    assert found >= {
        ("revoked", "revoked", "revoked"), ("other", None, None), ("other", "revoked", None),
        ("revoked", "expired", "expired"), ("revoked", None, None),
    }  # fmt: skip


def test_one_of_several_entries_is_enough(page: Page, issuers: dict[str, LittleIssuer]) -> None:
    issuer = issuers["es256"]
    entries = [of_kind("v", f"URN:UVCI:01:VN:{name} 3 Đ😀")["v"][0] for name in ("none", "revoked")]
    text = issuer.text(issuer.payload(vaccination() | {"v": entries}))
    assert paste(page, text)["reason"] == "revoked"


def test_what_is_expired_is_not_called_revoked(page: Page, issuers: dict[str, LittleIssuer]) -> None:
    issuer = issuers["es256"]
    text = issuer.text(issuer.payload(of_kind("v", "URN:UVCI:01:VN:revoked 7 Đ😀")))
    assert paste(page, text, EXPIRES + timedelta(seconds=1))["reason"] == "expired"
    assert paste(page, text, NOW)["reason"] == "revoked"


def footer(page: Page) -> tuple[str, bool]:
    told: str = page.evaluate("document.getElementById('revoked').textContent")
    return told, not page.evaluate("document.getElementById('revoked-stale').hidden")


def test_the_page_says_what_list_it_has_or_that_it_has_none(
    browser: Browser, tmp_path: Path, issuers: dict[str, LittleIssuer]
) -> None:
    entries = [entry_of(issuers["es256"].certificate)]
    hashes = [number.to_bytes(16) for number in range(1234)]
    revoked = [write_filter(tmp_path / "f", hashes, made_at="2022-05-20T00:00:00Z")]
    for language, paths, told in (
        ("en", (), "This page has no revocation list: it does not notice revoked certificates."),
        ("vi", (), "Trang này không có danh sách thu hồi: không nhận ra giấy chứng nhận đã bị thu hồi."),
        ("en", revoked, "Revocation list of VN of 2022-05-20: 1,234 certificates. Wrong for at most 1 in"
         " 10,000,000 others."),
        ("vi", revoked, "Danh sách thu hồi của VN ngày 2022-05-20: 1.234 giấy chứng nhận. Nhầm tối đa 1 trên"
         " 10.000.000 giấy khác."),
    ):  # fmt: skip
        page = open_page(browser, write_page(tmp_path, entries, revoked=paths), language=language)
        assert footer(page) == (told, bool(paths))
        assert page.evaluate("document.getElementById('stale').hidden")
        page.close()
    page = open_page(browser, write_page(tmp_path, entries, revoked=[write_filter(tmp_path / "new", hashes)]))
    assert not footer(page)[1]
    page.close()


def test_a_filter_of_a_million_entries_is_a_page_that_opens(
    browser: Browser, tmp_path: Path, issuers: dict[str, LittleIssuer]
) -> None:
    """33 million bits, of which a few are set; what is timed does not depend on that."""
    issuer = issuers["es256"]
    revoked = issuer.text(issuer.payload(of_kind("v", "URN:1")))
    path = write_filter(
        tmp_path / "f", [hashes_of_text(revoked)["COUNTRYCODEUCI"]], n_bits=33_547_704, n_positions=23
    )
    file = write_page(tmp_path, [entry_of(issuer.certificate)], revoked=[path])
    assert 5_500_000 < file.stat().st_size < 6_000_000
    page = open_page(browser, file)
    assert paste(page, revoked)["reason"] == "revoked"
    assert paste(page, issuer.text())["verdict"] == "valid"
    opened_ms = page.evaluate("performance.getEntriesByType('navigation')[0].domComplete")
    print(f"open after {opened_ms:.0f} ms")
    assert opened_ms < 10_000
    page.close()


def run(*arguments: object) -> Any:
    return CliRunner().invoke(main, ["trust", "page", *map(str, arguments)])


def test_the_command_says_what_filters_it_put_in(
    tmp_path: Path, issuers: dict[str, LittleIssuer], filters: list[Path]
) -> None:
    snapshot = write_snapshot(tmp_path / "trust.json", [entry_of(issuers["es256"].certificate)])
    result = run(
        snapshot, "--out", tmp_path / "p.html", "--revoked", filters[0], "--max-age", 99999, "--json"
    )
    assert json.loads(result.stdout)["revoked"] == [
        {"country": "VN", "made_at": "2022-05-31T12:00:00+00:00", "entries": N_ENTRIES}
    ]
    assert result.stderr == ""
    told = run(snapshot, "--out", tmp_path / "p.html", "--revoked", filters[0])
    assert f", {N_ENTRIES} revoked certificates, " in told.stdout
    assert f"{filters[0]}: was made" in told.stderr


def test_an_exact_list_and_a_filter_that_is_too_large_are_refused(
    tmp_path: Path, issuers: dict[str, LittleIssuer], filters: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    issuer = issuers["es256"]
    snapshot, out = (
        write_snapshot(tmp_path / "trust.json", [entry_of(issuer.certificate)]),
        tmp_path / "p.html",
    )
    exact = write_list(tmp_path / "revoked.csv", list_rows([issuer.text()]))
    refused = run(snapshot, "--out", out, "--revoked", exact)
    assert refused.exit_code == 3
    assert f"{exact} is an exact list" in refused.stderr
    assert "name the filter of the same export" in refused.stderr
    monkeypatch.setattr(trust_page, "MAX_FILTER_BYTES", 100)
    refused = run(snapshot, "--out", out, "--revoked", filters[0])
    assert refused.exit_code == 3
    assert "and a page takes 100" in refused.stderr
    assert not out.exists()
