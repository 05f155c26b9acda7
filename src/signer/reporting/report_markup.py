"""HTML that is put together from elements: whatever is text is escaped, so no name can become markup."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import escape

__all__ = ["Html", "dated", "element", "joined", "paragraph", "table"]

MOMENT = re.compile(r"\d{4}-\d\d-\d\d(?: \d\d:\d\d)?", re.ASCII)


class Html(str):
    """Markup that an element of this file has made, or that stands in the package."""

    __slots__ = ()


def element(name: str, *children: str, **attributes: str | None) -> Html:
    """An element; children that are no Html are escaped, attributes of None left out.

    `class_` stands for class, and "_" in names for "-".
    """
    told = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    return Html(f"<{name}{told}>{joined(children)}</{name}>")


def joined(children: Iterable[str]) -> Html:
    return Html("".join(child if isinstance(child, Html) else escape(_visible(child)) for child in children))


def paragraph(text: str, class_: str | None = None) -> Html:
    return element("p", dated(text), class_=class_)


def dated(text: str) -> Html:
    """Text in which no date is broken at the end of a line."""
    return Html(MOMENT.sub(lambda found: element("time", found[0]), joined([text])))


def table(
    caption: str, headings: Sequence[str], rows: Iterable[Sequence[str]], *, texts: int = 1, class_: str = ""
) -> Html:
    """A table that scrolls where it is wider than the page; the first `texts` columns are no numbers.

    The first cell of a row names it. An Html that is a whole cell stands as it is; a heading that
    begins with a blank is none of numbers.
    """
    is_text = [column < texts or heading.startswith(" ") for column, heading in enumerate(headings)]
    head = [
        element("th", heading.lstrip(), scope="col", class_=None if text else "number")
        for heading, text in zip(headings, is_text, strict=True)
    ]
    body = [element("tr", *_cells(row, texts)) for row in rows]
    inner = element(
        "table",
        element("caption", caption),
        element("thead", element("tr", *head)),
        element("tbody", *body),
        class_=class_ or None,
    )
    return element("div", inner, class_="scroll", tabindex="0", role="region", aria_label=caption)


def _cells(row: Sequence[str], texts: int) -> list[Html]:
    cells = []
    for column, cell in enumerate(row):
        if isinstance(cell, Html) and cell.startswith("<td"):
            cells.append(cell)
        elif column == 0:
            cells.append(element("th", element("bdi", dated(cell)), scope="row"))
        else:
            cells.append(element("td", cell, class_=None if column < texts else "number"))
    return cells


def _visible(text: str) -> str:
    """Without characters that have no place in a page."""
    return "".join(each if each.isprintable() else repr(each)[1:-1] for each in text)
