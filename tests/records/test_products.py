"""The product table against the value sets of the corpora, and its resolution for a profile."""

import json
from pathlib import Path
from typing import Any

import pytest

from signer.errors import ProfileInvalid
from signer.records.products import NATIONAL_NAMES, PRODUCTS, resolve_products

LICENSED_IN_VIETNAM = {
    "AstraZeneca": ("EU/1/21/1529", "ORG-100001699", "29061000087103"),
    "Pfizer": ("EU/1/20/1528", "ORG-100030215", "1119349007"),
    "Moderna": ("EU/1/20/1507", "ORG-100031184", "1119349007"),
    "Janssen": ("EU/1/20/1525", "ORG-100001417", "29061000087103"),
    "Vero Cell": ("BBIBP-CorV", "ORG-100020693", "1157024006"),
    "Sputnik V": ("Sputnik-V", "Gamaleya-Research-Institute", "29061000087103"),
    "Hayat-Vax": ("Hayat-Vax", "ORG-100023050", "1157024006"),
    "Abdala": ("Abdala", "CIGB", "28531000087107"),
}


def value_set(corpora: Path, name: str) -> dict[str, dict[str, Any]]:
    values: dict[str, dict[str, Any]] = json.loads((corpora / "valuesets" / f"{name}.json").read_bytes())[
        "valueSetValues"
    ]
    return values


def active_codes(corpora: Path, name: str) -> set[str]:
    return {code for code, entry in value_set(corpora, name).items() if entry["active"]}


def test_every_current_product_is_listed_once_and_no_other(corpora: Path) -> None:
    assert sorted(product.mp for product in PRODUCTS) == sorted(
        active_codes(corpora, "vaccine-medicinal-product")
    )


def test_holders_and_prophylaxis_codes_are_active_in_the_value_sets(corpora: Path) -> None:
    prophylaxis = active_codes(corpora, "vaccine-prophylaxis")
    assert {product.ma for product in PRODUCTS} <= active_codes(corpora, "vaccine-mah-manf")
    assert all({product.vp, *product.other_vps} <= prophylaxis for product in PRODUCTS)


def test_names_and_triples_are_those_of_the_encoding_instructions(corpora: Path) -> None:
    current = active_codes(corpora, "vaccine-medicinal-product")
    instructed = {
        (name, entry["vaccine-code"], entry["vaccine-manufacturer"], frozenset(entry["sct-codes"]))
        for name, entry in value_set(corpora, "vaccine-encoding-instructions").items()
        if entry["vaccine-code"] in current
    }
    assert {(p.name, p.mp, p.ma, frozenset({p.vp, *p.other_vps})) for p in PRODUCTS} == instructed


def test_we_write_the_specific_prophylaxis_where_there_is_one() -> None:
    general = "28531000087107"
    assert all(general not in {product.vp} or product.other_vps == () for product in PRODUCTS)


def test_the_names_used_in_vietnam_resolve_to_what_is_licensed_there() -> None:
    rows = {name: triple for name, *triple in resolve_products(NATIONAL_NAMES)}
    assert {name: tuple(rows[name]) for name in NATIONAL_NAMES} == LICENSED_IN_VIETNAM


def test_every_mp_resolves_by_its_own_name_and_no_name_stands_twice() -> None:
    rows = resolve_products(NATIONAL_NAMES)
    names = [name for name, *_ in rows]
    assert (
        len(names) == len(set(names)) == len(PRODUCTS) + len(NATIONAL_NAMES) - 2
    )  # Hayat-Vax and Abdala are mps
    assert {product.mp for product in PRODUCTS} <= set(names)
    assert all(name == mp for name, mp, *_ in rows if name not in NATIONAL_NAMES)


@pytest.mark.parametrize(
    ("names", "told"),
    [
        ({"Pfizer": "EU/1/20/9999"}, r'^\[products\] "Pfizer": .* no current medicinal product'),
        ({"old": "Inactivated-SARS-CoV-2-Vero-Cell"}, "no current medicinal product"),
        ({"Abdala": "BBIBP-CorV"}, "a medicinal product itself"),
        ({"": "Abdala"}, "1 to 80 bytes"),
        ({" Pfizer": "EU/1/20/1528"}, "no blanks"),
        ({"x" * 81: "Abdala"}, "1 to 80 bytes"),
        ({f"name {i}": "Abdala" for i in range(166)}, "200 at most"),  # with the 35 mps: 201
    ],
)
def test_a_product_map_that_the_core_cannot_hold_is_refused(names: dict[str, str], told: str) -> None:
    with pytest.raises(ProfileInvalid, match=told):
        resolve_products(names)
