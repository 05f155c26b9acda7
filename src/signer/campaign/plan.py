"""The plan of a signing run: all that is settled before the first signature, under an id of its content."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

from signer.records.canonical import digest_of
from signer.records.pictures import PictureOptions

if TYPE_CHECKING:  # the sources behind it cost those who only read plans a tenth of a second
    from signer.campaign.issue_parts import IssuePart

__all__ = [
    "FORMAT",
    "Encoder",
    "InputFile",
    "Kind",
    "Per",
    "Plan",
    "PlannedPart",
    "RenewalSubject",
    "Selection",
    "Subject",
    "has_all_rows",
    "plan_parts",
]

FORMAT = 1
ID_DIGITS = 32

Kind = Literal["issue", "renew"]
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
    """What a plan of issuing is about, and all that its id is made of.

    The paths of the inputs are no part of the id, and neither is their number of rows, which follows from
    their bytes: so a text table need not be read to find out that all of it was issued.
    """

    inputs: tuple[InputFile, ...]
    profile_digest: str
    pictures: PictureOptions | None
    per: Per

    def plan_id(self, attempt: int) -> str:
        """32 hexadecimal digits; `attempt` counts the plans of one subject from 0."""
        return _plan_id(self, attempt, {"inputs": _contents(self.inputs), "per": self.per})


@dataclass(frozen=True)
class RenewalSubject:
    """What a plan of renewing is about, and all that its id is made of: so a night has one, however often
    the same command is started in it.

    `night` is the issuer's local date (ISO 8601). Certificates that expire within `window_days` are due;
    those that are due in `spread_days` more are drawn upon to level the load. `limit` is the most that may be
    renewed. `population` are the tables that holders are looked up in; none means that they are not.
    """

    night: str
    window_days: int
    spread_days: int
    limit: int | None
    population: tuple[InputFile, ...]
    profile_digest: str
    pictures: PictureOptions | None

    def plan_id(self, attempt: int) -> str:
        """As of a subject of issuing; its paths are no part of it, either."""
        own = {"night": self.night, "window_days": self.window_days, "spread_days": self.spread_days}
        own |= {"limit": self.limit, "population": _contents(self.population)}
        return _plan_id(self, attempt, {"renewal": own})


def _plan_id(subject: Subject | RenewalSubject, attempt: int, own: dict[str, Any]) -> str:
    pictures = None if subject.pictures is None else asdict(subject.pictures)
    common = {"format": FORMAT, "attempt": attempt, "profile_sha256": subject.profile_digest}
    return digest_of(common | {"pictures": pictures} | own)[:ID_DIGITS]


def _contents(files: Sequence[InputFile]) -> list[dict[str, Any]]:
    return [{"sha256": file.sha256, "bytes": file.n_bytes} for file in files]


@dataclass(frozen=True)
class Selection:
    """Which rows a plan of renewing takes, told by what they can be found again by.

    At most `n_most` of the certificates in force that expire by `due_by`, soonest first, as the tables stood
    at the plan's `after_version` and at `revocations_version`. `sha256` is over their places. `n_due` had to
    be renewed in that night, and of those `n_lapsed` had expired already. `n_held_back` rows more are tried
    again, of those that expire by `due_tonight`, as their renewal was refused before.
    """

    due_by: int
    due_tonight: int
    n_most: int
    n_due: int
    n_lapsed: int
    n_held_back: int
    revocations_version: int
    sha256: str


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

    A plan of renewing has one input, its `selection`, which is None for a plan of issuing.

    `registry_owner` as in `issuing.identity.IssuerIdentity`.

    Which rows repeat an earlier shot_id is not in here but their number, `n_duplicates`: it follows from the
    inputs, whose bytes are certain, and could be as many numbers as there are rows. `instead_of` are the ids
    of plans that were given up for this one. At `after_version` stood the table of certificates when the plan
    was made: what was committed later is newer.
    """

    subject: Subject | RenewalSubject
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
    selection: Selection | None = None

    @property
    def kind(self) -> Kind:
        return "issue" if isinstance(self.subject, Subject) else "renew"

    @property
    def inputs(self) -> tuple[InputFile, ...]:
        """The tables of shots; none where certificates are renewed."""
        return self.subject.inputs if isinstance(self.subject, Subject) else ()

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
