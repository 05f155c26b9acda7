"""Refused shots of a cleaned round that a registry tells of, too: in a report each shot counts once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from signer.campaign.standing import sql_text
from signer.cleaning.board_counts import REFUSED, VERIFIED, stream_of_shots

__all__ = ["CleanedShots", "count_cleaned"]


@dataclass(frozen=True)
class CleanedShots:
    """Rows refused in cleaning that count elsewhere, by province and reason: their shot has a certificate, is
    verified, or stands there more than once. `issued` are the first of these by province, each shot once.
    """

    elsewhere: Mapping[tuple[str, str], int]
    issued: Mapping[str, int]


def count_cleaned(database: duckdb.DuckDBPyConnection, folder: Path | None) -> CleanedShots:
    """Makes the table `cleaned` of the shots that the round in `folder` refuses; of none without a folder.

    `database` has the views of a registry. Raises InputUnreadable, naming the file.
    """
    if folder is None:
        database.execute("CREATE TEMP TABLE cleaned (shot_id VARCHAR)")
        return CleanedShots({}, {})
    streams = {
        "round_refused": stream_of_shots(
            folder / "refused.parquet", REFUSED, ("shot_id", "province", "reason")
        ),
        "round_verified": stream_of_shots(folder / "verified.parquet", VERIFIED, ("shot_id",)),
    }
    for name, stream in streams.items():
        database.register(name, stream.reader())
    try:
        database.execute(sql_text("report_cleaned"))
    except duckdb.Error:
        for stream in streams.values():
            if stream.fault is not None:
                raise stream.fault from None
        raise
    elsewhere = database.execute("SELECT province, reason, shots FROM cleaned_elsewhere").fetchall()
    issued = database.execute(
        "SELECT told.province, count(*) FROM cleaned SEMI JOIN cleaned_issued USING (shot_id) GROUP BY ALL"
    ).fetchall()
    return CleanedShots({(province, reason): n for province, reason, n in elsewhere}, dict(issued))
