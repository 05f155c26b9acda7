"""Which shots were given from a lot: no certificate says so, the tables of shots do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from signer import sources
from signer.campaign.issue_parts import ROWS_PER_PART, open_input
from signer.tables.columns import converted

__all__ = ["LotShots", "shots_of_lots"]


@dataclass(frozen=True)
class LotShots:
    """The shots of some lots, and what says of each lot that no shot is of it."""

    shot_ids: Sequence[str]
    not_found: Sequence[str]


def shots_of_lots(shots: Sequence[Path], lots: Sequence[str], staging: Path) -> LotShots:
    """Looks through tables of shots, such as `signer issue` takes, for lots in any case, without blanks.

    A CSV lies in `staging` meanwhile. Raises InputUnreadable, and OutputUnwritable or StoppedHalfWay where
    there is no room for it.
    """
    wanted = {lot.upper(): lot for lot in lots}
    seen, found = set[str](), set[str]()
    for batch in _batches(shots, staging):
        lot_of = pc.utf8_upper(pc.utf8_trim_whitespace(_text(batch.column("lot"))))
        is_wanted = pc.is_in(lot_of, pa.array([*wanted], pa.string()))
        seen.update(lot_of.filter(is_wanted).unique().to_pylist())
        found.update(_text(batch.column("shot_id").filter(is_wanted)).drop_null().to_pylist())
    return LotShots(sorted(found), [f"--lot {wanted[key]}: not found" for key in wanted if key not in seen])


def _batches(shots: Sequence[Path], staging: Path) -> Iterator[pa.RecordBatch]:
    for path in shots:
        source = open_input(path, staging)
        for part in source.parts(ROWS_PER_PART):
            for batch in sources.read_part(part):
                yield batch.select(["shot_id", "lot"])


def _text(column: pa.Array) -> pa.Array:
    """As strings, null for what is not UTF-8: `issue` has refused such a shot."""
    try:
        column.validate(full=True)
    except pa.ArrowInvalid:
        octets = converted(column, pa.string()).cast(pa.binary()).to_pylist()
        return pa.array([_decoded(each) for each in octets], pa.string())
    return column


def _decoded(octets: bytes | None) -> str | None:
    try:
        return None if octets is None else octets.decode("utf-8")
    except UnicodeDecodeError:
        return None
