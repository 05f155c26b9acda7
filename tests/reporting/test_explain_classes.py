"""Which class what is known of a person comes to, who must act, and by when."""

from __future__ import annotations

import datetime
from dataclasses import replace
from typing import Any

import pytest

from signer.cleaning.classes import FAULTS, ShotClass
from signer.records.reasons import Reason
from signer.reporting.explain_classes import classify
from signer.reporting.explain_findings import Actor, Finding, FindingClass
from signer.reporting.explain_known import (
    CleanedShot,
    Facts,
    KnownCertificate,
    KnownOrder,
    KnownRefusal,
    NotAttestedFile,
)

DAY = 86_400
ISSUED_AT = 1_649_906_100
EXPIRES_AT = ISSUED_AT + 365 * DAY
NOW, DEADLINE = ISSUED_AT + 10 * DAY, ISSUED_AT + 30 * DAY

CERTIFICATE = KnownCertificate(
    "U1", "S1", "Huế", None, "01", "EU/1/20/1528", 2, 2, ISSUED_AT, EXPIRES_AT, None, (0, 0)
)
SHOT = CleanedShot("S1", "001", "Huế", None, "01", "Pfizer", 2, 2, datetime.date(2021, 5, 4))
REFUSAL = KnownRefusal("S1", "core", "foreign_character", "full_name", "Huế", None, "01", ISSUED_AT, 3)
REVOKED = KnownOrder("U1", "revoked", "lot recalled", "Ministry", ISSUED_AT + DAY, 1)
RESTORED = KnownOrder("U1", "restored", "a mistake", "Ministry", ISSUED_AT + 2 * DAY, 2)


def found(now: int = NOW, **facts: Any) -> list[Finding]:
    return classify(Facts(**facts), now, DEADLINE)


def classes(now: int = NOW, **facts: Any) -> list[str]:
    return [finding.kind.value for finding in found(now, **facts)]


def test_a_certificate_in_force_asks_nothing_of_anybody() -> None:
    (finding,) = found(certificates=[CERTIFICATE])
    assert (finding.kind, finding.actor, finding.act_by) == (FindingClass.ISSUED, Actor.NOBODY, None)
    assert (finding.uvci, finding.expires_at) == ("U1", EXPIRES_AT)


def test_of_several_signatures_the_one_committed_last_counts() -> None:
    later = replace(CERTIFICATE, issued_at=ISSUED_AT + DAY, expires_at=EXPIRES_AT + DAY, place=(1, 0))
    (finding,) = found(certificates=[later, CERTIFICATE])
    assert (finding.kind, finding.expires_at) == (FindingClass.RENEWED, EXPIRES_AT + DAY)


@pytest.mark.parametrize(
    ("now", "expected"), [(EXPIRES_AT - 1, "issued"), (EXPIRES_AT, "expired"), (EXPIRES_AT + DAY, "expired")]
)
def test_a_certificate_expires_with_its_last_second(now: int, expected: str) -> None:
    assert classes(now, certificates=[CERTIFICATE]) == [expected]


def test_whoever_issues_must_see_to_an_expired_certificate_by_the_deadline() -> None:
    (finding,) = found(EXPIRES_AT, certificates=[CERTIFICATE])
    assert (finding.actor, finding.act_by) == (Actor.ISSUER, DEADLINE)


def test_the_last_order_counts() -> None:
    assert classes(certificates=[CERTIFICATE], orders=[REVOKED]) == ["revoked"]
    assert classes(certificates=[CERTIFICATE], orders=[RESTORED, REVOKED]) == ["restored"]
    again = replace(REVOKED, version=3)
    assert classes(certificates=[CERTIFICATE], orders=[RESTORED, REVOKED, again]) == ["revoked"]


def test_a_revocation_is_told_with_who_ordered_it_and_why() -> None:
    (finding,) = found(certificates=[CERTIFICATE], orders=[REVOKED])
    assert (finding.order_reason, finding.ordered_by) == ("lot recalled", "Ministry")
    assert (finding.ordered_at, finding.actor) == (ISSUED_AT + DAY, Actor.WHO_ORDERED)


