"""Independent verifiers accept our certificates, and refuse every copy that was tampered with."""

from __future__ import annotations

import random
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from interop.tampered_copies import LAYERS, tampered
from interop.verifiers import Checker
from made_shots import ISSUED_AT, make_profile, shots_batch
from reference.little_issuer import LittleIssuer, vaccination

from signer.issuing.issuer import open_issuer
from signer.issuing.terms import settle_terms
from signer.profile import load_profile

pytestmark = pytest.mark.long

N_GOOD = 100
N_TAMPERED = 1_000
"""Copies for each verifier and algorithm, of all layers together."""


class Issued:
    """Certificates in a file, one a line, and the DSC that signed them."""

    def __init__(self, folder: Path, texts: Sequence[str], dsc: bytes) -> None:
        self.texts = list(texts)
        self.dsc = folder / "dsc.pem"
        self.dsc.write_bytes(dsc)


def by_our_core(folder: Path) -> Issued:
    profile = make_profile(folder / "issuer")
    names = ["Nguyễn Thị Hường", "Đặng Văn Đức", "Trần Bảo Duy", "Y Moan"]
    changes = {
        row: {"full_name": names[row % len(names)], "dose_number": 1 + row % 2} for row in range(N_GOOD)
    }
    with closing(open_issuer(settle_terms(load_profile(profile), ISSUED_AT))) as issuer:
        issued, refused = issuer.issue(shots_batch(N_GOOD, changes), rows=np.arange(N_GOOD), part=0)
    assert len(refused) == 0
    return Issued(folder, issued.column("hc1").to_pylist(), (folder / "issuer/keys/dsc.pem").read_bytes())


def by_rsa(folder: Path) -> Issued:
    """Our core signs by ES256 only: these are made by `cryptography`, in the same form."""
    issuer = LittleIssuer("rsa2048")
    texts = [issuer.text(issuer.payload(vaccination(dn=1 + row % 2))) for row in range(N_GOOD)]
    return Issued(folder, texts, issuer.pem())


@pytest.fixture(scope="module", params=[by_our_core, by_rsa], ids=["ES256", "PS256"])
def issued(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Issued:
    made: Issued = request.param(tmp_path_factory.mktemp("issued"))
    return made


def written(folder: Path, texts: Sequence[str]) -> Path:
    path = folder / "codes.txt"
    path.write_text("".join(f"{text}\n" for text in texts), encoding="ascii")
    return path


def test_every_certificate_is_accepted(tmp_path: Path, issued: Issued, check: Checker) -> None:
    code, counts = check(written(tmp_path, issued.texts), issued.dsc)
    assert (code, counts["good"], counts["bad"]) == (0, N_GOOD, 0)


def test_every_tampered_copy_is_refused(tmp_path: Path, issued: Issued, check: Checker) -> None:
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    n_copies = -(-N_TAMPERED // len(LAYERS))
    copies = [copy for layer in LAYERS for copy in tampered(layer, issued.texts, n_copies, seed)]
    assert not set(copies) & set(issued.texts)
    # One good certificate among them, so that a verifier that refuses everything does not pass.
    _, counts = check(written(tmp_path, [*copies, issued.texts[0]]), issued.dsc)
    print(counts["failures"])
    assert (counts["good"], counts["bad"]) == (1, len(copies))
    assert len(copies) >= N_TAMPERED


def test_one_tampered_copy_among_good_ones_is_told(tmp_path: Path, issued: Issued, check: Checker) -> None:
    copies = tampered("the certificate", issued.texts, 1, 0)
    code, counts = check(written(tmp_path, [*issued.texts[:9], *copies]), issued.dsc)
    assert (code, counts["good"], counts["bad"]) == (1, 9, 1)


def test_certificates_of_another_issuer_are_refused(tmp_path: Path, issued: Issued, check: Checker) -> None:
    other = tmp_path / "other.pem"
    other.write_bytes(LittleIssuer().pem())
    code, counts = check(written(tmp_path, issued.texts), other)
    assert (code, counts["good"], counts["bad"]) == (1, 0, N_GOOD)
