"""A snapshot's file: its schema, that equal content gives equal bytes, and that damage is told."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from trust.made_trust_lists import (
    NOW,
    Gateway,
    der_of,
    did_document,
    did_method,
    write_json,
    write_snapshot,
)

from signer.errors import TrustUnreadable
from signer.trust import Snapshot, compare, import_sources, read_snapshot, snapshot_text

GATEWAY = Gateway()
BASE64 = {"type": "string", "pattern": "^[A-Za-z0-9+/]*={0,2}$"}
TIME = {"type": ["string", "null"], "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"}


def of(**properties: Any) -> dict[str, Any]:
    """An object with these properties, all there and no others."""
    names = list(properties)
    return {"type": "object", "properties": properties, "required": names, "additionalProperties": False}


SCHEMA = of(
    format={"const": "signer-trust-snapshot"},
    version={"const": 1},
    made_at=TIME | {"type": "string"},
    sources={
        "type": "array",
        "items": of(
            kind={"enum": ["gateway", "zip", "did", "files"]},
            name={"type": "string"},
            sha256={"type": "string", "pattern": "^[0-9a-f]{64}$"},
            n_keys={"type": "integer", "minimum": 0},
            signed={"type": "boolean"},
        ),
    },
    keys={
        "type": "array",
        "items": of(
            kid=BASE64,
            country={"type": ["string", "null"], "pattern": "^[A-Z]{2}$"},
            certificate=BASE64 | {"type": ["string", "null"]},
            jwk={"type": ["object", "null"]},
            not_before=TIME,
            not_after=TIME,
            eku={"type": "array", "items": {"type": "string", "pattern": r"^[0-9]+(\.[0-9]+)+$"}},
            source={"type": "integer", "minimum": 0},
        ),
    },
)


@pytest.fixture
def snapshot(tmp_path: Path) -> Snapshot:
    """Keys of a gateway, and one without certificate."""
    did = did_document(did_method("did:web:example:v2:trustlist:DCC:AUT:DSC#AAAAAAAAAAA="))
    paths = [
        write_json(tmp_path / "list.json", GATEWAY.entries()),
        write_json(tmp_path / "did.json", did),
    ]
    return import_sources(paths, GATEWAY.anchors, made_at=NOW).snapshot


def test_a_snapshot_is_of_its_schema_and_says_what_was_read(snapshot: Snapshot) -> None:
    text = snapshot_text(snapshot)
    value = json.loads(text)
    jsonschema.validate(value, SCHEMA)
    assert text.isascii()
    assert value["made_at"] == "2022-04-14T03:15:00Z"
    sources = [(source["kind"], source["n_keys"], source["signed"]) for source in value["sources"]]
    assert sources == [("gateway", 2, True), ("did", 1, False)]
    assert [key["country"] for key in value["keys"]] == ["AT", "DE", "FR"]
    german = value["keys"][1]
    der = base64.b64decode(german["certificate"])
    assert der == der_of(GATEWAY.dscs["DE"])
    assert base64.b64decode(german["kid"]) == hashlib.sha256(der).digest()[:8]
    assert (german["jwk"], german["source"]) == (None, 0)
    assert set(value["keys"][0]["jwk"]) == {"kty", "crv", "x", "y"}


def test_it_is_written_canonically_in_the_order_of_country_kid_and_digest(snapshot: Snapshot) -> None:
    text = snapshot_text(snapshot)
    value = json.loads(text)
    assert text == json.dumps(value, sort_keys=True, indent=1) + "\n"
    mixed = Snapshot(snapshot.made_at, snapshot.sources, tuple(reversed(snapshot.keys)))
    assert snapshot_text(mixed) == text
    keys = [(key["country"], key["kid"]) for key in value["keys"]]
    assert keys == sorted(keys)


def test_what_was_written_is_read_back_whole(tmp_path: Path, snapshot: Snapshot) -> None:
    path = tmp_path / "snapshot.json"
    path.write_text(snapshot_text(snapshot), encoding="ascii")
    assert read_snapshot(path) == snapshot


def test_the_order_of_the_list_makes_no_difference(tmp_path: Path) -> None:
    texts = set()
    for number, entries in enumerate((GATEWAY.entries(), GATEWAY.entries()[::-1])):
        path = write_json(tmp_path / f"{number}.json", entries)
        snapshot = import_sources([path], GATEWAY.anchors, made_at=NOW).snapshot
        texts.add(snapshot_text(Snapshot(NOW, (), snapshot.keys)))
    assert len(texts) == 1


def test_times_are_whole_seconds_in_utc(tmp_path: Path) -> None:
    hanoi = datetime.fromisoformat("2022-04-14T10:15:00.999+07:00")
    path = write_snapshot(tmp_path / "s.json", GATEWAY.dscs["DE"], made_at=hanoi)
    assert json.loads(path.read_text())["made_at"] == "2022-04-14T03:15:00Z"
    assert read_snapshot(path).made_at == datetime(2022, 4, 14, 3, 15, tzinfo=UTC)


def test_years_before_1000_are_written_so_that_they_can_be_read(tmp_path: Path) -> None:
    path = write_snapshot(tmp_path / "s.json", GATEWAY.dscs["DE"])
    old = read_snapshot(path)
    keys = tuple(replace(key, not_before=datetime(99, 1, 1, tzinfo=UTC)) for key in old.keys)
    path.write_text(snapshot_text(replace(old, keys=keys)), encoding="ascii")
    assert read_snapshot(path).keys == keys


def test_a_list_taken_without_asking_who_signed_it_says_so_for_ever(tmp_path: Path) -> None:
    path = write_json(tmp_path / "list.json", GATEWAY.entries())
    text = snapshot_text(import_sources([path], None, made_at=NOW, unsigned=True).snapshot)
    assert [source["signed"] for source in json.loads(text)["sources"]] == [False]
    (tmp_path / "s.json").write_text(text)
    assert snapshot_text(read_snapshot(tmp_path / "s.json")) == text


DAMAGES: dict[str, Callable[[dict[str, Any]], object]] = {
    "no keys": lambda value: value.pop("keys"),
    "keys of another kind": lambda value: value.update(keys=7),
    "no time": lambda value: value.update(made_at="yesterday"),
    "another source": lambda value: value["keys"][0].update(source=1),
    "another kind of source": lambda value: value["sources"][0].update(kind="hearsay"),
    "certificate and JWK": lambda value: value["keys"][0].update(jwk={}),
    "neither": lambda value: value["keys"][0].update(certificate=None),
    "no base64": lambda value: value["keys"][0].update(kid="%"),
    "a damaged certificate": lambda value: value["keys"][0].update(certificate="MIIB"),
    "a country of three letters": lambda value: value["keys"][0].update(country="DEU"),
    "purposes that are none": lambda value: value["keys"][0].update(eku=[1]),
    "no key": lambda value: value["keys"].append(None),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_snapshot_is_refused(tmp_path: Path, damage: Callable[[dict[str, Any]], object]) -> None:
    path = write_snapshot(tmp_path / "s.json", GATEWAY.dscs["DE"])
    value = json.loads(path.read_text())
    damage(value)
    with pytest.raises(
        TrustUnreadable, match=r"s\.json: is a damaged trust snapshot; import the lists again"
    ):
        read_snapshot(write_json(path, value))


@pytest.mark.parametrize("text", ["", "[]", "{}", "[" * 100_000, '{"format": "signer-trust-snapshot"}'])
def test_what_is_no_snapshot_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "s.json").write_text(text)
    with pytest.raises(TrustUnreadable, match="is no trust snapshot; `signer trust import` makes one"):
        read_snapshot(tmp_path / "s.json")
    with pytest.raises(TrustUnreadable, match="cannot be read"):
        read_snapshot(tmp_path / "none.json")


def test_a_newer_version_is_refused(tmp_path: Path) -> None:
    path = write_snapshot(tmp_path / "s.json", GATEWAY.dscs["DE"])
    with pytest.raises(TrustUnreadable, match="is no trust snapshot"):
        read_snapshot(write_json(path, json.loads(path.read_text()) | {"version": 2}))


def test_two_snapshots_are_compared_key_by_key(tmp_path: Path) -> None:
    old = read_snapshot(write_snapshot(tmp_path / "old.json", *GATEWAY.dscs.values()))
    later = NOW + timedelta(days=1)
    new = read_snapshot(write_snapshot(tmp_path / "new.json", GATEWAY.dscs["FR"], made_at=later))
    gone = compare(old, new)
    assert [key.country for key in gone.removed] == ["DE"]
    assert (gone.added, gone.changed) == ((), ())
    assert [key.country for key in compare(new, old).added] == ["DE"]
    assert compare(old, old) == compare(new, new)
    value = json.loads((tmp_path / "new.json").read_text())
    value["keys"][0]["eku"] = ["1.2.3"]
    changed = compare(new, read_snapshot(write_json(tmp_path / "changed.json", value)))
    assert [(before.eku, after.eku) for before, after in changed.changed] == [((), ("1.2.3",))]
