"""Holds shots against the population register: verified, or refused with a reason."""

from signer.cleaning.classes import ShotClass
from signer.cleaning.cleaning import REFUSED_SHOTS, CleanCounts, clean
from signer.cleaning.rows import Batches, ShotTable, parquet_batches
from signer.cleaning.rules import Rules

__all__ = [
    "REFUSED_SHOTS",
    "Batches",
    "CleanCounts",
    "Rules",
    "ShotClass",
    "ShotTable",
    "clean",
    "parquet_batches",
]
