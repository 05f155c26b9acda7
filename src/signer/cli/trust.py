"""`signer trust`: snapshots of others' keys made, looked at, compared and exported, and ours published."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import click

from signer.cli import ui
from signer.cli.trust_import import import_
from signer.cli.trust_options import max_age_option, signer_of, trust_signer_option, warn_if_untimely
from signer.cli.trust_page import page
from signer.cli.trust_text import difference_lines, difference_object, key_line, key_object, summary_line
from signer.cli.trust_upload import upload_file
from signer.cli.trust_writing import refuse_taken
from signer.cli.words import counted
from signer.durable import naming, publish_folder, sync_tree
from signer.trust import Snapshot, compare, export_keys, read_snapshot

__all__ = ["trust"]

json_option = click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
snapshot_argument = click.argument("snapshot", metavar="SNAPSHOT", type=click.Path(path_type=Path))


@click.group()
def trust() -> None:
    """Take in the lists that others' keys are published in, and publish one's own."""


@trust.command("list")
@snapshot_argument
@trust_signer_option
@max_age_option
@json_option
def list_(snapshot: Path, trust_signer: Path | None, max_age_days: int, as_json: bool) -> None:
    """Show the keys of a snapshot: country, kid, kind of key, validity, what they may sign, and whence.

    Keys that are expired or not yet in force are marked, and lists that no trust anchor signed.
    """
    read, now = read_snapshot(snapshot, signer_of(trust_signer)), datetime.now(UTC)
    warn_if_untimely(snapshot, read.made_at, now, max_age_days)
    for key in read.keys:
        if as_json:
            ui.json_result(key_object(key, read, now))
        else:
            ui.result(key_line(key, read, now))
    if not as_json:
        ui.result(summary_line(read, now))


@trust.command()
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@trust_signer_option
@json_option
def diff(old: Path, new: Path, trust_signer: Path | None, as_json: bool) -> None:
    """Show which keys came and went from snapshot OLD to snapshot NEW, and which changed.

    Ends with 0 whether there are any or not. What --trust-signer demands is demanded of both.
    """
    signer = signer_of(trust_signer)
    difference = compare(read_snapshot(old, signer), read_snapshot(new, signer))
    if as_json:
        ui.json_result(difference_object(difference))
        return
    for line in difference_lines(difference):
        ui.result(line)


@trust.command()
@snapshot_argument
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@trust_signer_option
@json_option
def export(snapshot: Path, folder: Path, trust_signer: Path | None, as_json: bool) -> None:
    """Write the keys of a snapshot to a new folder DIR: DSC/DCC/<country>/<sha256>.pem, as in the public zip,
    and did.json for those that are no certificate.
    """
    n_certificates, n_others = _export(read_snapshot(snapshot, signer_of(trust_signer)), folder.absolute())
    if as_json:
        ui.json_result({"folder": str(folder), "certificates": n_certificates, "others": n_others})
        return
    others = f" and {counted(n_others, 'key')} in did.json" if n_others else ""
    ui.result(f"wrote {counted(n_certificates, 'certificate')}{others} to {folder}")


trust.add_command(import_)
trust.add_command(upload_file)
trust.add_command(page)


def _export(snapshot: Snapshot, folder: Path) -> tuple[int, int]:
    """Writes beside the folder, which gets its name when all is there."""
    working = folder.with_name(f"{folder.name}.incomplete")
    refuse_taken(folder, working)
    try:
        with naming(folder):
            working.mkdir(parents=True)
            counts = export_keys(snapshot.keys, working)
            sync_tree(working)
            publish_folder(working, folder)
    except BaseException:
        shutil.rmtree(working, ignore_errors=True)
        raise
    return counts
