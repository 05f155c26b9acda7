"""Whatever is changed in a file or its signature: it is refused, or it says the same as before."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from asn1crypto import cms, core
from asn1crypto import x509 as asn1_x509
from asn1crypto.parser import emit
from attesting.made_certificates_of_places import (
    CONTENT,
    FACILITY,
    HERE,
    NOW,
    RSA_KEY,
    Holder,
    checked,
    make_ca,
    make_signer,
    reason,
    signed_file,
)
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from signer.attesting import Attestation, Fault, signature_path
from signer.cms.structure import MAX_SIGNATURE_BYTES
from signer.records.places import RowsOfPlace

CA = make_ca()
BETWEEN = make_ca("between", CA)
SIGNER = make_signer(BETWEEN).with_chain(BETWEEN)
same_folder = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return signed_file(tmp_path_factory.mktemp("signed"), SIGNER)


@pytest.fixture(scope="module")
def octets(file: Path) -> bytes:
    return signature_path(file).read_bytes()


@pytest.fixture(autouse=True)
def _as_before(file: Path, octets: bytes) -> Iterator[None]:
    yield
    file.write_bytes(CONTENT)
    signature_path(file).write_bytes(octets)


def with_signature(file: Path, octets: bytes) -> Attestation | Fault:
    signature_path(file).write_bytes(octets)
    return checked(file, CA)


def essence(verdict: Attestation | Fault) -> object:
    """All that a verdict says; not when the file was looked at."""
    return replace(verdict, identity=()) if isinstance(verdict, Attestation) else None


@pytest.mark.long
def test_no_byte_can_be_changed_with_effect(file: Path, octets: bytes) -> None:
    good = essence(with_signature(file, octets))
    assert good is not None
    taken = []
    for at in range(len(octets)):
        for flip in (0x01, 0x20, 0x80, 0xFF):
            changed = octets[:at] + bytes([octets[at] ^ flip]) + octets[at + 1 :]
            verdict = with_signature(file, changed)
            if isinstance(verdict, Attestation):
                assert essence(verdict) == good, f"byte {at} xor {flip:#x}"
                taken.append(at)
    assert len(set(taken)) < len(octets) // 50, taken  # only what nobody signs: numbers of versions, and such


@given(data=st.data())
@same_folder
def test_no_change_of_a_signature_has_effect(file: Path, octets: bytes, data: st.DataObject) -> None:
    begin = data.draw(st.integers(0, len(octets)), label="begin")
    end = data.draw(st.integers(begin, min(len(octets), begin + 40)), label="end")
    inserted = data.draw(st.binary(max_size=40), label="inserted")
    verdict = with_signature(file, octets[:begin] + inserted + octets[end:])
    assert essence(verdict) in (None, essence(with_signature(file, octets)))


@given(garbage=st.binary(max_size=2000))
@same_folder
def test_garbage_is_no_signature(file: Path, garbage: bytes) -> None:
    assert reason(with_signature(file, garbage)) in ("signature_unreadable", "signature_incomplete")


def test_a_signature_cut_short_or_with_more_behind_is_refused(file: Path, octets: bytes) -> None:
    for length in range(len(octets)):
        assert reason(with_signature(file, octets[:length])) == "signature_unreadable", length
    for behind in (b"\0", b"\0\0", octets):
        assert reason(with_signature(file, octets + behind)) == "signature_unreadable"


def test_a_huge_signature_is_not_read(file: Path, octets: bytes) -> None:
    verdict = with_signature(file, octets + bytes(MAX_SIGNATURE_BYTES))
    assert reason(verdict) == "signature_unreadable"
    assert "larger" in verdict.message


def test_deep_nesting_is_refused(file: Path) -> None:
    nested = b""
    for _ in range(5000):
        nested = core.Sequence(contents=nested).dump()
    assert reason(with_signature(file, nested)) == "signature_unreadable"


def test_numbers_without_end_are_refused_before_they_are_reckoned(file: Path, octets: bytes) -> None:
    """An object identifier of 240,000 octets took the parser 35 seconds: of a file that nobody stands for."""
    longest = core.ObjectIdentifier("1.2.840.113549.1.7.1").dump()
    for endless in (b"\x06\x83\x03\xa9\x80" + b"\xff" * 239_999 + b"\x01", b"\xa9" * 1024):
        begin = time.process_time()
        verdict = with_signature(file, octets.replace(longest, endless, 1))
        assert time.process_time() - begin < 5
        assert reason(verdict) == "signature_unreadable"
        assert "a number without end" in verdict.message


def test_certificates_are_counted_before_they_are_parsed(file: Path, octets: bytes) -> None:
    signed = cms.ContentInfo.load(octets)["content"]
    certificates = signed["certificates"].dump()
    body = signed.contents.replace(certificates, emit(2, 1, 0, b"\x30\0" * 100_000))
    kind = cms.ContentType("signed_data").dump()
    crowded = emit(0, 1, 16, kind + emit(2, 1, 0, emit(0, 1, 16, body)))
    begin = time.process_time()
    verdict = with_signature(file, crowded)
    assert time.process_time() - begin < 1.2, "parsed one by one they take 2 s, counted 0.3 s"
    assert "carries 100000 certificates" in verdict.message


@pytest.mark.parametrize(
    "text", [b"MIME-Version: 1.0\n", b"Content-Type: a\n", b"\n-----BEGIN CMS-----", b"MIIF"]
)
def test_a_signature_as_text_says_how_to_make_it_in_der(file: Path, text: bytes) -> None:
    verdict = with_signature(file, text)
    assert reason(verdict) == "signature_unreadable"
    assert "not DER (openssl cms -sign needs -outform DER)" in verdict.message


def test_an_empty_signature_is_damaged(file: Path) -> None:
    assert reason(with_signature(file, b"")) == "signature_unreadable"


@given(at=st.integers(0, len(CONTENT) - 1), flip=st.integers(1, 255))
@same_folder
def test_no_byte_of_the_content_can_be_changed(file: Path, at: int, flip: int) -> None:
    file.write_bytes(CONTENT[:at] + bytes([CONTENT[at] ^ flip]) + CONTENT[at + 1 :])
    assert reason(checked(file, CA)) == "content_changed"


def test_content_cut_short_grown_or_emptied_is_refused(file: Path) -> None:
    for content in (b"", CONTENT[:-1], CONTENT + b"\n", CONTENT * 2):
        file.write_bytes(content)
        assert reason(checked(file, CA)) == "content_changed"


def changed(octets: bytes, change: Callable[[cms.SignedData], object]) -> bytes:
    """The signature with its SignedData changed by `change`, encoded anew."""
    content = cms.ContentInfo.load(octets)
    change(content["content"])
    return bytes(content.dump(force=True))


def test_encoding_anew_alone_changes_nothing(file: Path, octets: bytes) -> None:
    assert changed(octets, lambda _: None) == octets


def swap_certificate(other: Holder, octets: bytes) -> bytes:
    """The signer's certificate is exchanged for another, and named as the signer's."""

    def change(signed: cms.SignedData) -> None:
        parsed = asn1_x509.Certificate.load(other.certificate.public_bytes(Encoding.DER))
        kept = [choice for choice in signed["certificates"] if choice.chosen.ca]
        signed["certificates"] = [*kept, cms.CertificateChoices("certificate", parsed)]
        sid = {"issuer": parsed.issuer, "serial_number": parsed.serial_number}
        signed["signer_infos"][0]["sid"] = {"issuer_and_serial_number": sid}

    return changed(octets, change)


def test_another_certificate_of_the_same_key_is_refused(file: Path, octets: bytes) -> None:
    of_elsewhere = make_signer(BETWEEN, FACILITY | {"O": "01-0008"})
    verdict = with_signature(file, swap_certificate(of_elsewhere, octets))
    assert reason(verdict) == "signature_wrong"
    assert "exchanged" in verdict.message


def test_a_certificate_of_another_key_is_refused(file: Path, octets: bytes) -> None:
    kind_differs = with_signature(file, swap_certificate(make_signer(BETWEEN, key=RSA_KEY), octets))
    assert reason(kind_differs) == "algorithm_refused"
    key_differs = make_signer(BETWEEN, key=make_ca().key)
    assert reason(with_signature(file, swap_certificate(key_differs, octets))) == "signature_wrong"


@pytest.mark.parametrize("name", ["content_type", "signing_time", "message_digest"])
def test_a_needed_attribute_that_is_missing_or_doubled_is_refused(
    file: Path, octets: bytes, name: str
) -> None:
    def attributes(signed: cms.SignedData) -> list[cms.CMSAttribute]:
        return list(signed["signer_infos"][0]["signed_attrs"])

    def drop(signed: cms.SignedData) -> None:
        kept = [found for found in attributes(signed) if found["type"].native != name]
        signed["signer_infos"][0]["signed_attrs"] = kept

    def double(signed: cms.SignedData) -> None:
        again = [found for found in attributes(signed) if found["type"].native == name]
        signed["signer_infos"][0]["signed_attrs"] = attributes(signed) + again

    for change, message in ((drop, "missing"), (double, "more than once")):
        verdict = with_signature(file, changed(octets, change))
        assert reason(verdict) == "signature_incomplete"
        assert f"{name} is {message}" in verdict.message.replace("is there", "is")


def test_the_signature_of_another_file_is_refused(file: Path, octets: bytes, tmp_path: Path) -> None:
    other = signed_file(tmp_path, SIGNER, b"another\n")
    assert reason(with_signature(file, signature_path(other).read_bytes())) == "content_changed"


def test_rows_are_not_asked_for_before_the_signature_is_good(file: Path, octets: bytes) -> None:
    def rows() -> Iterator[RowsOfPlace]:
        asked.append(True)
        yield from HERE

    asked: list[bool] = []
    signature_path(file).write_bytes(octets[:-1] + bytes([octets[-1] ^ 1]))
    assert reason(checked(file, CA, rows=rows())) == "signature_wrong"
    signature_path(file).write_bytes(octets)
    assert reason(checked(file, make_ca(), rows=rows())) == "not_trusted"
    file.write_bytes(b"")
    assert reason(checked(file, CA, rows=rows())) == "content_changed"
    assert asked == []
    file.write_bytes(CONTENT)
    assert isinstance(checked(file, CA, rows=rows()), Attestation)
    assert asked == [True]


def test_a_file_exchanged_while_its_rows_are_read_is_refused(file: Path) -> None:
    def rows() -> Iterator[RowsOfPlace]:
        file.write_bytes(b"other rows")
        yield from HERE

    verdict = checked(file, CA, rows=rows(), now=NOW)
    assert reason(verdict) == "file_unreadable"
    assert "exchanged" in verdict.message


@pytest.mark.parametrize("time", [b"20260414031500", b"00000101000000Z", b"20260414", b"tomorrow", b""])
def test_a_time_of_signing_that_is_none_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, time: bytes
) -> None:
    told = cms.Time("generalized_time", core.GeneralizedTime(contents=time))
    monkeypatch.setattr("signer.cms.signing._time", lambda _: told)
    monkeypatch.setattr("signer.cms.signing.parse_signature", lambda _: None)
    monkeypatch.setattr("signer.cms.signing.verify_attributes", lambda _: None)
    verdict = checked(signed_file(tmp_path, SIGNER), CA)
    assert reason(verdict) in ("signature_incomplete", "signature_unreadable")


def test_a_signature_that_is_a_pipe_or_a_folder_is_refused(tmp_path: Path) -> None:
    file = signed_file(tmp_path, SIGNER)
    signature_path(file).unlink()
    os.mkfifo(signature_path(file))
    assert reason(checked(file, CA)) == "signature_unreadable"
    signature_path(file).unlink()
    signature_path(file).mkdir()
    assert reason(checked(file, CA)) == "signature_unreadable"
