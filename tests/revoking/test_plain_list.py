"""The exact list: rows as csv and base64 of Python write them, in the order of their text."""

from __future__ import annotations

import base64

import numpy as np
import pytest

from signer.revoking.plain_list import plain_rows


@pytest.mark.parametrize("n", [0, 1, 3000])
@pytest.mark.parametrize("with_kids", [True, False])
def test_the_rows_are_those_of_a_row_by_row_writer(
    n: int, with_kids: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("signer.revoking.plain_list.ROWS_AT_A_TIME", 1000)
    draw = np.random.default_rng(n)
    hashes, kids = (draw.integers(0, 256, (n, width), np.uint8) for width in (16, 8))
    hashes[: n // 2, :12] = 0xFF  # texts that differ in their last characters only
    expected = sorted(
        (base64.b64encode(hashed.tobytes()).decode(), base64.b64encode(kid.tobytes()).decode())
        for hashed, kid in zip(hashes, kids, strict=True)
    )
    written = b"".join(plain_rows("SIGNATURE", hashes, kids if with_kids else None)).decode("ascii")
    assert written == "".join(f"{kid if with_kids else ''},SIGNATURE,{text}\n" for text, kid in expected)
