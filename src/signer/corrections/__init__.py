"""The way back: refused shots to the facilities that can correct them, and corrections in again."""

from signer.corrections.corrections import Corrections, IsAttested, read_corrections
from signer.corrections.refusals import REFUSED_CORRECTIONS, RefusalKind
from signer.corrections.settling import CORRECTIONS_TAKEN
from signer.corrections.sheets import SheetFormat, check_format, write_sheets
from signer.corrections.unverified_persons import write_unverified_persons

__all__ = [
    "CORRECTIONS_TAKEN",
    "REFUSED_CORRECTIONS",
    "Corrections",
    "IsAttested",
    "RefusalKind",
    "SheetFormat",
    "check_format",
    "read_corrections",
    "write_sheets",
    "write_unverified_persons",
]
