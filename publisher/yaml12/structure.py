"""Slips with indentation, lists and the colon after a name."""

from __future__ import annotations

import re

from publisher.yaml12 import quoting
from publisher.yaml12.mistakes import Mistake, colon_slip, quoted, shown, special_start
from publisher.yaml12.scene import LINE, Scene

_BLOCK_HEADER = re.compile(r"[ ]*(?:-[ ]+)*(?:[^#]*:[ ]+)?[|>][-+0-9]*[ ]*(?:#.*)?$")


def stray_colon(scene: Scene) -> Mistake:
    """A second ``: `` where one is enough: in a text, or on a line that belongs to none."""
    number, column = scene.stop.line, scene.stop.column
    line, above = scene.line(number), scene.above(number)
    head = LINE.match(line)
    if head and head["key"] and head.start("value") < column:
        return quoting.colon_in_text(head, number)
    slip = colon_slip(scene.line(above), above) or colon_slip(line, number)
    if slip:
        return slip
    if line[:column].rstrip().endswith(":"):
        return special_start(line[column:], number, column)
    if above < 0:
        return unknown(scene)
    if scene.indent(number) > scene.indent(above) or _is_item(scene.line(above)):
        return _too_deep(scene, number, above)
    return _no_name(scene, above)


def _is_item(line: str) -> bool:
    return line.lstrip().startswith("- ")


def _too_deep(scene: Scene, number: int, above: int) -> Mistake:
    what = "this line is indented deeper than the one above, which has its text already"
    head = LINE.match(scene.line(above))
    assert head is not None  # it matches any line
    column = len(head["lead"])
    remedy = f"indent it by {_spaces(column)}"
    if head["key"]:
        remedy += f' to stand beside "{shown(head["key"])}"'
    elif "-" in head["lead"]:
        what = "the line above is a plain list item, which can have no fields below it"
        remedy = f'begin the item with its first field: "- name: {shown(head["value"], 15)}"'
    return Mistake(number + 1, scene.indent(number) + 1, what, remedy, "indentation")


def _spaces(number: int) -> str:
    return f"{number} space{'' if number == 1 else 's'}"


def _no_name(scene: Scene, number: int) -> Mistake:
    line = shown(scene.line(number))
    what = f'this line has no "name: " before its text: {line}'
    remedy = "write the name; or indent the line deeper, if it belongs to the text above"
    if _is_item(scene.line(scene.above(number))):
        what = f"this line stands below a list item, but begins with no dash: {line}"
        remedy = 'begin it with "- "; or indent it deeper, if it belongs to the item above'
    return Mistake(number + 1, scene.indent(number) + 1, what, remedy, "structure")


def no_colon(scene: Scene) -> Mistake:
    """A line without a colon where a field must stand."""
    number = scene.since.line
    line = scene.line(number)
    if slip := colon_slip(line, number):
        return slip
    if line.lstrip().startswith("-"):
        what = "there is no space after the dash of this list item"
        remedy = f'write "- {shown(line.lstrip()[1:], 15)}"'
        return Mistake(number + 1, scene.indent(number) + 1, what, remedy, "list")
    return (
        _below_block(scene, number)
        or quoting.after_quote_in(scene, number)
        or _no_name(scene, number)
    )


def _below_block(scene: Scene, number: int) -> Mistake | None:
    """A line of a text under ``|`` or ``>`` that is not indented as far as its first line."""
    index, first = scene.above(number), 0
    while index >= 0 and not _BLOCK_HEADER.match(scene.line(index)):
        first = scene.indent(index)
        if first <= scene.indent(number):
            return None
        index = scene.above(index)
    if index < 0:
        return None
    what = f"this line is indented less than the text that begins in line {index + 1}"
    wanted = first or scene.indent(index) + 2
    remedy = f"indent every line of that text by at least {_spaces(wanted)}"
    return Mistake(number + 1, scene.indent(number) + 1, what, remedy, "indentation")


def unexpected(scene: Scene) -> Mistake:
    """Something stands where the next field should begin."""
    if found := quoting.after_something(scene):
        return found
    return _misindented(scene) if scene.at_line_start(scene.stop) else unknown(scene)


def _misindented(scene: Scene) -> Mistake:
    number = scene.stop.line
    if below := _below_block(scene, number):
        return below
    indent = scene.indent(number)
    if re.match(r"-(\s|$)", scene.line(number).lstrip()):
        what = "a list item stands here, where the next field is expected"
        remedy = "put it under the field whose list it belongs to, which has no text of its own"
        return Mistake(number + 1, indent + 1, what, remedy, "list")
    if scene.line(number).lstrip().startswith(":"):
        what, remedy = "there is no name before this colon", "write one, or quote the text"
        return Mistake(number + 1, indent + 1, what, remedy, "name")
    columns = sorted(set(_enclosing(scene, number)) - {indent})
    what = f"this line is indented by {_spaces(indent)}, like no line above it"
    remedy = f"indent it by {' or '.join(map(str, columns))} spaces, like the lines it belongs with"
    if not columns:
        what, remedy = "this line belongs to no field", "write it as name: text"
    return Mistake(number + 1, indent + 1, what, remedy, "indentation")


def _enclosing(scene: Scene, number: int) -> list[int]:
    """The indentations of the line above and of those that it stands under."""
    index = scene.above(number)
    found: list[int] = []
    while index >= 0:
        if not found or scene.indent(index) < found[-1]:
            found.append(scene.indent(index))
        index = scene.above(index)
    return found


def list_broken(scene: Scene) -> Mistake:
    """A line among the items of a list that is none."""
    number = scene.stop.line
    if found := colon_slip(scene.line(number), number) or _below_block(scene, number):
        return found
    what = "this line stands among the items of a list, but begins with no dash"
    remedy = 'begin it with "- ", or indent it like the field that it belongs with'
    if scene.since.column == 0:
        what = "a file is fields (name: text), or a list, not both"
        remedy = "write the list under a name of its own"
    return Mistake(number + 1, scene.indent(number) + 1, what, remedy, "list")


def inline_list(scene: Scene) -> Mistake:
    """``tags: - one``."""
    value = quoted(scene.value_from(scene.stop))
    what = "a list may not begin on the line of its name, nor a text with a dash and a space"
    remedy = "put each item on a line of its own below; "
    remedy += f"if it is text, write {value}" if value else "if it is text, put it between quotes"
    return Mistake(scene.stop.line + 1, scene.stop.column + 1, what, remedy, "list")


def outside(scene: Scene) -> Mistake:
    """Something after the end of the fields."""
    number = scene.stop.line
    first = next((i for i, line in enumerate(scene.lines) if line.split("#")[0].strip()), 0)
    what = "this stands after the end of what the file says"
    remedy = "write everything as fields (name: text) that begin at the start of the line"
    if scene.indent(number) < scene.indent(first):
        what = f"this line is indented by {_spaces(scene.indent(number))}, "
        what += f"the first one by {scene.indent(first)}"
        remedy = "let all fields of the file begin at the start of the line"
    return Mistake(number + 1, scene.stop.column + 1, what, remedy, "structure")


def unknown(scene: Scene) -> Mistake:
    """None of the slips that are known here."""
    number = scene.stop.line
    if slip := colon_slip(scene.line(number), number):
        return slip
    what = "this cannot be read"
    remedy = "look for a missing quotation mark, bracket or colon, or a wrong indentation, "
    remedy += "here or in the lines above"
    return Mistake(number + 1, scene.stop.column + 1, what, remedy, "syntax")
