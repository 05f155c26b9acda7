"""Stored certificates that are not what their rows say, or what the encoder writes: refused, never signed."""

from __future__ import annotations

import random
import zlib
from typing import Any

import base45
import cbor2
import pyarrow as pa
import pytest
from made_renewers import LATER, NEW, OLD, TIMES, as_stored, changed, open_issuer, shots, stored

from signer import _core
from signer.records.reasons import FIELDS, Reason

REFUSAL = (Reason.CERTIFICATE_DAMAGED, "hc1")
ISSUED_US, EXPIRES_US = TIMES["issued_at"] * 10**6, TIMES["expires_at"] * 10**6


def refusals(refused: pa.RecordBatch) -> list[tuple[int, Reason, str]]:
    return [(row["row"], Reason(row["reason"]), FIELDS[row["field"]]) for row in refused.to_pylist()]


@pytest.fixture(scope="module")
def certificates() -> pa.RecordBatch:
    """Good rows of the certificates table, over two chunks long."""
    return as_stored(open_issuer(OLD, TIMES).issue(shots(1100, 1))[0], OLD["kid"], TIMES)


@pytest.fixture
def renewer() -> _core.Renewer:
    return _core.Renewer(**NEW, **LATER)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *((name, None) for name in ("hc1", "kid", "iat", "exp", "uvci")),
        *(("iat", ISSUED_US + apart) for apart in (1, -1, 10**6, -(10**6), -2 * ISSUED_US, 2**32 * 10**6)),
        *(("exp", EXPIRES_US + apart) for apart in (1, -1, 10**6, -(10**6), -2 * EXPIRES_US, 2**32 * 10**6)),
        *(("kid", kid) for kid in (b"", b"old kid", b"old kid..", b"new kid.", b"old kid.old kid.")),
        *(("uvci", uvci) for uvci in ("", "URN:UVCI:01:VN:", "URN:UVCI:01:VN:AAAAAAAAAAAAAAAAAAAA")),
        *(("uvci", "U" * n) for n in (48, 49, 64, 255, 256, 70_000)),
        *(("hc1", text) for text in ("", "H", "HC1", "HC1:", "HC1:A", "HC1:NCF", "HC1:" + "0" * 9**7)),
    ],
)  # fmt: skip
def test_a_row_that_its_certificate_does_not_bear_out_is_refused(
    certificates: pa.RecordBatch, renewer: _core.Renewer, name: str, value: Any
) -> None:
    renewed, refused = renewer.renew(changed(certificates, 700, name, value))
    assert refusals(refused) == [(700, *REFUSAL)]
    assert renewed.column("row").to_pylist() == [row for row in range(1100) if row != 700]
    whole, _ = renewer.renew(certificates)
    assert renewed.column("hc1")[700] == whole.column("hc1")[701]


def test_a_row_with_the_certificate_of_another_is_refused(
    certificates: pa.RecordBatch, renewer: _core.Renewer
) -> None:
    _, refused = renewer.renew(changed(certificates, 3, "hc1", certificates.column("hc1")[4].as_py()))
    assert refusals(refused) == [(3, *REFUSAL)]


def test_certificates_of_another_country_are_refused(certificates: pa.RecordBatch) -> None:
    renewed, refused = _core.Renewer(**{**NEW, "country": "LA"}, **LATER).renew(certificates)
    assert (renewed.num_rows, refused.num_rows) == (0, 1100)


def message_of(text: str) -> bytes:
    return zlib.decompress(base45.b45decode(text.removeprefix("HC1:")))


def text_of(message: bytes) -> str:
    return "HC1:" + base45.b45encode(zlib.compress(message)).decode()


def renewed_text(renewer: _core.Renewer, text: str, certificates: pa.RecordBatch) -> str | None:
    """What becomes of a text in the place of the first certificate; None where it is refused."""
    renewed, refused = renewer.renew(changed(certificates.slice(0, 2), 0, "hc1", text))
    assert renewed.num_rows + refused.num_rows == 2
    if refused.num_rows == 0:
        return str(renewed.column("hc1")[0].as_py())
    assert refusals(refused) == [(0, *REFUSAL)]
    return None


