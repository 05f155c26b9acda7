"""Classes what is known of a person: which shots have a certificate, why not the others, and who must act."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from signer.records.reasons import Reason
from signer.reporting.explain_certificates import certificate_findings
from signer.reporting.explain_findings import Actor, Finding, FindingClass
from signer.reporting.explain_known import CleanedShot, Facts, KnownCertificate, KnownRefusal

__all__ = ["classify"]

MISMATCHES = frozenset(
    {
        "number_missing", "number_malformed", "person_not_found", "both_differ", "name_differs",
        "birth_differs", "number_of_other",
    }
)  # fmt: skip
"""Reasons of cleaning for which a shot does not fit the register; all others are faults of its own."""

LIKELY_OTHERS = frozenset({"both_differ", "number_of_other"})
"""Whoever has the number is likely not who got the shot: nothing is told but where it was entered."""

RENEWING = "renewing"
"""The stage of refusals by `signer renew`."""

CODES = {reason.code: reason for reason in Reason}
ACTORS = {actor.value: actor for actor in Actor}


def classify(facts: Facts, now: int, deadline: int | None) -> list[Finding]:
    """The findings, those of a shot together, in the order of doses. `now` and `deadline` in seconds since
    1970; whoever must act must do so by the deadline, if there is one."""
    if facts.n_persons != 1:
        return [Finding(FindingClass.SEVERAL_PERSONS, Actor.PERSON, n=facts.n_persons)]
    standing = _standing(facts, now)
    found = [finding for shot_id in _shots(facts) for finding in _of_shot(facts, shot_id, standing, now)]
    if not found:
        found = [_nothing(facts)]
    else:
        found += _incomplete(facts, found, standing)
    return [_with_deadline(finding, deadline) for finding in found]


def _standing(facts: Facts, now: int) -> list[Finding]:
    """The person's certificates that count: neither revoked nor superseded, of whatever shot."""
    shots = {each.shot_id for each in facts.certificates}
    found = [
        finding
        for shot_id in shots
        for finding in certificate_findings(_signatures(facts, shot_id), facts.orders, now)
    ]
    return [finding for finding in found if finding.is_in_force or finding.kind is FindingClass.EXPIRED]


def _signatures(facts: Facts, shot_id: str) -> list[KnownCertificate]:
    return [each for each in facts.certificates if each.shot_id == shot_id]


def _shots(facts: Facts) -> list[str]:
    """In the order of their doses, and of one dose by their ids."""
    doses: dict[str, int] = {}
    for refusal in facts.refusals:
        doses[refusal.shot_id] = 0
    for shot in facts.cleaned or ():
        doses[shot.shot_id] = shot.dose_number or 0
    for certificate in facts.certificates:
        doses[certificate.shot_id] = certificate.dose_number
    asked = doses if facts.shot_ids is None else [each for each in doses if each in facts.shot_ids]
    return sorted(asked, key=lambda shot_id: (doses[shot_id], shot_id))


def _of_shot(facts: Facts, shot_id: str, standing: Sequence[Finding], now: int) -> Iterator[Finding]:
    signatures = _signatures(facts, shot_id)
    cleaned = next((shot for shot in facts.cleaned or () if shot.shot_id == shot_id), None)
    own = list(certificate_findings(signatures, facts.orders, now))
    day = cleaned.vaccinated_on if cleaned else None
    yield from (replace(finding, vaccinated_on=day) for finding in own)
    refusals = [refusal for refusal in facts.refusals if refusal.shot_id == shot_id]
    if own:
        yield from _unrenewed(own, refusals)
        return
    is_verified = cleaned is not None and cleaned.reason is None
    if signatures and not is_verified:  # all of them are another person's
        yield Finding(FindingClass.OTHER_NUMBER, Actor.NOBODY, shot_id=shot_id)
        return
    if refusals:
        yield _refused(max(refusals, key=lambda refusal: refusal.version), cleaned)
    elif cleaned:
        yield _uncertified(cleaned, standing if facts.per_person else ())


def _unrenewed(own: Sequence[Finding], refusals: Sequence[KnownRefusal]) -> Iterator[Finding]:
    """Why the certificate that counts will not be renewed, if its renewal was refused since it was signed."""
    counting = [each for each in own if each.is_in_force or each.kind is FindingClass.EXPIRED]
    for certificate in counting[-1:]:
        since = [
            refusal
            for refusal in refusals
            if refusal.stage == RENEWING and (refusal.refused_at or 0) > (certificate.issued_at or 0)
        ]
        if since:
            refused = _refused(max(since, key=lambda refusal: refusal.version), None)
            yield replace(
                refused,
                kind=FindingClass.RENEWAL_REFUSED,
                act_by=certificate.expires_at,
                dose_number=certificate.dose_number,
                doses_in_series=certificate.doses_in_series,
            )


