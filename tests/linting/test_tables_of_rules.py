"""The tables in the rules against those of the standards, and the page that lists the rules."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from signer.linting import RULES
from signer.linting.identifier_rules import check_character
from signer.linting.product_rules import DEPRECATED_PRODUCTS, DEPRECATED_PROPHYLAXIS
from signer.linting.structure_rules import INTEGERS, LIMITED, OPTIONAL, REQUIRED, TOP
from signer.records.products import PRODUCTS

PAGE = Path(__file__).parents[2] / "docs" / "linting.md"


def inactive(corpora: Path, name: str) -> set[str]:
    values = json.loads((corpora / "valuesets" / f"{name}.json").read_bytes())["valueSetValues"]
    return {code for code, entry in values.items() if not entry["active"]}


def test_what_is_deprecated_is_what_the_value_sets_have_withdrawn(corpora: Path) -> None:
    assert inactive(corpora, "vaccine-medicinal-product") == set(DEPRECATED_PRODUCTS)
    assert inactive(corpora, "vaccine-prophylaxis") == DEPRECATED_PROPHYLAXIS
    assert set(DEPRECATED_PRODUCTS.values()) <= {product.mp for product in PRODUCTS}


def test_fields_are_those_of_the_schema(corpora: Path) -> None:
    schema = json.loads((corpora / "dcc-schema" / "DCC.combined-schema.json").read_bytes())
    entries = {kind: schema["$defs"][f"{name}_entry"] for kind, name in ENTRIES.items()}
    assert {kind: set(entry["required"]) for kind, entry in entries.items()} == REQUIRED
    for kind, entry in entries.items():
        assert set(entry["properties"]) == REQUIRED[kind] | OPTIONAL.get(kind, set())
    assert set(schema["properties"]) == TOP | {"nam", *ENTRIES}
    limited = {
        field
        for holder in (schema["$defs"]["person_name"], *entries.values())
        for field, rule in holder["properties"].items()
        if "maxLength" in schema["$defs"].get(rule.get("$ref", "").rpartition("/")[2], rule)
    }
    assert limited == LIMITED
    whole = {
        field for field, rule in entries["v"]["properties"].items() if rule.get("$ref", "").endswith("posint")
    }
    assert whole == INTEGERS


ENTRIES = {"v": "vaccination", "t": "test", "r": "recovery"}


@pytest.mark.parametrize(
    ("body", "check"),
    [
        ("URN:UVCI:01:NL:187/37512422923", "Z"),
        ("URN:UVCI:01:VN:A1B2C3", "3"),
        ("URN:UVCI:01:VN:000000000000", "7"),
        ("URN:UVCI:01:VN:a1", None),
    ],
)
def test_check_characters(body: str, check: str | None) -> None:
    assert check_character(body) == check


def test_the_page_lists_every_rule_with_its_severity() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (\w+) \|", PAGE.read_text("utf-8"), re.MULTILINE)
    assert rows == [(rule.name, str(rule.severity)) for rule in RULES.values()]
