"""Symbols of an independent encoder: the C library of Project Nayuki, as Debian packages it."""

from __future__ import annotations

import ctypes

import numpy as np

LEVELS = "LMQH"
ANY_MASK = -1
BUFFER = 3918  # qrcodegen_BUFFER_LEN_MAX


class _Segment(ctypes.Structure):
    _fields_ = (
        ("mode", ctypes.c_int),
        ("n_characters", ctypes.c_int),
        ("data", ctypes.c_void_p),
        ("n_bits", ctypes.c_int),
    )


class Libqrcodegen:
    """Raises OSError where there is no such library."""

    def __init__(self) -> None:
        self._library = ctypes.CDLL("libqrcodegen.so.1")
        self._library.qrcodegen_makeAlphanumeric.restype = _Segment
        self._library.qrcodegen_encodeSegmentsAdvanced.restype = ctypes.c_bool
        self._data, self._scratch, self._symbol = (ctypes.create_string_buffer(BUFFER) for _ in range(3))

    def _encode(self, text: str, level: str, versions: tuple[int, int], mask: int, raise_level: bool) -> bool:
        segment = self._library.qrcodegen_makeAlphanumeric(text.encode(), self._data)
        drawn: bool = self._library.qrcodegen_encodeSegmentsAdvanced(
            ctypes.byref(segment), ctypes.c_size_t(1), LEVELS.index(level), *versions, mask,
            ctypes.c_bool(raise_level), self._scratch, self._symbol,
        )  # fmt: skip
        return drawn

    def bits(self, text: str, *, level: str, raise_level: bool = False) -> bytes | None:
        """The raster of the symbol: rows padded to bytes, high bit first, or None if none holds the text."""
        if not self._encode(text, level, (1, 40), ANY_MASK, raise_level):
            return None
        symbol = np.frombuffer(self._symbol.raw, dtype=np.uint8)
        side = int(symbol[0])
        modules = np.unpackbits(symbol[1:], count=side * side, bitorder="little")
        return np.packbits(modules.reshape(side, side), axis=1).tobytes()

    def capacity(self, version: int, level: str) -> int:
        """Characters that the version holds at the level."""
        low, high = 1, 4297
        while high - low > 1:
            middle = (low + high) // 2
            holds = self._encode("A" * middle, level, (version, version), 0, False)
            low, high = (middle, high) if holds else (low, middle)
        return low
