"""What has become of the certificates of a shot."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from signer.reporting.explain_findings import Actor, Finding, FindingClass
from signer.reporting.explain_known import KnownCertificate, KnownOrder

__all__ = ["certificate_findings"]


def certificate_findings(
    signatures: Sequence[KnownCertificate], orders: Sequence[KnownOrder], now: int
) -> Iterator[Finding]:
    """One finding for each uvci of the person asked for, oldest first. `signatures` are all of one shot."""
    by_uvci: dict[str, list[KnownCertificate]] = {}
    for signature in sorted(signatures, key=lambda each: each.place):
        by_uvci.setdefault(signature.uvci, []).append(signature)
    for given in by_uvci.values():
        if not given[-1].is_other_person:
            yield _finding(given, signatures, [order for order in orders if order.uvci == given[0].uvci], now)


def _finding(
    given: Sequence[KnownCertificate],
    of_shot: Sequence[KnownCertificate],
    orders: Sequence[KnownOrder],
    now: int,
) -> Finding:
    latest = given[-1]
    last_order = max(orders, key=lambda order: order.version, default=None)
    successor = next((each for each in of_shot if each.supersedes == latest.uvci), None)
    kind, actor = _state(given, last_order, successor, now)
    ordered = last_order if kind in (FindingClass.REVOKED, FindingClass.RESTORED) else None
    return Finding(
        kind,
        actor,
        shot_id=latest.shot_id,
        dose_number=latest.dose_number,
        doses_in_series=latest.doses_in_series,
        vaccine=latest.vaccine,
        province=latest.province,
        district=latest.district,
        facility=latest.facility,
        uvci=latest.uvci,
        issued_at=latest.issued_at,
        expires_at=latest.expires_at,
        # One under another person's number is not theirs to know.
        superseded_by=successor.uvci if successor and not successor.is_other_person else None,
        order_reason=ordered.reason if ordered else None,
        ordered_by=ordered.ordered_by if ordered else None,
        ordered_at=ordered.ordered_at if ordered else None,
    )


def _state(
    given: Sequence[KnownCertificate],
    last_order: KnownOrder | None,
    successor: KnownCertificate | None,
    now: int,
) -> tuple[FindingClass, Actor]:
    if last_order and last_order.action == "revoked":
        return FindingClass.REVOKED, Actor.WHO_ORDERED
    if successor:
        return FindingClass.SUPERSEDED, Actor.NOBODY
    if given[-1].expires_at <= now:
        return FindingClass.EXPIRED, Actor.ISSUER
    if last_order:
        return FindingClass.RESTORED, Actor.NOBODY
    return (FindingClass.RENEWED if len(given) > 1 else FindingClass.ISSUED), Actor.NOBODY
