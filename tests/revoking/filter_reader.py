"""Reads a revocation filter by the words of docs/revocation.md, with whole numbers of Python alone."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass


@dataclass(frozen=True)
class ReadFilter:
    bits: int
    hashes: int
    content: bytes

    @classmethod
    def of(cls, text: str) -> ReadFilter:
        content = json.loads(text)
        assert content["format"] == "signer revocation filter"
        found = cls(content["bits"], content["hashes"], base64.b64decode(content["filter"], validate=True))
        assert found.bits == 8 * len(found.content)
        return found

    def has(self, hash_of_16_bytes: bytes) -> bool:
        a = int.from_bytes(hash_of_16_bytes[:8], "big")
        b = int.from_bytes(hash_of_16_bytes[8:], "big") | 1
        for i in range(self.hashes):
            position = (a + i * b) % 2**64 % self.bits
            if not self.content[position >> 3] & 1 << (position & 7):
                return False
        return True
