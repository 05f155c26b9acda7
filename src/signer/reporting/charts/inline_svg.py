"""Turns a drawing of matplotlib into an element of the page, under a policy that allows no inline styles."""

from __future__ import annotations

import re
from typing import Final
from xml.etree import ElementTree

from signer.reporting.report_markup import Html

__all__ = ["inline_svg"]

SVG, XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
DROPPED: Final = {f"{{{SVG}}}metadata", f"{{{SVG}}}style"}
FONT: Final = re.compile(r"(?:(?P<weight>\d+|bold) )?(?P<size>[\d.]+)px .*")
ROOT: Final = ("viewBox",)
LONG_NUMBER: Final = re.compile(r"-?\d+\.\d{3,}")
KEPT_DIGITS = 2


def inline_svg(drawing: bytes, name: str, title: str, classes: str) -> Html:
    """The drawing with its styles as attributes, the font of the page, and a title that is read out.

    Ids get `name` before them, as there are other drawings in the page; those that nothing refers to go.
    """
    root = ElementTree.fromstring(drawing)  # noqa: S314 (made by ourselves a moment ago)
    text = ElementTree.tostring(root, encoding="unicode")
    used = set(re.findall(r"(?:url\(#|href=\"#)([^)\"]+)", text))
    _plain(root, name, used)
    for attribute in set(root.attrib) - set(ROOT):
        del root.attrib[attribute]
    root.attrib |= {"class": classes, "role": "img", "aria-label": title}
    ElementTree.register_namespace("", SVG)
    return Html(ElementTree.tostring(root, encoding="unicode"))


def _plain(element: ElementTree.Element, name: str, used: set[str]) -> None:
    for child in [*element]:
        if child.tag in DROPPED:
            element.remove(child)
        else:
            _plain(child, name, used)
    for key, value in _attributes(element).items():
        element.set(key, LONG_NUMBER.sub(_shortened, value))
    own = element.get("id")
    if own is not None and own not in used:
        del element.attrib["id"]
    elif own is not None:
        element.set("id", f"{name}-{own}")
    for key in ("clip-path", "href"):
        if (refers := element.get(key)) is not None:
            element.set(key, refers.replace("#", f"#{name}-", 1))
    element.text, element.tail = (_kept(element.text), None) if element.tag.endswith("text") else (None, None)


def _attributes(element: ElementTree.Element) -> dict[str, str]:
    """Its attributes, with each entry of `style` as one of them (SVG 1.1, section 6.1)."""
    found: dict[str, str] = {}
    styles = element.attrib.pop("style", "")
    if (href := element.attrib.pop(f"{{{XLINK}}}href", None)) is not None:
        found["href"] = href
    for entry in filter(None, (part.strip() for part in styles.split(";"))):
        key, _, value = (part.strip() for part in entry.partition(":"))
        if key == "font" and (font := FONT.fullmatch(value)):
            found["font-size"] = font["size"]
            if font["weight"] and font["weight"] != "400":
                found["font-weight"] = font["weight"]
        else:
            found[key] = value
    return {**element.attrib, **found}


def _kept(text: str | None) -> str | None:
    return text.strip() if text else None


def _shortened(number: re.Match[str]) -> str:
    return f"{float(number[0]):.{KEPT_DIGITS}f}".rstrip("0").rstrip(".")
