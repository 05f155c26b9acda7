"""Certificates of a registry as test vectors: every layer is read back by libraries of others."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import zlib
from datetime import datetime
from pathlib import Path
from typing import Any

import base45
import cbor2
import jsonschema
import pyarrow.parquet as pq
import pytest
import zxingcpp
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.hashes import SHA256
from made_registry import N_ISSUED, MadeRegistry, make_registry
from made_renewed_registry import renew
from PIL import Image
from verifying.official_vectors import LAYERS, succeeds

from signer.campaign.vectors_run import VectorsOrder, write_vectors
from signer.errors import OutputExists, RegistryUnreadable

Vector = dict[str, Any]
N_IN_FORCE = N_ISSUED - 2


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> MadeRegistry:
    return make_registry(tmp_path_factory.mktemp("made"))


def vectors_in(folder: Path) -> list[Vector]:
    files = sorted((folder / "VN" / "2DCode" / "raw").iterdir(), key=lambda path: int(path.stem))
    return [json.loads(path.read_text("utf-8")) for path in files]


@pytest.fixture(scope="module")
def vectors(made: MadeRegistry, tmp_path_factory: pytest.TempPathFactory) -> list[Vector]:
    out = tmp_path_factory.mktemp("vectors") / "out"
    summary = write_vectors(VectorsOrder(made.registry.path, out, 10))
    assert summary.as_dict() == {"vectors": 10, "by_country": {"VN": 10}, "is_test": True}
    return vectors_in(out)


def test_the_form_is_that_of_the_member_states(vectors: list[Vector], corpora: Path) -> None:
    file = corpora / "dgc-testdata" / "AT" / "2DCode" / "raw" / "1.json"
    official: Vector = json.loads(file.read_text("utf-8-sig"))
    for vector in vectors:
        assert vector.keys() == official.keys()
        assert vector["TESTCTX"].keys() == official["TESTCTX"].keys()
        assert vector["EXPECTEDRESULTS"].keys() >= official["EXPECTEDRESULTS"].keys()
        assert set(vector["EXPECTEDRESULTS"].values()) == {True}


def test_each_layer_leads_to_the_next(vectors: list[Vector]) -> None:
    for vector in vectors:
        picture = Image.open(io.BytesIO(base64.b64decode(vector["2DCODE"])))
        (barcode,) = zxingcpp.read_barcodes(picture.convert("L"), zxingcpp.BarcodeFormat.QRCode)
        assert (barcode.text, barcode.ec_level) == (vector["PREFIX"], "Q")
        assert vector["PREFIX"] == "HC1:" + vector["BASE45"]
        assert base45.b45decode(vector["BASE45"]).hex() == vector["COMPRESSED"]
        assert zlib.decompress(bytes.fromhex(vector["COMPRESSED"])).hex() == vector["COSE"]
        message = cbor2.loads(bytes.fromhex(vector["COSE"])).value
        assert vector["CBOR"] in message[2].hex()
        assert cbor2.loads(bytes.fromhex(vector["CBOR"])) == vector["JSON"]
        assert cbor2.loads(message[2])[-260][1] == vector["JSON"]


def test_the_certificate_in_the_vector_has_signed_and_was_in_force(vectors: list[Vector]) -> None:
    for vector in vectors:
        der = base64.b64decode(vector["TESTCTX"]["CERTIFICATE"])
        dsc = x509.load_der_x509_certificate(der)
        protected, _, payload, signature = cbor2.loads(bytes.fromhex(vector["COSE"])).value
        assert cbor2.loads(protected) == {1: -7, 4: hashlib.sha256(der).digest()[:8]}
        key = dsc.public_key()
        assert isinstance(key, ec.EllipticCurvePublicKey)
        r, s = int.from_bytes(signature[:32]), int.from_bytes(signature[32:])
        signed = cbor2.dumps(["Signature1", protected, b"", payload])
        key.verify(utils.encode_dss_signature(r, s), signed, ec.ECDSA(SHA256()))
        clock = datetime.fromisoformat(vector["TESTCTX"]["VALIDATIONCLOCK"])
        claims = cbor2.loads(payload)
        assert claims[6] <= clock.timestamp() <= claims[4]
        assert dsc.not_valid_before_utc <= clock <= dsc.not_valid_after_utc


def test_the_json_is_valid_by_the_schema(vectors: list[Vector], corpora: Path) -> None:
    schema = json.loads((corpora / "dcc-schema" / "DCC.combined-schema.json").read_bytes())
    for vector in vectors:
        jsonschema.Draft202012Validator(schema).validate(vector["JSON"])


@pytest.mark.parametrize("question", LAYERS)
def test_our_verifier_answers_as_to_the_official_vectors(vectors: list[Vector], question: str) -> None:
    assert {vector["EXPECTEDRESULTS"].get(question) for vector in vectors} == {True}
    assert all(succeeds(LAYERS[question], vector) for vector in vectors)


def test_nothing_withdrawn_becomes_a_vector(made: MadeRegistry, tmp_path: Path) -> None:
    summary = write_vectors(VectorsOrder(made.registry.path, tmp_path / "all", 10_000))
    assert summary.vectors == N_IN_FORCE
    tables = [pq.read_table(path) for path in made.files()]
    superseded = {uvci for table in tables for uvci in table["supersedes"].to_pylist() if uvci}
    written = {vector["JSON"]["v"][0]["ci"] for vector in vectors_in(tmp_path / "all")}
    assert superseded
    assert written == {uvci for table in tables for uvci in table["uvci"].to_pylist()} - superseded


def test_a_renewed_certificate_becomes_a_vector_in_its_latest_signature(
    made: MadeRegistry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So few are looked at first that more must be, as most of them are outdated."""
    monkeypatch.setattr("signer.campaign.vectors_choice.SPARE", -2 * N_IN_FORCE + 3)
    renewed = made.copy(tmp_path / "renewed")
    shots = [f"S{shot}" for shot in range(1, 36) if shot % 12 not in (3, 11) and shot != 13]
    for night in ("2022-04-20", "2022-04-21", "2022-04-22"):
        renew(renewed, night, shots)
    write_vectors(VectorsOrder(renewed.registry.path, tmp_path / "out", N_IN_FORCE))
    columns = ["uvci", "hc1", "supersedes"]
    rows = [row for batch in renewed.registry.read("certificates", columns) for row in batch.to_pylist()]
    latest = {row["uvci"]: row["hc1"] for row in rows}
    for superseded in {row["supersedes"] for row in rows if row["supersedes"]}:
        del latest[superseded]
    written = [vector["PREFIX"] for vector in vectors_in(tmp_path / "out")]
    assert sorted(written) == sorted(latest.values())
    assert len(rows) > 3 * len(written)


def test_the_same_registry_gives_the_same_vectors(made: MadeRegistry, tmp_path: Path) -> None:
    for name in ("one", "other"):
        write_vectors(VectorsOrder(made.registry.path, tmp_path / name, 7))
    assert vectors_in(tmp_path / "one") == vectors_in(tmp_path / "other")


def test_a_certificate_that_does_not_verify_stops_the_run(made: MadeRegistry, tmp_path: Path) -> None:
    harmed = made.copy(tmp_path / "harmed")
    path = harmed.files()[0]
    table = pq.read_table(path)
    texts = table["hc1"].to_pylist()
    column = table.schema.get_field_index("hc1")
    pq.write_table(table.set_column(column, table.schema.field(column), [["HC1:NO"] * len(texts)]), path)
    with pytest.raises(RegistryUnreadable, match=f"{path.name}, row \\d+: does not verify .*signer audit"):
        write_vectors(VectorsOrder(harmed.registry.path, tmp_path / "out", 100))
    assert not (tmp_path / "out").exists()


def test_a_folder_that_is_there_is_not_written_to(made: MadeRegistry, tmp_path: Path) -> None:
    with pytest.raises(OutputExists):
        write_vectors(VectorsOrder(made.registry.path, tmp_path, 1))