UNRENEWED = replace(
    REFUSAL,
    stage="renewing",
    reason="holder_differs",
    field="date_of_birth",
    refused_at=EXPIRES_AT - 20 * DAY,
)


@pytest.mark.parametrize("now", [EXPIRES_AT - DAY, EXPIRES_AT + DAY])
def test_a_refused_renewal_is_told_behind_the_certificate_that_it_leaves_to_expire(now: int) -> None:
    certificate, refused = found(now, certificates=[CERTIFICATE], refusals=[UNRENEWED])
    assert certificate.kind is (FindingClass.ISSUED if now < EXPIRES_AT else FindingClass.EXPIRED)
    assert (refused.kind, refused.actor) == (FindingClass.RENEWAL_REFUSED, Actor.FACILITY)
    assert (refused.reasons, refused.field) == (("holder_differs",), "date_of_birth")
    assert refused.act_by == EXPIRES_AT


def test_a_renewal_that_was_refused_before_the_last_one_is_told_no_more() -> None:
    renewed = replace(CERTIFICATE, issued_at=EXPIRES_AT - DAY, expires_at=EXPIRES_AT + DAY, place=(1, 0))
    assert classes(certificates=[CERTIFICATE, renewed], refusals=[UNRENEWED]) == ["renewed"]


def test_a_superseded_certificate_names_the_one_that_stands_for_it() -> None:
    new = replace(CERTIFICATE, uvci="U2", supersedes="U1", place=(1, 0))
    old, newer = found(certificates=[CERTIFICATE, new])
    assert (old.kind, old.superseded_by) == (FindingClass.SUPERSEDED, "U2")
    assert (newer.kind, newer.uvci) == (FindingClass.ISSUED, "U2")


def test_a_certificate_that_went_to_another_number_is_not_named() -> None:
    others = replace(CERTIFICATE, uvci="U2", supersedes="U1", place=(1, 0), is_other_person=True)
    (finding,) = found(certificates=[CERTIFICATE, others])
    assert (finding.kind, finding.superseded_by) == (FindingClass.SUPERSEDED, None)
    assert "U2" not in str(finding)


def test_a_shot_whose_certificates_are_all_of_another_number_is_told_as_that_alone() -> None:
    others = replace(CERTIFICATE, is_other_person=True)
    (finding,) = found(certificates=[others], cleaned=[replace(SHOT, reason="name_differs")])
    assert finding == Finding(FindingClass.OTHER_NUMBER, Actor.NOBODY, shot_id="S1")


@pytest.mark.parametrize("kind", [kind for kind in ShotClass if kind in FAULTS], ids=lambda kind: kind.code)
def test_each_reason_of_cleaning_has_a_class_and_somebody_who_must_act(kind: ShotClass) -> None:
    of_the_row_itself = kind >= ShotClass.DUPLICATE_SHOT
    shot = replace(SHOT, reason=kind.code, reasons=(kind.code,), field=kind.field)
    (finding,) = found(cleaned=[shot])
    expected = "not_attested" if kind is ShotClass.NOT_ATTESTED else "mismatch"
    assert finding.kind.value == ("faulty" if of_the_row_itself else expected)
    assert finding.actor in (Actor.FACILITY, Actor.SIGNATORY)
    assert finding.reasons == (kind.code,)


@pytest.mark.parametrize("reason", ["both_differ", "number_of_other"])
def test_of_a_shot_that_is_likely_anothers_nothing_is_told_but_where(reason: str) -> None:
    (finding,) = found(cleaned=[replace(SHOT, reason=reason, reasons=(reason,), field="person_id")])
    assert (finding.vaccine, finding.vaccinated_on, finding.dose_number) == (None, None, None)
    assert (finding.facility, finding.shot_id) == ("01", "S1")


def test_a_file_set_aside_is_named() -> None:
    files = (NotAttestedFile("hue.csv", "not_signed"),)
    (finding,) = found(cleaned=[replace(SHOT, reason="not_attested", files=files)])
    assert (finding.files, finding.actor) == ((("hue.csv", "not_signed"),), Actor.SIGNATORY)


