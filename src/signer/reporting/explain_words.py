"""Findings in words, in one language after the other."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from signer.reporting.explain_english import ENGLISH
from signer.reporting.explain_findings import Actor, Finding, FindingClass
from signer.reporting.explain_language import Language
from signer.reporting.explain_vietnamese import VIETNAMESE

__all__ = ["LANGUAGES", "FindingWords"]

LANGUAGES: Mapping[str, Language] = {"en": ENGLISH, "vi": VIETNAMESE}
LIKELY_OTHERS = ("both_differ", "number_of_other")


@dataclass(frozen=True)
class FindingWords:
    """Tells findings in a language; dates are days of the issuer, `utc_offset_minutes` from UTC."""

    language: Language
    utc_offset_minutes: int

    def verdict(self, findings: Sequence[Finding]) -> str:
        """Whether there is a certificate in force; nothing of several persons."""
        if any(finding.kind is FindingClass.SEVERAL_PERSONS for finding in findings):
            return ""
        is_one = any(finding.is_in_force for finding in findings)
        return self.language.has_one if is_one else self.language.has_none

    def heading(self, finding: Finding) -> str:
        """Which shot it is about, as far as it is told; "" where it is about none."""
        if finding.shot_id is None:
            return ""
        parts = [self.language.shot.format(shot_id=finding.shot_id)]
        if finding.dose_number is not None and finding.doses_in_series is not None:
            parts.append(self.language.dose.format(dose=finding.dose_number, series=finding.doses_in_series))
        if finding.vaccine:
            parts.append(finding.vaccine)
        if finding.vaccinated_on:
            parts.append(self.language.given_on.format(day=f"{finding.vaccinated_on:{self.language.day}}"))
        places = (finding.facility, finding.district, finding.province)
        return ", ".join([*parts, *(place for place in places if place)])

    def sentences(self, finding: Finding) -> str:
        """What there is to say, and what to do."""
        told = [self._text(finding).format(**self._places(finding))]
        if finding.kind is FindingClass.NEVER_ENTERED and finding.n:
            told.append(self.language.never_entered_unread.format(n=finding.n))
        if finding.kind is FindingClass.MISMATCH and finding.reasons[0] in LIKELY_OTHERS:
            told.append(self.language.likely_others)
        return " ".join([*told, self._advice(finding)]).strip()

    def who(self, finding: Finding) -> str:
        """Who must act, and by when; "" where nobody must."""
        if finding.actor is Actor.NOBODY:
            return ""
        told = self.language.who.format(actor=self.language.actors[finding.actor])
        if finding.act_by is None:
            return told
        return f"{told}, {self._by_when(finding.act_by)}"

    def _by_when(self, at: int) -> str:
        """The instant itself: a day alone leaves open whether it still counts."""
        local = self._local(at)
        day = f"{local:{self.language.day}}"
        return self.language.by_when.format(day=day, time=f"{local:%H:%M}", offset=local.isoformat()[-6:])

    def _advice(self, finding: Finding) -> str:
        """What to do; it names no other than who must act."""
        if finding.kind is FindingClass.REFUSED and finding.actor is Actor.PROFILE:
            return self.language.advice_to_profile
        return self.language.advice.get(finding.kind, "")

    def _text(self, finding: Finding) -> str:
        if finding.kind is FindingClass.SUPERSEDED and finding.superseded_by is None:
            return self.language.superseded_elsewhere
        return self.language.classes[finding.kind]

    def _places(self, finding: Finding) -> dict[str, object]:
        language = self.language
        return {
            "uvci": finding.uvci,
            "issued": self._day(finding.issued_at),
            "expires": self._day(finding.expires_at),
            "by": finding.superseded_by,
            "order_reason": finding.order_reason or language.unknown,
            "ordered_by": finding.ordered_by or language.unknown,
            "ordered": self._day(finding.ordered_at),
            "refused": self._day(finding.refused_at),
            "why": self._why(finding),
            "field": language.fields.get(finding.field or "", finding.field or language.unknown),
            "dose": finding.dose_number,
            "series": finding.doses_in_series,
            "files": self._files(finding),
            "n": finding.n,
        }

    def _why(self, finding: Finding) -> str:
        language = self.language
        at_signing = finding.kind in (FindingClass.REFUSED, FindingClass.RENEWAL_REFUSED)
        texts = language.refusals if at_signing else language.reasons
        first, *others = [texts.get(code, code) for code in finding.reasons] or [language.unknown]
        if finding.detail:
            first = f"{first} ({language.details.get(finding.detail, finding.detail)})"
        return "; ".join([first, *others])

    def _files(self, finding: Finding) -> str:
        told = (f"{file}: {self.language.set_aside.get(code, code)}." for file, code in finding.files)
        return " ".join(told)

    def _day(self, at: int | None) -> str:
        if at is None:
            return self.language.unknown
        return f"{self._local(at):{self.language.day}}"

    def _local(self, at: int) -> datetime.datetime:
        zone = datetime.timezone(datetime.timedelta(minutes=self.utc_offset_minutes))
        return datetime.datetime.fromtimestamp(at, zone)
