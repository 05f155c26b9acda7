"""The rate of `openssl speed ecdsap256` on one core: the yardstick of the goals."""

from __future__ import annotations

import re
import shutil
import subprocess

__all__ = ["ROUNDS", "openssl_version", "sign_us"]

ROUNDS = 5  # at most, since each takes two seconds


def openssl_version() -> str | None:
    """What `openssl version` says, or None where there is no openssl."""
    if shutil.which("openssl") is None:
        return None
    return subprocess.run(["openssl", "version"], check=True, capture_output=True, text=True).stdout.strip()


def sign_us(seconds: int = 1) -> float:
    """Microseconds of wall time a signature. The command also verifies, so that it takes twice `seconds`."""
    command = ["openssl", "speed", "-elapsed", "-seconds", str(seconds), "ecdsap256"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found = re.search(r"\(nistp256\)\s+\S+\s+\S+\s+([\d.]+)", done.stdout)
    if found is None:
        raise RuntimeError(f"openssl speed printed no rate: {done.stdout!r}")
    return 1e6 / float(found[1])
