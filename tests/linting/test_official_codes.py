"""What lint finds in codes of the field: what a plain look finds, and the faults of Vietnam's sample."""

from __future__ import annotations

import json
import re
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import base45
import cbor2
import pytest
from linting.linted import rules_of

from signer.campaign.lint_certificate import lint_code
from signer.linting import Finding
from signer.linting.product_rules import DEPRECATED_PRODUCTS
from signer.verifying.code import Code
from signer.verifying.codes import read_codes

LATER = datetime(2026, 1, 1, tzinfo=UTC)


def pictures(corpora: Path) -> list[Code]:
    folders = sorted({path.parent for path in (corpora / "dcc-quality-assurance").rglob("*.png")})
    return [code for folder in folders for code in read_codes(str(folder))]


def vectors(corpora: Path) -> list[Code]:
    files = sorted((corpora / "dgc-testdata").glob("*/2DCode/raw/*.json"))
    texts = [(path, json.loads(path.read_text("utf-8-sig")).get("PREFIX")) for path in files]
    return [Code(text, str(path), None) for path, text in texts if text]


@pytest.fixture(scope="module")
def codes(corpora: Path) -> list[Code]:
    """All official codes."""
    return [*pictures(corpora), *vectors(corpora)]


@pytest.fixture(scope="module")
def findings(codes: list[Code]) -> dict[str, list[Finding]]:
    """What is found in each of them, by the place and number of the code."""
    return {f"{code.source}:{code.row}": lint_code(code, None, LATER) for code in codes}


def test_the_faults_of_vietnams_sample_are_found(corpora: Path) -> None:
    (code,) = read_codes(str(corpora / "dcc-quality-assurance" / "VN" / "1.3.0" / "VAC_VN.png"))
    found = lint_code(code, None, LATER)
    told = {finding.rule.name: f"{finding.field}: {finding.message}" for finding in found}
    assert told == {
        "product_holder": "v/ma: ORG-100030215 does not go with mp EU/1/21/1529; write ORG-100001699",
        "prophylaxis_current": "v/vp: J07BX03 is deprecated; write 29061000087103",
        "qr_level": "QR code: error correction level L instead of Q",
        "text_length": "text: 825 characters, more than 823",
        "twelve_months": "exp: 1021 days after iat",
        "uvci_has_checksum": "v/ci: no check character",
    }


def test_every_code_is_linted_and_those_that_decode_say_more(findings: dict[str, list[Finding]]) -> None:
    counts = Counter(name for found in findings.values() for name in rules_of(found))
    print(len(findings), counts.most_common())
    assert len(findings) >= 440
    assert counts["decodes"] <= 8  # vectors that are damaged on purpose


# --- each against a plain look at the same codes, by the libraries alone


Look = Callable[[dict[Any, Any], dict[Any, Any], dict[str, Any]], bool]


def entry_of(dcc: dict[str, Any]) -> dict[str, Any]:
    return next(iter(dcc.get("v") or [{}]))


LOOKS: dict[str, Look] = {
    "kid_protected": lambda protected, unprotected, _: 4 not in protected and 4 in unprotected,
    "prophylaxis_current": lambda _p, _u, dcc: entry_of(dcc).get("vp", "").strip() == "J07BX03",
    "dose_in_series": lambda _p, _u, dcc: entry_of(dcc).get("dn", 0) > entry_of(dcc).get("sd", 1) != 1,
    "schema_version": lambda _p, _u, dcc: re.fullmatch(r"1\.[0-2]\.\d", dcc["ver"]) is not None,
    "one_entry": lambda _p, _u, dcc: sum(len(dcc.get(kind) or []) for kind in "vtr") != 1,
}


@pytest.mark.parametrize("rule", LOOKS)
def test_a_rule_finds_what_a_plain_look_finds(
    codes: list[Code], findings: dict[str, list[Finding]], rule: str
) -> None:
    seen = {place for place, look in plain(codes) if LOOKS[rule](*look)}
    assert seen
    assert {place for place, found in findings.items() if rule in rules_of(found)} == seen


def plain(codes: list[Code]) -> Iterator[tuple[str, tuple[dict[Any, Any], dict[Any, Any], dict[str, Any]]]]:
    """Protected header, unprotected header and certificate of all codes of which there is one."""
    for code in codes:
        try:
            message = cbor2.loads(zlib.decompress(base45.b45decode(code.text[4:].encode())))
        except (ValueError, zlib.error):
            continue
        while isinstance(message, cbor2.CBORTag):
            message = message.value
        if not isinstance(message, list | tuple) or not code.text.startswith("HC1:"):
            continue
        claims = cbor2.loads(message[2])
        dcc = claims.get(-260, {}).get(1) if isinstance(claims, dict) else None
        if isinstance(dcc, dict):
            protected = cbor2.loads(message[0]) if message[0] else {}
            yield f"{code.source}:{code.row}", (protected, message[1], dcc)


def test_pairs_that_the_value_sets_do_not_allow_are_found(
    corpora: Path, codes: list[Code], findings: dict[str, list[Finding]]
) -> None:
    file = corpora / "valuesets" / "vaccine-encoding-instructions.json"
    allowed = {
        entry["vaccine-code"]: entry["vaccine-manufacturer"]
        for entry in json.loads(file.read_bytes())["valueSetValues"].values()
        if entry["vaccine-code"] not in DEPRECATED_PRODUCTS
    }
    holders = set(
        json.loads((corpora / "valuesets" / "vaccine-mah-manf.json").read_bytes())["valueSetValues"]
    )
    seen = set()
    for place, (_, _, dcc) in plain(codes):
        mp, ma = (entry_of(dcc).get(field, "").strip() for field in ("mp", "ma"))
        if ma in holders and allowed.get(mp, ma) != ma:
            seen.add(place)
    found = {place for place, each in findings.items() if "product_holder" in rules_of(each)}
    print(len(found), "pairs")
    assert found == seen
