"""Plans that tests make up without any table behind them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from signer.campaign.plan import Encoder, InputFile, Plan, PlannedPart, Subject
from signer.records.pictures import PictureOptions

INPUTS = (
    InputFile("/data/Hà Nội.parquet", "0a" * 32, 1000, (1, 2, 1000, 4)),
    InputFile("/data/\udcff.csv", "0b" * 32, 2000, (1, 3, 2000, 5)),
)
SUBJECT = Subject(INPUTS, "0c" * 32, PictureOptions("png"), "shot")
PLAN = Plan(
    subject=SUBJECT,
    attempt=0,
    input_rows=(150, 50),
    issued_at=1649906100,
    expires_at=1681442100,
    encoder=Encoder("0.1.0", "0d" * 32),
    dsc=b"certificate",
    registry_owner="0a" * 32,
    parts=(
        PlannedPart(0, 0, 0, 100, (0,), 0, "0e" * 8),
        PlannedPart(1, 0, 100, 50, (0, 1), 100, "0e" * 8),
        PlannedPart(2, 1, 150, 50, (0,), 0, "0e" * 8),
    ),
    n_duplicates=3,
    instead_of=("0f" * 16,),
    after_version=7,
)


def with_input(subject: Subject, number: int, **changes: Any) -> Subject:
    """The subject with one input that differs in a few fields."""
    inputs = list(subject.inputs)
    inputs[number] = replace(inputs[number], **changes)
    return replace(subject, inputs=tuple(inputs))
