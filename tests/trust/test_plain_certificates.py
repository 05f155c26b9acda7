"""Certificates in PEM and DER, and folders of them: what is taken, whose it is, and what is told."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from attesting.made_certificates_of_places import make_signer
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from trust.made_trust_lists import (
    NOW,
    Gateway,
    der_of,
    did_document,
    did_method,
    make_csca,
    make_dsc,
    write_json,
)

from signer.errors import TrustUnreadable
from signer.trust import Imported, import_sources

GATEWAY = Gateway()
DE, FR = GATEWAY.dscs["DE"], GATEWAY.dscs["FR"]
PEM = DE.certificate.public_bytes(Encoding.PEM)


def imported(*paths: Path) -> Imported:
    return import_sources(list(paths), None, made_at=NOW)


def test_pem_and_der_alone_and_in_folders_are_taken(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "a.CRT").write_bytes(der_of(FR))
    (tmp_path / "b.pem").write_bytes(PEM + FR.certificate.public_bytes(Encoding.PEM))
    DE.write(tmp_path, "own")  # with its key, which is passed over
    (tmp_path / "key.pem").write_bytes((tmp_path / "own.key").read_bytes())
    (tmp_path / "readme.txt").write_text("hello")
    found = imported(tmp_path)
    assert found.left_out == ()
    assert {key.certificate for key in found.snapshot.keys} == {der_of(DE), der_of(FR)}
    for name in ("deep/a.CRT", "b.pem"):
        assert imported(tmp_path / name).snapshot.sources[0].kind == "files"


def test_bad_files_of_a_folder_are_told_and_the_others_taken(tmp_path: Path) -> None:
    (tmp_path / "good.pem").write_bytes(PEM)
    (tmp_path / "ca.pem").write_bytes(GATEWAY.cscas["DE"].certificate.public_bytes(Encoding.PEM))
    (tmp_path / "cut.pem").write_bytes(PEM[:300])
    (tmp_path / "list.json").write_text("[]")
    (tmp_path / "pipes").mkdir()
    os.mkfifo(tmp_path / "pipes" / "pipe.pem")
    found = imported(tmp_path)
    assert len(found.snapshot.keys) == 1
    assert [(Path(entry.file).name, entry.reason) for entry in found.left_out] == [
        ("ca.pem", "it is a CA's certificate, which signs DSCs and no certificates of people"),
        ("cut.pem", "is no certificate in PEM or DER, or damaged"),
        ("list.json", "is no DID document"),
    ]
    assert found.left_out[0].advice == "not needed here; nothing to do"


def test_a_file_of_several_says_which_is_bad(tmp_path: Path) -> None:
    path = tmp_path / "several.pem"
    path.write_bytes(PEM + GATEWAY.cscas["DE"].certificate.public_bytes(Encoding.PEM))
    assert [entry.entry for entry in imported(path).left_out] == ["certificate 2"]


def test_a_certificate_without_country_is_of_its_folder(tmp_path: Path) -> None:
    csca = make_signer(GATEWAY.cscas["DE"], {"CN": "nowhere"})  # no C in subject or issuer
    nameless = make_signer(csca, {"CN": "DSC"})
    for folder, country in (("AT", "AT"), ("austria", None)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.der").write_bytes(der_of(nameless))
        assert imported(tmp_path / folder).snapshot.keys[0].country == country


def test_an_extended_key_usage_without_purpose_means_all_kinds(tmp_path: Path) -> None:
    """Against RFC 5280, which cryptography holds to; it is in the field."""
    usage = x509.UnrecognizedExtension(x509.ObjectIdentifier("2.5.29.37"), b"\x30\x00")
    made = make_signer(GATEWAY.cscas["DE"], {"C": "DE"}, extensions=((usage, False),))
    (key,) = imported_der(tmp_path, der_of(made)).snapshot.keys
    assert key.eku == ()


def imported_der(folder: Path, der: bytes) -> Imported:
    (folder / "a.der").write_bytes(der)
    return imported(folder / "a.der")


def test_a_key_on_another_curve_is_kept_so_that_a_verifier_can_say_so(tmp_path: Path) -> None:
    dsc = make_dsc(GATEWAY.cscas["DE"], "DE", key=ec.generate_private_key(ec.SECP384R1()))
    assert len(imported_der(tmp_path, der_of(dsc)).snapshot.keys) == 1


def test_a_folder_may_hold_did_documents(tmp_path: Path) -> None:
    name = "did:web:example:v2:trustlist:DCC:AUT:DSC#AAAAAAAAAAA="
    write_json(tmp_path / "did.json", did_document(did_method(name)))
    (key,) = imported(tmp_path).snapshot.keys
    assert (key.country, key.certificate) == ("AT", None)


def test_sources_that_hold_nothing_are_refused_with_the_first_reason(tmp_path: Path) -> None:
    with pytest.raises(TrustUnreadable, match="holds no key to trust; give a list of DSCs"):
        imported(tmp_path)
    (tmp_path / "a.pem").write_bytes(b"hello")
    with pytest.raises(TrustUnreadable, match=r"1 left out, the first is .*a\.pem: is no certificate"):
        imported(tmp_path)
    with pytest.raises(TrustUnreadable, match="cannot be read"):
        imported(tmp_path / "none.pem")


def test_the_digest_of_a_folder_is_of_names_and_contents(tmp_path: Path) -> None:
    digests = []
    for name, content in (("a.pem", PEM), ("b.pem", PEM), ("a.pem", PEM + b"\n")):
        folder = tmp_path / str(len(digests))
        folder.mkdir()
        (folder / name).write_bytes(content)
        digests.append(imported(folder).snapshot.sources[0].sha256)
    assert len(set(digests)) == 3
    assert make_csca("DE").certificate != GATEWAY.cscas["DE"].certificate
