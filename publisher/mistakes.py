"""What an editor most likely did where YAML cannot be read, in an editor's words.

The parser says where it gave up, and that is often a line after the slip; the rules here look at
the lines around that place for the slips that are made most.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import yaml
from yaml.cyaml import CParser

if TYPE_CHECKING:
    from yaml.error import Mark


@dataclass(frozen=True, slots=True)
class Mistake:
    """Something that is wrong at a place (1-based) of a file, and what would be right."""

    line: int
    column: int
    what: str
    remedy: str
    code: str


_LINE = re.compile(r'(?P<lead>[ ]*(?:-[ ]+)*)(?:(?P<key>[^\s:"\'#\[{][^:]*?|"[^"]*"):[ ]+)?(?P<value>.*)')
_FULL_WIDTH_COLON = re.compile(r'[ ]*(?:-[ ]+)*[\w.-]+[ ]*(?P<colon>：)')
_NO_SPACE = re.compile(r"[ ]*(?:-[ ]+)*[A-Za-z_][\w.-]*(?P<colon>:)(?!//)(?=[^\s])")
_WIDE_SPACE = re.compile(r"[ ]*(?:-[ ]+)*[\w.-]+:(?P<space>[\u3000\xa0])")
_BLOCK_HEADER = re.compile(r"[ ]*(?:-[ ]+)*(?:[^#]*:[ ]+)?[|>][-+0-9]*[ ]*(?:#.*)?$")


def shown(text: str, most: int = 30) -> str:
    """A piece of a text to show in a message: one line, printable, not too long."""
    text = "".join(char if char.isprintable() else " " for char in text.strip())
    return text if len(text) <= most else f"{text[: most - 1]}…"


def quoted(text: str) -> str:
    """A text as it may be written between quotes; "" where none of the two kinds would do."""
    text = shown(text)
    for quote, spoils in (('"', '"\\'), ("'", "'")):
        if not any(char in text for char in spoils):
            return f"{quote}{text}{quote}"
    return ""


class _Scene:
    """The text and the two places the parser names: where it stopped, and where it came from."""

    def __init__(self, text: str, error: yaml.MarkedYAMLError) -> None:
        self.text = text
        self.lines = text.split("\n")
        self.stop: Mark = error.problem_mark or error.context_mark
        self.since: Mark = error.context_mark or self.stop

    def line(self, index: int) -> str:
        return self.lines[index] if 0 <= index < len(self.lines) else ""

    def indent(self, index: int) -> int:
        return len(self.line(index)) - len(self.line(index).lstrip(" "))

    def above(self, index: int) -> int:
        """The nearest line above that is neither empty nor a comment; -1 where there is none."""
        index -= 1
        while index >= 0 and not self.line(index).split("#")[0].strip():
            index -= 1
        return index

    def at_line_start(self, mark: Mark) -> bool:
        return not self.line(mark.line)[: mark.column].strip()

    def value_from(self, mark: Mark) -> str:
        return self.line(mark.line)[mark.column :]


def explain(text: str, error: yaml.MarkedYAMLError) -> Mistake:
    """Why a text is no YAML, said about what its writer did."""
    scene = _Scene(text, error)
    rule = _RULES.get(error.problem or "", _unknown)
    if "directive" in (error.context or ""):
        rule = _directive
    elif "tag" in (error.context or "") or "anchor" in (error.context or ""):
        rule = _special_start
    return rule(scene) or _unknown(scene)


def colon_slip(line: str, number: int) -> Mistake | None:
    """A colon that YAML does not see: full-width, or without a (plain) space after it."""
    if match := _FULL_WIDTH_COLON.match(line):
        what, where = "the colon here is a full-width one (：)", match.start("colon")
        remedy = 'write an ordinary colon and a space: ": "'
    elif match := _WIDE_SPACE.match(line):
        what, where = "the space after the colon is not an ordinary one", match.start("space")
        remedy = "delete it and type a space"
    elif match := _NO_SPACE.match(line):
        what, where = "there is no space after the colon", match.start("colon")
        remedy = f'write "{shown(line[: where + 1])} {shown(line[where + 1 :], 15)}"'
    else:
        return None
    return Mistake(number + 1, where + 1, what, remedy, "colon")


def special_start(value: str, line: int, column: int) -> Mistake:
    """A text whose first character means something else in YAML."""
    what = f'a text that begins with "{value[:1]}" must stand between quotes'
    text = value.strip()
    remedy = f"write {quoted(text)}" if quoted(text) else "put it between quotes"
    return Mistake(line + 1, column + 1, what, remedy, "quotes")


# One rule for each thing the parser says ---------------------------------------------------------


def _cannot_start(scene: _Scene) -> Mistake:
    value = scene.value_from(scene.stop)
    if value.startswith("\t"):
        return _tab(scene)
    if value.startswith("%") and scene.stop.column == 0:
        return _directive(scene)
    return special_start(value, scene.stop.line, scene.stop.column)


def _special_start(scene: _Scene) -> Mistake:
    return special_start(scene.value_from(scene.since), scene.since.line, scene.since.column)


def _tab(scene: _Scene) -> Mistake:
    at = (scene.stop.line + 1, scene.stop.column + 1)
    if scene.at_line_start(scene.stop):
        what, remedy = "this line is indented with a tab", "indent with spaces, two for each level"
    else:
        what, remedy = "a tab may not stand here", "write spaces in its place"
    return Mistake(*at, what, remedy, "tab")


def _directive(scene: _Scene) -> Mistake:
    line = scene.since.line
    return Mistake(
        line + 1,
        1,
        'a line may not begin with "%"',
        "delete the line; if it is text, put it between quotes or under a field",
        "directive",
    )


def _stray_colon(scene: _Scene) -> Mistake | None:
    """A second ``: `` where one is enough: in a text, or on a line that belongs to none."""
    number, column = scene.stop.line, scene.stop.column
    line, above = scene.line(number), scene.above(number)
    head = _LINE.match(line)
    if head and head["key"] and head.start("value") < column:
        return _colon_in_text(head, number)
    slip = colon_slip(scene.line(above), above) or colon_slip(line, number)
    if slip:
        return slip
    if scene.indent(number) > scene.indent(above) or scene.line(above).lstrip().startswith("- "):
        return _too_deep(scene, number, above)
    return _no_name(above, scene.line(above))


def _colon_in_text(head: re.Match[str], number: int) -> Mistake:
    value = head["value"].strip()
    what = "this text contains a colon with a space after it, which needs quotes around the text"
    if value[:1] in "“‘「『＂":
        what = f'{value[:1]} is no quotation mark to YAML, and the text contains ": "'
    written = quoted(value)
    remedy = f"write {head['key']}: {written}" if written else "put the text between quotes"
    return Mistake(number + 1, head.start("value") + 1, what, remedy, "quotes")


def _too_deep(scene: _Scene, number: int, above: int) -> Mistake:
    what = "this line is indented deeper than the one above, which has its text already"
    head = _LINE.match(scene.line(above))
    name, column = "", scene.indent(above)
    if head:
        name, column = head["key"] or "", len(head["lead"])
    beside = f' to stand beside "{shown(name)}"' if name else ""
    remedy = f"indent it by {column} space{'s' * (column != 1)}{beside}"
    if not name and head and "-" in head["lead"]:
        what = "the line above is a plain list item, which can have no fields below it"
        remedy = f'begin the item with its first field: "- name: {shown(head["value"], 15)}"'
    return Mistake(number + 1, scene.indent(number) + 1, what, remedy, "indentation")


def _no_name(number: int, line: str) -> Mistake:
    column = len(line) - len(line.lstrip(" ")) + 1
    return Mistake(
        number + 1,
        column,
        f'this line has no "name:" and continues no text: {shown(line)}',
        "write its name, a colon and a space before it; or, if it belongs to the text above, "
        "indent it deeper; or begin it with a dash and a space if it is an item of a list",
        "structure",
    )


def _no_colon(scene: _Scene) -> Mistake:
    number = scene.since.line
    line = scene.line(number)
    if slip := colon_slip(line, number):
        return slip
    if line.lstrip().startswith("-"):
        return Mistake(
            number + 1,
            scene.indent(number) + 1,
            "there is no space after the dash of this list item",
            f'write "- {shown(line.lstrip()[1:], 15)}"',
            "list",
        )
    if mistake := _below_block(scene, number) or _after_quote_in(scene, number):
        return mistake
    return _no_name(number, line)


def _after_quote_in(scene: _Scene, number: int) -> Mistake | None:
    line = scene.line(number)
    match = re.match(r"""[ ]*(?:-[ ]+)*(?P<text>"[^"]*"|'[^']*')[ ]*(?=[^\s:#])""", line)
    return _after_quote(number, match.end(), match["text"][0]) if match else None


