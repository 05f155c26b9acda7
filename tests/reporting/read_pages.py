"""What a person reads in a report: its tables, taken out of the HTML by a parser of its own."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class ReadTable:
    """A table by its caption; rows of the texts of cells, the headings first."""

    caption: str = ""
    rows: list[list[str]] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tables: list[ReadTable] = []
        self.tags: list[str] = []
        self._into: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag == "table":
            self.tables.append(ReadTable())
        elif tag == "tr":
            self.tables[-1].rows.append([])
        elif tag in ("th", "td"):
            self.tables[-1].rows[-1].append("")
            self._into = "cell"
        elif tag == "caption":
            self._into = "caption"

    def handle_endtag(self, tag: str) -> None:
        if tag in ("th", "td", "caption"):
            self._into = None

    def handle_data(self, data: str) -> None:
        if self._into == "cell":
            self.tables[-1].rows[-1][-1] += data
        elif self._into == "caption":
            self.tables[-1].caption += data


def tables_of(page: str) -> dict[str, list[list[str]]]:
    """All tables of a page, without their headings, by caption."""
    reader = _Reader()
    reader.feed(page)
    return {table.caption: table.rows[1:] for table in reader.tables}


def tags_of(page: str) -> set[str]:
    """The elements that are in it."""
    reader = _Reader()
    reader.feed(page)
    return set(reader.tags)


def number(text: str) -> int | None:
    """A count as it stands in the English page; None for a mark."""
    digits = text.replace(",", "")
    return int(digits) if digits.isdigit() else None