def test_the_way_a_text_was_compressed_does_not_matter(
    certificates: pa.RecordBatch, renewer: _core.Renewer
) -> None:
    text = certificates.column("hc1")[0].as_py()
    whole, _ = renewer.renew(certificates)
    assert text_of(message_of(text)) != text
    assert renewed_text(renewer, text_of(message_of(text)), certificates) == whole.column("hc1")[0].as_py()


def sign1(payload: bytes, **changes: Any) -> bytes:
    """A message around the payload as the encoder writes it, but for the changes."""
    parts = {
        "header": cbor2.dumps({1: -7, 4: OLD["kid"]}),
        "unprotected": {},
        "signature": bytes(64),
        **changes,
    }
    items = [parts["header"], parts["unprotected"], payload, parts["signature"]]
    return cbor2.dumps(cbor2.CBORTag(18, items))


def claims_of(text: str) -> dict[int, Any]:
    claims: dict[int, Any] = cbor2.loads(cbor2.loads(message_of(text)).value[2])
    return claims


def dcc_of(message: bytes) -> bytes:
    """What stands between the claims and the signature, read by nobody: it may be damaged."""
    _, _, dcc = message.partition(b"\x39\x01\x03\xa1\x01")
    return dcc[:-66]


def with_dcc(claims: dict[int, Any], **changes: Any) -> bytes:
    """The payload with entries of its DCC changed, left out (None) or put in."""
    dcc = {**claims[-260][1], **changes}
    return cbor2.dumps({**claims, -260: {1: {key: value for key, value in dcc.items() if value is not None}}})


def strange_messages(text: str) -> dict[str, bytes]:
    claims = claims_of(text)
    payload = cbor2.dumps(claims)
    entry = claims[-260][1]["v"][0]
    iat, exp = claims[6], claims[4]
    days = {"df": "2022-01-11", "du": "2022-06-30", "fr": "2022-01-01"}
    recovery = {"ci": entry["ci"], "co": "VN", **days, "is": "x", "tg": "840539006"}
    long_name = {"fn": "A" * 80, "fnt": "A" * 80}
    wide = payload.replace(b"\x1a" + iat.to_bytes(4, "big"), b"\x1b" + iat.to_bytes(8, "big"))
    assert wide != payload
    whole = sign1(payload)
    at = whole.index(payload)
    assert whole[16:18] in {b"\xa0\x58", b"\xa0\x59"}
    return {
        "no tag": cbor2.dumps(cbor2.loads(whole).value),
        "other tag": cbor2.dumps(cbor2.CBORTag(17, cbor2.loads(whole).value)),
        "something behind": whole + b"\0",
        "cut short": whole[:-1],
        "header in other order": sign1(payload, header=cbor2.dumps({4: OLD["kid"], 1: -7})),
        "other algorithm": sign1(payload, header=cbor2.dumps({1: -37, 4: OLD["kid"]})),
        "kid unprotected": sign1(payload, header=cbor2.dumps({1: -7}), unprotected={4: OLD["kid"]}),
        "something unprotected": sign1(payload, unprotected={5: b"x"}),
        "short signature": sign1(payload, signature=bytes(63)),
        "a signature of other form": whole[:-66] + b"\x58\x3f" + bytes(64),
        "a signature of a wide head": whole[:-66] + b"\x59\x40" + bytes(64),
        "array of unknown length": whole.replace(b"\xd2\x84", b"\xd2\x9f", 1) + b"\xff",
        "wide head of the payload": whole[:17] + b"\x5a" + len(payload).to_bytes(4, "big") + whole[at:],
        "wide time": sign1(wide),
        "claims in other order": sign1(cbor2.dumps({1: "VN", 6: iat, 4: exp, -260: claims[-260]})),
        "a claim more": sign1(cbor2.dumps({**claims, 7: b"x"})),
        "a claim less": sign1(cbor2.dumps({1: "VN", 4: exp, -260: claims[-260]})),
        "times of floats": sign1(cbor2.dumps({**claims, 6: float(iat)})),
        "other country of the claims": sign1(cbor2.dumps({**claims, 1: "LA"})),
        "other country of the entry": sign1(with_dcc(claims, v=[{**entry, "co": "LA"}])),
        "other identifier": sign1(with_dcc(claims, v=[{**entry, "ci": entry["ci"] + "X"}])),
        "two entries": sign1(with_dcc(claims, v=[entry, entry])),
        "no entry": sign1(with_dcc(claims, v=None)),
        "an entry more": sign1(with_dcc(claims, v=[{**entry, "xx": "x"}])),
        "a recovery": sign1(with_dcc(claims, v=None, r=[recovery])),
        "no name": sign1(with_dcc(claims, nam=None)),
        "no birth": sign1(with_dcc(claims, dob=None)),
        "a DCC of text": sign1(cbor2.dumps({**claims, -260: {1: "x"}})),
        "a second DCC": sign1(cbor2.dumps({**claims, -260: {**claims[-260], 2: {}}})),
        "no payload": sign1(b""),
        "a long payload": sign1(with_dcc(claims, nam=long_name, ver="1.3." + "0" * 1300)),
        "a huge message": sign1(with_dcc(claims, ver="1.3." + "0" * 100_000)),
        "nothing": b"",
    }  # fmt: skip


