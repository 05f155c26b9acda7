"""A painter keeps its settings, serves one thread at a time, and names the row that it cannot draw."""

from __future__ import annotations

import contextlib
import random
import threading

import pyarrow as pa
import pytest
from made_shots import ISSUED_AT, shots_batch

from signer import _core
from signer.errors import QrTextUnfit

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def test_a_painter_is_made_with_its_settings_and_keeps_them() -> None:
    with pytest.raises(TypeError, match="picture"):
        _core.QrPainter.__new__(_core.QrPainter)
    painter = _core.QrPainter(picture="png")
    before = painter.draw(pa.array(["A"]))
    with contextlib.suppress(TypeError):
        painter.__init__(picture="svg")
    assert painter.draw(pa.array(["A"])) == before


def test_a_second_thread_is_turned_away() -> None:
    painter, texts = _core.QrPainter(picture="png"), pa.array(["A" * 500] * 5000)
    whole, turned_away, done = painter.draw(texts), 0, False

    def interfere() -> None:
        nonlocal turned_away
        while not done:
            try:
                painter.draw(texts[:200])
            except ValueError:
                turned_away += 1

    other = threading.Thread(target=interfere)
    other.start()
    try:
        kept = []
        while turned_away < 5:
            with contextlib.suppress(ValueError):
                kept.append(painter.draw(texts))
    finally:
        done = True
        other.join()
    assert all(drawn.equals(whole) for drawn in kept)
    assert painter.draw(texts).equals(whole)


def open_issuer(painter: _core.QrPainter) -> _core.Issuer:
    """One whose texts make certificates that no symbol of level H holds, if the name is long too."""
    source = random.Random(1)
    long = ["".join(source.choices(LETTERS, k=80)) for _ in range(3)]
    return _core.Issuer(
        scalar=bytearray(31) + b"\x01",
        kid=bytes(8),
        country="VN",
        issuer="".join(map(chr, source.sample(range(0x20000, 0x2A000), 80))),
        issued_at=ISSUED_AT,
        expires_at=ISSUED_AT + 365 * 86_400,
        today=ISSUED_AT // 86_400,
        uvci_secret=bytes(32),
        person_secret=bytes(32),
        uvci_checksum=True,
        products=[("Pfizer", *long)],
        painter=painter,
    )


def test_a_certificate_that_no_symbol_holds_is_named_by_its_row_in_the_batch() -> None:
    long_name = " ".join(["ĐẶNGỒẾỮỰẦẨẪỌỄ" * 5] * 2)  # surname and given name
    shots = shots_batch(4, {0: {"vaccine": "unheard of"}, 2: {"full_name": long_name}})
    painter = _core.QrPainter(picture="png", level="H")
    issuer = open_issuer(painter)
    with pytest.raises(QrTextUnfit, match=r"row 2: .* too many"):
        issuer.issue(shots)
    issued, _ = issuer.issue(shots.slice(0, 2))  # neither of the two is held back by the failure
    assert issued["picture"] == painter.draw(issued["hc1"])
