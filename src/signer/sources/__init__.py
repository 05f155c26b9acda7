"""Tables of shots from Parquet and CSV, as record batches of one schema."""

from signer.sources.duplicates import find_duplicates, shot_ids
from signer.sources.reading import read_part
from signer.sources.source import Part, Source, identity_of, is_csv, open_source
from signer.sources.staging import stage_csv

__all__ = [
    "Part",
    "Source",
    "find_duplicates",
    "identity_of",
    "is_csv",
    "open_source",
    "read_part",
    "shot_ids",
    "stage_csv",
]
