"""What is exported is imported again to the same keys, and other tools read it."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from attesting.made_certificates_of_places import make_signer, openssl
from trust.made_trust_lists import (
    KEY,
    NOW,
    RSA_KEY,
    Gateway,
    did_document,
    did_method,
    gateway_entry,
    make_csca,
    make_dsc,
    make_upload,
    without_source,
    write_json,
)

from signer.trust import Snapshot, export_keys, import_sources

GATEWAY = Gateway()
LIST = "did:web:example:v2:trustlist:DCC"


@pytest.fixture
def snapshot(tmp_path: Path) -> Snapshot:
    """Keys of all kinds: with and without certificate, country, kid of their own, and of one kid."""
    csca, upload = make_csca("GR"), make_upload("GR")
    nameless = make_signer(make_signer(csca, {"CN": "nowhere"}), {"CN": "nobody"}, RSA_KEY)
    greek = [
        gateway_entry("CSCA", "EL", csca, GATEWAY.anchor),
        gateway_entry("UPLOAD", "EL", upload, GATEWAY.anchor),
        gateway_entry("DSC", "EL", make_dsc(csca, "GR"), upload),
    ]
    did = did_document(
        did_method(f"{LIST}:SGP:DSC#AAAAAAAAAAA=", KEY),
        did_method(f"{LIST}:XXA:DSC#AAAAAAAAAAI=", RSA_KEY),
        did_method(f"{LIST}:SGP:DSC#own.kid-1", KEY, make_dsc(make_csca("SG"), "SG")),
        did_method(f"{LIST}:SGP:DSC#AAAAAAAAAAA=", RSA_KEY, nameless),
        did_method(f"{LIST}:XXA:DSC#AAAAAAAAAAA=", RSA_KEY, nameless, kid="AAAAAAAAAAE="),
    )
    paths = [
        write_json(tmp_path / "list.json", GATEWAY.entries() + greek),
        write_json(tmp_path / "did.json", did),
    ]
    return import_sources(paths, GATEWAY.anchors, made_at=NOW).snapshot


def test_an_export_imports_to_the_same_keys(tmp_path: Path, snapshot: Snapshot) -> None:
    assert {key.country for key in snapshot.keys} == {"DE", "FR", "GR", "SG", None}
    (tmp_path / "out").mkdir()
    assert export_keys(snapshot.keys, tmp_path / "out") == (3, 5)
    again = import_sources([tmp_path / "out"], None, made_at=NOW)
    assert again.left_out == ()
    assert without_source(again.snapshot.keys) == without_source(snapshot.keys)
    assert [replace(key, source=0) for key in again.snapshot.keys] == [
        replace(key, source=0) for key in snapshot.keys
    ]


def test_certificates_stand_under_country_and_digest_and_openssl_reads_them(
    tmp_path: Path, snapshot: Snapshot
) -> None:
    if not shutil.which("openssl"):
        pytest.skip("the command openssl is not here")
    (tmp_path / "out").mkdir()
    export_keys(snapshot.keys, tmp_path / "out")
    files = sorted((tmp_path / "out").rglob("*.pem"))
    assert [file.parent.name for file in files] == ["DE", "FR", "GR"]
    for file in files:
        shown = openssl("x509", "-in", file, "-noout", "-fingerprint", "-sha256", cwd=tmp_path)
        assert shown.stdout.strip().rpartition("=")[2].replace(":", "").lower() == file.stem
