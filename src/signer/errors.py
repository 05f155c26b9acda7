"""The one tree of errors that leave the package; each carries the exit code of the command line."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final, Self

__all__ = [
    "LAYER_OF",
    "CertificateInvalid",
    "CpuLevelUnknown",
    "DiskFull",
    "InputUnreadable",
    "KeyUnusable",
    "OutputExists",
    "OutputUnwritable",
    "PlanChanged",
    "PreflightFailed",
    "PrintUnready",
    "ProfileInvalid",
    "QrTextUnfit",
    "RegistryUnreadable",
    "ReportUnready",
    "SignerError",
    "StoppedHalfWay",
    "TrustUnreadable",
]


class SignerError(Exception):
    """Base of all. A message says what, where (file, row, field) and what to do.

    Messages are in lower case, have no full stop, and hold no personal data.
    """

    exit_code = 3

    @classmethod
    def of_reading(cls, path: Path | str, error: OSError) -> Self:
        """For a file that is there but cannot be read."""
        return cls(f"{path}: cannot be read ({error.strerror}); check its owner and mode")


class InputUnreadable(SignerError):
    """A shots table that is missing, cut short, wrongly encoded, or lacks or mistypes a column."""


class ProfileInvalid(SignerError):
    """A profile that is missing, is not TOML, or has a wrong, missing or unknown entry."""


class CpuLevelUnknown(SignerError):
    """SIGNER_DISABLE_CPU names something that is no level of the kernels."""

    exit_code = 2


class KeyUnusable(SignerError):
    """A key or certificate that cannot be read: wrong passphrase, wrong kind, open file mode."""


class PreflightFailed(SignerError):
    """A DSC that must not sign this run: foreign, expired, wrong purpose, or not matching its key."""


class OutputExists(SignerError):
    """The place to write to is taken, by an earlier result or by a run that is still going on."""


class OutputUnwritable(SignerError):
    """The place to write to cannot be made or written before anything was started."""


class PlanChanged(SignerError):
    """A run that was begun and cannot be gone on with: other inputs, another version, an expired DSC."""


class PrintUnready(SignerError):
    """What printing needs is missing: the extra [print], or a font with all letters."""


class QrTextUnfit(SignerError):
    """A text that no QR symbol can hold: empty, too long, or with characters that are not alphanumeric."""


class RegistryUnreadable(SignerError):
    """A registry that is missing, of another format, or damaged: a log cut short, a file gone or changed."""


class ReportUnready(SignerError):
    """What a report needs is missing: the extra [report], with which charts are drawn."""


class TrustUnreadable(SignerError):
    """A trust list, revocation list or certificate to verify against that cannot be read."""


class StoppedHalfWay(SignerError):
    """A run that began and could not end: disk full, input damaged, workers dying, or the user's Ctrl-C."""

    exit_code = 4


class DiskFull(StoppedHalfWay):
    """A disk or quota that is full; the same command goes on once there is room."""


LAYER_OF: Final[Mapping[str, str]] = {
    "unreadable": "file",
    "context": "text",
    "size": "text",
    "base45": "base45",
    "zlib": "zlib",
    "cbor": "cbor",
    "cose": "cose",
    "kid_unknown": "trust",
    "algorithm": "trust",
    "signature": "cose",
    "schema": "dcc",
    "value_set": "dcc",
    "issuer": "cwt",
    "key_usage": "trust",
    "dsc_validity": "trust",
    "dates": "dcc",
    "not_yet_valid": "cwt",
    "expired": "cwt",
    "revoked": "trust",
}
"""The classes of failure in the order of the checks, and the layer of each where a failure names no other."""


class CertificateInvalid(SignerError):
    """A certificate that does not verify: `reason` is the class of the failure, `layer` where it lies."""

    exit_code = 1

    def __init__(self, reason: str, message: str, layer: str | None = None) -> None:
        super().__init__(reason, message, layer)
        self.reason = reason
        self.message = message
        self.layer = layer or LAYER_OF[reason]

    def __str__(self) -> str:
        return self.message
