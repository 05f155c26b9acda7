"""The words for codes: there is one for every code that a certificate of ours can hold, in both languages."""

from __future__ import annotations

from signer.records.products import PRODUCTS
from signer.records.value_sets import MANUFACTURERS, PRODUCT_NAMES, VACCINES, VACCINES_IN_VIETNAMESE


def test_every_product_has_words_for_all_its_codes() -> None:
    for product in PRODUCTS:
        assert product.mp in PRODUCT_NAMES
        assert product.ma in MANUFACTURERS
        assert {product.vp, *product.other_vps} <= VACCINES.keys()


def test_both_languages_have_the_same_vaccines() -> None:
    assert VACCINES.keys() == VACCINES_IN_VIETNAMESE.keys()
