"""A revocation filter: all that is revoked in a few bytes each, at the price of rare false hits."""

from __future__ import annotations

import base64
import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from signer.verifying.revoked_hashes import Hashes, words

__all__ = ["RevocationFilter", "read_filter"]

FORMAT: Final = "signer revocation filter"
VERSION: Final = 1
HASH_TYPE: Final = "COUNTRYCODEUCI"
MAX_POSITIONS: Final = 64
DEVIATIONS: Final = 6
MOST_BY_CHANCE: Final = 2 / 3
"""Of the bits: `signer revocations` gives a filter half as many again as its entries can set."""
TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|\+00:00)", re.ASCII)
COUNTRY: Final = re.compile("[A-Z]{2}")


@dataclass(frozen=True, slots=True)
class RevocationFilter:
    """A Bloom filter over the COUNTRYCODEUCI hashes of all that `country` has revoked (docs/revocation.md).

    `octets` are the filter, bit j of byte p >> 3 being 1 << (p & 7); `n_positions` are looked at for each
    hash. A hash that is not among the `n_entries` is hit at `false_positive_rate` at most.
    """

    name: str
    country: str
    made_at: datetime
    n_entries: int
    false_positive_rate: float
    n_positions: int
    octets: npt.NDArray[np.uint8]

    @property
    def n_bits(self) -> int:
        """Of the filter."""
        return 8 * len(self.octets)

    def has(self, hashes: Hashes) -> npt.NDArray[np.bool_]:
        """Which COUNTRYCODEUCI hashes the filter hits; each position is asked of those left alone."""
        numbers = words(hashes)
        first, step = numbers[:, 0], numbers[:, 1] | np.uint64(1)
        left = np.arange(len(hashes))
        for number in range(self.n_positions):
            sums = first[left] + np.uint64(number) * step[left]  # modulo 2^64, as numpy's numbers are
            position = sums % np.uint64(self.n_bits)
            bits = self.octets[position >> np.uint64(3)] >> (position & np.uint64(7)).astype(np.uint8)
            left = left[(bits & 1).astype(np.bool_)]
            if not len(left):
                break
        found = np.zeros(len(hashes), np.bool_)
        found[left] = True
        return found


def read_filter(name: str, data: bytes) -> RevocationFilter:
    """Reads the file revoked.filter (docs/revocation.md). Raises ValueError with the member that is wrong."""
    try:
        content = json.loads(data.decode("ascii"), object_pairs_hook=_members)
    except RecursionError as error:
        raise ValueError("it is no JSON") from error
    except UnicodeDecodeError as error:
        raise ValueError(f"byte {error.start + 1} is not ASCII") from error
    except json.JSONDecodeError as error:
        raise ValueError(f"it is no JSON from character {error.pos + 1} on, or cut short") from error
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise ValueError("it is no revocation filter")
    if content.get("version") != VERSION:
        raise ValueError(f"it is of another version than {VERSION}, which alone can be read")
    _require_members(content)
    _require_numbers(content)
    return RevocationFilter(
        name=name,
        country=_country(content["country"]),
        made_at=_time(content["made_at"]),
        n_entries=content["entries"],
        false_positive_rate=float(content["false_positive_rate"]),
        n_positions=content["hashes"],
        octets=_octets(content),
    )


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("it has a member twice")
    return members


MEMBERS: Final[Mapping[str, tuple[type, ...]]] = {
    "format": (str,),
    "version": (int,),
    "country": (str,),
    "made_at": (str,),
    "hash_type": (str,),
    "entries": (int,),
    "false_positive_rate": (int, float),
    "bits": (int,),
    "hashes": (int,),
    "filter": (str,),
}


def _require_members(content: Mapping[str, Any]) -> None:
    if unknown := sorted(content.keys() - MEMBERS.keys()):
        raise ValueError(f"it has {len(unknown)} members that no filter has")
    for member, types in MEMBERS.items():
        if not isinstance(content.get(member), types) or isinstance(content[member], bool):
            raise ValueError(f"{member} is missing or of another type")


def _require_numbers(content: Mapping[str, Any]) -> None:
    is_possible = {
        "hash_type": content["hash_type"] == HASH_TYPE,
        "entries": content["entries"] >= 0,
        "false_positive_rate": 0 <= content["false_positive_rate"] < 1,
        "bits": content["bits"] > 0 and content["bits"] % 8 == 0,
        "hashes": 0 < content["hashes"] <= MAX_POSITIONS,
    }
    for member, is_so in is_possible.items():
        if not is_so:
            raise ValueError(f"{member} is {content[member]!r}"[:80] + ", which cannot be")


def _country(code: str) -> str:
    if not COUNTRY.fullmatch(code):
        raise ValueError("country is no code of two capital letters")
    return code


def _time(text: str) -> datetime:
    try:
        if TIME.fullmatch(text):
            return datetime.fromisoformat(text).astimezone(UTC)
    except ValueError:
        pass
    raise ValueError("made_at is no time in UTC such as 2023-03-01T19:00:00Z")


def _octets(content: Mapping[str, Any]) -> npt.NDArray[np.uint8]:
    """The filter, with as many bits set as its entries can have set."""
    try:
        octets = np.frombuffer(base64.b64decode(content["filter"], validate=True), np.uint8)
    except ValueError as error:
        raise ValueError("filter is no base64") from error
    if 8 * len(octets) != content["bits"]:
        raise ValueError(f"filter has {8 * len(octets)} bits instead of {content['bits']}")
    n_set = int(np.bitwise_count(octets).sum(dtype=np.int64))
    if n_set > content["entries"] * content["hashes"] or (n_set == 0) != (content["entries"] == 0):
        raise ValueError(f"{n_set} bits of filter are set, which {content['entries']} entries cannot set")
    if n_set > _most_set(content):
        raise ValueError(
            f"{n_set} of {content['bits']} bits of filter are set, too many for its false_positive_rate of"
            f" {content['false_positive_rate']:g}"
        )
    return octets


def _most_set(content: Mapping[str, Any]) -> float:
    """As many bits as may be set for the promised rate, that of all positions of a hash being set.

    Up to two thirds chance is allowed for: how many are set has a deviation of 0.27 times the root of `bits`
    around half of them, and a filter of few entries may by chance have more than its rate asks for.
    """
    promised = content["false_positive_rate"] ** (1 / content["hashes"])
    by_chance = promised + DEVIATIONS * 0.27 / math.sqrt(content["bits"])
    return float(content["bits"] * max(promised, min(by_chance, MOST_BY_CHANCE)))
