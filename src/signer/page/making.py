"""Puts the page together: its parts from beside, keys, filters, and a policy that allows no more."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from signer.page.revoked_filter import RevokedFilter
from signer.page.scripts import FOLDER, joined_scripts
from signer.page.trusted_keys import TrustedKeys
from signer.records.value_sets import (
    DISEASES,
    MANUFACTURERS,
    PRODUCT_NAMES,
    VACCINES,
    VACCINES_IN_VIETNAMESE,
)

__all__ = ["make_page"]

ENTRY: Final = "showing/main.js"
_PLACE: Final = re.compile(r"\{(policy|style|trust|revoked|words|script)\}")


def make_page(trusted: TrustedKeys, revoked: Sequence[RevokedFilter] = ()) -> str:
    """Gives the HTML of the page; equal keys and filters give equal text."""
    style, script = (FOLDER / "page.css").read_text("utf-8"), joined_scripts(ENTRY)
    parts = {
        "policy": _policy(style, script),
        "style": style,
        "script": script,
        "trust": _json_in_html(trusted.as_json()),
        "revoked": _json_in_html([each.as_json() for each in revoked]),
        "words": _json_in_html(
            {"en": _words(VACCINES), "vi": _words({**VACCINES, **VACCINES_IN_VIETNAMESE})}
        ),
    }
    html = (FOLDER / "page.html").read_text("utf-8")
    return _PLACE.sub(lambda place: parts[place[1]], html)


def _policy(style: str, script: str) -> str:
    """A content security policy: the page may run itself and nothing else, and reach no network."""
    return "; ".join(
        [
            "default-src 'none'",
            f"script-src {_hash_source(script)}",
            f"style-src {_hash_source(style)}",
            "base-uri 'none'",
            "form-action 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        ]
    )


def _hash_source(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def _json_in_html(value: Any) -> str:
    """JSON in which nothing can end the element around it or begin another (HTML, section 4.12.1.3)."""
    text = json.dumps(value, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return text.replace("<", r"\u003c").replace(">", r"\u003e").replace("&", r"\u0026")


def _words(vaccines: Mapping[str, str]) -> dict[str, Mapping[str, str]]:
    return {
        "diseases": DISEASES,
        "vaccines": vaccines,
        "products": PRODUCT_NAMES,
        "manufacturers": MANUFACTURERS,
    }
