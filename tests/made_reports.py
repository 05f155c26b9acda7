"""A nation half a year into its campaign: cleaned twice, issued in many runs, renewed, and partly withdrawn.

The log of a registry tells when each commit was made; `move_commits` lets it tell another time.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from campaign.made_registry import commit, write_part
from click.testing import CliRunner
from made_campaigns import made_plan, stored
from made_shots import profile_text

from signer.campaign.plan import Plan, PlannedPart, RenewalSubject, Selection
from signer.campaign.plan_store import load_plans
from signer.cli import main
from signer.keys import create_csca, create_dsc, create_secret, write_key_pair
from signer.records.schemas import REFUSED, REVOCATIONS
from signer.registry import PartFile, Registry, open_registry
from signer.registry.layout import part_file_name
from signer.registry.table_log import read_table

NOW = datetime(2022, 5, 15, 6, 0, tzinfo=UTC)
DEADLINE = datetime(2022, 6, 1, tzinfo=UTC)
KEYS_MADE_AT, NEW_KEY_AT = datetime(2021, 12, 1, tzinfo=UTC), datetime(2022, 4, 1, tzinfo=UTC)
CAMPAIGN_DAYS = (15, 24, 45, 66, 80, 87, 94, 98, 101, 104, 108, 111, 115, 118, 122, 125, 129, 132)
"""Since the beginning of the year; the first two are of certificates that were valid for four months."""
SHORT_CAMPAIGNS, SHORT_MONTHS = 2, 4


@dataclass(frozen=True)
class MadeNation:
    """Where it lies: a registry and the folders of two cleaned rounds, the older one first."""

    registry: Path
    rounds: tuple[Path, Path]


def make_nation(folder: Path, people: int, seed: int = 7, days: Sequence[int] = CAMPAIGN_DAYS) -> MadeNation:
    """With a run of issuing on each of the days. Takes a minute for 20,000 people and all days."""
    signer("synth", folder / "nation", "--people", people, "--seed", seed)
    shots = folder / "nation" / "shots.parquet"
    rounds = folder / "round-1", folder / "round-2"
    clean_nation(folder, shots, rounds[0], "2022-01-05")
    corrected = _corrected(folder / "nation", folder / "corrected.parquet")
    clean_nation(folder, corrected, rounds[1], "2022-04-20")
    registry = folder / "registry"
    profile, new_key = make_profiles(folder)
    _issue_all(rounds[1] / "verified.parquet", registry, profile, new_key, days)
    opened = open_registry(registry)
    _renew(opened, ["2022-05-12", "2022-05-13", "2022-05-14"])
    _stop_one(opened)
    _revoke(opened)
    return MadeNation(registry, rounds)


def move_commits(registry: Path, first_version: int, at: datetime, every_s: int = 9) -> int:
    """Lets commits of parts from a version on tell that they were made at `at`, so many seconds apart.

    Gives the version behind the last.
    """
    version = first_version
    for table in ("refused", "certificates"):
        version = first_version
        while (path := registry / table / "_delta_log" / f"{version:020d}.json").exists():
            lines = [json.loads(line) for line in path.read_text().splitlines()]
            moment = at + timedelta(seconds=every_s * (version - first_version))
            for line in lines:
                if "commitInfo" in line:
                    line["commitInfo"]["timestamp"] = int(moment.timestamp() * 1000)
            path.write_text("".join(json.dumps(line, separators=(",", ":")) + "\n" for line in lines))
            version += 1
    return version


def signer(*arguments: object) -> None:
    done = CliRunner().invoke(main, list(map(str, arguments)))
    assert done.exit_code in (0, 1), done.stderr


def clean_nation(folder: Path, shots: Path, out: Path, today: str) -> None:
    register = folder / "nation" / "population.parquet"
    signer("clean", shots, "--population", register, "--allow-unattested", "--out", out, "--today", today)


def _corrected(nation: Path, out: Path) -> Path:
    """Two of three shots put right, as far as the truth says how."""
    right = ("full_name", "date_of_birth", "vaccine", "dose_number", "doses_in_series", "vaccinated_on")
    better = "CASE WHEN row % 3 < 2 THEN coalesce(right_{0}, {0}) ELSE {0} END AS {0}"
    columns = ", ".join(better.format(name) for name in right)
    duckdb.sql(f"""
        COPY (
            SELECT shots.* REPLACE ({columns})
            FROM (SELECT *, file_row_number AS row FROM read_parquet('{nation / "shots.parquet"}')) AS shots
            POSITIONAL JOIN (SELECT COLUMNS('right_.*') FROM read_parquet('{nation / "truth.parquet"}'))
        ) TO '{out}' (FORMAT parquet)
    """)
    return out


def make_profiles(folder: Path) -> tuple[Path, Path]:
    """The profile, and a folder with the key that takes the place of the first one."""
    issuer, csca = folder / "issuer", create_csca("VN", now=KEYS_MADE_AT)
    write_key_pair(csca, issuer / "keys", "csca", None)
    write_key_pair(create_dsc(csca, now=KEYS_MADE_AT), issuer / "keys", "dsc", None)
    write_key_pair(create_dsc(csca, now=NEW_KEY_AT), folder / "new_key", "dsc", None)
    create_secret(issuer / "uvci.secret")
    create_secret(issuer / "person.secret")
    profile = issuer / "profile.toml"
    profile.write_text(profile_text("VN"), encoding="utf-8")
    return profile, folder / "new_key"


def _issue_all(verified: Path, registry: Path, profile: Path, new_key: Path, days: Sequence[int]) -> None:
    rows = pq.read_table(verified)
    cuts = [len(rows) * number * 19 // (20 * len(days)) for number in range(len(days) + 1)]
    text, version = profile.read_text(), 1
    for number, day in enumerate(days):
        at = datetime(2022, 1, 1, 19, 0, tzinfo=UTC) + timedelta(day)
        months = SHORT_MONTHS if number < SHORT_CAMPAIGNS else 12
        profile.write_text(text.replace("validity_months = 12", f"validity_months = {months}"))
        if at > NEW_KEY_AT:
            for key in new_key.iterdir():
                (profile.parent / "keys" / key.name).write_bytes(key.read_bytes())
        part = verified.parent.parent / f"shots-{number}.parquet"
        pq.write_table(rows.slice(cuts[number], cuts[number + 1] - cuts[number]), part)
        signer(
            "issue", part, "--profile", profile, "--registry", registry, "--workers", 2,
            "--issued-at", at.isoformat(), "--rows-per-part", 400,
        )  # fmt: skip
        version = move_commits(registry, version, at)


def _renew(registry: Registry, nights: Sequence[str]) -> None:
    """Certificates of the first campaigns anew, as a run of renewal would leave them."""
    model = max(load_plans(registry.plans), key=lambda plan: plan.issued_at)
    first = next(file for file in registry.files("certificates") if file.file.rows)
    old = pa.concat_tables(
        pq.read_table(file.path) for file in registry.files("certificates") if file.plan_id == first.plan_id
    )
    share = len(old) // (len(nights) + 1)
    for number, night in enumerate(nights):
        at = datetime.fromisoformat(night).replace(hour=19, tzinfo=UTC)
        rows = old.slice(number * share, share)
        plan = stored(registry, _renewal(model, night, at, len(rows)))
        exp = int((at + timedelta(365)).timestamp())
        version = registry.version + 1
        for name, value in {"exp": exp * 1_000_000, "kid": bytes.fromhex(plan.parts[0].kid)}.items():
            place = rows.schema.get_field_index(name)
            kind = rows.schema.field(name).type
            rows = rows.set_column(place, rows.schema.field(name), pa.array([value] * len(rows), kind))
        commit(registry, write_part(registry, plan, 0, (rows, REFUSED.empty_table()), {}))
        move_commits(registry.path, version, at)


def _renewal(model: Plan, night: str, at: datetime, n_rows: int) -> Plan:
    subject = RenewalSubject(night, 30, 0, None, (), "0c" * 32, None)
    kid = model.parts[0].kid
    return replace(
        model,
        subject=subject,
        input_rows=(n_rows,),
        issued_at=int(at.timestamp()),
        parts=(PlannedPart(0, 0, 0, n_rows, (), 0, kid),),
        selection=Selection(int(at.timestamp()), int(at.timestamp()), n_rows, n_rows, 0, 0, 0, "0d" * 32),
        n_duplicates=0,
        instead_of=(),
    )


def _stop_one(registry: Registry) -> None:
    """A plan of which one part of three came in before its run was ended."""
    yesterday = NOW - timedelta(days=1)
    plan = replace(made_plan(n_parts=3, rows=60), issued_at=int(yesterday.timestamp()))
    plan = stored(registry, plan)
    version = registry.version + 1
    rows = pa.table({
        field.name: pa.array(
            [f"X{row}" for row in range(60)] if field.name == "shot_id" else ["missing_value"] * 60
            if field.name == "reason" else ["Hà Nội"] * 60 if field.name == "province" else [None] * 60,
            field.type,
        )
        for field in REFUSED
    })  # fmt: skip
    nothing = pq.read_schema(registry.files("certificates")[0].path).empty_table()
    commit(registry, write_part(registry, plan, 0, (nothing, rows), {}))
    move_commits(registry.path, version, yesterday)


def _revoke(registry: Registry) -> None:
    """Three orders: a facility, a lot, and an undoing of some of the first."""
    rows = pa.concat_tables(
        pq.read_table(file.path, columns=["uvci", "kid", "exp", "facility", "signature_hash"])
        for file in registry.files("certificates")
        if file.file.rows
    )
    ((facility, _),) = Counter(rows["facility"].to_pylist()).most_common(1)
    cheated = rows.filter(pc.equal(rows["facility"], facility))
    orders = [
        ("revoked", "facility cheated", datetime(2022, 4, 28, tzinfo=UTC), cheated),
        ("revoked", "recalled lot", datetime(2022, 5, 6, tzinfo=UTC), rows.slice(len(rows) // 10, 180)),
        ("revoked", "holder deceased", datetime(2022, 5, 11, tzinfo=UTC), rows.slice(len(rows) // 3, 23)),
        ("restored", "facility cleared in part", datetime(2022, 5, 13, tzinfo=UTC), cheated.slice(0, 9)),
    ]
    for number, (action, reason, at, named) in enumerate(orders):
        about: dict[str, object] = {
            "action": action,
            "reason": reason,
            "ordered_by": "a test",
            "ordered_at": at,
        }
        events = [
            row | about | {"campaign": f"revoke-{number}"}
            for row in named.drop_columns("facility").to_pylist()
        ]
        add_events(registry, pa.Table.from_pylist(events, schema=REVOCATIONS), number)


def add_events(registry: Registry, events: pa.Table, number: int) -> None:
    """Commits a file of revocations, under a plan that is none."""
    plan_id, folder = f"{number:032x}", registry.path / "revocations"
    pq.write_table(events, folder / "new")
    content = (folder / "new").read_bytes()
    sha256 = hashlib.sha256(content).hexdigest()
    file = PartFile(part_file_name(plan_id, 0, sha256), len(events), len(content), sha256, None, None)
    (folder / "new").rename(folder / file.name)
    about = {"plan": plan_id, "part": 0, "skipped": {}, **vars(file)}
    read_table(folder).append([file], [f"{plan_id}/0"], {"signer": {"epoch": 1, "files": [about]}})
