"""Numbers as text of digits: whole columns at once, through a matrix of characters."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from signer.synthetic.draws import Ints

__all__ = ["Characters", "characters_to_text", "digits", "fixed_text", "scatter"]

Characters = npt.NDArray[np.uint8]
ZERO = ord("0")


def scatter(serial: Ints, offset: int | Ints, modulus: int) -> Ints:
    """Serial numbers spread over 0..modulus-1 (a power of ten); different ones stay different.

    A multiplication by a number coprime to ten is one to one modulo a power of ten.
    """
    factor = 7_368_787 % modulus
    return (serial * factor + offset) % modulus


def digits(numbers: Ints, width: int) -> Characters:
    """The last `width` decimal digits of each number as characters, shape (n, width)."""
    out = np.empty((width, len(numbers)), dtype=np.uint8)
    rest = numbers
    for column in range(width - 1, -1, -1):
        rest, digit = np.divmod(rest, 10)
        out[column] = digit
    out += ZERO
    return np.ascontiguousarray(out.T)


def fixed_text(characters: Characters) -> pa.StringArray:
    """Rows of ASCII characters as strings of one length."""
    n_rows, width = characters.shape
    offsets = np.arange(0, (n_rows + 1) * width, width, dtype=np.int32)
    return pa.StringArray.from_buffers(n_rows, pa.py_buffer(offsets), pa.py_buffer(characters))


def characters_to_text(characters: Characters, lengths: Ints) -> pa.StringArray:
    """Rows of ASCII characters as strings, row i cut to lengths[i]."""
    n_rows, width = characters.shape
    offsets = np.zeros(n_rows + 1, dtype=np.int32)
    np.cumsum(lengths, out=offsets[1:])
    kept = characters[np.arange(width) < lengths[:, None]]
    return pa.StringArray.from_buffers(n_rows, pa.py_buffer(offsets), pa.py_buffer(kept))
