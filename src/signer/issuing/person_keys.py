"""The keyed hashes under which persons stand in a registry, for orders that name a person."""

from __future__ import annotations

from collections.abc import Sequence

from signer import _core, keys
from signer.profile import Profile

__all__ = ["PERSON_KEY_BYTES", "person_keys"]

PERSON_KEY_BYTES = 16


def person_keys(profile: Profile, person_ids: Sequence[str]) -> list[bytes]:
    """The `person_key` of each, as the core makes it (native/issue/issue.c). Raises KeyUnusable."""
    secret = keys.load_secret(profile.person_secret)
    hashes = _core.hmac_sha256_many(secret, [person_id.encode("utf-8") for person_id in person_ids])
    return [each[:PERSON_KEY_BYTES] for each in hashes]
