"""Slips with quotation marks, brackets and the characters that mean something in YAML."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import yaml

from publisher.yaml12.mistakes import Mistake, quoted, special_start
from publisher.yaml12.scene import LINE, Scene

if TYPE_CHECKING:
    from yaml.error import Mark


def cannot_start(scene: Scene) -> Mistake:
    """A character that begins no text: ``@``, a backquote, ``%``, a closing bracket, a tab."""
    value = scene.value_from(scene.stop)
    if not value.strip():
        what, remedy = "something is missing here", "close the bracket that is open"
        return Mistake(scene.stop.line + 1, scene.stop.column + 1, what, remedy, "brackets")
    if value.startswith("\t"):
        return tab(scene)
    if value.startswith("%") and scene.stop.column == 0:
        return directive(scene)
    return special_start(value, scene.stop.line, scene.stop.column)


def marked_start(scene: Scene) -> Mistake:
    """A text that begins with ``*``, ``&`` or ``!``."""
    return special_start(scene.value_from(scene.since), scene.since.line, scene.since.column)


def tab(scene: Scene) -> Mistake:
    """A tab where only spaces may stand."""
    what, remedy = "a tab may not stand here", "write spaces in its place"
    if scene.at_line_start(scene.stop):
        what, remedy = "this line is indented with a tab", "indent with spaces, two for each level"
    return Mistake(scene.stop.line + 1, scene.stop.column + 1, what, remedy, "tab")


def directive(scene: Scene) -> Mistake:
    """A line that begins with ``%``."""
    what = 'a line may not begin with "%"'
    remedy = "delete the line; if it is text, put it between quotes"
    return Mistake(scene.since.line + 1, 1, what, remedy, "directive")


def colon_in_text(head: re.Match[str], number: int) -> Mistake:
    """``title: Google: a new era``."""
    value = head["value"].strip()
    what = "this text contains a colon with a space after it, which needs quotes around the text"
    if value[:1] in "“‘「『＂":
        what = f'{value[:1]} is no quotation mark to YAML, and the text contains ": "'
    written = quoted(value)
    remedy = f"write {head['key']}: {written}" if written else "put the text between quotes"
    return Mistake(number + 1, head.start("value") + 1, what, remedy, "quotes")


def after_something(scene: Scene) -> Mistake | None:
    """Text directly after a closing quote, a bracket or ``*word``."""
    number, column = scene.stop.line, scene.stop.column
    line = scene.line(number)
    before = line[:column].rstrip()
    if before[-1:] in ('"', "'"):
        return _after_quoted(scene)
    head = LINE.match(line)
    if not before or not head or head.start("value") >= column:
        return None
    if line[column : column + 1] in "]}":
        return _extra_bracket(number, column, line[column])
    if head["value"][:1] in "[{*&!":
        return special_start(head["value"], number, head.start("value"))
    return None


def _after_quoted(scene: Scene) -> Mistake:
    number, column = scene.stop.line, scene.stop.column
    opened = _quote_opened(scene)
    if opened and opened.line < number:
        return _unclosed(opened, scene)
    return _after_quote(number, column, scene.line(number)[:column].rstrip()[-1])


def after_quote_in(scene: Scene, number: int) -> Mistake | None:
    """A line that begins with a quoted text and goes on after it."""
    line = scene.line(number)
    match = re.match(r"""[ ]*(?:-[ ]+)*(?P<text>"[^"]*"|'[^']*')[ ]*(?=[^\s:#])""", line)
    return _after_quote(number, match.end(), match["text"][0]) if match else None


def _after_quote(number: int, column: int, quote: str) -> Mistake:
    what = f"there is text after the closing quotation mark ({quote})"
    other = "'" if quote == '"' else '"'
    remedy = f"put {other} around the whole text, use “ ” inside it, or write "
    remedy += '\\" for each " inside' if quote == '"' else "'' for each ' inside"
    return Mistake(number + 1, column + 1, what, remedy, "quotes")


def _extra_bracket(number: int, column: int, bracket: str) -> Mistake:
    what = f'there is a "{bracket}" too many'
    remedy = "delete it, or put the text between quotes"
    return Mistake(number + 1, column + 1, what, remedy, "brackets")


def _quote_opened(scene: Scene) -> Mark | None:
    """Where the quoted text that ends just before the stop was opened."""
    loader = yaml.CBaseLoader(scene.text)
    opened: Mark | None = None
    try:
        while (token := loader.get_token()) and token.end_mark.index <= scene.stop.index:
            if isinstance(token, yaml.ScalarToken) and token.style:
                opened = token.start_mark
    except yaml.YAMLError:
        pass  # the tokens before the stop are all that is wanted
    return opened


def open_quote(scene: Scene) -> Mistake:
    """A quotation mark that is never closed."""
    return _unclosed(scene.since, scene)


def _unclosed(opened: Mark, scene: Scene) -> Mistake:
    line = scene.line(opened.line)
    quote = line[opened.column : opened.column + 1]
    what = f"the quotation mark opened here ({quote}) is not closed in this line"
    remedy = f"close the text with {quote}"
    if line.rstrip()[-1:] in ("”", "’", "＂"):
        remedy += f" (the line ends with {line.rstrip()[-1]}, which does not count)"
    return Mistake(opened.line + 1, opened.column + 1, what, remedy, "quotes")


def open_bracket(scene: Scene) -> Mistake:
    """``[`` or ``{`` without end, or with something between its parts that is no comma."""
    if scene.since.line == scene.stop.line:
        return _full_width_comma(scene) or _no_comma(scene)
    opening = scene.value_from(scene.since)[:1]
    closing = _closing(scene)
    what = f'the "{opening}" opened here is not closed by "{closing}", or a comma is missing in it'
    remedy = f'close it with "{closing}"'
    if opening == "[":
        remedy += '; a text that begins with "[" stands between quotes'
    return Mistake(scene.since.line + 1, scene.since.column + 1, what, remedy, "brackets")


def _closing(scene: Scene) -> str:
    return "]" if scene.value_from(scene.since).startswith("[") else "}"


def _full_width_comma(scene: Scene) -> Mistake | None:
    inside = scene.line(scene.since.line)[scene.since.column : scene.stop.column + 1]
    match = re.search(r"[，、；](?=\s*[\w-]+\s*:)", inside)
    if not match:
        return None
    what = f"the comma between two parts is a full-width one ({match.group()})"
    column = scene.since.column + match.start() + 1
    return Mistake(scene.since.line + 1, column, what, 'write ", "', "brackets")


def _no_comma(scene: Scene) -> Mistake:
    what = f'a comma or "{_closing(scene)}" is missing before this'
    remedy = 'put commas between the parts, and quotes around a text with ": " or ", " in it'
    return Mistake(scene.stop.line + 1, scene.stop.column + 1, what, remedy, "brackets")


def escape(scene: Scene) -> Mistake:
    """A backslash between double quotes before a character that it does not go with."""
    what = 'between double quotes a backslash goes only before n, t, ", \\ or u and four digits'
    remedy = "write \\\\ for a backslash, or put the text between single quotes"
    return Mistake(scene.stop.line + 1, scene.stop.column + 1, what, remedy, "quotes")


def block_header(scene: Scene) -> Mistake:
    """Text on the line of ``|`` or ``>``, or a text that begins with one of them."""
    mark = scene.value_from(scene.since)[:1]
    what = f'"{mark}" announces a text on the lines below, so nothing may follow it here'
    remedy = f'put the text between quotes, or begin it on the line after "{mark}"'
    return Mistake(scene.since.line + 1, scene.since.column + 1, what, remedy, "quotes")