def test_messages_that_the_encoder_does_not_write_are_refused(
    certificates: pa.RecordBatch, renewer: _core.Renewer
) -> None:
    text = certificates.column("hc1")[0].as_py()
    plain = text_of(sign1(cbor2.dumps(claims_of(text))))
    assert renewed_text(renewer, plain, certificates) is not None, "all differ from this one"
    strange = strange_messages(text)
    found = {name: renewed_text(renewer, text_of(message), certificates) for name, message in strange.items()}
    assert [name for name, text in found.items() if text is not None] == []


def test_messages_cut_short_anywhere_are_refused(
    certificates: pa.RecordBatch, renewer: _core.Renewer
) -> None:
    whole = message_of(certificates.column("hc1")[0].as_py())
    for n in range(len(whole)):
        assert renewed_text(renewer, text_of(whole[:n]), certificates) is None, n


@pytest.mark.parametrize("seed", range(4))
def test_of_damaged_messages_nothing_is_signed_but_what_they_said(
    certificates: pa.RecordBatch, renewer: _core.Renewer, seed: int
) -> None:
    """What a DCC says behind its country is not looked at here: of whom a file is, its GMAC tells."""
    draw = random.Random(seed)
    whole = message_of(certificates.column("hc1")[0].as_py())
    uvci = certificates.column("uvci")[0].as_py()
    n_renewed = 0
    for _ in range(500):
        message = bytearray(whole)
        for _ in range(draw.choice([1, 1, 2, 5])):
            at = draw.randrange(len(message))
            message[at : at + draw.choice([0, 1, 1, 1, 4])] = draw.randbytes(draw.choice([0, 1, 1, 1, 4]))
        text = renewed_text(renewer, text_of(bytes(message)), certificates)
        if text is None:
            continue
        n_renewed += 1
        dcc = dcc_of(bytes(message))
        assert dcc_of(message_of(text)) == dcc
        assert dcc.startswith(b"\xa4\x61v\x81\xaa\x62ci" + cbor2.dumps(uvci) + b"\x62co\x62VN")
    assert 0 < n_renewed < 500, "the signature and what stands behind the country are not looked at"


@pytest.mark.parametrize("seed", range(3))
def test_texts_of_any_bytes_are_refused(
    certificates: pa.RecordBatch, renewer: _core.Renewer, seed: int
) -> None:
    draw = random.Random(seed)
    alphabet = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
    texts: list[bytes | None] = [None]
    for _ in range(1000):
        n = draw.choice([0, 1, 5, 300, 600, 2595, 2596, 2597, 5000])
        body = draw.randbytes(n) if draw.random() < 0.3 else bytes(draw.choices(alphabet, k=n))
        texts.append(draw.choice([b"HC1:", b"", b"HC1"]) + body)
    hc1 = pa.array(texts, pa.binary()).view(pa.string())
    batch = stored(hc1, certificates.column("uvci").slice(0, len(texts)), OLD["kid"], TIMES)
    renewed, refused = renewer.renew(batch)
    assert (renewed.num_rows, refused.num_rows) == (0, len(texts))
    assert set(refusals(refused)) == {(row, *REFUSAL) for row in range(len(texts))}
