"""`signer trust`: lists of others' keys to a snapshot, snapshots looked at and compared, ours published."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import click

from signer.cli import ui
from signer.cli.keys import passphrase_of, passphrase_options
from signer.cli.trust_text import (
    difference_lines,
    difference_object,
    imported_object,
    key_line,
    key_object,
    summary_line,
)
from signer.cli.words import counted
from signer.cms import check_usable, sign_detached, signature_path
from signer.durable import naming, publish_folder, sync_tree, write_absent
from signer.errors import KeyUnusable, OutputExists
from signer.keys import FileSignatory, lint_dsc, load_certificate, load_signatory
from signer.trust import (
    Imported,
    Snapshot,
    compare,
    export_keys,
    import_sources,
    load_anchors,
    read_snapshot,
    snapshot_text,
    upload_message,
)

__all__ = ["trust"]

READABLE = 0o644  # public keys: no personal data
MAX_AGE_DAYS = 7

Function = TypeVar("Function", bound=Callable[..., Any])

json_option = click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
snapshot_argument = click.argument("snapshot", metavar="SNAPSHOT", type=click.Path(path_type=Path))


def signatory_options(required: bool, whose: str) -> Callable[[Function], Function]:
    """Adds `--key`, `--cert` and the key's passphrase to a command."""

    def add(command: Function) -> Function:
        path = click.Path(path_type=Path)
        key = click.option(
            "--key", "key_path", required=required, type=path, metavar="FILE",
            help=f"Private key of {whose}, PKCS#8 in PEM.",
        )  # fmt: skip
        certificate = click.option(
            "--cert", "certificate_path", required=required, type=path, metavar="FILE",
            help="Its certificate in PEM.",
        )  # fmt: skip
        return key(certificate(passphrase_options("", "the key")(command)))

    return add


@click.group()
def trust() -> None:
    """Take in the lists that others' keys are published in, and publish one's own."""


@trust.command("import")
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...", type=click.Path(path_type=Path))
@click.option(
    "--out", required=True, type=click.Path(path_type=Path), metavar="SNAPSHOT", help="File to write."
)
@click.option(
    "--anchor", "anchor_path", type=click.Path(path_type=Path), metavar="PEM",
    help="Certificate of the trust anchor, who signs gateway lists and zips.",
)  # fmt: skip
@click.option(
    "--allow-unsigned", "unsigned", is_flag=True, help="Take these lists without asking who signed them."
)
@signatory_options(False, "who signs the snapshot")
@json_option
def import_(
    *,
    sources: tuple[Path, ...],
    out: Path,
    anchor_path: Path | None,
    unsigned: bool,
    key_path: Path | None,
    certificate_path: Path | None,
    passphrase_file: Path | None,
    passphrase_env: str | None,
    as_json: bool,
) -> None:
    """Read trust lists into one dated SNAPSHOT: a gateway's trustList, the public zip, WHO's DID documents,
    certificates in PEM or DER, and folders of these.

    A bad entry is left out and told, the others are taken. With --key and --cert the snapshot is signed:
    SNAPSHOT.p7s. Nothing is written over.
    """
    now = datetime.now(UTC)
    if (anchor_path is not None) and unsigned:
        raise click.UsageError("name either --anchor or --allow-unsigned")
    signatory = _signatory(key_path, certificate_path, passphrase_of(passphrase_file, passphrase_env), now)
    _refuse_taken(out, *([signature_path(out)] if signatory else []))
    anchors = None if anchor_path is None else load_anchors(anchor_path)
    imported = import_sources(sources, anchors, made_at=now, unsigned=unsigned)
    _write(out, snapshot_text(imported.snapshot).encode("ascii"), signatory, now)
    _tell(out, imported, as_json)


@trust.command("list")
@snapshot_argument
@click.option(
    "--max-age", "max_age_days", type=click.IntRange(min=0), default=MAX_AGE_DAYS, show_default=True,
    metavar="DAYS", help="Warn if the snapshot is older.",
)  # fmt: skip
@json_option
def list_(snapshot: Path, max_age_days: int, as_json: bool) -> None:
    """Show the keys of a snapshot: country, kid, kind of key, validity, what they may sign, and whence."""
    read, now = read_snapshot(snapshot), datetime.now(UTC)
    _warn_if_stale(snapshot, read, now, max_age_days)
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
@json_option
def diff(old: Path, new: Path, as_json: bool) -> None:
    """Show which keys came and went from snapshot OLD to snapshot NEW, and which changed."""
    before, after = read_snapshot(old), read_snapshot(new)
    difference = compare(before, after)
    if as_json:
        ui.json_result(difference_object(difference))
        return
    for line in difference_lines(difference):
        ui.result(line)


