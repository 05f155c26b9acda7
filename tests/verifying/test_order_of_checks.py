"""What is wrong for good is told before what only the time of the check makes wrong."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from reference.little_issuer import NOW, LittleIssuer, trust_of, vaccination
from verifying.test_verifier import reason_of

from signer.verifying import TrustStore


@pytest.mark.parametrize("at", [datetime(2022, 2, 1, tzinfo=UTC), NOW, datetime(2025, 1, 1, tzinfo=UTC)])
def test_what_is_wrong_at_any_time_is_not_told_as_expired_or_too_early(
    issuer: LittleIssuer, trust: TrustStore, at: datetime
) -> None:
    late = LittleIssuer(not_before=NOW)
    assert reason_of(late.text(), trust_of(late), at) == "dsc_validity"
    born_later = issuer.payload(vaccination() | {"dob": "2022-01-01"})
    assert reason_of(issuer.text(born_later), trust, at) == "dates"


def test_a_clock_that_is_slow_makes_no_date_impossible(issuer: LittleIssuer, trust: TrustStore) -> None:
    before_the_shot = datetime(2021, 1, 1, tzinfo=UTC)
    assert reason_of(issuer.text(), trust, before_the_shot) == "not_yet_valid"
    shot_after_issue = issuer.payload(vaccination(dt="2022-04-16"))
    assert reason_of(issuer.text(shot_after_issue), trust, before_the_shot) == "dates"
