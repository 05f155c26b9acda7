"""Importer and verifier read the same file: what one of them refuses, the other must not trust."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from trust.made_trust_lists import (
    NOW,
    VACCINATION,
    der_of,
    did_document,
    did_method,
    make_csca,
    make_dsc,
    write_json,
)

from signer.errors import TrustUnreadable
from signer.trust import import_sources, read_snapshot, snapshot_text
from signer.verifying import TrustStore

LONG = 1_000_000
CHANGES: dict[str, dict[str, Any]] = {
    "a list of countries": {"country": ["DE"]},
    "a number": {"country": 7},
    "an object": {"country": {"code": "DE"}},
    "false": {"country": False},
    "an empty country": {"country": ""},
    "small letters": {"country": "de"},
    "letters that are not ASCII": {"country": "\u00c4\u00d6"},
    "a line end": {"country": "DE\n"},
    "the end of a script": {"country": "</script>"},
    "no kid": {"kid": ""},
    "an endless kid": {"kid": "A" * 88},
    "a kid that is a number": {"kid": 7},
    "purposes in a text": {"eku": VACCINATION},
    "no purposes": {"eku": None},
    "a purpose that is no number": {"eku": ["</script>"]},
    "an endless purpose": {"eku": ["1" * LONG]},
    "a purpose that is a list": {"eku": [[VACCINATION]]},
    "a number for a time": {"not_after": 7},
    "no time": {"not_after": ""},
    "a day": {"not_before": "2022-04-14"},
    "a time without zone": {"not_before": "2022-04-14T03:15:00"},
    "certificate and JWK": {"jwk": {"kty": "EC"}, "certificate": "AAAA"},
    "neither": {"jwk": None, "certificate": None},
    "an endless number": {"jwk": {"kty": "RSA", "e": "AQAB", "n": "A" * LONG}, "certificate": None},
}
MISSING = ("kid", "country", "certificate", "jwk", "not_before", "not_after", "eku")


@pytest.fixture(params=["certificate", "jwk"])
def value(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    """A snapshot of one key, with a certificate or without."""
    source = tmp_path / "dsc.der"
    source.write_bytes(der_of(make_dsc(make_csca("DE"), "DE", VACCINATION)))
    if request.param == "jwk":
        method = did_method("did:web:example:v2:trustlist:DCC:DEU:DSC#AAAAAAAAAAA=")
        source = write_json(tmp_path / "did.json", did_document(method))
    made: Any = json.loads(snapshot_text(import_sources([source], None, made_at=NOW).snapshot))
    assert made["keys"][0][request.param] is not None
    return made


def refuses(path: Path) -> tuple[bool, bool]:
    """Whether importer and verifier do, each with an error of ours."""
    refused = []
    for read in (read_snapshot, TrustStore.load):
        try:
            read(path)
        except TrustUnreadable:
            refused.append(True)
        else:
            refused.append(False)
    return refused[0], refused[1]


@pytest.mark.parametrize("changes", CHANGES.values(), ids=CHANGES)
def test_both_refuse_what_is_no_key(tmp_path: Path, value: Any, changes: dict[str, Any]) -> None:
    """A country that is a list ended `verify` with a traceback; a script's end was written into the page."""
    value["keys"][0] |= changes
    assert refuses(write_json(tmp_path / "s.json", value)) == (True, True)


@pytest.mark.parametrize("name", MISSING)
def test_both_refuse_a_key_that_lacks_an_entry(tmp_path: Path, value: Any, name: str) -> None:
    del value["keys"][0][name]
    assert refuses(write_json(tmp_path / "s.json", value)) == (True, True)


@pytest.mark.parametrize("changes", [{}, {"country": None}, {"not_before": None}, {"eku": []}], ids=str)
def test_both_take_what_the_importer_may_write(tmp_path: Path, value: Any, changes: dict[str, Any]) -> None:
    value["keys"][0] |= changes
    assert refuses(write_json(tmp_path / "s.json", value)) == (False, False)


def test_both_pass_over_what_they_do_not_know(tmp_path: Path, value: Any) -> None:
    """So that entries can be added without another version; `signed` of sources was."""
    for changed in (value, value["sources"][0], value["keys"][0]):
        changed["new"] = [1]
    assert refuses(write_json(tmp_path / "s.json", value)) == (False, False)
    del value["sources"][0]["signed"]
    path = write_json(tmp_path / "s.json", value)
    assert refuses(path) == (False, False)
    assert [source.signed for source in read_snapshot(path).sources] == [False]
