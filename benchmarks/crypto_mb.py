"""Intel crypto_mb as baseline and oracle of the signatures.

From the PyPI packages ipp-crypto-static and ipp-crypto-include.
"""

from __future__ import annotations

import ctypes
import random
import subprocess
import sys
import sysconfig
import tempfile
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path

__all__ = ["CryptoMb", "NoCryptoMbError"]

ARCHIVE = ("ipp-crypto-static", "/libcrypto_mb.a")
HEADER = ("ipp-crypto-include", "include/aggregator/crypto_mb/ec_nistp256.h")
DRIVER = Path(__file__).with_name("crypto_mb.c")


class NoCryptoMbError(Exception):
    """Why there is nothing to compare with: no packages, no compiler, or a processor without AVX512-IFMA."""


def _installed(package: str, ending: str) -> Path:
    try:
        found = [file for file in files(package) or () if str(file).endswith(ending)]
    except PackageNotFoundError:
        raise NoCryptoMbError(f"the package {package} is not installed") from None
    if not found:
        raise NoCryptoMbError(f"the package {package} holds no {ending}")
    return Path(str(found[0].locate())).resolve()


class CryptoMb:
    """Compiles the driver against the archive; raises NoCryptoMbError where it cannot run."""

    def __init__(self) -> None:
        archive, header = _installed(*ARCHIVE), _installed(*HEADER)
        with tempfile.TemporaryDirectory() as folder:
            library = Path(folder) / "crypto_mb.so"
            compiler = (sysconfig.get_config_var("CC") or "cc").split()
            flags = ["-std=c11", "-O2", "-fPIC", "-shared", f"-I{header.parents[1]}"]
            command = [*compiler, *flags, str(DRIVER), str(archive), "-o", str(library)]
            done = subprocess.run(command, check=False, capture_output=True, text=True)
            if done.returncode:
                raise NoCryptoMbError(f"the driver does not compile: {done.stderr.strip()}")
            self._library = ctypes.CDLL(str(library))
        if not self._library.applicable():
            raise NoCryptoMbError("this processor has no AVX512-IFMA, which crypto_mb needs")

    def sign(self, scalar: bytes, digests: bytes, nonces: bytes) -> bytes:
        """Signatures r || s of 32-byte digests, a multiple of eight of them, with a nonce each."""
        n = len(digests) // 32
        if n % 8 or len(nonces) != len(digests) or len(scalar) != 32:
            raise ValueError("crypto_mb takes multiples of eight digests, and as many nonces")
        signatures = ctypes.create_string_buffer(64 * n)
        status = self._library.sign(scalar, ctypes.c_size_t(n), digests, nonces, signatures)
        if status:
            raise RuntimeError(f"crypto_mb gave the status {status:#x}")
        return signatures.raw


def compare(n_pairs: int, seed: int) -> int:
    """Holds our signatures against crypto_mb's for `n_pairs` random messages; gives the exit code."""
    from signer import _core  # noqa: PLC0415 (only the comparison needs ours)

    oracle, generator, per_key = CryptoMb(), random.Random(seed), 512
    for _ in range(0, n_pairs, per_key):
        scalar, digests = generator.randbytes(31).rjust(32, b"\1"), generator.randbytes(32 * per_key)
        nonces = _core.rfc6979_nonces(scalar, digests)
        if _core.p256_sign(scalar, digests, nonces) != oracle.sign(scalar, digests, nonces):
            print(f"crypto_mb: signatures differ, seed {seed}")
            return 1
    print(f"crypto_mb: {n_pairs} signatures equal at level {_core.cpu_level()}, seed {seed}")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(compare(n_pairs=100 * 512, seed=20220414))
    except NoCryptoMbError as reason:
        print(f"crypto_mb: not compared: {reason}")
