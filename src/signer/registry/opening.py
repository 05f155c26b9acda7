"""Makes and opens registries: a folder that is one is told by its registry.json; any other is left alone."""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
from pathlib import Path
from typing import Any

from signer import durable, failpoints
from signer.errors import OutputExists, OutputUnwritable, RegistryUnreadable
from signer.failpoints import failpoint
from signer.records.pictures import PictureOptions
from signer.records.schemas import REFUSED, REVOCATIONS, registered_schema
from signer.registry import layout
from signer.registry.mending import mend
from signer.registry.registry import Registry
from signer.registry.table_log import create_table

__all__ = ["open_or_create", "open_registry"]

FORMAT = 1
UNFIT = re.compile(r"[\x00-\x1f\x7f\\\ud800-\udfff]|%[0-9A-Fa-f]{2}")
UNFIT_TOLD = "no line breaks and the like, no backslash, no % before two hex digits, and is UTF-8"
URL = re.compile(r"(s3a?|gs|gcs|az|azure|abfss?|adl|wasbs?|https?|file|hdfs):/", re.ASCII)
DESCRIPTIONS = {
    layout.CERTIFICATES: "all certificates ever issued",
    layout.REFUSED: "all rows ever refused, with the reason",
    layout.REVOCATIONS: "all certificates revoked",
}


def open_or_create(path: Path, pictures: PictureOptions | None = None, test: bool = False) -> Registry:
    """The registry at `path`, which is made where nothing stands.

    A new one is whole before it has its name. `test` marks a new one as made for tests: failpoints work in
    it. Raises OutputExists where something else stands there or its pictures are of another format,
    OutputUnwritable where it cannot be made, and RegistryUnreadable.
    """
    if told := _unfit(path):
        raise OutputUnwritable(told)
    if not _is_registry(path):
        _refuse_foreign(path)
        _create(path, pictures, test)
    registry = open_registry(path)
    mend(registry.path)  # before anything is read
    _refuse_other_pictures(registry, pictures)
    return registry


def open_registry(path: Path) -> Registry:
    """The registry at `path`, to read or, in a worker, to write parts. Raises RegistryUnreadable."""
    if told := _unfit(path):
        raise RegistryUnreadable(told)
    mark = path / layout.MARK
    try:
        about: dict[str, Any] = json.loads(mark.read_text("utf-8"))
        found, test = about["format"], about["test"]
    except OSError as error:
        raise RegistryUnreadable(f"{mark}: cannot be read: {error.strerror}; is it a registry?") from error
    except (ValueError, KeyError, TypeError) as error:
        raise RegistryUnreadable(f"{mark}: is damaged; it tells the format of the registry") from error
    if found != FORMAT:
        raise RegistryUnreadable(f"{mark}: format {found}, of another version of signer; this knows {FORMAT}")
    for name in (*(f"{table}/{layout.LOG}" for table in layout.TABLES), layout.PLANS):
        if not (path / name).is_dir():
            raise RegistryUnreadable(f"{path / name}: is missing; bring it back from a copy of the registry")
    failpoints.arm(test is True)
    return Registry(path.absolute(), is_test=test is True)


def _unfit(path: Path) -> str | None:
    """Why there can be no registry at `path`: the library takes it for another one, or for none."""
    if URL.match(os.fspath(path)):
        return f"{path}: an object store cannot hold a registry, as it has no locks; name a folder"
    name = f"{path.absolute()} {os.path.realpath(path)}"
    if not UNFIT.search(name):
        return None
    shown = ascii(os.fspath(path))[1:-1]
    return f"{shown}: is no path for a registry, which has {UNFIT_TOLD}; name another folder"


def _is_registry(path: Path) -> bool:
    return (path / layout.MARK).is_file()


def _refuse_foreign(path: Path) -> None:
    try:
        if path.is_symlink() and not path.exists():
            raise OutputExists(f"{path}: is a link to what is not there; name another folder")
        if path.exists() and (not path.is_dir() or any(path.iterdir())):
            raise OutputExists(f"{path}: is no registry and not empty; name another folder")
        if path.exists():  # the user's own, another disk or where the user stands: it is not to be replaced
            raise OutputExists(
                f"{path}: is there and is no registry; name a folder that is not there yet,"
                f" such as {path / 'registry'}"
            )
    except OSError as error:
        raise OutputUnwritable(f"{path}: cannot be looked at: {error.strerror}") from error


def _refuse_other_pictures(registry: Registry, pictures: PictureOptions | None) -> None:
    asked = pictures.format if pictures else None
    if registry.picture_format != asked:
        raise OutputExists(
            f"{registry.path}: holds certificates with {registry.picture_format or 'no'} pictures, "
            f"not {asked or 'none'}; ask for the same, or name another registry"
        )


def _create(path: Path, pictures: PictureOptions | None, test: bool) -> None:
    """Another process may make the same at the same time: then one of them goes, and either is served."""
    final = path.absolute()
    try:
        final.parent.mkdir(parents=True, exist_ok=True)
        working = Path(tempfile.mkdtemp(prefix=f".{final.name}.", suffix=".tmp", dir=final.parent))
    except OSError as error:
        raise OutputUnwritable(f"{path}: cannot be made: {error.strerror}") from error
    try:
        _fill(working, pictures, test)
        durable.publish_folder(working, final)
    except OSError as error:
        if not _is_registry(final):
            raise OutputUnwritable(f"{path}: cannot be made: {error.strerror or error}") from error
    finally:
        shutil.rmtree(working, ignore_errors=True)


def _fill(folder: Path, pictures: PictureOptions | None, test: bool) -> None:
    for name in (*layout.TABLES, layout.PLANS):
        (folder / name).mkdir(layout.PRIVATE_FOLDER)
    schemas = dict(zip(layout.TABLES, (registered_schema(pictures), REFUSED, REVOCATIONS), strict=True))
    for name, schema in schemas.items():
        create_table(folder / name, schema, DESCRIPTIONS[name])
        (folder / name / layout.LOG).chmod(layout.PRIVATE_FOLDER)
        layout.commit_file(folder / name / layout.LOG, 0).chmod(layout.PRIVATE_FILE)
    mark = folder / layout.MARK
    durable.write_text(mark, json.dumps({"format": FORMAT, "test": test}) + "\n")
    mark.chmod(layout.PRIVATE_FILE)
    durable.sync_tree(folder)
    failpoints.arm(test)
    failpoint("registry-made")
