"""The GMAC of files (NIST SP 800-38D), which only the issuer's secret makes."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, field
from io import FileIO
from typing import Protocol

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import GCM

__all__ = ["FileCode", "FileKey", "Gmac", "read_through"]

IV_BYTES = 12  # random (8.2.2), for at most 2**32 files under a key (8.3)
TAG_BYTES = 16
GMAC = re.compile(rf"[0-9a-f]{{{2 * (IV_BYTES + TAG_BYTES)}}}")
BLOCK_BYTES = 1 << 18  # as much as stays in the cache for a second code


class FileCode(Protocol):
    """What is updated with the bytes of a file, as the objects of hashlib are."""

    def update(self, content: memoryview, /) -> None: ...


@dataclass(frozen=True)
class FileKey:
    """The 32 bytes of AES-256 by which files are authenticated. Goes to the workers by pickle."""

    _key: bytes = field(repr=False)

    def new_mac(self) -> Gmac:
        """A code to be made, for a file that is written."""
        return Gmac(self._key, secrets.token_bytes(IV_BYTES))

    def mac_like(self, made: object) -> Gmac | None:
        """A code to be compared with one that was made; None where that is none, whatever it is."""
        if not isinstance(made, str) or not GMAC.fullmatch(made):
            return None
        return Gmac(self._key, bytes.fromhex(made)[:IV_BYTES])


class Gmac:
    """Authenticates what it is updated with, and encrypts nothing."""

    def __init__(self, key: bytes, iv: bytes) -> None:
        self._iv = iv
        self._encryptor = Cipher(AES256(key), GCM(iv)).encryptor()

    def update(self, content: memoryview, /) -> None:
        self._encryptor.authenticate_additional_data(content)

    def hexdigest(self) -> str:
        """The initialization vector and the tag, 28 bytes in hex; to be asked once."""
        self._encryptor.finalize()
        return (self._iv + self._encryptor.tag).hex()


def read_through(file: FileIO, *codes: FileCode) -> int:
    """Updates the codes with the rest of a file, and gives its bytes. Raises OSError."""
    n_bytes, buffer = 0, memoryview(bytearray(BLOCK_BYTES))
    while n_read := file.readinto(buffer):
        for code in codes:
            code.update(buffer[:n_read])
        n_bytes += n_read
    return n_bytes