def _refused(refusal: KnownRefusal, cleaned: CleanedShot | None) -> Finding:
    known = CODES.get(refusal.reason)
    shot = _shot_of(cleaned) if cleaned else Finding(FindingClass.REFUSED, Actor.NOBODY)
    return replace(
        shot,
        kind=FindingClass.REFUSED,
        actor=ACTORS[known.actor.value] if known else Actor.FACILITY,
        shot_id=refusal.shot_id,
        province=refusal.province,
        district=refusal.district,
        facility=refusal.facility,
        stage=refusal.stage,
        reasons=(refusal.reason,),
        field=refusal.field,
        refused_at=refusal.refused_at,
    )


def _uncertified(shot: CleanedShot, instead: Sequence[Finding]) -> Finding:
    """What is to be said of a shot that has no certificate; a later one of `instead` stands for it."""
    finding = _shot_of(shot)
    if shot.is_withdrawn:
        return replace(finding, kind=FindingClass.WITHDRAWN, actor=Actor.FACILITY)
    if shot.reason == "not_attested":
        files = tuple((file.file, file.reason) for file in shot.files)
        return replace(
            finding, kind=FindingClass.NOT_ATTESTED, actor=Actor.SIGNATORY, files=files, reasons=shot.reasons
        )
    if shot.reason is not None:
        return _against_register(finding, shot)
    if any((finding.dose_number or 0) > (shot.dose_number or 0) for finding in instead):
        return replace(finding, kind=FindingClass.EARLIER_DOSE, actor=Actor.NOBODY)
    kind = FindingClass.CORRECTED_WAITING if shot.is_corrected else FindingClass.NOT_ISSUED
    return replace(finding, kind=kind, actor=Actor.ISSUER)


def _against_register(finding: Finding, shot: CleanedShot) -> Finding:
    kind = FindingClass.MISMATCH if shot.reason in MISMATCHES else FindingClass.FAULTY
    if shot.reason in LIKELY_OTHERS:
        finding = replace(finding, dose_number=None, doses_in_series=None, vaccine=None, vaccinated_on=None)
    return replace(
        finding,
        kind=kind,
        actor=Actor.FACILITY,
        reasons=tuple(shot.reasons),
        detail=shot.detail,
        field=shot.field,
    )


def _shot_of(shot: CleanedShot) -> Finding:
    return Finding(
        FindingClass.NOT_ISSUED,
        Actor.NOBODY,
        shot_id=shot.shot_id,
        dose_number=shot.dose_number,
        doses_in_series=shot.doses_in_series,
        vaccine=shot.vaccine,
        vaccinated_on=shot.vaccinated_on,
        province=shot.province,
        district=shot.district,
        facility=shot.facility,
    )


def _nothing(facts: Facts) -> Finding:
    if facts.cleaned is None:
        return Finding(FindingClass.NO_CERTIFICATE, Actor.CENTRAL)
    return Finding(FindingClass.NEVER_ENTERED, Actor.FACILITY, n=facts.n_unread_files or None)


def _incomplete(facts: Facts, found: Sequence[Finding], standing: Sequence[Finding]) -> Iterator[Finding]:
    """Where nothing that counts is the last dose of its series, though something does count."""
    issued = {each.shot_id for each in facts.certificates if not each.is_other_person}
    waiting = [
        shot
        for shot in facts.cleaned or ()
        if shot.reason is None and not shot.is_withdrawn and shot.shot_id not in issued
    ]
    doses = [(each.dose_number or 0, each.doses_in_series or 0) for each in standing]
    doses += [(shot.dose_number or 0, shot.doses_in_series or 0) for shot in waiting]
    counts = any(finding.is_in_force or finding.actor is Actor.ISSUER for finding in found)
    if counts and doses and all(number < series for number, series in doses):
        number, series = max(doses)
        yield Finding(FindingClass.DOSE_INCOMPLETE, Actor.PERSON, dose_number=number, doses_in_series=series)


def _with_deadline(finding: Finding, deadline: int | None) -> Finding:
    is_open = finding.actor is not Actor.NOBODY and finding.act_by is None
    return replace(finding, act_by=deadline) if is_open else finding
