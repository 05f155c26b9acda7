"""Trust: others' keys out of the lists they are published in, kept as dated snapshots; ours published."""

from signer.trust.comparing import Difference, compare
from signer.trust.exporting import export_keys
from signer.trust.importing import SIGNED, Imported, import_sources
from signer.trust.left_out import LeftOut
from signer.trust.reading import load_anchors, read_file
from signer.trust.snapshot import Snapshot, Source, read_snapshot, snapshot_text
from signer.trust.trusted_key import TrustedKey
from signer.trust.uploading import upload_message

__all__ = [
    "SIGNED",
    "Difference",
    "Imported",
    "LeftOut",
    "Snapshot",
    "Source",
    "TrustedKey",
    "compare",
    "export_keys",
    "import_sources",
    "load_anchors",
    "read_file",
    "read_snapshot",
    "snapshot_text",
    "upload_message",
]
