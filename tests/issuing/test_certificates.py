"""Every certificate that the core makes decodes, verifies and equals its row, by independent libraries."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import json
import os
import threading
import zlib
from pathlib import Path
from typing import Any

import base45
import cbor2
import jsonschema
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from reference.certificates import check_certificate, expected_dcc

from signer import _core
from signer.records.products import NATIONAL_NAMES, resolve_products
from signer.synthetic.nation import write_nation

ROWS = int(os.environ.get("SIGNER_TEST_ROWS", "3000"))  # ci/test.sh asks for up to 100,000
N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
SCALAR = 0x1234567890ABCDEF << 180 | 77
KID, ISSUER, IAT, EXP = b"\x01kid\xff\x00\x80z", "Bộ Y tế", 1_660_000_000, 1_691_536_000
SECRETS = {"uvci_secret": b"u" * 32, "person_secret": b"p" * 32}
PRODUCTS = resolve_products(NATIONAL_NAMES)


def open_issuer(**changes: Any) -> _core.Issuer:
    terms: dict[str, Any] = {
        "scalar": bytearray(SCALAR.to_bytes(32, "big")),
        "kid": KID,
        "country": "VN",
        "issuer": ISSUER,
        "issued_at": IAT,
        "expires_at": EXP,
        "today": IAT // 86400,
        "uvci_checksum": False,
        "products": PRODUCTS,
        **SECRETS,
    }
    return _core.Issuer(**(terms | changes))


@pytest.fixture(scope="module")
def shots(tmp_path_factory: pytest.TempPathFactory) -> pa.RecordBatch:
    folder = tmp_path_factory.mktemp("nation")
    write_nation(folder / "n", people=ROWS // 2 + 100, seed=5)
    table = pq.read_table(folder / "n" / "shots.parquet").combine_chunks()
    return table.to_batches()[0].slice(0, ROWS)


def test_every_certificate_equals_its_row_and_verifies(shots: pa.RecordBatch) -> None:
    key = ec.derive_private_key(SCALAR, ec.SECP256R1()).public_key()
    products = {name: codes for name, *codes in PRODUCTS}
    issued, refused = open_issuer().issue(shots)
    assert issued.num_rows + refused.num_rows == shots.num_rows
    assert set(issued["row"].to_pylist()).isdisjoint(refused["row"].to_pylist())
    rows = shots.take(issued["row"]).to_pylist()
    for row, certificate in zip(rows, issued.to_pylist(), strict=True):
        mp, ma, vp = products[row["vaccine"]]
        dcc = expected_dcc(row, (mp, ma, vp), ISSUER, certificate["uvci"])
        check_certificate(certificate["hc1"], key, KID, {1: "VN", 4: EXP, 6: IAT, -260: {1: dcc}})
        assert certificate["vaccine"] == mp
        person = hmac.digest(SECRETS["person_secret"], row["person_id"].encode(), "sha256")
        assert certificate["person_key"] == person[:16]


def decoded(text: str) -> tuple[dict[str, Any], bytes]:
    message = cbor2.loads(zlib.decompress(base45.b45decode(text[4:])))
    return cbor2.loads(message.value[2])[-260][1], message.value[3]


def test_every_certificate_is_valid_by_the_schema(shots: pa.RecordBatch, corpora: Path) -> None:
    schema = json.loads((corpora / "dcc-schema" / "DCC.combined-schema.json").read_text())
    validator = jsonschema.Draft202012Validator(schema)
    issued, _ = open_issuer().issue(shots)
    for text in issued["hc1"].to_pylist():
        dcc, _ = decoded(text)
        assert not list(validator.iter_errors(json.loads(json.dumps(dcc))))


def test_the_signature_hash_is_that_of_the_revocation_list(shots: pa.RecordBatch) -> None:
    issued, _ = open_issuer().issue(shots.slice(0, 200))
    for text, found in zip(issued["hc1"].to_pylist(), issued["signature_hash"].to_pylist(), strict=True):
        assert found == hashlib.sha256(decoded(text)[1][:32]).digest()[:16]


def test_levels_slices_and_batches_give_the_same_bytes(cpu_level: str, shots: pa.RecordBatch) -> None:
    """A part may be read in other batches; rows at 512 begin a new chunk of the core."""
    whole, _ = open_issuer().issue(shots)
    pieces = []
    first = 0
    for size in (1, 2, 511, 512, 513, shots.num_rows):
        pieces += open_issuer().issue(shots.slice(first, size))[0].drop_columns(["row"]).to_pylist()
        first += size
    assert pieces == whole.drop_columns(["row"]).to_pylist()[: len(pieces)]
    _core.select_cpu("avx2")  # portable; the fixture turns the levels on again
    assert open_issuer().issue(shots)[0].equals(whole)


def test_uvcis_are_distinct_keyed_and_stable(shots: pa.RecordBatch) -> None:
    issued, _ = open_issuer().issue(shots)
    uvcis = issued["uvci"].to_pylist()
    assert len(set(uvcis)) == len(uvcis)
    assert all(len(uvci) == 35 and uvci.startswith("URN:UVCI:01:VN:") for uvci in uvcis)
    later, _ = open_issuer(issued_at=IAT + 86400, expires_at=EXP + 86400).issue(shots)
    assert later["uvci"].equals(issued["uvci"])
    other_secret, _ = open_issuer(uvci_secret=b"v" * 32).issue(shots)
    assert set(other_secret["uvci"].to_pylist()).isdisjoint(uvcis)


def test_duplicates_named_by_the_caller_are_refused_before_all_else(shots: pa.RecordBatch) -> None:
    issued, refused = open_issuer().issue(shots, [0, 511, 512, shots.num_rows - 1])
    reasons = dict(zip(refused["row"].to_pylist(), refused["reason"].to_pylist(), strict=True))
    assert [reasons[row] for row in (0, 511, 512, shots.num_rows - 1)] == [13] * 4
    assert 0 not in issued["row"].to_pylist()


def test_an_empty_batch_gives_empty_tables(shots: pa.RecordBatch) -> None:
    issued, refused = open_issuer().issue(shots.slice(0, 0))
    assert (issued.num_rows, refused.num_rows) == (0, 0)


def test_a_closed_issuer_signs_nothing(shots: pa.RecordBatch) -> None:
    issuer = open_issuer()
    issuer.close()
    with pytest.raises(ValueError, match="closed"):
        issuer.issue(shots.slice(0, 10))


def test_a_second_thread_is_turned_away(shots: pa.RecordBatch) -> None:
    """Two calls in one scratch memory gave rows each other's signatures, and crashed."""
    issuer = open_issuer()
    whole, _ = issuer.issue(shots)
    turned_away = 0

    def interfere() -> None:
        nonlocal turned_away
        while not done:
            try:
                issuer.issue(shots.slice(0, 600))
            except ValueError:
                turned_away += 1

    done = False
    other = threading.Thread(target=interfere)
    other.start()
    try:
        kept = []
        while turned_away < 5:
            with contextlib.suppress(ValueError):
                kept.append(issuer.issue(shots)[0])
    finally:
        done = True
        other.join()
    assert all(issued.equals(whole) for issued in kept)


@pytest.mark.parametrize("scalar", [0, N, N + 1, 2**256 - 1])
def test_a_number_that_is_no_private_key_is_refused(scalar: int) -> None:
    with pytest.raises(ValueError, match="scalar"):
        open_issuer(scalar=bytearray(scalar.to_bytes(32, "big")))


@pytest.mark.parametrize("kid", ["kkkkkkkk", bytearray(8)])
def test_a_kid_of_another_type_is_refused(kid: object) -> None:
    with pytest.raises(TypeError):
        open_issuer(kid=kid)


def test_offsets_that_leave_the_buffer_are_not_followed(shots: pa.RecordBatch) -> None:
    offsets = pa.py_buffer(np.array([0, -5, 4, 400_000_000, 2], np.int32))
    names = pa.Array.from_buffers(pa.string(), 4, [None, offsets, pa.py_buffer(b"A B C")])
    four = shots.slice(0, 4)
    four = four.set_column(four.schema.get_field_index("full_name"), "full_name", names)
    _, refused = open_issuer().issue(four)
    assert refused.num_rows == 4
