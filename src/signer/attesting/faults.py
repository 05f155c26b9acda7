"""Why a file of shots is not taken as attested: one code a way, with what to do and who must do it."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from pathlib import Path

from signer.cms import CmsFault

__all__ = ["Fault", "FaultKind", "NotAttestedError", "WhoActs"]

SIGN_AGAIN = "sign it again by `signer attest sign`"


class WhoActs(enum.StrEnum):
    """Who must act so that the file is taken."""

    SIGNATORY = "whoever signs the file"
    AUTHORITY = "the authority that made the certificate"
    INTAKE = "whoever takes the files in"


class FaultKind(enum.Enum):
    """In the order in which they are looked for: the first one found is the file's."""

    actor: WhoActs
    advice: str

    def __new__(cls, code: str, actor: WhoActs, advice: str) -> FaultKind:
        member = object.__new__(cls)
        member._value_ = code
        member.actor = actor
        member.advice = advice
        return member

    @property
    def code(self) -> str:
        """The stable name that JSON and tables carry, such as "not_signed"."""
        return str(self.value)

    @classmethod
    def of(cls, fault: CmsFault) -> FaultKind:
        """What a fault of CMS is for a file of shots."""
        return next(kind for kind in cls if kind.code == fault.value)

    FILE_UNREADABLE = "file_unreadable", WhoActs.INTAKE, "check the path and the file, copy it again"
    NOT_SIGNED = (
        "not_signed",
        WhoActs.SIGNATORY,
        "hand in its .p7s beside it, or sign it by `signer attest sign`",
    )
    SIGNATURE_UNREADABLE = "signature_unreadable", WhoActs.SIGNATORY, SIGN_AGAIN
    SIGNATURE_INCOMPLETE = "signature_incomplete", WhoActs.SIGNATORY, SIGN_AGAIN
    ALGORITHM_REFUSED = (
        "algorithm_refused",
        WhoActs.SIGNATORY,
        "use SHA-256 with a key on P-256, P-384 or P-521, or RSA of 2048 bits and more",
    )
    SIGNATURE_WRONG = "signature_wrong", WhoActs.SIGNATORY, SIGN_AGAIN
    SIGNED_IN_FUTURE = "signed_in_future", WhoActs.SIGNATORY, "set the clock right and " + SIGN_AGAIN
    NOT_IN_FORCE = "not_in_force", WhoActs.SIGNATORY, "get a certificate in force and " + SIGN_AGAIN
    NOT_TRUSTED = (
        "not_trusted",
        WhoActs.SIGNATORY,
        "sign with a certificate of a known CA, and name those between by --chain",
    )
    USAGE_WRONG = "usage_wrong", WhoActs.AUTHORITY, "have a certificate made for signing documents"
    NAMES_NO_PLACE = (
        "names_no_place",
        WhoActs.AUTHORITY,
        "have a certificate made that names the province (ST), and the facility (O) or OU=central signer",
    )
    CONTENT_CHANGED = (
        "content_changed",
        WhoActs.SIGNATORY,
        "copy both files again, or sign the file as it is now (openssl cms -sign needs -binary)",
    )
    OTHER_PROVINCE = "other_province", WhoActs.SIGNATORY, "hand in rows of one's own province only"
    OTHER_FACILITY = (
        "other_facility",
        WhoActs.SIGNATORY,
        "hand in rows of one's own facility only, or have the province's central signer sign",
    )


@dataclass(frozen=True)
class Fault:
    """What is wrong with a file and what to do about it, each half a sentence without personal data."""

    file: Path
    kind: FaultKind
    detail: str
    advice: str

    @property
    def message(self) -> str:
        """Which file, what is wrong with it, and what to do."""
        return f"{self.file}: {self.detail}; {self.advice}"


class NotAttestedError(Exception):
    """Ends the check of one file; `check_attestation` makes a Fault of it."""

    def __init__(self, kind: FaultKind, detail: str, advice: str = "") -> None:
        super().__init__(kind, detail)
        self.kind, self.detail = kind, detail
        self.advice = advice or kind.advice