def _below_block(scene: _Scene, number: int) -> Mistake | None:
    """A line of a text under ``|`` or ``>`` that is not indented as far as its first line."""
    index = scene.above(number)
    first = 0
    while index >= 0 and not _BLOCK_HEADER.match(scene.line(index)):
        if scene.indent(index) <= scene.indent(number):
            return None
        first = scene.indent(index)
        index = scene.above(index)
    if index < 0:
        return None
    wanted = first or scene.indent(index) + 2
    return Mistake(
        number + 1,
        scene.indent(number) + 1,
        f"this line is indented less than the text that begins in line {index + 1}",
        f"indent every line of that text by at least {wanted} spaces",
        "indentation",
    )


def _unexpected(scene: _Scene) -> Mistake:
    """Something stands where the next field should begin."""
    return (
        _after_something(scene)
        or (_misindented(scene) if scene.at_line_start(scene.stop) else None)
        or _unknown(scene)
    )


def _after_something(scene: _Scene) -> Mistake | None:
    """Text directly after a closing quote, bracket or ``*word``."""
    number, column = scene.stop.line, scene.stop.column
    line = scene.line(number)
    before = line[:column].rstrip()
    if not before.strip():
        return None
    head = _LINE.match(line)
    value, start = (head["value"], head.start("value")) if head else (line, 0)
    if before[-1] in "\"'":
        opened = _quote_opened(scene)
        if opened and opened.line < number:
            return _unclosed_quote(opened.line, opened.column, scene)
        return _after_quote(number, column, before[-1])
    if line[column : column + 1] in "]}" and value[:1] not in "[{":
        return _extra_bracket(number, column, line[column])
    if value[:1] in "[{*&!":
        if line[column : column + 1] in "]}":
            return _extra_bracket(number, column, line[column])
        return special_start(value, number, start)
    return None


