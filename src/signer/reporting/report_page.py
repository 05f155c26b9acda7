"""Puts a report together: one HTML page that loads nothing, runs no script, and reads well on paper."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from signer import __version__
from signer.durations import DAY_S
from signer.reporting.report_certificates import (
    expiry_section,
    keys_section,
    revocations_section,
    runs_section,
    throughput_section,
)
from signer.reporting.report_content import ReportContent
from signer.reporting.report_markup import Html, element, joined, paragraph
from signer.reporting.report_progress import places_section, progress_section, refusals_section
from signer.reporting.report_words import LanguageCode, Words

__all__ = ["make_report"]

FOLDER: Final = Path(__file__).parent
PLACE: Final = re.compile(r"\{(policy|style|language|title|body)\}")

Section = Callable[[ReportContent, Words], Iterator[Html]]
SECTIONS: Final[dict[str, Section]] = {
    "progress": progress_section,
    "provinces": places_section,
    "refusals": refusals_section,
    "throughput": throughput_section,
    "expiry": expiry_section,
    "keys": keys_section,
    "revocations": revocations_section,
    "runs": runs_section,
}
"""By the names of their headings."""


def make_report(content: ReportContent, registry: str, language: LanguageCode) -> str:
    """The page in a language; `registry` names it to people. Equal content gives equal text, on one machine.

    Raises ReportUnready where the extra [report] is missing.
    """
    words = Words(language)
    style = (FOLDER / "report.css").read_text("utf-8")
    parts = {
        "policy": _policy(style),
        "style": style,
        "language": language,
        "title": words.text("title"),
        "body": joined([_header(content, registry, words), *_sections(content, words), _footer(words)]),
    }
    html = (FOLDER / "report.html").read_text("utf-8")
    return PLACE.sub(lambda place: parts[place[1]], html)


def _policy(style: str) -> str:
    """A content security policy: its own style and nothing else, no script, no network."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def _header(content: ReportContent, registry: str, words: Words) -> Html:
    values = {"registry": registry, "now": words.moment(content.now)}
    if content.deadline is None:
        made = words.text("made", **values)
    else:
        made = words.text("made_deadline", **values, deadline=words.moment(content.deadline))
    return element(
        "header",
        element("h1", words.text("title")),
        paragraph(made),
        element("ul", *_tiles(content, words), class_="tiles"),
    )


def _tiles(content: ReportContent, words: Words) -> Iterator[Html]:
    progress, expiry = content.progress, content.expiry
    yield _tile(words.number(progress.with_certificate), words.text("tile_with"))
    share = words.percent(progress.without_certificate, progress.shots)
    yield _tile(words.number(progress.without_certificate), f"{words.text('tile_without')} ({share})")
    if content.deadline is not None:
        days = (content.deadline - content.now) // DAY_S
        name = "tile_days" if days >= 0 else "tile_days_past"
        yield _tile(words.number(abs(days)), words.text(name))
    yield _tile(words.number(expiry.in_force), words.text("tile_in_force"))
    yield _tile(words.number(expiry.within[30]), words.text("tile_expiring"))
    yield _tile(words.number(content.revocations.revoked), words.text("tile_revoked"))


def _tile(number: str, told: str) -> Html:
    return element("li", element("b", number), element("span", told))


def _sections(content: ReportContent, words: Words) -> Iterator[Html]:
    for name, section in SECTIONS.items():
        heading = element("h2", words.text(name))
        yield element("section", heading, *section(content, words), id=name)
        if name == "provinces" and content.places is not None:
            yield _privacy(content.places.smallest, words)


def _privacy(smallest: int, words: Words) -> Html:
    told = words.text("privacy", smallest=words.number(smallest), most=words.number(smallest - 1))
    return paragraph(told, class_="small")


def _footer(words: Words) -> Html:
    made_by = words.text("footer", version=__version__)
    return element("footer", paragraph(f"{words.text('utc')} {made_by}"))
