"""What the nights of the coming year have to renew: told before anything is signed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from signer.campaign.issue_progress import OnProgress
from signer.campaign.plan import Plan, RenewalSubject
from signer.campaign.plan_store import load_plans
from signer.campaign.registry_views import RegistryFiles, files_of_registry
from signer.campaign.renew_parts import night_began
from signer.campaign.renew_run import RenewOrder
from signer.campaign.renew_settling import RenewalAsked
from signer.campaign.standing import temporary_views
from signer.durations import DAY_S
from signer.profile import load_profile
from signer.registry import open_registry
from signer.renewing import DueCertificates, forecast, nights_work

__all__ = ["N_NIGHTS", "RenewalForecast", "foresee"]

N_NIGHTS = 365


@dataclass(frozen=True)
class RenewalForecast:
    """Certificates a night from `night` (a local date) on, if nothing is issued or revoked meanwhile.

    `due` must be renewed tonight, of which `lapsed` have expired; `selected` would be renewed. All are 0
    where tonight's run is done: what it has left is tomorrow's.
    """

    night: date
    due: int
    lapsed: int
    selected: int
    nights: tuple[int, ...]

    @property
    def busiest(self) -> tuple[date, int]:
        """The night that has most to do, and how much."""
        most = max(self.nights)
        return self.night + timedelta(days=self.nights.index(most)), most

    @property
    def mean(self) -> float:
        return sum(self.nights) / len(self.nights)

    def as_dict(self) -> dict[str, Any]:
        """What docs/formats.md says of `signer renew --dry-run --json`."""
        night, most = self.busiest
        return {
            "night": self.night.isoformat(),
            "due": self.due,
            "lapsed": self.lapsed,
            "selected": self.selected,
            "mean": round(self.mean, 1),
            "busiest": {"night": night.isoformat(), "certificates": most},
            "nights": [
                {"night": (self.night + timedelta(days=after)).isoformat(), "certificates": n}
                for after, n in enumerate(self.nights)
            ],
        }


def foresee(order: RenewOrder, on_progress: OnProgress, clock: Callable[[], float]) -> RenewalForecast:
    """Looks at the registry, also while a run writes to it; no key is opened and nothing is written there.

    Raises ProfileInvalid, RegistryUnreadable, and StoppedHalfWay where memory and disk do not suffice.
    """
    profile = load_profile(order.profile)
    asked = order.asked(profile)
    registry = open_registry(order.registry)
    files = files_of_registry(registry)
    began = night_began(asked.night, profile.utc_offset_minutes)
    due_tonight = asked.now + DAY_S * asked.window_days
    n_nights = N_NIGHTS + asked.spread_days + 1
    with temporary_views("counting the certificates to renew", files, order.n_workers) as database:
        due = DueCertificates(database, due_tonight + DAY_S * n_nights, began)
        by_night, n_lapsed = due.by_night(due_tonight, n_nights), due.n_expired(asked.now)
        not_tonight = due.signed_tonight(due_tonight, n_nights)
    if _is_done(load_plans(registry.plans), files, asked):
        by_night[1] += by_night[0]
        not_tonight[1:] += by_night[1:]
        by_night[:], n_lapsed = 0, 0
    period = max(1, (profile.expires_at(asked.now) - due_tonight) // DAY_S)
    nights = forecast(by_night, period, asked.spread_days, asked.limit, N_NIGHTS, not_tonight=not_tonight)
    return RenewalForecast(
        night=date.fromisoformat(asked.night),
        due=int(by_night[0]),
        lapsed=n_lapsed,
        selected=nights_work(by_night, asked.spread_days, asked.limit),
        nights=tuple(nights.tolist()),
    )


def _is_done(plans: Sequence[Plan], files: RegistryFiles, asked: RenewalAsked) -> bool:
    """Whether the same command has nothing more to do tonight; told without the keys and the register."""
    options = (asked.night, asked.window_days, asked.spread_days, asked.limit)
    return any(
        isinstance(about := plan.subject, RenewalSubject)
        and (about.night, about.window_days, about.spread_days, about.limit) == options
        and len(files.parts_done(plan.plan_id)) == len(plan.parts)
        for plan in plans
    )