def test_a_verified_shot_waits_and_is_told_apart_where_it_was_corrected() -> None:
    assert classes(cleaned=[SHOT]) == ["not_issued"]
    assert classes(cleaned=[replace(SHOT, is_corrected=True)]) == ["corrected_waiting"]
    assert classes(cleaned=[replace(SHOT, is_withdrawn=True)]) == ["withdrawn"]


def test_an_earlier_dose_is_skipped_where_only_the_latest_are_issued() -> None:
    first = replace(SHOT, shot_id="S0", dose_number=1)
    facts: dict[str, Any] = {"certificates": [CERTIFICATE], "cleaned": [first, SHOT]}
    assert classes(**facts, per_person=True) == ["earlier_dose", "issued"]
    assert classes(**facts, per_person=False) == ["not_issued", "issued"]


@pytest.mark.parametrize("reason", [each for each in Reason if each], ids=lambda each: each.code)
def test_a_refusal_at_issuing_is_the_business_of_whom_its_reason_names(reason: Reason) -> None:
    (finding,) = found(refusals=[replace(REFUSAL, reason=reason.code)])
    assert (finding.kind, finding.reasons) == (FindingClass.REFUSED, (reason.code,))
    assert finding.actor.value == reason.actor.value


def test_the_last_refusal_counts_and_a_certificate_more_than_any() -> None:
    later = replace(REFUSAL, reason="duplicate", version=9)
    assert found(refusals=[later, REFUSAL])[0].reasons == ("duplicate",)
    assert classes(refusals=[REFUSAL], certificates=[CERTIFICATE]) == ["issued"]


def test_a_series_without_its_last_dose_is_said_to_be_incomplete() -> None:
    first = replace(CERTIFICATE, dose_number=1)
    assert classes(certificates=[first]) == ["issued", "dose_incomplete"]
    assert classes(cleaned=[replace(SHOT, dose_number=1)]) == ["not_issued", "dose_incomplete"]
    second = replace(SHOT, shot_id="S2")
    assert classes(certificates=[first], cleaned=[second]) == ["issued", "not_issued"]
    assert classes(certificates=[replace(first, dose_number=2, doses_in_series=1)]) == ["issued"]


def test_a_dose_that_was_corrected_or_revoked_completes_no_series() -> None:
    first = replace(CERTIFICATE, uvci="U2", dose_number=1, supersedes="U1", place=(1, 0))
    assert classes(certificates=[CERTIFICATE, first]) == ["superseded", "issued", "dose_incomplete"]
    earlier = replace(first, shot_id="S0", supersedes=None)
    found_classes = classes(certificates=[CERTIFICATE, earlier], orders=[REVOKED])
    assert found_classes == ["issued", "revoked", "dose_incomplete"]


def test_a_revoked_later_dose_stands_for_no_earlier_one() -> None:
    first = replace(SHOT, shot_id="S0", dose_number=1)
    facts: dict[str, Any] = {"certificates": [CERTIFICATE], "cleaned": [first], "orders": [REVOKED]}
    assert classes(**facts, per_person=True) == ["not_issued", "revoked", "dose_incomplete"]


def test_nobody_known_was_never_entered_as_far_as_was_looked() -> None:
    assert classes(cleaned=[]) == ["never_entered"]
    assert classes() == ["no_certificate"]
    (finding,) = found(cleaned=[], n_unread_files=2)
    assert finding.n == 2


def test_of_several_persons_only_their_number_is_told() -> None:
    (finding,) = found(n_persons=3, cleaned=[SHOT], certificates=[CERTIFICATE])
    assert finding == Finding(FindingClass.SEVERAL_PERSONS, Actor.PERSON, n=3)


def test_only_what_was_asked_for_is_told() -> None:
    other = replace(CERTIFICATE, uvci="U2", shot_id="S2", dose_number=3)
    (finding,) = found(certificates=[CERTIFICATE, other], shot_ids={"S1"})
    assert finding.shot_id == "S1"


def test_json_has_members_with_a_value_alone() -> None:
    told = found(certificates=[CERTIFICATE], orders=[REVOKED])[0].as_dict()
    assert told["class"] == "revoked"
    assert told["ordered_at"] == "2022-04-15T03:15:00Z"
    assert told["act_by"] == "2022-05-14T03:15:00Z"
    assert "files" not in told
    assert None not in told.values()
