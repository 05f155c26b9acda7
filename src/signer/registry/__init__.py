"""The registry: Delta tables of all that was issued, refused and revoked; a part is in once or not at all."""

from signer.registry.authentication import FileKey
from signer.registry.lease import Lease
from signer.registry.opening import open_or_create, open_registry
from signer.registry.part_files import NewFile, PartFile, PartFiles, WorkingFile, WorkingPart
from signer.registry.registry import Registry

__all__ = [
    "FileKey",
    "Lease",
    "NewFile",
    "PartFile",
    "PartFiles",
    "Registry",
    "WorkingFile",
    "WorkingPart",
    "open_or_create",
    "open_registry",
]
