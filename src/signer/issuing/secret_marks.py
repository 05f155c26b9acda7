"""What else the issuer's secrets key: each purpose has a mark of its own, which no other message equals."""

from __future__ import annotations

import hmac

__all__ = ["ASKED_MARK", "FILES_MARK", "SECRETS_MARK", "keyed_mark"]

SECRETS_MARK = b"signer: which secret a plan was made with"
"""Stands in every plan under both secrets.

Neither a UVCI nor a person key can be the keyed hash of this, nor of what is below: the message of a UVCI
begins with the length of a shot_id, at most 64, in two bytes, and a person_id is shorter."""

ASKED_MARK = (
    "signer: what was asked for, in a log of look-ups"  # under the secret of persons, with what was asked
)

FILES_MARK = b"signer: the key of files of certificates"  # under the secret of UVCIs; goes nowhere


def keyed_mark(secret: bytes, mark: bytes) -> bytes:
    """HMAC-SHA-256 (RFC 2104), 32 bytes."""
    return hmac.digest(secret, mark, "sha256")
