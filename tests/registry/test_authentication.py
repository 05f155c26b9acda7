"""The code that only the issuer's secret makes, against the standard's vectors and OpenSSL's own GMAC."""

from __future__ import annotations

import io
import random
from pathlib import Path
from subprocess import run
from typing import Any

import pytest

from signer.registry.authentication import FileKey, Gmac, read_through

# NIST CAVP, gcmEncryptExtIV256.rsp: Keylen 256, IVlen 96, PTlen 0, AADlen 128, Taglen 128, Count 0.
KEY = bytes.fromhex("78dc4e0aaf52d935c3c01eea57428f00ca1fd475f5da86a49c8dd73d68c8e223")
IV = bytes.fromhex("d79cf22d504cc793c3fb6c8a")
CONTENT = bytes.fromhex("b96baa8c1c75a671bfb2d08d06be5f36")
TAG = "3e5d486aa2e30b22e040b85723a06e76"


def code_of(content: bytes, key: bytes = KEY, iv: bytes = IV, pieces: int = 1) -> str:
    gmac = Gmac(key, iv)
    step = max(1, -(-len(content) // pieces))
    for at in range(0, len(content), step):
        gmac.update(memoryview(content)[at : at + step])
    return gmac.hexdigest()


def test_the_vector_of_the_standard() -> None:
    assert code_of(CONTENT) == IV.hex() + TAG


@pytest.mark.parametrize("n_bytes", [0, 1, 15, 16, 17, 1000, 300_000])
def test_files_of_any_length_have_the_code_that_openssl_gives_them(tmp_path: Path, n_bytes: int) -> None:
    content = random.Random(n_bytes).randbytes(n_bytes)
    (tmp_path / "file").write_bytes(content)
    options = ["cipher:AES-256-GCM", f"hexkey:{KEY.hex()}", f"hexiv:{IV.hex()}"]
    command = ["openssl", "mac", *(word for option in options for word in ("-macopt", option))]
    told = run([*command, "-in", tmp_path / "file", "GMAC"], check=True, capture_output=True, text=True)
    gmac = Gmac(KEY, IV)
    with (tmp_path / "file").open("rb", buffering=0) as file:
        assert read_through(file, gmac) == n_bytes
    assert gmac.hexdigest() == IV.hex() + told.stdout.strip().lower()
    assert code_of(content, pieces=7) == IV.hex() + told.stdout.strip().lower()


def test_no_two_files_have_one_initialization_vector() -> None:
    """Two codes of one would give the key away."""
    key = FileKey(KEY)
    assert len({key.new_mac().hexdigest()[: 2 * len(IV)] for _ in range(1000)}) == 1000


def test_a_code_is_compared_under_the_vector_that_it_was_made_with() -> None:
    key = FileKey(KEY)
    made = code_of(CONTENT)
    again = key.mac_like(made)
    assert again is not None
    again.update(memoryview(CONTENT))
    assert again.hexdigest() == made
    for other in (code_of(CONTENT + b"\0"), code_of(CONTENT[:-1]), code_of(CONTENT, key=bytes(32))):
        assert other != made


@pytest.mark.parametrize(
    "made", [None, 7, "", "zz", TAG, [TAG], f"{IV.hex()}{TAG}0", f"{IV.hex()}{TAG.upper()}"]
)
def test_what_is_no_code_is_compared_with_nothing(made: object) -> None:
    assert FileKey(KEY).mac_like(made) is None


def test_the_key_does_not_show() -> None:
    assert repr(KEY) not in repr(FileKey(KEY))


def test_several_codes_are_made_in_one_reading() -> None:
    gmacs = [Gmac(KEY, IV), Gmac(KEY, IV)]

    class Counting(io.FileIO):
        n_reads = 0

        def readinto(self, buffer: Any, /) -> int:
            self.n_reads += 1
            return super().readinto(buffer)

    with Counting(__file__) as file:
        n_bytes = read_through(file, *gmacs)
        assert file.n_reads == 2, "once, and once to find the end"
    content = Path(__file__).read_bytes()
    assert n_bytes == len(content)
    assert {gmac.hexdigest() for gmac in gmacs} == {code_of(content)}
