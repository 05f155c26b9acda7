"""What a printed certificate says is read from its hc1, and a damaged one is told from a sound one."""

from __future__ import annotations

import contextlib
import zlib
from datetime import UTC, datetime
from typing import Any

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from printed_people import ISSUER, Person, certificate
from reference.little_issuer import as_text, base45_text, vaccination

from signer.campaign.pack_reading import read_issued
from signer.packing.sheet_content import Unprintable


def text_of(dcc: Any, **claims: Any) -> str:
    return ISSUER.text(ISSUER.payload(dcc, **claims))


def tagged(message: Any) -> bytes:
    return cbor2.dumps(cbor2.CBORTag(18, message))


def test_every_field_is_read() -> None:
    content = read_issued(certificate(7, Person("Đặng", "Phúc Khánh", "1955-11"))[1])
    assert (content.full_name, content.date_of_birth) == ("Đặng Phúc Khánh", "1955-11")
    assert (content.disease, content.vaccine) == ("840539006", "1119349007")
    assert (content.product, content.manufacturer) == ("EU/1/20/1528", "ORG-100030215")
    assert (content.dose_number, content.doses_in_series, content.vaccinated_on) == (2, 2, "2021-11-20")
    assert (content.uvci, content.issuer) == ("URN:UVCI:01:VN:00000000000000000007", "Bộ Y tế")
    assert content.expires_at == datetime(2023, 4, 14, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "full_name"),
    [
        ({"fn": "Lương", "fnt": "LUONG"}, "Lương"),
        ({"gn": "Lương", "gnt": "LUONG"}, "Lương"),
        ({"fn": "", "gn": " Lương ", "fnt": "LUONG"}, "Lương"),
        ({"fnt": "LUONG", "gnt": "VAN<AN"}, "LUONG VAN<AN"),
        ({"fn": "Nguye\u0302\u0303n", "gn": "An", "fnt": "NGUYEN"}, "Nguyễn An"),
    ],
)
def test_single_transliterated_and_decomposed_names_are_read(name: dict[str, str], full_name: str) -> None:
    assert read_issued(text_of(vaccination() | {"nam": name})).full_name == full_name


@pytest.mark.parametrize(
    "dcc",
    [
        "no map",
        {},
        vaccination() | {"nam": None},
        vaccination() | {"nam": {"fn": " "}},
        vaccination() | {"dob": 1980},
        vaccination() | {"v": []},
        vaccination() | {"v": vaccination()["v"] * 2},
        vaccination() | {"v": ["no map"]},
        vaccination(ci=None),
        vaccination(dn="2"),
        vaccination(dn=True),
        vaccination(sd=2.0),
        vaccination(dt=cbor2.CBORTag(100, 18_000)),
    ],
)
def test_a_certificate_that_lacks_a_field_is_unreadable(dcc: Any) -> None:
    with pytest.raises(Unprintable):
        read_issued(text_of(dcc))


@pytest.mark.parametrize("expiry", [None, 1.5, True, "soon", 10**17])
def test_a_time_of_expiry_that_is_none_is_unreadable(expiry: Any) -> None:
    with pytest.raises(Unprintable, match="expiry"):
        read_issued(text_of(vaccination(), exp=expiry))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "HC1:",
        "HC1",
        "hc1:6BF",
        "HC1:ß",
        "HC1:::::",
        base45_text(b"not zlib"),
        base45_text(zlib.compress(bytes(2000))[:-6]),
        base45_text(zlib.compress(bytes(100_000), 9)),  # inflates to more than 64 KiB
        as_text(b""),
        as_text(tagged([b"", {}, b""])),
        as_text(tagged([b"", {}, "no bytes", b""])),
        as_text(cbor2.dumps(ISSUER.message())),  # untagged
        base45_text(zlib.compress(tagged(ISSUER.message())) + b"more"),
        as_text(cbor2.dumps(cbor2.CBORTag(18, 7))),
        as_text(tagged([b"", {}, b"\x81" * 400 + b"\x00", b""])),  # nested too deep
        as_text(tagged([b"", {}, bytes.fromhex("c5821b7fffffffffffffff03"), b""])),  # 3·2^(2^63-1)
    ],
)
def test_a_text_damaged_in_any_layer_is_unreadable(text: str) -> None:
    with pytest.raises(Unprintable):
        read_issued(text)


def test_a_cwt_tag_around_the_message_is_taken_as_verify_takes_it() -> None:
    text = as_text(cbor2.dumps(cbor2.CBORTag(61, cbor2.CBORTag(18, ISSUER.message()))))
    assert read_issued(text) == read_issued(ISSUER.text())


@given(st.binary(max_size=300))
def test_random_messages_are_unreadable_and_nothing_worse(message: bytes) -> None:
    with pytest.raises(Unprintable):
        read_issued(as_text(message))


@given(st.data())
def test_a_certificate_with_changed_bytes_is_read_or_unreadable(data: st.DataObject) -> None:
    message = bytearray(cbor2.dumps(cbor2.CBORTag(18, [b"", {}, ISSUER.payload(), bytes(64)])))
    for _ in range(data.draw(st.integers(1, 4))):
        message[data.draw(st.integers(0, len(message) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(Unprintable):
        read_issued(as_text(bytes(message)))
