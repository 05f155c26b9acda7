"""Brings together what rounds of cleaning and a registry have of whom somebody asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from signer.campaign.explain_cleaned import find_cleaned, n_unread_files
from signer.campaign.explain_registry import LookUp, Signature
from signer.campaign.explain_wanted import OfName, OfPerson, OfShots, Wanted
from signer.issuing.identity import PersonSecret
from signer.reporting.explain_known import CleanedShot, Facts, KnownCertificate

__all__ = ["AskedFor", "Gathering", "Name", "Person", "Shot"]


@dataclass(frozen=True)
class Person:
    """Asked for by number."""

    person_id: str


@dataclass(frozen=True)
class Shot:
    """Asked for by the id of a shot: only what is of this shot is told."""

    shot_id: str


@dataclass(frozen=True)
class Name:
    """Asked for by name and date of birth, YYYY, YYYY-MM or YYYY-MM-DD."""

    full_name: str
    date_of_birth: str


AskedFor = Person | Shot | Name


@dataclass(frozen=True)
class Gathering:
    """`rounds` are folders of cleaning, the oldest first."""

    rounds: Sequence[Path]
    look_up: LookUp
    secret: PersonSecret

    def facts(self, asked_for: AskedFor) -> Facts:
        """All that is known. Raises InputUnreadable and RegistryUnreadable."""
        match asked_for:
            case Person(person_id):
                return self._of_person(person_id)
            case Shot(shot_id):
                return self._of_shot(shot_id)
            case Name(full_name, date_of_birth):
                return self._of_name(OfName(full_name, date_of_birth))

    def _of_person(self, person_id: str) -> Facts:
        key = self.secret.person_key(person_id)
        own = self.look_up.of_person(key)
        cleaned = self._cleaned(OfPerson(person_id))
        issued = {each.certificate.shot_id for each in own}
        others = self.look_up.of_shots({shot.shot_id for shot in cleaned} - issued)
        return self._facts(key, [*own, *others], cleaned)

    def _of_shot(self, shot_id: str) -> Facts:
        """Other certificates of the person count where it is told whether there is a later dose, and are not
        sought where that is clear."""
        cleaned = self._cleaned(OfShots([shot_id]))
        of_shot = self.look_up.of_shots([shot_id])
        keys = [self.secret.person_key(shot.person_id) for shot in cleaned if shot.person_id]
        latest = max(of_shot, key=lambda each: each.certificate.place, default=None)
        key = latest.person_key if latest else next(iter(keys), None)
        own = [] if key is None or _completes_its_series(latest) else self.look_up.of_person(key)
        signatures = {(each.certificate.place): each for each in (*of_shot, *own)}
        return replace(self._facts(key, list(signatures.values()), cleaned, [shot_id]), shot_ids={shot_id})

    def _of_name(self, name: OfName) -> Facts:
        """Of several persons nothing but their number. Rows without a number may be of one each."""
        found = self._cleaned(name)
        numbers = {shot.person_id for shot in found if shot.person_id}
        n_persons = len(numbers) + sum(not shot.person_id for shot in found)
        if n_persons > 1:
            return Facts(n_persons=n_persons)
        if numbers:
            return self._of_person(numbers.pop())
        return self._facts(None, self.look_up.of_shots({shot.shot_id for shot in found}), found)

    def _facts(
        self,
        key: bytes | None,
        signatures: list[Signature],
        cleaned: list[CleanedShot],
        shot_ids: Sequence[str] = (),
    ) -> Facts:
        own = {each.certificate.uvci for each in signatures if each.person_key == key}
        known = {each.certificate.place for each in signatures}
        newer = [each for each in self.look_up.superseding(own) if each.certificate.place not in known]
        all_shots = {*shot_ids, *(shot.shot_id for shot in cleaned)}
        all_shots |= {each.certificate.shot_id for each in signatures}
        facts = Facts(
            certificates=[_marked(each, key) for each in (*signatures, *newer)],
            orders=self.look_up.orders(own),
            refusals=self.look_up.refusals(all_shots),
        )
        if not self.rounds:
            return facts
        return replace(facts, cleaned=cleaned, n_unread_files=n_unread_files(self.rounds[-1]))

    def _cleaned(self, wanted: Wanted) -> list[CleanedShot]:
        return find_cleaned(self.rounds, wanted)


def _completes_its_series(signature: Signature | None) -> bool:
    certificate = signature.certificate if signature else None
    return certificate is not None and certificate.dose_number >= certificate.doses_in_series


def _marked(signature: Signature, key: bytes | None) -> KnownCertificate:
    return replace(signature.certificate, is_other_person=signature.person_key != key)
