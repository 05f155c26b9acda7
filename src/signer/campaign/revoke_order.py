"""An order to revoke or to restore certificates, and what is made of it before the registry is asked."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from signer.campaign.plan_store import load_plans
from signer.campaign.revoke_lots import shots_of_lots
from signer.errors import InputUnreadable, ProfileInvalid
from signer.issuing.identity import identify_issuer
from signer.issuing.person_keys import person_keys
from signer.profile import load_profile
from signer.registry import Registry
from signer.revoking.criteria import Criteria
from signer.revoking.identifiers import fault_of, id_of
from signer.revoking.order_file import ID_COLUMNS, read_order_file

__all__ = ["NamedCertificates", "RevokeOrder", "gather"]

PLACES = ("province", "district", "facility")


@dataclass(frozen=True)
class RevokeOrder:
    """What to revoke or, with `undo`, to restore in which registry; `now` in microseconds since 1970.

    `named` are the texts given on the command line by kind: uvci, shot_id, person_id, province, district,
    facility, lot, campaign, and kid in hexadecimal digits. `file` names more of one of the first three.
    `profile` is needed for persons, `shots` for lots. A `dry_run` changes nothing.
    """

    registry: Path
    named: Mapping[str, Sequence[str]]
    issued_from: date | None
    issued_until: date | None
    file: Path | None
    profile: Path | None
    shots: Sequence[Path]
    reason: str
    ordered_by: str
    now: int
    undo: bool
    dry_run: bool
    take_over: bool
    n_threads: int


@dataclass
class NamedCertificates:
    """The criteria, where each of their values stands, and what is wrong with some that are left out."""

    criteria: Criteria
    places: dict[tuple[str, str | bytes], str] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


def gather(order: RevokeOrder, registry: Registry, staging: Path) -> NamedCertificates:
    """Brings all that the order names into the terms of the registry's tables.

    Values that cannot be are left out and told. Text tables of shots lie in `staging` meanwhile. Raises
    InputUnreadable, ProfileInvalid also where it is another registry's, and KeyUnusable.
    """
    values: dict[str, dict[str, str]] = {kind: _kept(kind, order.named[kind]) for kind in order.named}
    faults = [
        f"{_option(kind)}: {told}"
        for kind in ID_COLUMNS
        for text in order.named.get(kind, ())
        if (told := fault_of(kind, _clean(kind, text)))
    ]
    if order.file is not None:
        found = read_order_file(order.file)
        more = {value: found.place_of(value) for value in found.rows}
        values[found.kind] = more | values.get(found.kind, {})
        faults += found.faults
    return _in_terms(order, registry, staging, values, faults)


def _kept(kind: str, texts: Sequence[str]) -> dict[str, str]:
    """The values that can be, with the words for where they stand; a person's number is not repeated."""
    cleaned = [_clean(kind, text) for text in texts]
    if kind == "person_id":
        return {
            text: f"--person, number {n + 1}" for n, text in enumerate(cleaned) if not fault_of(kind, text)
        }
    return {
        text: f"{_option(kind)} {text}"
        for text in cleaned
        if kind not in ID_COLUMNS or not fault_of(kind, text)
    }


def _clean(kind: str, text: str) -> str:
    if kind in PLACES:
        return unicodedata.normalize("NFC", text).strip()
    return id_of(kind, text)


def _option(kind: str) -> str:
    return f"--{kind.removesuffix('_id')}"


def _in_terms(
    order: RevokeOrder, registry: Registry, staging: Path, texts: dict[str, dict[str, str]], faults: list[str]
) -> NamedCertificates:
    named = NamedCertificates(Criteria({}), faults=faults)
    values: dict[str, Sequence[str | bytes]] = {}
    lot_shots: Sequence[str] = ()
    for kind, places in texts.items():
        if kind == "person_id":
            keys = _keys_of(order, registry, list(places))
            values["person_key"] = keys
            named.places |= {
                ("person_key", key): place for key, place in zip(keys, places.values(), strict=True)
            }
        elif kind == "kid":
            values[kind] = [bytes.fromhex(text) for text in places]
        else:
            values[kind] = list(places)
        if kind == "lot":
            found = shots_of_lots(order.shots, list(places), staging)
            lot_shots, named.faults = found.shot_ids, [*named.faults, *found.not_found]
        named.places |= {(kind, text): place for text, place in places.items() if kind != "person_id"}
    named.criteria = Criteria(values, order.issued_from, order.issued_until, lot_shots)
    return named


def _keys_of(order: RevokeOrder, registry: Registry, person_ids: Sequence[str]) -> list[bytes]:
    if order.profile is None:
        raise InputUnreadable(f"{order.file}: names persons; give the issuer's profile too, by --profile")
    profile = load_profile(order.profile)
    owner = identify_issuer(profile).registry_owner
    if any(plan.registry_owner != owner for plan in load_plans(registry.plans)):
        raise ProfileInvalid(
            f"{order.profile}: its country or [secrets] are not those of {registry.path}, so no person would"
            " be found; take the profile that belongs to this registry"
        )
    return person_keys(profile, person_ids)
