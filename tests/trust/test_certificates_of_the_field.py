"""Certificates that member states really made: those of the official test vectors, read whole."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest
from trust.made_trust_lists import NOW, without_source

from signer.trust import export_keys, import_sources, read_snapshot, snapshot_text

VECTORS = Path(__file__).parents[2].parent / "shared" / "corpora" / "dgc-testdata"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The DSCs of all vectors, each once, named by country and number."""
    if not VECTORS.is_dir():
        pytest.skip(f"the corpus {VECTORS.name} is not beside the project")
    made = tmp_path_factory.mktemp("field")
    ders: dict[bytes, str] = {}
    for path in sorted(VECTORS.glob("*/2DCode/raw/*.json")):
        text = json.loads(path.read_text("utf-8-sig")).get("TESTCTX", {}).get("CERTIFICATE")
        if text:
            ders.setdefault(base64.b64decode(text), f"{path.parts[-4]}-{path.stem}")
    for der, name in ders.items():
        (made / f"{name}.der").write_bytes(der)
    return made


def test_all_are_taken_but_one_that_says_to_be_a_ca(folder: Path) -> None:
    found = import_sources([folder], None, made_at=NOW)
    n_files = len(list(folder.iterdir()))
    assert n_files >= 60
    assert [Path(entry.file).name for entry in found.left_out] == ["LV-1.der"]
    assert "it is a CA's certificate" in found.left_out[0].reason
    assert len(found.snapshot.keys) == n_files - 1
    purposes = {purpose for key in found.snapshot.keys for purpose in key.eku}
    assert {"1.3.6.1.4.1.1847.2021.1.2", "1.3.6.1.4.1.0.1847.2021.1.2"} <= purposes
    assert {key.country for key in found.snapshot.keys} >= {"AT", "DE", "GR", "RO", None}


def test_they_come_through_snapshot_and_export_unchanged(folder: Path, tmp_path: Path) -> None:
    snapshot = import_sources([folder], None, made_at=NOW).snapshot
    path = tmp_path / "snapshot.json"
    path.write_text(snapshot_text(snapshot), encoding="ascii")
    read = read_snapshot(path)
    assert read == snapshot
    (tmp_path / "out").mkdir()
    export_keys(read.keys, tmp_path / "out")
    again = import_sources([tmp_path / "out"], None, made_at=NOW)
    assert again.left_out == ()
    assert without_source(again.snapshot.keys) == without_source(snapshot.keys)
