"""The plan of an issue run: all that is settled before the first signature, under an id of its content."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Literal

from signer.campaign.issue_parts import IssuePart
from signer.records.canonical import digest_of
from signer.records.pictures import PictureOptions

__all__ = [
    "FORMAT",
    "Encoder",
    "InputFile",
    "Per",
    "Plan",
    "PlannedPart",
    "Subject",
    "has_all_rows",
    "plan_parts",
]

FORMAT = 1
ID_DIGITS = 32

Per = Literal["shot", "person"]


@dataclass(frozen=True)
class InputFile:
    """A table of shots as it was when it was hashed; a CSV as it is, and not what it is staged as.

    `path` is absolute, `sha256` in hexadecimal digits, `identity` as of `sources.source.identity_of`.
    """

    path: str
    sha256: str
    n_bytes: int
    identity: tuple[int, ...]


@dataclass(frozen=True)
class Subject:
    """What a plan is about, and all that its id is made of.

    The paths of the inputs are no part of the id, and neither is their number of rows, which follows from
    their bytes: so a text table need not be read to find out that all of it was issued.
    """

    inputs: tuple[InputFile, ...]
    profile_digest: str
    pictures: PictureOptions | None
    per: Per

    def plan_id(self, attempt: int) -> str:
        """32 hexadecimal digits; `attempt` counts the plans of one subject from 0."""
        content = {
            "format": FORMAT,
            "attempt": attempt,
            "inputs": [{"sha256": file.sha256, "bytes": file.n_bytes} for file in self.inputs],
            "profile_sha256": self.profile_digest,
            "pictures": None if self.pictures is None else asdict(self.pictures),
            "per": self.per,
        }
        return digest_of(content)[:ID_DIGITS]


@dataclass(frozen=True)
class Encoder:
    """What makes the bytes: the version of the package, and the SHA-256 of its compiled core."""

    version: str
    core_sha256: str

    def __str__(self) -> str:
        return f"{self.version} (core {self.core_sha256[:8]})"


@dataclass(frozen=True)
class PlannedPart:
    """A range of rows of the input of that number; `first_row` counts over all inputs.

    `row_groups` and `skip` as in `sources.Part`; `kid` of the DSC that signs it, in hexadecimal digits.
    """

    number: int
    input: int
    first_row: int
    n_rows: int
    row_groups: tuple[int, ...]
    skip: int
    kid: str


@dataclass(frozen=True)
class Plan:
    """One plan. `input_rows` are the rows of each input; times are in seconds since 1970; `dsc` is DER.

    `registry_owner` as in `issuing.identity.IssuerIdentity`.

    Which rows repeat an earlier shot_id is not in here but their number, `n_duplicates`: it follows from the
    inputs, whose bytes are certain, and could be as many numbers as there are rows. `instead_of` are the ids
    of plans that were given up for this one. At `after_version` stood the table of certificates when the plan
    was made: what was committed later is newer.
    """

    subject: Subject
    attempt: int
    input_rows: tuple[int, ...]
    issued_at: int
    expires_at: int
    encoder: Encoder
    dsc: bytes
    registry_owner: str
    parts: tuple[PlannedPart, ...]
    n_duplicates: int
    instead_of: tuple[str, ...]
    after_version: int

    @property
    def plan_id(self) -> str:
        return self.subject.plan_id(self.attempt)

    @property
    def n_rows(self) -> int:
        """The rows of all inputs."""
        return sum(self.input_rows)

    def first_row_of(self, input_number: int) -> int:
        """The number of an input's first row, counted over all inputs."""
        return sum(self.input_rows[:input_number])


def has_all_rows(plan: Plan) -> bool:
    """Whether the parts hold each row of the inputs once and in order, as those that are cut here do."""
    first_row = 0
    for number, part in enumerate(plan.parts):
        if (part.number, part.first_row) != (number, first_row) or not 0 <= part.input < len(plan.input_rows):
            return False
        end = first_row + part.n_rows
        if not plan.first_row_of(part.input) <= first_row <= end <= plan.first_row_of(part.input + 1):
            return False
        first_row = end
    return bool(plan.parts) and first_row == plan.n_rows


def plan_parts(parts: Sequence[IssuePart], input_rows: Sequence[int], kid: bytes) -> tuple[PlannedPart, ...]:
    """What a plan keeps of parts that were cut from inputs of so many rows each, in their order."""
    planned = []
    number, end = 0, input_rows[0]  # of the input that the part lies in
    for part in parts:
        while part.n_rows and part.first_row >= end:
            number += 1
            end += input_rows[number]
        rows = part.rows
        planned.append(
            PlannedPart(
                part.number, number, part.first_row, part.n_rows, rows.row_groups, rows.skip, kid.hex()
            )
        )
    return tuple(planned)
