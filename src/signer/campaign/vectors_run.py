"""The vectors run: certificates of a registry in, a folder of test vectors for other countries out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from signer.campaign.plan import Plan
from signer.campaign.plan_store import find_plan, plan_path
from signer.campaign.vectors_choice import Chosen, choose_certificates
from signer.campaign.vectors_content import VectorMaker
from signer.campaign.workspace import make_folder, open_workspace, refuse_in_registry, refuse_taken
from signer.durable import naming, write_text
from signer.errors import CertificateInvalid, InputUnreadable, RegistryUnreadable
from signer.registry import Registry, open_registry

__all__ = ["VectorsOrder", "VectorsSummary", "write_vectors"]

PLACE = ("2DCode", "raw")
"""Below the country, as in the test data of the member states."""


@dataclass(frozen=True)
class VectorsOrder:
    """How many certificates of which registry to write as vectors, and to which folder."""

    registry: Path
    out: Path
    count: int


@dataclass(frozen=True)
class VectorsSummary:
    """What was written: vectors in all, and by issuing country."""

    vectors: int
    by_country: dict[str, int]
    is_test: bool

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def write_vectors(order: VectorsOrder) -> VectorsSummary:
    """Writes COUNTRY/2DCode/raw/1.json and so on into `order.out`, whole or not at all.

    Raises OutputExists and OutputUnwritable, RegistryUnreadable, also where a certificate does not verify,
    InputUnreadable where there is none in force, and StoppedHalfWay.
    """
    refuse_in_registry(order.out, order.registry)
    refuse_taken(order.out)
    registry = open_registry(order.registry)
    chosen = choose_certificates(registry, order.count)
    if not chosen:
        raise InputUnreadable(f"{order.registry}: no certificate in it is in force; issue some")
    numbers: dict[str, int] = {}
    with open_workspace(order.out) as folder:
        for country, vector in _vectors(registry, chosen):
            numbers[country] = numbers.get(country, 0) + 1
            place = _folder_of(folder, country)
            path = place / f"{numbers[country]}.json"
            with naming(path):
                write_text(path, json.dumps(vector, ensure_ascii=False, indent=4) + "\n")
    return VectorsSummary(len(chosen), numbers, registry.is_test)


def _vectors(registry: Registry, chosen: list[Chosen]) -> Iterator[tuple[str, dict[str, Any]]]:
    makers: dict[str, tuple[Plan, VectorMaker]] = {}
    for each in chosen:
        if each.plan_id not in makers:
            plan = _plan(registry, each.plan_id)
            makers[each.plan_id] = plan, _maker(registry, plan)
        plan, maker = makers[each.plan_id]
        try:
            yield maker(each.hc1, datetime.fromtimestamp(plan.issued_at, UTC))
        except CertificateInvalid as failure:
            raise RegistryUnreadable(
                f"{each.path}, row {each.row}: does not verify ({failure.reason}: {failure});"
                f" `signer audit {registry.path}` says more"
            ) from failure


def _plan(registry: Registry, plan_id: str) -> Plan:
    plan = find_plan(registry.plans, plan_id)
    if plan is None:
        raise RegistryUnreadable(
            f"{plan_path(registry.plans, plan_id)}: missing; put it back from a copy of the registry"
        )
    return plan


def _maker(registry: Registry, plan: Plan) -> VectorMaker:
    try:
        return VectorMaker(plan.dsc)
    except ValueError as error:
        raise RegistryUnreadable(
            f"{plan_path(registry.plans, plan.plan_id)}: its DSC is no certificate; put it back from a copy"
        ) from error


def _folder_of(folder: Path, country: str) -> Path:
    place = folder
    for name in (country, *PLACE):
        place /= name
        if not place.is_dir():
            make_folder(place)
    return place
