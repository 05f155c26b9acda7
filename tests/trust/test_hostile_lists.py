"""Whatever is done to a list on its way: no key is trusted by it that was not, and no error but ours."""

from __future__ import annotations

import base64
import copy
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from trust.made_trust_lists import (
    NOW,
    Gateway,
    der_of,
    did_document,
    did_method,
    make_csca,
    make_dsc,
    make_upload,
    write_json,
    zip_members,
    zip_of,
)

from signer.errors import TrustUnreadable
from signer.trust import import_sources, load_anchors, read_snapshot

GATEWAY = Gateway()
ENTRIES = GATEWAY.entries()
OWN_CSCA, OWN_UPLOAD = make_csca("DE"), make_upload("DE")
"""What somebody on the way could put there."""
FOREIGN = [der_of(OWN_CSCA), der_of(OWN_UPLOAD), der_of(make_dsc(OWN_CSCA, "DE"))]
LEGITIMATE = {der_of(holder) for holder in GATEWAY.dscs.values()}
FIELDS = ("kid", "country", "certificateType", "thumbprint", "signature", "rawData")
same_folder = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


def trusted(path: Path, *, unsigned: bool = False) -> set[bytes | None]:
    try:
        anchors = None if unsigned else GATEWAY.anchors
        snapshot = import_sources([path], anchors, made_at=NOW, unsigned=unsigned).snapshot
    except TrustUnreadable:
        return set()
    return {key.certificate for key in snapshot.keys}


@given(data=st.data())
@same_folder
def test_no_entry_can_be_forged_from_what_is_there(tmp_path: Path, data: st.DataObject) -> None:
    entries = copy.deepcopy(ENTRIES)
    for _ in range(data.draw(st.integers(1, 4), label="changes")):
        change(data, entries)
    for entry in entries:
        if data.draw(st.booleans(), label="without kid and thumbprint"):
            entry.pop("kid", None), entry.pop("thumbprint", None)
    assert trusted(write_json(tmp_path / "list.json", entries)) <= LEGITIMATE


def change(data: st.DataObject, entries: list[dict[str, Any]]) -> None:
    """Exchanges a field for another entry's, a stranger's certificate, or damages its octets."""
    entry = data.draw(st.sampled_from(entries), label="entry")
    field = data.draw(st.sampled_from(FIELDS), label="field")
    kind = data.draw(st.sampled_from(["swap", "foreign", "damage", "copy"]), label="kind")
    if kind == "swap":
        entry[field] = data.draw(st.sampled_from(entries), label="of").get(field)
    elif kind == "foreign":
        entry["rawData"] = base64.b64encode(data.draw(st.sampled_from(FOREIGN), label="whose")).decode()
    elif kind == "copy":
        called = data.draw(st.sampled_from(["DSC", "CSCA", "UPLOAD"]), label="called")
        entries.append(copy.deepcopy(entry) | {"certificateType": called})
    elif field in ("signature", "rawData") and entry.get(field):
        octets = bytearray(base64.b64decode(entry[field]))
        octets[data.draw(st.integers(0, len(octets) - 1), label="at")] ^= data.draw(st.integers(1, 255))
        entry[field] = base64.b64encode(octets).decode()


NAMES = st.sampled_from([*FIELDS, "verificationMethod", "publicKeyJwk", "x5c", "kty", "crv", "x", "y", "id"])
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | NAMES
JSON = st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(NAMES | st.text(), inner))


@given(value=JSON)
@same_folder
def test_any_json_is_refused_or_read(tmp_path: Path, value: Any) -> None:
    for document in (value, [value], {"verificationMethod": [value]}, {"verificationMethod": value}):
        assert trusted(write_json(tmp_path / "list.json", document), unsigned=True) == set()


@pytest.mark.parametrize("kind", ["zip", "did", "pem", "der"])
@given(data=st.data())
@same_folder
def test_a_damaged_file_is_refused_or_read(tmp_path: Path, kind: str, data: st.DataObject) -> None:
    dsc = GATEWAY.dscs["DE"]
    content = {
        "zip": zip_of(zip_members(GATEWAY.cscas, list(GATEWAY.dscs.items()))),
        "did": json.dumps(did_document(did_method("x#AAAA", dsc.key, dsc))).encode(),
        "pem": dsc.certificate.public_bytes(Encoding.PEM),
        "der": der_of(dsc),
    }[kind]
    begin = data.draw(st.integers(0, len(content)), label="begin")
    end = data.draw(st.integers(begin, min(len(content), begin + 30)), label="end")
    path = tmp_path / "list"
    path.write_bytes(content[:begin] + data.draw(st.binary(max_size=30), label="inserted") + content[end:])
    trusted(path, unsigned=True)


def test_deep_json_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "list.json"
    for opening in ("[", '{"verificationMethod":['):
        path.write_text(opening * 100_000)
        with pytest.raises(TrustUnreadable):
            import_sources([path], None, made_at=NOW, unsigned=True)


@pytest.mark.parametrize(
    "read", [load_anchors, read_snapshot, lambda path: import_sources([path], None, made_at=NOW)]
)
def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path, read: Callable[[Path], object]) -> None:
    os.mkfifo(tmp_path / "list.json")
    with pytest.raises(TrustUnreadable, match="not a regular file"):
        read(tmp_path / "list.json")
