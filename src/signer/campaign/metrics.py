"""A registry in numbers for monitoring: a text file that the node exporter of Prometheus collects."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from signer import durable
from signer.campaign.dscs import dscs_of
from signer.campaign.metrics_lock import replacing
from signer.campaign.metrics_text import Family, Sample, escaped, exposition_of
from signer.campaign.registry_views import files_of_registry
from signer.campaign.standing import WINDOWS_DAYS, Standing, count_standing, temporary_views
from signer.campaign.status import RegistryStatus, read_status
from signer.campaign.status_campaign import CampaignStatus
from signer.errors import RegistryUnreadable
from signer.registry import Registry, open_registry
from signer.registry.history import read_history
from signer.registry.layout import REVOCATIONS

__all__ = ["CommandRun", "write_metrics"]

READABLE = 0o644  # the exporter is another user; there is no personal data in it
OF_COMMAND = re.compile(r'(signer_command_[a-z_]+)\{registry="(.*)",command="([a-z]+)"\} ([0-9.e+-]+)')
COMMAND_FAMILIES = {
    "signer_command_timestamp_seconds": "When a command ended last.",
    "signer_command_seconds": "How long that took.",
    "signer_command_exit_code": "How it ended: 0 done, 1 with refusals, 3 not begun, 4 stopped half way.",
}


@dataclass(frozen=True)
class CommandRun:
    """A command that has just ended, such as "renew": its exit code and how long it took."""

    command: str
    exit_code: int
    seconds: float


def write_metrics(
    registry: Path, path: Path, now: float, run: CommandRun | None, threads: int
) -> RegistryUnreadable | None:
    """Replaces the file at `path`, of mode 0644, by one of what the registry holds `now`, and of `run`.

    What the file said of other commands stays, also of one that ends at the same time. It has counts of the
    whole registry only, and no personal data. Where the registry cannot be read it says so, and no more; why,
    is given back.

    Starts threads: do not fork afterwards. Raises StoppedHalfWay or DiskFull, naming the file, and
    OutputUnwritable where there is no room to count.
    """
    label, unreadable = {"registry": str(registry.absolute())}, None
    try:
        families = [_readable(label, 1), *_of_registry(open_registry(registry), label, now, threads)]
    except RegistryUnreadable as error:
        families, unreadable = [_readable(label, 0)], error
    with durable.naming(path), replacing(path):
        text = exposition_of([*families, *_of_commands(path, label, now, run)])
        with durable.new_file(path, is_shared=True) as temporary:
            temporary.write_text(text, encoding="utf-8")
            temporary.chmod(READABLE)
    return unreadable


def _readable(label: Mapping[str, str], value: int) -> Family:
    meaning = "Whether the registry could be read when this was written."
    return Family("signer_registry_readable", meaning, (Sample(label, value),))


def _of_registry(registry: Registry, label: Mapping[str, str], now: float, threads: int) -> Iterator[Family]:
    status = read_status(registry, now)
    with temporary_views("counting what is in force", files_of_registry(registry), threads) as database:
        standing = count_standing(database, now)
    yield from _totals(status, standing, label)
    yield from _keys(registry, standing, label)
    yield from _campaigns(status, label)
    yield from _last_runs(registry, status, label)


def _totals(status: RegistryStatus, standing: Standing, label: Mapping[str, str]) -> Iterator[Family]:
    def one(name: str, meaning: str, value: float) -> Family:
        return Family(name, meaning, (Sample(label, value),))

    yield one("signer_certificates_signed", "Signatures ever committed.", status.certificates)
    yield one("signer_certificates_lapsed", "Expired, not renewed nor held back.", standing.lapsed)
    yield _held_back(standing, label)
    yield one("signer_certificates_revoked", "UVCIs that are revoked.", standing.revoked)
    yield one("signer_certificates_superseded", "UVCIs that corrected ones replace.", standing.superseded)
    yield one("signer_refused_rows", "Refusals ever committed.", status.refused)
    yield one("signer_registry_orphans", "Files that no commit names.", len(status.orphans))
    yield one("signer_registry_lease_held", "Whether a run is writing now.", status.holder is not None)
    yield one("signer_registry_faults", "Rows or files that do not add up.", len(status.all_faults))
    windows = (Sample({**label, "days": str(days)}, standing.to_renew_within(days)) for days in WINDOWS_DAYS)
    meaning = "Certificates in force, not held back, that expire within so many days."
    yield Family("signer_certificates_expiring_within", meaning, tuple(windows))


def _held_back(standing: Standing, label: Mapping[str, str]) -> Family:
    """For ever, where somebody is dead: apart from what lapses because nobody renews it."""
    counts = {"in_force": standing.in_force_held_back, "lapsed": standing.lapsed_held_back}
    return Family(
        "signer_certificates_held_back",
        "Certificates whose renewal was refused since they were signed.",
        tuple(Sample({**label, "state": state}, count) for state, count in counts.items()),
    )


def _keys(registry: Registry, standing: Standing, label: Mapping[str, str]) -> Iterator[Family]:
    in_force = standing.by_kid
    dscs = dscs_of(registry)
    kids = sorted({*in_force, *dscs})
    yield Family(
        "signer_certificates_in_force",
        "Certificates in force by key: not expired, revoked or superseded.",
        tuple(Sample({**label, "kid": kid}, in_force.get(kid, 0)) for kid in kids),
    )
    yield Family(
        "signer_dsc_not_after_timestamp_seconds",
        "When the document signer certificate of a key expires.",
        tuple(Sample({**label, "kid": kid}, dsc.not_after) for kid, dsc in sorted(dscs.items())),
    )


def _campaigns(status: RegistryStatus, label: Mapping[str, str]) -> Iterator[Family]:
    states, missing = Counter[tuple[str, str]](), Counter({"issue": 0, "renew": 0})
    states.update({(kind, state): 0 for kind in ("issue", "renew") for state in ("running", "stopped")})
    for campaign in status.campaigns:
        states[campaign.plan.kind, campaign.state] += 1
        if campaign.state in ("running", "stopped"):
            missing[campaign.plan.kind] += campaign.parts_missing
    yield Family(
        "signer_campaigns",
        "Plans by what they are for and how they stand.",
        tuple(
            Sample({**label, "kind": kind, "state": state.replace(" ", "_")}, count)
            for (kind, state), count in sorted(states.items())
        ),
    )
    yield Family(
        "signer_campaign_parts_missing",
        "Parts of plans that are running or stopped.",
        tuple(Sample({**label, "kind": kind}, count) for kind, count in sorted(missing.items())),
    )


def _last_runs(registry: Registry, status: RegistryStatus, label: Mapping[str, str]) -> Iterator[Family]:
    last: dict[str, CampaignStatus] = {
        campaign.plan.kind: campaign
        for campaign in sorted(status.campaigns, key=lambda campaign: campaign.last_commit_at or 0)
        if campaign.last_commit_at is not None
    }
    revocations = read_history(registry.path / REVOCATIONS).files
    times = {kind: campaign.last_commit_at or 0 for kind, campaign in sorted(last.items())}
    if revocations:
        times["revoke"] = revocations[-1].committed_at
    yield _by_kind("timestamp_seconds", "When a campaign of a kind last committed something.", label, times)
    healthy = {kind: float(_is_healthy(campaign)) for kind, campaign in last.items()}
    yield _by_kind("healthy", "Whether it is finished or goes on, and its rows add up.", label, healthy)
    rates = {kind: campaign.rate_per_s for kind, campaign in last.items() if campaign.rate_per_s is not None}
    yield _by_kind("rows_per_second", "How fast it went.", label, rates)
    yield Family(
        "signer_last_campaign_rows",
        "Rows of its parts that are done, by what became of them.",
        tuple(
            Sample({**label, "kind": kind, "outcome": outcome}, count)
            for kind, campaign in sorted(last.items())
            for outcome, count in _outcomes(campaign)
        ),
    )


def _by_kind(name: str, meaning: str, label: Mapping[str, str], values: Mapping[str, float]) -> Family:
    samples = (Sample({**label, "kind": kind}, value) for kind, value in sorted(values.items()))
    return Family(f"signer_last_campaign_{name}", meaning, tuple(samples))


def _outcomes(campaign: CampaignStatus) -> Iterable[tuple[str, int]]:
    return [("issued", campaign.issued), ("refused", campaign.refused), ("skipped", campaign.n_skipped)]


def _is_healthy(campaign: CampaignStatus) -> bool:
    return campaign.state in ("finished", "running") and not campaign.faults


def _of_commands(
    path: Path, label: Mapping[str, str], now: float, run: CommandRun | None
) -> Iterator[Family]:
    """Of this run and, as the file at `path` says, of the last ones of other commands."""
    values = _told_before(path, label["registry"])
    if run is not None:
        values["signer_command_timestamp_seconds", run.command] = int(now)
        values["signer_command_seconds", run.command] = round(run.seconds, 3)
        values["signer_command_exit_code", run.command] = run.exit_code
    for name, meaning in COMMAND_FAMILIES.items():
        samples = (
            Sample({**label, "command": command}, value)
            for (family, command), value in sorted(values.items())
            if family == name
        )
        yield Family(name, meaning, tuple(samples))


def _told_before(path: Path, registry: str) -> dict[tuple[str, str], float]:
    try:
        lines = path.read_text("utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return {}
    found = (OF_COMMAND.fullmatch(line) for line in lines)
    return {
        (one[1], one[3]): value
        for one in found
        if one and one[1] in COMMAND_FAMILIES and one[2] == escaped(registry)
        if (value := _finite(one[4])) is not None
    }


def _finite(text: str) -> float | None:
    """A number out of a file that may be damaged."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None
