"""What a pack run did, in numbers; the JSON form is the contract that scripts read."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from signer.packing.delivery import Delivery, Pictures, Sheets
from signer.packing.selection import Selection

__all__ = ["PackSummary", "delivery_as_dict", "selection_as_dict"]


@dataclass(frozen=True)
class PackSummary:
    """Counts of certificates, the time taken in seconds, sizes in bytes.

    `certificates` are those of the input. Of them a registry says that `renewed` were signed anew since, and
    that `superseded` and `revoked` others are withdrawn: none of these is selected. `selected` = `packed` +
    `left_out` those asked for, `not_found` the ids and places asked for that none of them has.
    """

    certificates: int
    renewed: int
    superseded: int
    revoked: int
    selected: int
    packed: int
    left_out: int
    not_found: int
    groups: int
    shards: int
    bytes: int
    by: str
    shard_size: int
    delivery: Mapping[str, Any]
    selection: Mapping[str, Any]
    seconds: float
    rate_per_s: float
    workers: int
    cpu_level: str

    @property
    def is_complete(self) -> bool:
        """Whether all that was asked for is there."""
        return not self.left_out and not self.not_found

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def delivery_as_dict(delivery: Delivery) -> dict[str, Any]:
    """The settings that have a bearing on what is delivered."""
    given: dict[str, Any] = {"format": delivery.format}
    if isinstance(delivery, Pictures):
        return given | {"archive": delivery.archive} | asdict(delivery.options)
    if isinstance(delivery, Sheets):
        font = delivery.font.name if delivery.font else None
        given |= {"layout": delivery.layout, "font": font, "shots": [path.name for path in delivery.shots]}
        given |= {"level": delivery.level, "raise_level": delivery.raise_level}
    return given


def selection_as_dict(selection: Selection) -> dict[str, Any]:
    """What was asked for; of ids their number and a digest, as they may be a million."""
    return {
        "uvci": _ids(selection.uvcis),
        "shot_id": _ids(selection.shot_ids),
        "province": list(selection.provinces),
        "facility": list(selection.facilities),
        "issued_from": selection.issued_from.isoformat() if selection.issued_from else None,
        "issued_until": selection.issued_until.isoformat() if selection.issued_until else None,
    }


def _ids(ids: Sequence[str]) -> dict[str, Any] | None:
    """Of different ids the number, and the SHA-256 of them in order, each with a line feed."""
    if not ids:
        return None
    lines = "".join(f"{each}\n" for each in sorted(set(ids)))
    return {"count": len(set(ids)), "sha256": hashlib.sha256(lines.encode("utf-8")).hexdigest()}
