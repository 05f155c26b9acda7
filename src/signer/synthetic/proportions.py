"""How much of each fault is planted: published shares (March 2022) where there are any, else assumed ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from signer.errors import OutputUnwritable
from signer.synthetic.planted import OF_PERSON, OF_SHOT, Fault

__all__ = ["DOSES_SHARES", "FOREIGN_SHARE", "SINGLE_DOSE_ONLY", "Proportions"]

# Million people of 76.6: 51.5 right, 19.0 wrong, 2.6 not verifiable, 3.5 with no number or a malformed one.
# How these divide was not published: assumed. A conflict of doses is none of the published classes.
PEOPLE_MILLIONS = 76.6
MILLIONS = {
    Fault.NAME_DIFFERS: 7.6,
    Fault.BIRTH_DIFFERS: 6.6,
    Fault.BOTH_DIFFER: 2.1,
    Fault.NUMBER_OF_HOUSEMATE: 0.9,
    Fault.NUMBER_MISTYPED: 0.9,
    Fault.NUMBER_OLD: 0.5,
    Fault.SEX_DIFFERS: 0.4,
    Fault.NOT_REGISTERED: 2.5,
    Fault.REGISTER_CONTRADICTS: 0.1,
    Fault.NUMBER_MISSING: 2.0,
    Fault.NUMBER_MALFORMED: 1.5,
    Fault.DOSE_CONFLICT: 0.3,
}
# Of all shots; no figures were published for these: small, but enough to be met.
SHOT_SHARES = {
    Fault.DUPLICATE_SHOT: 0.003,
    Fault.DOSE_IMPOSSIBLE: 0.0005,
    Fault.DATE_IN_FUTURE: 0.0005,
    Fault.DATE_IMPOSSIBLE: 0.0005,
    Fault.VACCINE_UNKNOWN: 0.0005,
    Fault.NAME_UNREADABLE: 0.0005,
}
WRONG_SHARE = 41_431_114 / 154_000_402
"""Of all shots."""

DOSES_SHARES = (0.13, 0.735, 0.13, 0.005)
"""People with 1, 2, 3, 4 doses: 2.01 each, as 154 M shots of 76.6 M people."""
MEAN_DOSES = sum(share * (place + 1) for place, share in enumerate(DOSES_SHARES))
FOREIGN_SHARE = 0.003

ALL_SHOTS = (Fault.NOT_REGISTERED, Fault.REGISTER_CONTRADICTS)
"""A person with one of these has nothing but wrong shots; any other has one, and others by chance."""
SINGLE_DOSE_ONLY = (Fault.DOSE_IMPOSSIBLE, Fault.DATE_IN_FUTURE, Fault.DATE_IMPOSSIBLE)
"""Of people with one dose: a wrong date or number would put other, right shots of theirs in doubt, too."""


def _default_shares() -> dict[Fault, float]:
    of_people = {fault: millions / PEOPLE_MILLIONS for fault, millions in MILLIONS.items()}
    return {Fault.NONE: 0.0, **of_people, **SHOT_SHARES}


def _further_wrong() -> float:
    """How likely a further shot of a person with a fault has it too, for the published shares to hold."""
    shares = _default_shares()
    all_wrong = sum(shares[fault] for fault in ALL_SHOTS) * MEAN_DOSES
    all_wrong += shares[Fault.DOSE_CONFLICT] * 2 * DOSES_SHARES[1]
    partly = sum(shares[f] for f in OF_PERSON if f not in ALL_SHOTS and f is not Fault.DOSE_CONFLICT)
    wanted = (WRONG_SHARE - sum(SHOT_SHARES.values())) * MEAN_DOSES / (1 - FOREIGN_SHARE)
    return ((wanted - all_wrong) / partly - 1) / (MEAN_DOSES - 1)


@dataclass(frozen=True)
class Proportions:
    """Shares by fault: of the people for those that befall a person, of the shots for the others.

    Raises OutputUnwritable for shares below 0 or, together, of more than all people or shots.
    """

    changes: Mapping[Fault, float] = field(default_factory=dict)

    FURTHER_WRONG = _further_wrong()

    def __post_init__(self) -> None:
        of_people, of_shots = (sum(self.shares[fault] for fault in faults) for faults in (OF_PERSON, OF_SHOT))
        sane = all(share >= 0 for share in self.shares.values()) and of_people < 1 + 1e-9 and of_shots <= 0.1
        if not sane or max(self.any_dose_total, self.single_dose_total) > 1:
            raise OutputUnwritable(
                "the shares of planted faults must be 0 or more, of people at most 100 % together, of single"
                " shots at most 10 %, and leave right shots for those"
            )

    @cached_property
    def shares(self) -> dict[Fault, float]:
        """The share of each fault."""
        return {**_default_shares(), **self.changes}

    def of_people(self) -> list[float]:
        """Shares of the people from Fault.NONE to the last fault that befalls a person."""
        faulty = [self.shares[fault] for fault in OF_PERSON]
        return [max(1 - sum(faulty), 0.0), *faulty]

    def of_right_shots(self) -> dict[Fault, float]:
        """How likely a shot right so far gets each fault that any shot can have."""
        return self._each(self._right_shots(), [f for f in OF_SHOT if f not in SINGLE_DOSE_ONLY])

    def of_right_single_doses(self) -> dict[Fault, float]:
        """The same for the faults that only people with one dose have, of their right shots."""
        right = self.of_people()[0] + self.shares[Fault.DOSE_CONFLICT]
        return self._each(right * DOSES_SHARES[0] / MEAN_DOSES, list(SINGLE_DOSE_ONLY))

    def _each(self, room: float, faults: list[Fault]) -> dict[Fault, float]:
        return {fault: self.shares[fault] and self.shares[fault] / max(room, 1e-9) for fault in faults}

    @property
    def any_dose_total(self) -> float:
        """How likely a right shot gets any of the faults of all shots."""
        return sum(self.of_right_shots().values())

    @property
    def single_dose_total(self) -> float:
        """How likely a right shot of a person with one dose gets any of the faults of these."""
        return sum(self.of_right_single_doses().values())

    def _right_shots(self) -> float:
        """The share of shots that the faults of people leave right."""
        all_wrong = sum(self.shares[fault] for fault in ALL_SHOTS)
        conflict = self.shares[Fault.DOSE_CONFLICT]
        partly = 1 - self.of_people()[0] - all_wrong - conflict
        wrong_each = (1 + (MEAN_DOSES - 1) * self.FURTHER_WRONG) / MEAN_DOSES
        wrong = all_wrong + conflict * 2 * DOSES_SHARES[1] / MEAN_DOSES + partly * wrong_each
        return 1 - wrong * (1 - FOREIGN_SHARE)
