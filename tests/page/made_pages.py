"""Trust snapshots and verifier pages that tests make for themselves, and what a person does with a page."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from click.testing import CliRunner
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from page.devtools import Browser, Page
from reference.little_issuer import NOW

from signer.cli import main
from signer.verifying import Dsc

__all__ = ["choose_picture", "entry_of", "open_page", "paste", "shown", "write_page", "write_snapshot"]

TIME_ZONE = "Asia/Ho_Chi_Minh"
MADE_AT = "2022-05-31T12:00:00Z"
DONE = "document.getElementById('result').dataset.verdict"


def entry_of(certificate: x509.Certificate, **changes: Any) -> dict[str, Any]:
    """A key of a snapshot; `changes` replace what the certificate says."""
    try:
        usages = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
        eku = [usage.dotted_string for usage in usages]
    except (x509.ExtensionNotFound, ValueError):  # ValueError: an empty one, which means all kinds, too
        eku = []
    dsc = Dsc.from_certificate(certificate)
    moments = {"not_before": dsc.not_before, "not_after": dsc.not_after}
    return {
        "kid": base64.b64encode(dsc.kid).decode(),
        "country": dsc.country,
        "certificate": base64.b64encode(certificate.public_bytes(Encoding.DER)).decode(),
        "jwk": None,
        **{name: moment.strftime("%Y-%m-%dT%H:%M:%SZ") for name, moment in moments.items()},
        "eku": eku,
        "source": 0,
        **changes,
    }


def write_snapshot(path: Path, entries: Iterable[dict[str, Any]], made_at: str = MADE_AT) -> Path:
    keys = list(entries)
    snapshot = {
        "format": "signer-trust-snapshot",
        "version": 1,
        "made_at": made_at,
        "sources": [{"kind": "files", "name": "test", "sha256": "00" * 32, "n_keys": len(keys)}],
        "keys": keys,
    }
    path.write_text(json.dumps(snapshot, sort_keys=True, indent=1))
    return path


def write_page(
    folder: Path, entries: Iterable[dict[str, Any]], made_at: str = MADE_AT, revoked: Sequence[Path] = ()
) -> Path:
    """A page that trusts these keys and asks these filters, as the command makes it."""
    page = folder / "verify.html"
    snapshot = write_snapshot(folder / "trust.json", entries, made_at)
    filters = [part for each in revoked for part in ("--revoked", str(each))]
    result = CliRunner().invoke(main, ["trust", "page", str(snapshot), "--out", str(page), *filters])
    assert result.exit_code == 0, result.output
    return page


def open_page(browser: Browser, file: Path, at: datetime = NOW, language: str = "en") -> Page:
    """The page in a tab whose clock stands at `at`, in Vietnam, and whose reader speaks `language`."""
    languages = f"Object.defineProperty(navigator, 'languages', {{value: ['{language}']}});"
    page = browser.open(file.as_uri(), before=languages + clock(at))
    page.call("Emulation.setTimezoneOverride", timezoneId=TIME_ZONE)
    return page


def clock(at: datetime) -> str:
    return f"Date.now = () => {at.timestamp() * 1000};"


def paste(page: Page, text: str, at: datetime | None = None) -> dict[str, Any]:
    """Puts a text in and asks for its verdict."""
    page.evaluate(
        f"{'' if at is None else clock(at)} delete document.getElementById('result').dataset.verdict;"
        f"document.getElementById('text').value = {json.dumps(text)};"
        "document.querySelector('#check button').click()"
    )
    page.wait_for(DONE)
    return shown(page)


def choose_picture(page: Page, file: Path) -> dict[str, Any]:
    """Chooses a picture file; waits until it has been looked at."""
    page.evaluate("delete document.getElementById('result').dataset.verdict")
    page.choose_file("#picture", file)
    page.wait_for(f"{DONE} && !document.getElementById('result').textContent.startsWith('Reading')")
    return shown(page)


def shown(page: Page) -> dict[str, Any]:
    """The result as it stands: verdict, reason, colour, its text, and its fields by their label."""
    answer: dict[str, Any] = page.evaluate("""(() => {
      const result = document.getElementById('result');
      const cells = [...result.querySelectorAll('dl > div')].map(({children}) => [...children]);
      const fields = Object.fromEntries(cells.map((row) => row.map(({textContent}) => textContent)));
      const {verdict, reason} = result.dataset;
      const colour = result.className.replace('result ', '');
      return {verdict, reason: reason || null, colour, text: result.innerText, fields};
    })()""")
    return answer
