"""The codes in a certificate: those that decide what it says must be known, the others are only marked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from signer.errors import CertificateInvalid
from signer.records.countries import COUNTRIES
from signer.records.products import PRODUCTS
from signer.records.value_sets import DISEASES, MANUFACTURERS, PRODUCT_NAMES, VACCINES
from signer.verifying.dcc import BLANKS

__all__ = ["HOLDERS", "LISTED", "check_values", "unlisted"]

TEST_TYPES: Final = frozenset({"LP6464-4", "LP217198-3"})
TEST_RESULTS: Final = frozenset({"260415000", "260373001"})
"""Not detected, detected (EU value sets 2.12.0, covid-19-lab-result)."""

_DISEASE: Final = {"tg": frozenset(DISEASES)}
_DECIDING: Final[Mapping[str, Mapping[str, frozenset[str]]]] = {
    "v": _DISEASE,
    "t": _DISEASE | {"tr": TEST_RESULTS},
    "r": _DISEASE,
}
LISTED: Final[Mapping[str, Mapping[str, frozenset[str]]]] = {
    "v": {
        "vp": frozenset(VACCINES),
        "mp": frozenset(PRODUCT_NAMES),
        "ma": frozenset(MANUFACTURERS),
        "co": COUNTRIES,
    },
    "t": {"tt": TEST_TYPES, "co": COUNTRIES},
    "r": {"co": COUNTRIES},
}
"""The codes that are not marked, by kind and field."""
HOLDERS: Final = {product.mp: product.ma for product in PRODUCTS}
"""The only `ma` that goes with an `mp`."""


def check_values(dcc: Mapping[str, Any]) -> None:
    """Checks the disease and the result of a test, without which nobody can say what is certified.

    Blanks around a code are in the field and do not count. The certificate has the structure that
    `check_structure` asks for. Raises CertificateInvalid `value_set` and names the field.
    """
    for kind, entry in _entries(dcc):
        for field, known in _DECIDING[kind].items():
            if entry[field].strip(BLANKS) not in known:
                raise CertificateInvalid(
                    "value_set", f"the field {kind}/{field} holds a code that is not in the value sets"
                )


def unlisted(dcc: Mapping[str, Any]) -> Iterator[str]:
    """Gives the fields whose code is not in the value sets to the letter; `v/mp/ma` for a pair not allowed.

    15 of 226 vaccinations in the field have such a pair, so it is no reason to refuse.
    """
    for kind, entry in _entries(dcc):
        yield from (
            f"{kind}/{field}" for field, known in LISTED[kind].items() if entry.get(field) not in known
        )
        if kind == "v" and entry["mp"] in HOLDERS and entry["ma"] != HOLDERS[entry["mp"]]:
            yield "v/mp/ma"


def _entries(dcc: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    return ((kind, entry) for kind in LISTED for entry in dcc.get(kind) or ())
