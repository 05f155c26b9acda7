"""Codes of three letters, against a list that others keep where one is installed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from signer.records.countries import COUNTRIES
from signer.trust.countries import is_same_country, two_letters

ISO_CODES = Path("/usr/share/iso-codes/json/iso_3166-1.json")


def test_every_country_of_the_package_iso_codes_is_known_by_three_letters() -> None:
    if not ISO_CODES.exists():
        pytest.skip("Debian's package iso-codes is not installed")
    listed = json.loads(ISO_CODES.read_text("utf-8"))["3166-1"]
    assert {entry["alpha_3"]: two_letters(entry["alpha_3"]) for entry in listed} == {
        entry["alpha_3"]: entry["alpha_2"] for entry in listed
    }


def test_no_two_countries_share_two_letters() -> None:
    assert two_letters("VNM") == two_letters("vn") == "VN"
    assert {two_letters(code) for code in COUNTRIES} == COUNTRIES
    assert (two_letters("AUT"), two_letters("AUS"), two_letters("SWE"), two_letters("CHE")) == (
        "AT", "AU", "SE", "CH",
    )  # fmt: skip


def test_what_is_no_country_is_none() -> None:
    assert [two_letters(code) for code in ("", "-", "XXA", "DCC", "WHO", "Vietnam", "V")] == [None] * 7


def test_both_codes_of_greece_and_of_the_united_kingdom_are_one_country() -> None:
    assert is_same_country("EL", "gr")
    assert is_same_country("UK", "GB")
    assert not is_same_country("GR", "GB")
