"""`signer trust import`: lists of others' keys to a snapshot, and what is left out."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path

import click

from signer.cli import ui
from signer.cli.keys import passphrase_of
from signer.cli.trust_text import imported_object, shown
from signer.cli.trust_writing import refuse_taken, require_folder, signatory_options, write_new
from signer.cli.words import counted
from signer.cms import check_usable, sign_detached, signature_path
from signer.keys import FileSignatory, load_signatory
from signer.trust import SIGNED, Imported, import_sources, load_anchors, snapshot_text

__all__ = ["import_"]


@click.command("import")
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
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
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
    certificates in PEM or DER, and folders of certificates and DID documents.

    A bad entry is left out and told, the others are taken. With --key and --cert the snapshot is signed:
    SNAPSHOT.p7s. Nothing is written over.
    """
    now = datetime.now(UTC)
    if (anchor_path is not None) and unsigned:
        raise click.UsageError("name either --anchor or --allow-unsigned")
    signatory = _signatory(key_path, certificate_path, passphrase_of(passphrase_file, passphrase_env), now)
    require_folder(out)
    refuse_taken(out, *([signature_path(out)] if signatory else []))
    anchors = None if anchor_path is None else load_anchors(anchor_path)
    imported = import_sources(sources, anchors, made_at=now, unsigned=unsigned)
    _write(out, snapshot_text(imported.snapshot).encode("ascii"), signatory, now)
    _tell(out, imported, as_json)


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


def _write(out: Path, content: bytes, signatory: FileSignatory | None, now: datetime) -> None:
    """The signature first: where there is a snapshot, there is its signature."""
    if signatory is not None:
        signature = sign_detached(hashlib.sha256(content).digest(), signatory, now)
        write_new(signature_path(out), signature)
    write_new(out, content)


def _tell(out: Path, imported: Imported, as_json: bool) -> None:
    for source in imported.snapshot.sources:
        if source.kind in SIGNED and not source.signed:
            ui.note(shown(f"{source.name}: was taken without asking who signed it, and the snapshot says so"))
    if as_json:
        ui.json_result(imported_object(out, imported))
        return
    for entry in imported.left_out:
        ui.note(shown(f"left out: {entry.message}"))
    if any(source.kind == "did" for source in imported.snapshot.sources):
        ui.note("the proofs of DID documents are not verified: they are trusted as they came")
    if any(source.kind == "files" for source in imported.snapshot.sources):
        ui.note("certificates from files are trusted as DSCs because you name them: put no others there")
    n_left_out = f", {len(imported.left_out):,} left out" if imported.left_out else ""
    n_keys, n_sources = len(imported.snapshot.keys), len(imported.snapshot.sources)
    ui.result(f"wrote {out}: {counted(n_keys, 'key')} from {counted(n_sources, 'source')}{n_left_out}")
