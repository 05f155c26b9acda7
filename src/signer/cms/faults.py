"""What can be wrong with a CMS signature, whoever made it and over what."""

from __future__ import annotations

import enum

__all__ = ["CmsFault", "CmsInvalid"]


class CmsFault(enum.StrEnum):
    """In the order in which they are looked for."""

    UNREADABLE = "signature_unreadable"
    INCOMPLETE = "signature_incomplete"
    ALGORITHM = "algorithm_refused"
    WRONG = "signature_wrong"
    CONTENT = "content_changed"


class CmsInvalid(Exception):
    """A signature that is not taken, and half a sentence why; whoever asked makes an error of it."""

    def __init__(self, fault: CmsFault, detail: str) -> None:
        super().__init__(fault, detail)
        self.fault, self.detail = fault, detail
