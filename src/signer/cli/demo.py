"""`signer demo`: made-up shots to certificates, step by step, each step the command that one would type."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import click
import pyarrow.parquet as pq

from signer.campaign.issue_run import IssueOrder
from signer.campaign.issue_run import issue as run_issue
from signer.campaign.workspace import refuse_taken
from signer.cli import ui
from signer.cli.init import init
from signer.cli.issue import in_words
from signer.cli.run import run_logged, usable_cores
from signer.cli.synth import synth
from signer.cli.words import counted
from signer.errors import CertificateInvalid
from signer.verifying import TrustStore, verify

__all__ = ["demo"]

N_PEOPLE = 100_000  # with about two shots each
N_SAMPLE = 500
SEED = 1


@click.command()
@click.argument("folder", metavar="[DIR]", default=Path("demo"), type=click.Path(path_type=Path))
@click.option(
    "--workers", metavar="N", type=click.IntRange(1, 1024), help="Processes; one a usable core, by default."
)
@click.option(
    "--people", default=N_PEOPLE, show_default=True, metavar="N", type=click.IntRange(1, 10_000_000)
)
@click.pass_context
def demo(ctx: click.Context, folder: Path, workers: int | None, people: int) -> None:
    """Make up a nation, make keys, issue its certificates and verify some, all in DIR (./demo by default)."""
    refuse_taken(folder)
    began_s = time.monotonic()
    nation, issuer, issued = folder / "nation", folder / "issuer", folder / "issued"
    n_workers = workers or usable_cores()

    _step(f"signer synth {nation} --people {people}")
    ctx.invoke(synth, directory=nation, people=people, seed=SEED, as_json=False)

    _step(f"signer init {issuer} --dev-keys")
    ctx.invoke(init, folder=issuer, country="VN", dev_keys=True, as_json=False)

    shots, profile = nation / "shots.parquet", issuer / "profile.toml"
    _step(f"signer issue {shots} --profile {profile} --out {issued} --workers {n_workers}")
    order = IssueOrder([shots], profile, issued, n_workers, int(time.time()))
    summary = run_logged(run_issue, order, "signing")
    ui.result(in_words(summary, issued))

    trust = issuer / "keys" / "dsc.pem"
    part = f"{issued}/certificates/part-00000.parquet"
    _step(f"signer verify {part} --trust {trust}   # and a sample of the other parts")
    n_verified = _verify_sample(issued / "certificates", trust, datetime.now(UTC))
    ui.result(
        f"{counted(n_verified, 'certificate')} picked from all parts, all valid by"
        " cbor2, base45 and cryptography alone"
    )

    ui.result(
        f"\nThe shots are in {nation}, the profile and keys in {issuer}, the certificates in {issued}.\n"
        f"{summary.issued:,} certificates at {summary.rate_per_s:,.0f} rows a second;"
        f" {time.monotonic() - began_s:.0f} s for all of it."
    )


def _step(command: str) -> None:
    ui.result(f"\n$ {command}")


def _verify_sample(certificates: Path, trust_path: Path, at: datetime) -> int:
    """Verifies certificates from all parts, and gives their number. Raises CertificateInvalid."""
    trust = TrustStore.load(trust_path)
    n_verified = 0
    for uvci, hc1 in _sample(certificates):
        vaccination = verify(hc1, trust, at).dcc["v"][0]
        if vaccination["ci"] != uvci:
            raise CertificateInvalid("schema", f"{uvci}: the certificate in this row says another UVCI")
        n_verified += 1
    return n_verified


def _sample(certificates: Path) -> Iterator[tuple[str, str]]:
    """(UVCI, HC1 text) of N_SAMPLE certificates, evenly spaced over all parts, or of all there are."""
    paths = sorted(certificates.glob("*.parquet"))
    counts = [pq.read_metadata(path).num_rows for path in paths]
    n_picked = min(N_SAMPLE, sum(counts))
    picked = [number * sum(counts) // n_picked for number in range(n_picked)]
    first = 0
    for path, n_rows in zip(paths, counts, strict=True):
        rows = [row - first for row in picked if first <= row < first + n_rows]
        if rows:
            table = pq.read_table(path, columns=["uvci", "hc1"]).take(rows)
            yield from zip(table["uvci"].to_pylist(), table["hc1"].to_pylist(), strict=True)
        first += n_rows
