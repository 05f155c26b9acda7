"""What makes the bytes here: no plan shall be half signed by one version and half by another."""

from __future__ import annotations

import hashlib
from pathlib import Path

from signer import __version__, _core
from signer.campaign.plan import Encoder

__all__ = ["encoder_here"]


def encoder_here() -> Encoder:
    """The version of this package and the digest of the core that is loaded."""
    with Path(_core.__file__).open("rb") as file:
        return Encoder(__version__, hashlib.file_digest(file, "sha256").hexdigest())
