"""HC1 texts from pictures: the QR codes in PNG and JPEG files, read by zxing-cpp."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PIL import Image

from signer.errors import CertificateInvalid
from signer.regular import open_regular
from signer.verifying.code import UNREADABLE, Code, Symbol
from signer.verifying.search_process import SearchProcess, SearchStopped

if TYPE_CHECKING:
    import zxingcpp

__all__ = [
    "MAX_FILE_BYTES",
    "MAX_PIXELS",
    "MAX_SIDE",
    "Read",
    "codes_in_picture",
    "codes_of_picture",
    "read_in",
]

MAX_PIXELS: Final = 80_000_000
"""A3 at 600 dpi has 70 million; a picture of a few bytes can claim to have billions."""
MAX_SIDE: Final = 65_535
"""Pixels of a side that the reader takes."""
MAX_FILE_BYTES: Final = 256 * 1024 * 1024
"""MAX_PIXELS of three bytes, not compressed at all."""
MAX_CODES: Final = 255
"""As many as the reader gives; where it gives so many, there may be more."""


Read = tuple[str, Symbol]
"""The text of a QR code, and how the code is drawn."""


def codes_of_picture(path: Path) -> Iterator[Code]:
    """Gives the codes in a PNG or JPEG file, numbered as `read_in` orders them.

    A picture that is damaged, too large or without a code is one failure. Raises OSError.
    """
    with open_regular(path) as file:
        data = file.read(MAX_FILE_BYTES + 1)
    yield from codes_in_picture(data, str(path))


def codes_in_picture(data: bytes, source: str) -> Iterator[Code]:
    """The same for a file's bytes at hand; more than MAX_FILE_BYTES are one failure, too."""
    try:
        found = _read_from(data)
    except CertificateInvalid as failure:
        yield Code("", source, None, failure=failure)
        return
    for row, (text, symbol) in enumerate(found, start=1):
        yield Code(text, source, row, symbol=symbol)


def read_in(picture: Image.Image) -> list[Read]:
    """Gives the QR codes in a picture of grey levels, from top to bottom, then left to right.

    The bytes in a code are taken as they are, nothing is stripped; what is not UTF-8 is replaced, and is then
    no certificate. Raises CertificateInvalid `unreadable` where a side is too long, or where there are more
    codes than can be read, and where looking for them takes longer than MAX_SEARCH_S.
    """
    if max(picture.size) > MAX_SIDE:
        raise CertificateInvalid(UNREADABLE, f"a side has more than {MAX_SIDE} pixels")
    grey = picture.convert("L")
    try:
        found = _SEARCH(grey.size, grey.tobytes())
    except SearchStopped as error:
        raise CertificateInvalid(UNREADABLE, "looking for codes in it takes too long, or fails") from error
    if len(found) >= MAX_CODES:
        raise CertificateInvalid(UNREADABLE, f"there are {MAX_CODES} codes or more in it: cut it into pieces")
    return found


def _search(size: tuple[int, int], grey: bytes) -> list[Read]:
    """All codes in a picture of one byte a pixel, in their order."""
    # Only here, in the process of searches: any other that had loaded it would end with lines on stderr of
    # what the reader leaks.
    import zxingcpp  # noqa: PLC0415 (said above)

    only_qr = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
    found = zxingcpp.read_barcodes(Image.frombytes("L", size, grey), formats=only_qr)
    return [_read(barcode) for barcode in sorted(found, key=_corner)]


_SEARCH: Final = SearchProcess(_search)


def _read(barcode: zxingcpp.Barcode) -> Read:
    extra = barcode.extra if isinstance(barcode.extra, Mapping) else {}
    version = str(extra.get("Version", ""))
    symbol = Symbol(barcode.ec_level, int(version) if version.isdecimal() else None)
    return barcode.bytes.decode("utf-8", errors="replace"), symbol


def _read_from(data: bytes) -> list[Read]:
    if len(data) > MAX_FILE_BYTES:
        raise CertificateInvalid(UNREADABLE, f"the picture has more than {MAX_FILE_BYTES} bytes")
    found = read_in(_grey(data))
    if not found:
        raise CertificateInvalid(UNREADABLE, "no QR code was found in the picture")
    return found


def _corner(barcode: zxingcpp.Barcode) -> tuple[int, int]:
    """The upper left corner of the upright rectangle around a code, which may be turned."""
    position = barcode.position
    corners = (position.top_left, position.top_right, position.bottom_right, position.bottom_left)
    return min(corner.y for corner in corners), min(corner.x for corner in corners)


def _grey(data: bytes) -> Image.Image:
    """The picture in 256 grey levels, on white where it is transparent."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(data), formats=("PNG", "JPEG"))  # no other decoder is let near
        if picture.width * picture.height <= MAX_PIXELS:
            return _flattened(picture)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        pass
    except Exception as error:  # Pillow's decoders answer damage by errors of a dozen classes
        raise CertificateInvalid(UNREADABLE, "the picture is neither PNG nor JPEG, or is damaged") from error
    raise CertificateInvalid(UNREADABLE, f"the picture has more than {MAX_PIXELS} pixels")


def _flattened(picture: Image.Image) -> Image.Image:
    if picture.mode.startswith("I"):  # 16 bits, which convert() would cut off at 255
        return picture.point(lambda level: level / 256).convert("L")
    if not picture.has_transparency_data:
        return picture.convert("L")
    white = Image.new("RGBA", picture.size, "white")
    white.alpha_composite(picture.convert("RGBA"))
    return white.convert("L")
