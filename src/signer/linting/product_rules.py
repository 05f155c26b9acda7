"""Rules of the value sets: vaccine, product and holder that go together, disease and country.

Source: EU value sets 2.12.0 and their encoding instructions (`records.products`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from signer.linting.certificate import Certificate
from signer.linting.rule import ERROR, WARNING, Fault, rule, shown
from signer.records.countries import COUNTRIES
from signer.records.products import PRODUCTS, Product
from signer.records.value_sets import DISEASES, MANUFACTURERS, VACCINES

__all__ = ["RULES"]

VALUE_SETS: Final = "EU value sets 2.12.0"
INSTRUCTIONS: Final = f"{VALUE_SETS}, vaccine encoding instructions"
DEPRECATED_PROPHYLAXIS: Final = frozenset({"J07BX03"})
DEPRECATED_PRODUCTS: Final[Mapping[str, str]] = {
    "NVX-CoV2373": "EU/1/21/1618",
    "Inactivated-SARS-CoV-2-Vero-Cell": "WIBP-CorV",
    "Vidprevtyn": "EU/1/21/1580",
    "VLA2001": "EU/1/21/1624",
}
"""Withdrawn from use in new certificates, and what took their place."""

BY_MP: Final[Mapping[Any, Product]] = {product.mp: product for product in PRODUCTS}


@rule(ERROR, f"{VALUE_SETS}, disease-agent-targeted")
def disease(certificate: Certificate) -> Iterator[Fault]:
    """The disease tg is 840539006, COVID-19.

    Verifiers ask for no other.
    """
    for kind, entry in certificate.entries():
        yield from _unknown(kind, entry, "tg", DISEASES)


@rule(ERROR, f"{VALUE_SETS}, country-2-codes")
def country(certificate: Certificate) -> Iterator[Fault]:
    """The country co is one of ISO 3166-1, in two capital letters."""
    for kind, entry in certificate.entries():
        yield from _unknown(kind, entry, "co", COUNTRIES)


@rule(ERROR, f"{VALUE_SETS}, vaccine-medicinal-product")
def product_known(certificate: Certificate) -> Iterator[Fault]:
    """The product mp is in the value set.

    Verifiers hold mp against the vaccines that their country accepts; a name in plain words is none.
    """
    for kind, entry in certificate.entries("v"):
        yield from _unknown(kind, entry, "mp", {*BY_MP, *DEPRECATED_PRODUCTS})


@rule(WARNING, f"{VALUE_SETS}, vaccine-medicinal-product")
def product_current(certificate: Certificate) -> Iterator[Fault]:
    """The product mp is not withdrawn from use in new certificates."""
    for kind, entry in certificate.entries("v"):
        if (mp := _text(entry, "mp")) in DEPRECATED_PRODUCTS:
            yield f"{kind}/mp", f"{mp} is withdrawn; write {DEPRECATED_PRODUCTS[mp]}"


@rule(ERROR, f"{VALUE_SETS}, vaccine-mah-manf")
def holder_known(certificate: Certificate) -> Iterator[Fault]:
    """The holder or manufacturer ma is in the value set."""
    for kind, entry in certificate.entries("v"):
        yield from _unknown(kind, entry, "ma", MANUFACTURERS)


@rule(ERROR, INSTRUCTIONS)
def product_holder(certificate: Certificate) -> Iterator[Fault]:
    """The holder ma is the one of the product mp.

    Of 226 official codes 15 carry a pair that the value sets do not allow; business rules that name the
    pair refuse them.
    """
    for kind, entry in certificate.entries("v"):
        product, ma = BY_MP.get(_text(entry, "mp")), _text(entry, "ma")
        if product is not None and ma in MANUFACTURERS and ma != product.ma:
            yield f"{kind}/ma", f"{ma} does not go with mp {product.mp}; write {product.ma}"


@rule(ERROR, f"{VALUE_SETS}, vaccine-prophylaxis")
def prophylaxis_known(certificate: Certificate) -> Iterator[Fault]:
    """The kind of vaccine vp is in the value set."""
    for kind, entry in certificate.entries("v"):
        yield from _unknown(kind, entry, "vp", VACCINES)


@rule(WARNING, f"{VALUE_SETS}, vaccine-prophylaxis")
def prophylaxis_current(certificate: Certificate) -> Iterator[Fault]:
    """The kind of vaccine vp is not deprecated, as J07BX03 is.

    Write the code of the product's kind.
    """
    for kind, entry in certificate.entries("v"):
        if (vp := _text(entry, "vp")) in DEPRECATED_PROPHYLAXIS:
            product = BY_MP.get(_text(entry, "mp"))
            yield f"{kind}/vp", f"{vp} is deprecated" + (f"; write {product.vp}" if product else "")


@rule(ERROR, INSTRUCTIONS)
def product_prophylaxis(certificate: Certificate) -> Iterator[Fault]:
    """The kind of vaccine vp is one that the product mp may have."""
    for kind, entry in certificate.entries("v"):
        product, vp = BY_MP.get(_text(entry, "mp")), _text(entry, "vp")
        if product is None or vp not in VACCINES.keys() - DEPRECATED_PROPHYLAXIS:
            continue
        if vp not in {product.vp, *product.other_vps}:
            yield f"{kind}/vp", f"{vp} does not go with mp {product.mp}; write {product.vp}"


def _text(entry: Mapping[Any, Any], field: str) -> str:
    """A code without the blanks around it, which are another rule's."""
    value = entry.get(field)
    return value.strip() if isinstance(value, str) else ""


def _unknown(kind: str, entry: Mapping[Any, Any], field: str, known: Any) -> Iterator[Fault]:
    if isinstance(entry.get(field), str) and _text(entry, field) not in known:
        yield f"{kind}/{field}", f"{shown(entry[field])} is not in the value set"


RULES: Final = (
    disease, country, product_known, product_current, holder_known, product_holder, prophylaxis_known,
    prophylaxis_current, product_prophylaxis,
)  # fmt: skip
