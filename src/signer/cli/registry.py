"""`signer registry`: looks after the folder of a registry."""

from __future__ import annotations

from pathlib import Path

import click

from signer.cli import ui
from signer.cli.quantities import in_bytes
from signer.cli.words import counted
from signer.registry import open_registry
from signer.registry.lease_holder import find_holder
from signer.registry.orphans import Orphan, find_orphans, remove_orphans

__all__ = ["registry"]


@click.group()
def registry() -> None:
    """Look after the folder of a registry."""


@registry.command()
@click.argument("registry", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only list what would be removed.")
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
def clean(*, registry: Path, dry_run: bool, as_json: bool) -> None:
    """Remove from REGISTRY what killed runs have left: files that no commit names, and halves of files.

    No reader sees these; they only take room. Files of others stay. Ends with 3 while a run is going on.
    """
    folder = open_registry(registry).path
    found = find_orphans(folder) if dry_run else remove_orphans(folder)
    if as_json:
        ui.json_result(_as_dict(found, dry_run))
        return
    for orphan in found:
        ui.result(f"{in_bytes(orphan.n_bytes):>12}  {orphan.path.relative_to(folder)}")
    room = in_bytes(sum(orphan.n_bytes for orphan in found))
    ui.result(f"{'would remove' if dry_run else 'removed'} {counted(len(found), 'orphan')}, {room}")
    if dry_run and find_holder(folder):
        ui.note("a run is going on: parts that it has not committed yet are among them")


def _as_dict(found: list[Orphan], dry_run: bool) -> dict[str, object]:
    return {
        "dry_run": dry_run,
        "orphans": [orphan.as_dict() for orphan in found],
        "bytes": sum(orphan.n_bytes for orphan in found),
    }
