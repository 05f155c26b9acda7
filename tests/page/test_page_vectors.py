"""The official vectors of the member states through the page: its verdicts are those of the command line."""

from __future__ import annotations

import base64
import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from page.devtools import Browser
from page.made_pages import entry_of, open_page, paste, write_page

from signer.errors import CertificateInvalid
from signer.verifying import Dsc, TrustStore, verify

pytestmark = pytest.mark.long


def vectors(corpora: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    for file in sorted((corpora / "dgc-testdata").glob("*/2DCode/raw/*.json")):
        vector = json.loads(file.read_text(encoding="utf-8-sig"))
        if "PREFIX" in vector and "CERTIFICATE" in vector["TESTCTX"]:
            yield f"{file.parts[-4]}/{file.stem}", vector


def certificate_of(vector: dict[str, Any]) -> x509.Certificate:
    return x509.load_der_x509_certificate(base64.b64decode(vector["TESTCTX"]["CERTIFICATE"]))


def clock_of(vector: dict[str, Any]) -> datetime:
    """The validation clock; some have nanoseconds, some no time zone, and some vectors none at all."""
    written = vector["TESTCTX"].get("VALIDATIONCLOCK") or "2021-06-15T00:00:00Z"
    clock = datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", written))
    return clock if clock.tzinfo else clock.replace(tzinfo=UTC)


def by_command_line(text: str, trust: TrustStore, at: datetime) -> tuple[str, str | None]:
    try:
        verify(text, trust, at)
    except CertificateInvalid as failure:
        return "invalid", failure.reason
    return "valid", None


def test_the_page_and_the_command_line_agree_on_every_vector(
    browser: Browser, corpora: Path, tmp_path: Path
) -> None:
    known = dict(vectors(corpora))
    certificates = {certificate_of(vector): None for vector in known.values()}  # each once
    trust = TrustStore.of(Dsc.from_certificate(certificate) for certificate in certificates)
    page = open_page(browser, write_page(tmp_path, map(entry_of, certificates)))
    verdicts: Counter[str | None] = Counter()
    disagreeing = []
    for name, vector in known.items():
        at = clock_of(vector)
        expected = by_command_line(vector["PREFIX"], trust, at)
        result = paste(page, vector["PREFIX"], at)
        verdicts[result["reason"]] += 1
        if (result["verdict"], result["reason"]) != expected:
            disagreeing.append(f"{name}: {expected}, the page {result['reason']}")
    print(f"{len(known)} vectors, {len(certificates)} keys: {dict(verdicts)}")
    assert disagreeing == []
    assert verdicts[None] >= 60
    assert len(verdicts) >= 8
    page.close()
