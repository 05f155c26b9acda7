"""Holds shots against the population register: verified, or refused with a reason and a suggestion."""

from signer.cleaning.classes import ShotClass
from signer.cleaning.cleaning import REFUSED_SHOTS, CleanCounts, clean
from signer.cleaning.rows import ShotTable, parquet_batches
from signer.cleaning.rules import Rules
from signer.cleaning.suggesting import LEAST_SCORE, SUGGESTIONS, SuggestCounts, suggest

__all__ = [
    "LEAST_SCORE",
    "REFUSED_SHOTS",
    "SUGGESTIONS",
    "CleanCounts",
    "Rules",
    "ShotClass",
    "ShotTable",
    "SuggestCounts",
    "clean",
    "parquet_batches",
    "suggest",
]
