"""Other QR encoders as baselines: Debian's libqrcodegen and libqrencode by ctypes, segno and qrcode of PyPI.

Each makes the smallest symbol of one alphanumeric segment at level Q and chooses the mask itself, so that all
do the same work. `draw` is what is timed, from a text to what the encoder calls a symbol; `matrix` is for
comparing.
"""

from __future__ import annotations

import ctypes
import io
from typing import Any, Protocol

import naive
import numpy as np
import numpy.typing as npt
import qrcode
import qrcode.image.svg
from PIL import Image

__all__ = ["Libqrcodegen", "Libqrencode", "NoEncoderError", "QrEncoder", "Qrcode", "Segno"]

SCALE, QUIET_ZONE = 4, 4  # those of QrPainter
Matrix = npt.NDArray[np.bool_]


class NoEncoderError(Exception):
    """The library is not installed."""


class QrEncoder(Protocol):
    """`n_texts` is how many are drawn in a round: some tenths of a second."""

    n_texts: int

    def draw(self, text: str) -> Any:
        """The symbol of a text."""

    def matrix(self, text: str) -> Matrix:
        """The same, True for dark, without a quiet zone."""


def _library(name: str) -> ctypes.CDLL:
    try:
        return ctypes.CDLL(name)
    except OSError:
        raise NoEncoderError(f"there is no {name}") from None


class _Segment(ctypes.Structure):
    """struct qrcodegen_Segment."""

    _fields_ = (
        ("mode", ctypes.c_int),
        ("n_characters", ctypes.c_int),
        ("data", ctypes.c_void_p),
        ("n_bits", ctypes.c_int),
    )


class Libqrcodegen:
    """The C encoder of Project Nayuki, version 1.8."""

    n_texts = 64
    QUARTILE, ANY_MASK, NO_BOOST, BUFFER = 2, -1, False, 3918  # BUFFER is qrcodegen_BUFFER_LEN_MAX

    def __init__(self) -> None:
        self._library = _library("libqrcodegen.so.1")
        self._library.qrcodegen_makeAlphanumeric.restype = _Segment
        self._library.qrcodegen_encodeSegmentsAdvanced.restype = ctypes.c_bool
        self._data, self._scratch, self._symbol = (ctypes.create_string_buffer(self.BUFFER) for _ in range(3))

    def draw(self, text: str) -> Any:
        """A buffer: the side in a byte, then the modules in bits, low bit first."""
        segment = self._library.qrcodegen_makeAlphanumeric(text.encode(), self._data)
        drawn = self._library.qrcodegen_encodeSegmentsAdvanced(
            ctypes.byref(segment), ctypes.c_size_t(1), self.QUARTILE, 1, 40, self.ANY_MASK, self.NO_BOOST,
            self._scratch, self._symbol,
        )  # fmt: skip
        assert drawn, "libqrcodegen draws no symbol of this text"
        return self._symbol

    def matrix(self, text: str) -> Matrix:
        symbol = np.frombuffer(self.draw(text), dtype=np.uint8)
        side = int(symbol[0])
        bits = np.unpackbits(symbol[1:], count=side * side, bitorder="little")
        return bits.reshape(side, side).astype(bool)


class _Symbol(ctypes.Structure):
    """struct QRcode."""

    _fields_ = (("version", ctypes.c_int), ("width", ctypes.c_int), ("data", ctypes.c_void_p))


class Libqrencode:
    """Fukuchi's C encoder, version 4; its symbols become PNGs by Pillow."""

    n_texts = 64
    ANY_VERSION, QUARTILE, ALPHANUMERIC = 0, 2, 1

    def __init__(self) -> None:
        self._library = _library("libqrencode.so.4")
        self._library.QRinput_new2.restype = ctypes.c_void_p
        self._library.QRcode_encodeInput.restype = ctypes.POINTER(_Symbol)

    def draw(self, text: str) -> bytes:
        """A byte a module, the lowest bit for dark."""
        library, data = self._library, text.encode()
        given = ctypes.c_void_p(library.QRinput_new2(self.ANY_VERSION, self.QUARTILE))
        status = library.QRinput_append(given, self.ALPHANUMERIC, len(data), data)
        symbol = library.QRcode_encodeInput(given)
        assert status == 0 and symbol, "libqrencode draws no symbol of this text"  # noqa: PT018 (no test)
        modules = ctypes.string_at(symbol.contents.data, symbol.contents.width**2)
        library.QRcode_free(symbol)
        library.QRinput_free(given)
        return modules

    def matrix(self, text: str) -> Matrix:
        modules = np.frombuffer(self.draw(text), dtype=np.uint8) & 1
        side = int(modules.size**0.5)
        return modules.reshape(side, side).astype(bool)

    def png(self, text: str) -> bytes:
        """White around the symbol, then four pixels a module, one bit a pixel."""
        light = np.pad(~self.matrix(text), QUIET_ZONE, constant_values=True)
        picture, png = Image.fromarray(light.repeat(SCALE, axis=0).repeat(SCALE, axis=1)), io.BytesIO()
        picture.save(png, "png")
        return png.getvalue()


class Segno:
    """The encoder of the Python twin."""

    n_texts = 4

    draw = staticmethod(naive.symbol)

    def matrix(self, text: str) -> Matrix:
        return np.array([list(row) for row in self.draw(text).matrix], dtype=bool)

    def png(self, text: str) -> bytes:
        return naive.picture(text, "png")

    def svg(self, text: str) -> bytes:
        return naive.picture(text, "svg")


class Qrcode:
    """The package qrcode, which draws PNGs by Pillow."""

    n_texts = 4

    def draw(self, text: str) -> qrcode.QRCode[Any]:
        """No optimising: the whole text is one segment."""
        symbol = qrcode.QRCode(
            error_correction=qrcode.constants.ERROR_CORRECT_Q, box_size=SCALE, border=QUIET_ZONE
        )
        symbol.add_data(qrcode.util.QRData(text, mode=qrcode.util.MODE_ALPHA_NUM), optimize=0)
        symbol.make()
        return symbol

    def matrix(self, text: str) -> Matrix:
        return np.array(self.draw(text).modules, dtype=bool)

    def _picture(self, text: str, **factory: Any) -> bytes:
        out = io.BytesIO()
        self.draw(text).make_image(**factory).save(out)
        return out.getvalue()

    def png(self, text: str) -> bytes:
        return self._picture(text)

    def svg(self, text: str) -> bytes:
        return self._picture(text, image_factory=qrcode.image.svg.SvgPathImage)
