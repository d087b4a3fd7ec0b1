"""What Vega draws, made fit to stand in a page: few elements, no styles, the theme's colours.

A page's Content-Security-Policy forbids styles in it, so colours are classes there; on paper, where
a drawing has no style sheet, and in a picture for mail they are what they are.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from xml.etree import ElementTree as ET

from markupsafe import escape

from publisher.render.charts.colours import NAMES, PAPER

_NS = "{http://www.w3.org/2000/svg}"
_KEPT = frozenset({"svg", "g", "path", "line", "rect", "text", "tspan", "circle"})
_ATTRIBUTES = frozenset({
    "d", "fill", "fill-opacity", "font-size", "font-weight", "font-family", "height", "opacity",
    "stroke", "stroke-dasharray", "stroke-linecap", "stroke-opacity", "stroke-width",
    "text-anchor", "transform", "width", "x", "x1", "x2", "y", "y1", "y2", "cx", "cy", "r",
})  # fmt: skip
_DEFAULTS = {("opacity", "1"), ("stroke-width", "1"), ("text-anchor", "start")}
_LONG = re.compile(r"-?\d+\.\d{3,}")
_SHORT = {"f": "fill", "s": "stroke"}


class Unfit(ValueError):
    """A text that is no SVG."""


def on_page(svg: str, colours: Mapping[str, str], alt: str, name: str) -> str:
    """The drawing for a page, and for paper.

    Each colour is a class, by which a page's styles follow light and dark, beside the one that it
    has without styles.  `alt` is what the drawing shows, in words; `name` its own class.  Raises
    Unfit.
    """
    root = _clean(svg)
    face = ""
    for each in root.iter():
        face = each.attrib.pop("font-family", "") or face
        marks = []
        for short, key in _SHORT.items():
            if (colour := each.get(key, "")) in NAMES:
                each.set(key, colours[colour])
                marks.append(f"{short}-{NAMES[colour].replace('_', '-')}")
        if marks:
            each.set("class", " ".join(marks))
    root.set("class", name)
    if face:
        root.set("font-family", face)
    return _written(root, f' role="img" aria-label="{escape(alt)}"')


def for_picture(svg: str, colours: Mapping[str, str]) -> str:
    """The drawing to make a picture of: on a ground, for a mail program may be dark."""
    root = _clean(svg)
    for each in root.iter():
        for key in _SHORT.values():
            if (colour := each.get(key, "")) in colours:
                each.set(key, colours[colour])
    ground = ET.Element("rect", width="100%", height="100%", fill=colours[PAPER])
    root.insert(0, ground)
    return _written(root, "")


def size_of(svg: str) -> tuple[int, int]:
    """Width and height in px, of a drawing by Vega.  Raises Unfit."""
    root = _parsed(svg)
    try:
        return round(float(root.get("width", ""))), round(float(root.get("height", "")))
    except ValueError as error:
        raise Unfit("an SVG without a size") from error


def _parsed(svg: str) -> ET.Element:
    if "<!" in svg:  # no entity, no other document: Vega writes neither
        raise Unfit("an SVG with declarations")
    try:
        root = ET.fromstring(svg)  # noqa: S314  without declarations nothing is expanded
    except ET.ParseError as error:
        raise Unfit(str(error)) from error
    if root.tag != f"{_NS}svg":
        raise Unfit(f"{root.tag} is no SVG")
    return root


def _clean(svg: str) -> ET.Element:
    root = _parsed(svg)
    width, height = size_of(svg)
    found = _kept(root)
    assert found is not None
    found.attrib.clear()
    found.attrib.update(width=str(width), height=str(height), viewBox=root.get("viewBox", ""))
    return found


def _kept(old: ET.Element) -> ET.Element | None:
    """An element with what of it and below it is drawn; None where that is nothing."""
    tag = str(old.tag).removeprefix(_NS)
    if tag not in _KEPT or old.get("display") == "none" or _is_bare(tag, old):
        return None
    new = ET.Element(tag)
    new.text = old.text if tag in ("text", "tspan") else None
    for key, value in old.attrib.items():
        short = _LONG.sub(_rounded, value).removesuffix("px")
        if key in _ATTRIBUTES and (key, short) not in _DEFAULTS and short:
            new.set(key, short)
    for child in old:
        if (kept := _kept(child)) is not None:
            new.append(kept)
    if tag == "g":
        return _without_empty(new)
    return new


def _rounded(number: re.Match[str]) -> str:
    return f"{float(number[0]):.2f}".rstrip("0").rstrip(".")


def _is_bare(tag: str, old: ET.Element) -> bool:
    """Whether nothing is seen of it: a ground without a colour, a path that goes nowhere."""
    if tag == "path":
        return not old.get("d") or not (old.get("fill") or old.get("stroke"))
    return tag == "text" and not (old.text or "").strip()


def _without_empty(group: ET.Element) -> ET.Element | None:
    """A group, or its only child where the group says nothing."""
    if group.get("transform") == "translate(0,0)":
        del group.attrib["transform"]
    if not len(group):
        return None
    return group[0] if len(group) == 1 and not group.attrib else group


def _written(root: ET.Element, more: str) -> str:
    text = ET.tostring(root, encoding="unicode", short_empty_elements=True)
    return text.replace("<svg", f'<svg xmlns="http://www.w3.org/2000/svg"{more}', 1)
