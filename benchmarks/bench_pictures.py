"""QR symbols and pictures against other encoders, and whole certificates with their pictures against OpenSSL.

The texts are those of one batch, all of version 17 at level Q. Ours goes from an Arrow column of texts to one
of pictures; the others take text after text, which costs the C libraries under a hundredth of their time. PNG
and SVG are timed from the text on, the symbol included, on both sides.
"""

from __future__ import annotations

from collections.abc import Callable
from statistics import fmean
from typing import Any

import naive
import numpy as np
import openssl_speed
import pyarrow as pa
import pytest
from duel import one_by_one
from levels import Level
from qr_encoders import Libqrcodegen, Libqrencode, NoEncoderError, Qrcode, QrEncoder, Segno
from workload import N_BATCHES, Workload, batch_after_batch, open_core_issuer

from signer import _core

N_TWIN = 8  # rows of the twin, which takes tens of milliseconds each
ENCODERS = {
    "libqrcodegen": Libqrcodegen,
    "libqrencode": Libqrencode,
    "segno": Segno,
    "qrcode": Qrcode,
}
SYMBOL_GOALS = {
    "libqrcodegen": {"ifma": 200.0, "avx512": 200.0},
    "libqrencode": {"ifma": 100.0, "avx512": 100.0, "avx2": 60.0, "portable": 60.0},
}


def encoder_of(name: str) -> Any:
    """A new encoder; skips where its library is missing."""
    try:
        return ENCODERS[name]()
    except NoEncoderError as reason:
        pytest.skip(str(reason))


def same_symbols(encoder: QrEncoder, texts: list[str]) -> int:
    """How many texts get the symbol that we draw; all must be of the same size."""
    n_same = 0
    for text in texts:
        ours, theirs = _core.qr_symbol(text), encoder.matrix(text)
        assert theirs.shape == (ours.side, ours.side)
        rows = np.frombuffer(ours.bits, dtype=np.uint8).reshape(ours.side, -1)
        n_same += np.array_equal(np.unpackbits(rows, axis=1, count=ours.side), theirs)
    return n_same


@pytest.mark.parametrize("name", ENCODERS)
def test_symbol(duel: Callable[..., None], level: Level, workload: Workload, name: str) -> None:
    encoder, painter = encoder_of(name), _core.QrPainter(picture="bits")
    some: list[str] = workload.v17_texts.slice(0, encoder.n_texts).to_pylist()
    n_same = same_symbols(encoder, some)
    assert n_same == len(some) or name != "libqrcodegen", "it reads the standard as we do"
    duel(
        stage="QR symbol v17-Q",
        ours=lambda: painter.draw(workload.v17_texts),
        n_records=len(workload.v17_texts),
        baseline=name,
        baseline_us=one_by_one(encoder.draw, some),
        goal=SYMBOL_GOALS.get(name, {}).get(level.name),
        note=lambda: f"{n_same} of {len(some)} symbols equal",
    )


@pytest.mark.parametrize(
    ("picture", "name", "baseline"),
    [
        ("png", "libqrencode", "libqrencode and Pillow"),
        ("png", "segno", "segno"),
        ("png", "qrcode", "qrcode and Pillow"),
        ("svg", "segno", "segno"),
        ("svg", "qrcode", "qrcode"),
    ],
)
def test_picture(
    duel: Callable[..., None], workload: Workload, picture: str, name: str, baseline: str
) -> None:
    encoder, painter = encoder_of(name), _core.QrPainter(picture=picture)
    some: list[str] = workload.v17_texts.slice(0, encoder.n_texts).to_pylist()
    theirs = getattr(encoder, picture)
    our_bytes = fmean(map(len, painter.draw(pa.array(some)).to_pylist()))
    their_bytes = fmean(len(theirs(text)) for text in some)
    duel(
        stage=f"text to {picture.upper()}",
        ours=lambda: painter.draw(workload.v17_texts),
        n_records=len(workload.v17_texts),
        baseline=baseline,
        baseline_us=one_by_one(theirs, some),
        note=lambda: f"{our_bytes:.0f} bytes, theirs {their_bytes:.0f}",
    )


def test_certificate_with_picture_against_openssl(
    duel: Callable[..., None], openssl_us: Callable[[], float], level: Level, workload: Workload
) -> None:
    core = open_core_issuer(_core.QrPainter(picture="png"))
    duel(
        stage="text + QR + PNG in memory",
        ours=batch_after_batch(lambda: core.issue(workload.shots)),
        n_records=N_BATCHES * workload.n_records,
        baseline="openssl speed",
        baseline_us=openssl_us,
        goal=2.5 if level.name == "ifma" else None,
        rounds=openssl_speed.ROUNDS,
    )


def test_certificate_with_picture_against_the_twin(duel: Callable[..., None], workload: Workload) -> None:
    core = open_core_issuer(_core.QrPainter(picture="png"))
    duel(
        stage="text + QR + PNG in memory",
        ours=lambda: core.issue(workload.shots),
        n_records=workload.n_records,
        baseline="Python twin",
        baseline_us=one_by_one(lambda row: naive.picture(workload.naive.text(row)), workload.rows[:N_TWIN]),
    )
