"""Vaccines by their national names, with shares (assumed), intervals and lots of the 2021-22 campaign."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from signer.synthetic.draws import Ints, slots

__all__ = [
    "BOOSTER_SLOTS",
    "CAMPAIGN_DAYS",
    "CAMPAIGN_START",
    "DAYS_PER_LOT",
    "INTERVAL_DAYS",
    "LOTS_PER_VACCINE",
    "PRIMARY_DOSES",
    "PRIMARY_SLOTS",
    "UNKNOWN",
    "VACCINES",
    "lot_texts",
    "vaccine_texts",
]


@dataclass(frozen=True)
class Vaccine:
    """A product: share of first doses and of boosters, doses of its series, days between them, lot prefix."""

    name: str
    share: float
    booster_share: float
    primary_doses: int
    interval_days: int
    lot_prefix: str


VACCINES: tuple[Vaccine, ...] = (
    Vaccine("AstraZeneca", 0.335, 0.18, 2, 56, "ABX"),
    Vaccine("Pfizer", 0.290, 0.62, 2, 28, "FK"),
    Vaccine("Vero Cell", 0.270, 0.02, 2, 21, "2021"),
    Vaccine("Moderna", 0.070, 0.18, 2, 28, "30"),
    Vaccine("Abdala", 0.018, 0.0, 3, 14, "BD"),
    Vaccine("Sputnik V", 0.009, 0.0, 2, 21, "II-"),
    Vaccine("Hayat-Vax", 0.006, 0.0, 2, 21, "HV"),
    Vaccine("Janssen", 0.002, 0.0, 1, 28, "XE"),
)
UNKNOWN: tuple[str, ...] = ("Astra", "Vắc xin khác", "COVID-19", "Nanocovax", "Pfizer Moderna")

PRIMARY_SLOTS: Ints = slots([vaccine.share for vaccine in VACCINES])
BOOSTER_SLOTS: Ints = slots([vaccine.booster_share for vaccine in VACCINES])
PRIMARY_DOSES: Ints = np.array([vaccine.primary_doses for vaccine in VACCINES], dtype=np.int64)
INTERVAL_DAYS: Ints = np.array([vaccine.interval_days for vaccine in VACCINES], dtype=np.int64)

# The national campaign: its first day, to the day up to which facts.md counts 154 million shots.
CAMPAIGN_START = int(np.datetime64("2021-03-08", "D").astype(np.int64))
CAMPAIGN_DAYS = int(np.datetime64("2022-03-30", "D").astype(np.int64)) - CAMPAIGN_START

DAYS_PER_LOT = 5
LOTS_PER_VACCINE = CAMPAIGN_DAYS // DAYS_PER_LOT + 1


def vaccine_texts() -> pa.StringArray:
    """National names, then the names that no table of products knows."""
    return pa.array([vaccine.name for vaccine in VACCINES] + list(UNKNOWN), pa.string())


def lot_texts() -> pa.StringArray:
    """Lots: vaccine v in the period i of the campaign has the number v * LOTS_PER_VACCINE + i."""
    return pa.array(
        [
            f"{vaccine.lot_prefix}{1000 + (period * 7919 + place * 613) % 9000}"
            for place, vaccine in enumerate(VACCINES)
            for period in range(LOTS_PER_VACCINE)
        ],
        pa.string(),
    )
