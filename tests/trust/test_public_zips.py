"""The public zip: signed as a whole, DSCs below the CSCAs of their country, damage told member by member."""

from __future__ import annotations

import base64
import io
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from attesting.made_certificates_of_places import openssl
from cryptography.hazmat.primitives.serialization import Encoding
from trust.made_trust_lists import (
    NOW,
    Gateway,
    der_of,
    make_anchor,
    make_csca,
    make_dsc,
    make_upload,
    signed_zip,
    write_json,
    zip_members,
)

from signer.errors import TrustUnreadable
from signer.trust import Imported, import_sources

GATEWAY = Gateway()
MEMBERS = zip_members(GATEWAY.cscas, list(GATEWAY.dscs.items()))


def imported(path: Path) -> Imported:
    return import_sources([path], GATEWAY.anchors, made_at=NOW)


def test_the_dscs_of_a_signed_zip_are_taken(tmp_path: Path) -> None:
    found = imported(signed_zip(tmp_path / "list.zip", MEMBERS, GATEWAY.anchor))
    assert found.left_out == ()
    assert [key.certificate for key in found.snapshot.keys] == [
        der_of(GATEWAY.dscs[country]) for country in ("DE", "FR")
    ]
    assert [source.kind for source in found.snapshot.sources] == ["zip"]


def test_zip_and_gateway_list_of_the_same_keys_give_the_same_keys(tmp_path: Path) -> None:
    path = signed_zip(tmp_path / "list.zip", MEMBERS, GATEWAY.anchor)
    gateway = write_json(tmp_path / "list.json", GATEWAY.entries())
    assert imported(path).snapshot.keys == imported(gateway).snapshot.keys
    both = import_sources([gateway, path], GATEWAY.anchors, made_at=NOW).snapshot
    assert [source.n_keys for source in both.sources] == [2, 0]  # a key counts for the first that has it
    assert {key.source for key in both.keys} == {0}


FORMS: dict[str, Callable[[bytes], bytes]] = {
    "one line of base64": base64.b64encode,
    "lines of base64": base64.encodebytes,
    "PEM": lambda der: b"-----BEGIN CMS-----\n" + base64.encodebytes(der) + b"-----END CMS-----\n",
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_the_signature_may_be_text(tmp_path: Path, form: Callable[[bytes], bytes]) -> None:
    path = signed_zip(tmp_path / "list.zip", MEMBERS, GATEWAY.anchor)
    beside = tmp_path / "list.zip.p7s"
    beside.write_bytes(form(beside.read_bytes()))
    assert len(imported(path).snapshot.keys) == 2


def test_a_zip_that_the_anchor_did_not_sign_is_refused_whole(tmp_path: Path) -> None:
    path = signed_zip(tmp_path / "list.zip", MEMBERS, make_anchor())
    with pytest.raises(TrustUnreadable, match="is no signature of a trust anchor over"):
        imported(path)
    signed_zip(path, MEMBERS, GATEWAY.anchor)
    path.write_bytes(path.read_bytes() + b"\0")
    with pytest.raises(TrustUnreadable, match="the content is not the one that was signed"):
        imported(path)
    (tmp_path / "list.zip.p7s").unlink()
    with pytest.raises(TrustUnreadable, match=r"put its detached signature beside it as list\.zip\.p7s"):
        imported(path)
    assert len(import_sources([path], None, made_at=NOW, unsigned=True).snapshot.keys) == 2


ORPHAN = make_dsc(make_csca("DE"), "DE").certificate.public_bytes(Encoding.PEM)
PEM = GATEWAY.dscs["DE"].certificate.public_bytes(Encoding.PEM)
BAD = {
    "empty": ("DSC/DCC/DE/bad.pem", b"", "it is no certificate"),
    "cut short": ("DSC/DCC/DE/bad.pem", PEM[:300], "it is no certificate in PEM or DER, or damaged"),
    "two": ("DSC/DCC/DE/bad.pem", PEM + PEM, "it holds 2 certificates"),
    "huge": ("DSC/DCC/DE/bad.pem", bytes(1 << 20), "is larger than 65536 bytes"),
    "of no CSCA": ("DSC/DCC/DE/bad.pem", ORPHAN, "no CSCA of its country in the list signed it"),
    "of another country": ("DSC/DCC/FR/bad.pem", PEM, "under FR, its certificate says DE"),
    "CSCA that is none": (
        "CSCA/DCC/DE/bad.pem", make_upload("DE").certificate.public_bytes(Encoding.PEM), "no CA",
    ),
    "nowhere": ("bad.pem", PEM, "it lies in no folder CSCA or DSC with a country"),
}  # fmt: skip


@pytest.mark.parametrize(("name", "content", "reason"), BAD.values(), ids=BAD)
def test_a_bad_member_is_left_out_and_told(tmp_path: Path, name: str, content: bytes, reason: str) -> None:
    members = {**MEMBERS, name: content, "README.txt": b"hello"}
    found = imported(signed_zip(tmp_path / "list.zip", members, GATEWAY.anchor))
    assert len(found.snapshot.keys) == 2
    (told,) = found.left_out
    assert (told.file, told.entry) == (str(tmp_path / "list.zip"), name)
    assert reason in told.reason


def test_members_damaged_inside_the_zip_are_told(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, content in {**MEMBERS, "DSC/DCC/DE/bad.pem": b"A" * 99}.items():
            archive.writestr(name, content)
    path = tmp_path / "list.zip"
    path.write_bytes(buffer.getvalue().replace(b"A" * 99, b"A" * 98 + b"B"))
    found = import_sources([path], None, made_at=NOW, unsigned=True)
    assert len(found.snapshot.keys) == 2
    assert [entry.reason for entry in found.left_out] == ["it is damaged or encrypted in the zip"]
    path.write_bytes(buffer.getvalue()[:500])
    with pytest.raises(TrustUnreadable, match="is a damaged zip"):
        import_sources([path], None, made_at=NOW, unsigned=True)


def test_openssl_takes_the_signature_of_a_zip_and_its_own_counts_while_the_anchor_is_in_force(
    tmp_path: Path,
) -> None:
    if not shutil.which("openssl"):
        pytest.skip("the command openssl is not here")
    path = signed_zip(tmp_path / "list.zip", MEMBERS, GATEWAY.anchor)
    GATEWAY.anchor.write(tmp_path, "anchor")
    done = openssl(
        "cms", "-verify", "-binary", "-inform", "DER", "-content", path, "-in", f"{path}.p7s", "-noverify",
        "-out", "out", cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    made = openssl(
        "cms", "-sign", "-binary", "-outform", "PEM", "-md", "sha256", "-signer", "anchor.pem",
        "-inkey", "anchor.key", "-in", path, "-out", f"{path}.p7s", cwd=tmp_path,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    with pytest.raises(TrustUnreadable, match="when its signer was not in force"):
        imported(path)  # signed now, and the anchor is of 2022