@trust.command()
@snapshot_argument
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@json_option
def export(snapshot: Path, folder: Path, as_json: bool) -> None:
    """Write the keys of a snapshot to a new folder DIR: DSC/DCC/<country>/<sha256>.pem, as in the public zip,
    and did.json for those that are no certificate.
    """
    n_certificates, n_others = _export(read_snapshot(snapshot), folder.absolute())
    if as_json:
        ui.json_result({"folder": str(folder), "certificates": n_certificates, "others": n_others})
        return
    others = f" and {counted(n_others, 'key')} in did.json" if n_others else ""
    ui.result(f"wrote {counted(n_certificates, 'certificate')}{others} to {folder}")


@trust.command("upload-file")
@click.argument("dsc", metavar="DSC", type=click.Path(path_type=Path))
@signatory_options(True, "the country's upload certificate")
@click.option(
    "--csca", "csca_path", type=click.Path(path_type=Path), metavar="FILE",
    help="Certificate of the CSCA, to check that it signed the DSC.",
)  # fmt: skip
@click.option("--out", required=True, type=click.Path(path_type=Path), metavar="FILE", help="File to write.")
@click.option("--delete", "deleting", is_flag=True, help="To take the DSC back, not to publish it.")
@json_option
def upload_file(
    *,
    dsc: Path,
    key_path: Path,
    certificate_path: Path,
    csca_path: Path | None,
    passphrase_file: Path | None,
    passphrase_env: str | None,
    out: Path,
    deleting: bool,
    as_json: bool,
) -> None:
    """Make what the gateway takes to publish DSC, a certificate in PEM: CMS in base64, on one line.

    A DSC that the gateway or the field would refuse is refused here (`signer keys check` says why), unless
    it is to be taken back. Nothing is written over.
    """
    now = datetime.now(UTC)
    passphrase = passphrase_of(passphrase_file, passphrase_env)
    signatory = load_signatory(certificate_path, key_path, None, passphrase)
    _refuse_taken(out)
    certificate = load_certificate(dsc)
    message = upload_message(certificate, signatory, now)
    if not deleting:
        csca = None if csca_path is None else load_certificate(csca_path)
        for finding in lint_dsc(certificate, csca, now):
            if finding.weight == "error":
                raise KeyUnusable(f"{dsc}: {finding.text}; have the DSC made anew by `signer keys dsc`")
            ui.note(f"{dsc}: {finding.text}")
    _write_absent(out, message.encode("ascii"))
    if as_json:
        ui.json_result({"file": str(out), "purpose": "delete" if deleting else "upload"})
        return
    ui.result(f"wrote {out}, to {'take back' if deleting else 'publish'} {dsc}")


def _signatory(
    key_path: Path | None, certificate_path: Path | None, passphrase: bytes | None, now: datetime
) -> FileSignatory | None:
    if key_path is None or certificate_path is None:
        if key_path is not None or certificate_path is not None or passphrase is not None:
            raise click.UsageError("a snapshot is signed by --key and --cert together")
        return None
    signatory = load_signatory(certificate_path, key_path, None, passphrase)
    check_usable(signatory, now)
    return signatory


def _refuse_taken(*paths: Path) -> None:
    for path in paths:
        if path.exists() or path.is_symlink():
            raise OutputExists(f"{path}: is there already; name another, or move it away")


def _write(out: Path, content: bytes, signatory: FileSignatory | None, now: datetime) -> None:
    """The signature first: where there is a snapshot, there is its signature."""
    if signatory is not None:
        signature = sign_detached(hashlib.sha256(content).digest(), signatory, now)
        _write_absent(signature_path(out), signature)
    _write_absent(out, content)


def _write_absent(path: Path, content: bytes) -> None:
    with naming(path):
        if not write_absent(path, content, READABLE):
            raise OutputExists(f"{path}: is there already; name another, or move it away")


def _export(snapshot: Snapshot, folder: Path) -> tuple[int, int]:
    """Writes beside the folder, which gets its name when all is there."""
    working = folder.with_name(f"{folder.name}.incomplete")
    _refuse_taken(folder, working)
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


def _tell(out: Path, imported: Imported, as_json: bool) -> None:
    if as_json:
        ui.json_result(imported_object(out, imported))
        return
    for entry in imported.left_out:
        ui.note(f"left out: {entry.message}")
    if any(source.kind == "did" for source in imported.snapshot.sources):
        ui.note("the proofs of DID documents are not verified: they are trusted as they came")
    n_left_out = f", {len(imported.left_out):,} left out" if imported.left_out else ""
    n_keys, n_sources = len(imported.snapshot.keys), len(imported.snapshot.sources)
    ui.result(f"wrote {out}: {counted(n_keys, 'key')} from {counted(n_sources, 'source')}{n_left_out}")


def _warn_if_stale(path: Path, snapshot: Snapshot, now: datetime, max_age_days: int) -> None:
    if now - snapshot.made_at > timedelta(days=max_age_days):
        days = (now - snapshot.made_at).days
        ui.note(f"{path}: was made {counted(days, 'day')} ago; import the lists again")