def _extra_bracket(number: int, column: int, bracket: str) -> Mistake:
    what = f'there is a "{bracket}" too many'
    remedy = "delete it, or put the text between quotes"
    return Mistake(number + 1, column + 1, what, remedy, "brackets")


def _after_quote(number: int, column: int, quote: str) -> Mistake:
    what = f"there is text after the closing quotation mark ({quote})"
    other = "'" if quote == '"' else '"'
    remedy = f"put {other} around the whole text, use “ ” inside it, or write "
    remedy += '\\" for each " inside' if quote == '"' else "'' for each ' inside"
    return Mistake(number + 1, column + 1, what, remedy, "quotes")


def _quote_opened(scene: _Scene) -> Mark | None:
    """Where the quoted text that ends just before the stop was opened."""
    parser = CParser(scene.text)
    opened: Mark | None = None
    try:
        while (token := parser.get_token()) is not None and token.end_mark.index <= scene.stop.index:
            if isinstance(token, yaml.ScalarToken) and token.style:
                opened = token.start_mark
    except yaml.YAMLError:
        pass
    return opened


def _misindented(scene: _Scene) -> Mistake:
    number = scene.stop.line
    if below := _below_block(scene, number):
        return below
    line, indent = scene.line(number), scene.indent(number)
    if re.match(r"-(\s|$)", line.lstrip()):
        what = "a list item stands here, where the next field is expected"
        remedy = "put it under the field whose list it belongs to, which has no text of its own"
        return Mistake(number + 1, indent + 1, what, remedy, "list")
    columns = sorted(set(_enclosing(scene, number)) - {indent})
    return _wrong_indent(number, indent, columns)


def _wrong_indent(number: int, indent: int, columns: list[int]) -> Mistake:
    what = f"this line is indented by {indent} space{'s' * (indent != 1)}, like no line above it"
    choice = " or ".join(map(str, columns))
    remedy = f"indent it by {choice} spaces, like the lines it belongs with"
    if not columns:
        what, remedy = "this line belongs to no field", "write it as name: text"
    return Mistake(number + 1, indent + 1, what, remedy, "indentation")


def _enclosing(scene: _Scene, number: int) -> list[int]:
    """The indentations of the line above and of those that it stands under."""
    index, found = scene.above(number), []
    while index >= 0:
        if not found or scene.indent(index) < found[-1]:
            found.append(scene.indent(index))
        index = scene.above(index)
    return found


def _list_broken(scene: _Scene) -> Mistake:
    number = scene.stop.line
    line, indent = scene.line(number), scene.indent(number)
    if slip := colon_slip(line, number):
        return slip
    if below := _below_block(scene, number):
        return below
    what = "this line stands among the items of a list, but begins with no dash"
    remedy = 'begin it with "- ", or indent it like the field that it belongs with'
    if scene.since.column == 0:
        what = "a file is fields (name: text), or a list, not both"
        remedy = "write the list under a name of its own"
    return Mistake(number + 1, indent + 1, what, remedy, "list")


