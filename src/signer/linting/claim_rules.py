"""Rules of the claims: issuer, times, and what stands beside them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

import cbor2

from signer.durations import DAY_S
from signer.linting.certificate import Certificate
from signer.linting.rule import ERROR, REMARK, WARNING, Fault, rule
from signer.records.countries import COUNTRIES, HOME

__all__ = ["RULES"]

ISS, EXP, IAT, HCERT, EU_DCC = 1, 4, 6, -260, 1
TIMES: Final = {IAT: "iat", EXP: "exp"}
STRUCTURE: Final = "hcert specification 1.0.8, CWT Structure Overview"
ISSUED_AT: Final = "hcert specification 1.0.8, Issued At"
ISSUER: Final = "hcert specification 1.0.8, Issuer"

LONGEST_AT_HOME: Final = timedelta(days=366)
"""Twelve months, the longest of them."""
CLOCK_SLACK: Final = timedelta(minutes=5)


@rule(REMARK, ISSUER)
def issuer_named(certificate: Certificate) -> Iterator[Fault]:
    """The claim iss names the country that issues.

    It may be missing, but some verifiers look for the key by it.
    """
    if certificate.claims.get(ISS) is None:
        yield "iss", "missing"


@rule(ERROR, ISSUER)
def issuer_country(certificate: Certificate) -> Iterator[Fault]:
    """The claim iss, where there is one, is a country in two capital letters.

    Others have it as a name, a number or a web address, by which no key is found.
    """
    issuer = certificate.claims.get(ISS)
    if issuer is not None and not (isinstance(issuer, str) and issuer in COUNTRIES):
        yield "iss", "no country of ISO 3166-1 in two capital letters"


@rule(ERROR, ISSUED_AT)
def times_present(certificate: Certificate) -> Iterator[Fault]:
    """The claims iat and exp are there.

    Verifiers refuse a certificate that says not from when to when it is valid.
    """
    yield from ((name, "missing") for claim, name in TIMES.items() if certificate.claims.get(claim) is None)


@rule(ERROR, "RFC 8392, section 2: NumericDate without its tag; hcert specification 1.0.8, Expiration Time")
def times_are_integers(certificate: Certificate) -> Iterator[Fault]:
    """The claims iat and exp are plain integers, seconds since 1970.

    As a float, a text or with the tag 1 of times, verifiers in the field fail on them.
    """
    for claim, name in TIMES.items():
        value = certificate.claims.get(claim)
        if isinstance(value, cbor2.CBORTag):
            yield name, f"has the tag {value.tag}"
        elif value is not None and (isinstance(value, bool) or not isinstance(value, int)):
            yield name, f"a {'float' if isinstance(value, float) else 'value'} instead of an integer"


@rule(ERROR, "hcert specification 1.0.8, Expiration Time")
def expires_after_issue(certificate: Certificate) -> Iterator[Fault]:
    """The certificate expires after it was issued.

    Else it was never valid; often the two claims have been exchanged.
    """
    issued, expires = certificate.seconds(IAT), certificate.seconds(EXP)
    if issued is not None and expires is not None and expires <= issued:
        yield "exp", "not later than iat"


@rule(WARNING, ISSUED_AT)
def issued_in_past(certificate: Certificate) -> Iterator[Fault]:
    """The certificate was issued in the past.

    Until then verifiers refuse it: a clock is wrong, or a time zone was added twice.
    """
    issued = certificate.seconds(IAT)
    if issued is not None and issued > (certificate.at + CLOCK_SLACK).timestamp():
        yield "iat", "in the future"


@rule(WARNING, "Decision 5772/QD-BYT of Vietnam's Ministry of Health, 20 December 2021")
def twelve_months(certificate: Certificate) -> Iterator[Fault]:
    """Vietnam's certificates expire 12 months after they were made.

    Others have their own terms; who issues for Vietnam has this one, and longer ones outlive DSCs.
    """
    issued, expires = certificate.seconds(IAT), certificate.seconds(EXP)
    if certificate.claims.get(ISS) != HOME or issued is None or expires is None:
        return
    if expires - issued > LONGEST_AT_HOME.total_seconds():
        yield "exp", f"{(expires - issued) // DAY_S:.0f} days after iat"


@rule(WARNING, STRUCTURE)
def bare_claims(certificate: Certificate) -> Iterator[Fault]:
    """There are no claims but iss, iat, exp and hcert, and in the last one just the certificate.

    Others cost space, and a verifier may refuse what it does not know.
    """
    n_claims = len(certificate.claims.keys() - {ISS, EXP, IAT, HCERT})
    if n_claims:
        yield "claims", f"{n_claims} more"
    n_inside = len(certificate.hcert.keys() - {EU_DCC})
    if n_inside:
        yield "hcert", f"{n_inside} beside the certificate"


@rule(ERROR, ISSUED_AT)
def issued_after_event(certificate: Certificate) -> Iterator[Fault]:
    """The certificate was issued no earlier than the day of the dose, sample or first positive result.

    One of the two times is wrong. A day of grace is given for time zones.
    """
    issued = certificate.seconds(IAT)
    for kind, entry in certificate.entries():
        field = {"v": "dt", "t": "sc", "r": "fr"}[kind]
        day = _day(entry.get(field))
        if issued is not None and day is not None and day.timestamp() - DAY_S > issued:
            yield f"{kind}/{field}", "later than iat"


def _day(value: object) -> datetime | None:
    try:
        return datetime.fromisoformat(str(value)[:10]).replace(tzinfo=UTC)
    except ValueError:
        return None


RULES: Final = (
    issuer_named, issuer_country, times_present, times_are_integers, expires_after_issue, issued_in_past,
    twelve_months, bare_claims, issued_after_event,
)  # fmt: skip
