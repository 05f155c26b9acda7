"""A renewal whose worker or coordinator is killed, at times that nobody chose and at failpoints."""

from __future__ import annotations

import random
import shutil
import signal
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from forked_commands import Command
from registry_runs import TABLES, Contents, Harness, contents_of, tally_of
from test_registry_random_kills import kill_one

from signer.failpoints import TALLY, VARIABLE
from signer.records.schemas import POPULATION

N_KILLS = 20
SEED = 20_221_220
NOW, NEXT_NIGHT = "2022-12-20T01:00:00+07:00", "2022-12-21T01:00:00+07:00"
HALF_COMMITTED = "commit-table-done"
"""The part is in `refused` and not in `certificates` yet."""

FAILPOINTS = ("plan-stored", "part-named", "part-done", "commit-appended", "commit-done")


@dataclass(frozen=True)
class Renewal:
    """A registry whose certificates are due, and the same after a renewal that nothing happened to."""

    harness: Harness
    renewed: Path
    reference: Contents

    def start(
        self, registry: Path, failpoint: str = "", population: Path | None = None, now: str = NOW
    ) -> Command:
        environment = {VARIABLE: failpoint, TALLY: str(tally_of(registry))} if failpoint else {}
        options = f"--expiring-within 120d --now {now} --workers 2 --rows-per-part 100".split()
        options += [] if population is None else ["--population", str(population)]
        profile = str(self.harness.campaign.profile)
        return self.harness.commands.start(
            ["renew", str(registry), "--profile", profile, *options], environment
        )

    def resume(self, registry: Path) -> None:
        """Gives the same command once more, and holds what it has made against the reference."""
        command = self.start(registry)
        assert command.wait() == 0, command.errors
        found = contents_of(registry)
        for table in TABLES:
            assert found.digests[table] == self.reference.digests[table], table
            assert found.rows[table].equals(self.reference.rows[table]), table
        signed = Counter(found.rows["certificates"].column("uvci").to_pylist())
        assert set(signed.values()) == {2}, "each certificate is there as issued and as renewed"


@pytest.fixture(scope="module")
def renewal(harness: Harness, tmp_path_factory: pytest.TempPathFactory) -> Renewal:
    renewed = tmp_path_factory.mktemp("renewed") / "registry"
    shutil.copytree(harness.undisturbed, renewed)
    undone = Renewal(harness, renewed, Contents({}, {}))
    command = undone.start(renewed)
    assert command.wait() == 0, command.errors
    return Renewal(harness, renewed, contents_of(renewed))


@pytest.fixture
def registry(harness: Harness, tmp_path: Path) -> Path:
    return shutil.copytree(harness.undisturbed, tmp_path / "registry")


@pytest.fixture(scope="module")
def duration_s(renewal: Renewal, tmp_path_factory: pytest.TempPathFactory) -> float:
    """How long a renewal takes that nothing happens to."""
    copy = tmp_path_factory.mktemp("timed") / "registry"
    shutil.copytree(renewal.harness.undisturbed, copy)
    begun_s = time.monotonic()
    assert renewal.start(copy).wait() == 0
    return time.monotonic() - begun_s


@pytest.mark.parametrize(
    "trial", [pytest.param(trial, marks=[pytest.mark.long] if trial else []) for trial in range(N_KILLS)]
)
def test_a_kill_at_any_time_leaves_what_the_same_command_completes(
    renewal: Renewal, registry: Path, duration_s: float, trial: int
) -> None:
    chance = random.Random(SEED + trial)
    delay_s = chance.uniform(0, duration_s)
    command = renewal.start(registry)
    time.sleep(delay_s)
    killed = kill_one(command, chance)
    code = command.wait()
    print(f"seed {SEED + trial}: killed {killed} after {delay_s:.3f} s, exit code {code}")
    assert code in ((0, -signal.SIGKILL) if killed == "the coordinator" else (0,)), command.errors
    renewal.resume(registry)


@pytest.mark.long
@pytest.mark.parametrize("kill", ["kill-worker", "kill-coordinator"])
@pytest.mark.parametrize("name", FAILPOINTS)
def test_a_kill_at_a_failpoint_leaves_what_the_same_command_completes(
    renewal: Renewal, registry: Path, name: str, kill: str
) -> None:
    command = renewal.start(registry, f"{name}:{kill}@1")
    command.wait()
    assert command.errors.count(f"failpoint {name}: {kill}\n") == 1, command.errors
    renewal.resume(registry)


@pytest.fixture
def nobody(tmp_path: Path) -> Path:
    """A population register by which every renewal is refused."""
    person = dict.fromkeys(POPULATION.names, "") | {"person_id": "001080999999"}
    pq.write_table(pa.Table.from_pylist([person], schema=POPULATION), tmp_path / "nobody.parquet")
    return tmp_path / "nobody.parquet"


@pytest.fixture
def half_committed(renewal: Renewal, registry: Path, nobody: Path) -> Path:
    """The registry after a night that was killed when the refusals of a part were half committed."""
    night = renewal.start(registry, f"{HALF_COMMITTED}:kill-coordinator@1", nobody)
    assert night.wait() == -signal.SIGKILL, night.errors
    tally_of(registry).unlink()
    return registry


def test_refusals_that_are_half_committed_are_made_again_as_they_were(
    renewal: Renewal, half_committed: Path, nobody: Path
) -> None:
    """Before, they counted as told in an earlier night, and the part never added up again."""
    again = renewal.start(half_committed, population=nobody)
    assert again.wait() == 1, again.errors
    rows = contents_of(half_committed).rows
    refused = [row for row in rows["refused"].to_pylist() if row["stage"] == "renewing"]
    assert {row["reason"] for row in refused} == {"holder_not_found"}
    assert len(refused) == len({row["shot_id"] for row in refused}) == rows["certificates"].num_rows


def test_a_night_behind_half_committed_refusals_is_gone_on_with(
    renewal: Renewal, half_committed: Path
) -> None:
    """Before, the plan counted them and the run that went on with it did not: it found other rows."""
    night = renewal.start(half_committed, "commit-done:kill-coordinator@1", now=NEXT_NIGHT)
    assert night.wait() == -signal.SIGKILL, night.errors
    night = renewal.start(half_committed, now=NEXT_NIGHT)
    assert night.wait() == 0, night.errors
    signed = Counter(contents_of(half_committed).rows["certificates"].column("uvci").to_pylist())
    assert set(signed.values()) == {2}