def _open_bracket(scene: _Scene) -> Mistake:
    """``[`` or ``{`` without end, or with something between its parts that is no comma."""
    opening = scene.text[scene.since.index : scene.since.index + 1]
    inside = scene.text[scene.since.index : scene.stop.index + 1]
    same_line = scene.since.line == scene.stop.line
    if same_line and (match := re.search(r"[，、；](?=\s*[\w-]+\s*:)", inside)):
        what = f"the comma between two parts is a full-width one ({match.group()})"
        column = scene.since.column + match.start() + 1
        return Mistake(scene.since.line + 1, column, what, 'write ", "', "brackets")
    closing = {"[": "]", "{": "}"}.get(opening, "bracket")
    at = (scene.since.line + 1, scene.since.column + 1)
    what = f'the "{opening}" opened here is not closed by "{closing}", or a comma is missing in it'
    remedy = f'close it with "{closing}"'
    if same_line:
        at = (scene.stop.line + 1, scene.stop.column + 1)
        what = f'a comma or "{closing}" is missing before this'
        remedy = 'put commas between the parts, and quotes around a text with ": " or ", " in it'
    if opening == "[":
        remedy += '; a text that begins with "[" stands between quotes'
    return Mistake(*at, what, remedy, "brackets")


def _open_quote(scene: _Scene) -> Mistake:
    return _unclosed_quote(scene.since.line, scene.since.column, scene)


def _unclosed_quote(line: int, column: int, scene: _Scene) -> Mistake:
    quote = scene.line(line)[column : column + 1]
    what = f"the quotation mark opened here ({quote}) is not closed in this line"
    remedy = f"close the text with {quote}"
    if scene.line(line).rstrip()[-1:] in "”’＂":
        remedy += f" (the line ends with {scene.line(line).rstrip()[-1]}, which does not count)"
    return Mistake(line + 1, column + 1, what, remedy, "quotes")


def _escape(scene: _Scene) -> Mistake:
    what = "a backslash between double quotes must be followed by n, t, \", \\ or u with four digits"
    remedy = "write \\\\ for a backslash, or put the text between single quotes"
    return Mistake(scene.stop.line + 1, scene.stop.column + 1, what, remedy, "quotes")


def _block_header(scene: _Scene) -> Mistake:
    value = scene.value_from(scene.since)
    remedy = f'put the text between quotes, or begin it on the line after "{value[:1]}"'
    what = f'"{value[:1]}" stands alone: no text follows it on its line'
    return Mistake(scene.since.line + 1, scene.since.column + 1, what, remedy, "quotes")


def _inline_list(scene: _Scene) -> Mistake:
    number, column = scene.stop.line, scene.stop.column
    value = scene.value_from(scene.stop)
    what = "a list may not begin on the line of its name, nor a text with a dash and a space"
    remedy = "put each item on a line of its own; "
    remedy += f"if it is text, write {quoted(value)}" if quoted(value) else "quote a text"
    return Mistake(number + 1, column + 1, what, remedy, "list")


def _outside(scene: _Scene) -> Mistake:
    number = scene.stop.line
    first = next((i for i, line in enumerate(scene.lines) if line.split("#")[0].strip()), 0)
    indent = scene.indent(first)
    if scene.indent(number) < indent:
        what = f"this line is indented by {scene.indent(number)} spaces, the first one by {indent}"
        remedy = "let all fields of the file begin at the start of the line"
        return Mistake(number + 1, scene.stop.column + 1, what, remedy, "indentation")
    what = "this stands after the end of what the file says"
    remedy = "write everything as fields (name: text) that begin at the start of the line"
    return Mistake(number + 1, scene.stop.column + 1, what, remedy, "structure")


def _unknown(scene: _Scene) -> Mistake:
    number = scene.stop.line
    if slip := colon_slip(scene.line(number), number):
        return slip
    return Mistake(
        number + 1,
        scene.stop.column + 1,
        "this cannot be read",
        "look for a missing quotation mark, bracket or colon, or a wrong indentation, "
        "here or in the lines above",
        "syntax",
    )


_RULES: dict[str, Callable[[_Scene], Mistake | None]] = {
    "found character that cannot start any token": _cannot_start,
    "mapping values are not allowed in this context": _stray_colon,
    "could not find expected ':'": _no_colon,
    "did not find expected key": _unexpected,
    "did not find expected '-' indicator": _list_broken,
    "did not find expected ',' or ']'": _open_bracket,
    "did not find expected ',' or '}'": _open_bracket,
    "found unexpected end of stream": _open_quote,
    "found unexpected document indicator": _open_quote,
    "found unknown escape character": _escape,
    "found invalid Unicode character escape code": _escape,
    "did not find expected hexdecimal number": _escape,
    "did not find expected comment or line break": _block_header,
    "did not find expected node content": _cannot_start,
    "mapping keys are not allowed in this context": _cannot_start,
    "block sequence entries are not allowed in this context": _inline_list,
    "did not find expected <document start>": _outside,
    "found a tab character that violates indentation": _tab,
    "found a tab character where an indentation space is expected": _tab,
}
