"""From the text of a YAML file to plain data, refusing what would surprise an editor."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable
from typing import Any

import yaml
from yaml.cyaml import CParser

from publisher import characters, cjk
from publisher.mistakes import Mistake, colon_slip, shown, special_start
from publisher.syntax import explain

MAX_DEPTH = 20

# YAML 1.2, section 10.3.2, table 10.2 (core schema).
_WORDS: dict[str, bool | float | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), math.inf),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), -math.inf),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), math.nan),
}
_NUMBER_STARTS = frozenset("0123456789+-.")
_INT = re.compile(r"[-+]?[0-9]{1,1000}\Z")
_OCTAL = re.compile(r"0o[0-7]{1,1000}\Z")
_HEX = re.compile(r"0x[0-9a-fA-F]{1,1000}\Z")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z")
_ODD_KEY = re.compile(r"[:：]|^[\u3000\xa0]|[\u3000\xa0]$")
_SWALLOWED_ITEM = re.compile(r"[ ]*-[ ]+\S")

Scalar = str | int | float | bool | None


def resolve(text: str) -> Scalar:
    """What an unquoted text means in the core schema of YAML 1.2."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _NUMBER_STARTS:
        return text
    if _INT.match(text):
        return int(text)
    if _FLOAT.match(text):
        return float(text)
    if _OCTAL.match(text):
        return int(text[2:], 8)
    return int(text[2:], 16) if _HEX.match(text) else text


def describe(value: object) -> str:
    """How a value is called in a message: editors know no Python."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return f"the word for {'yes' if value else 'no'} ({str(value).lower()})"
    if isinstance(value, int | float):
        return "a number"
    if isinstance(value, str):
        return "a text"
    return "a list" if isinstance(value, list | tuple) else "fields (name: value)"


class _Frame:
    """A list or mapping that is not closed yet."""

    __slots__ = ("awaits_key", "data", "event", "key", "seen")

    def __init__(self, data: Any, event: Any) -> None:
        self.data = data
        self.event = event
        self.seen: dict[str, int] | None = {} if isinstance(data, dict) else None
        self.awaits_key = self.seen is not None
        self.key: str | None = None  # None: a name that was refused; its value is dropped


class _Stop(Exception):
    """Nothing sensible can be said about the rest of the file."""


class _Builder:
    """Takes the parser's events, makes data of them, and notes what is refused."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines: list[str] | None = None
        self.is_normal = unicodedata.is_normalized("NFC", text)
        self.found: list[Mistake] = []
        self.frames: list[_Frame] = []
        self.root: Any = None
        self.documents = 0
        self.root_event: Any = None
        self.handlers: dict[type, Callable[[Any], None]] = {
            yaml.ScalarEvent: self.scalar,
            yaml.MappingStartEvent: self.open_mapping,
            yaml.SequenceStartEvent: self.open_list,
            yaml.MappingEndEvent: self.close,
            yaml.SequenceEndEvent: self.close,
            yaml.AliasEvent: self.alias,
            yaml.DocumentStartEvent: self.start,
        }

    def run(self) -> None:
        """Read to the end, or to the first thing after which nothing is certain."""
        parser = CParser(self.text)
        handlers = self.handlers
        try:
            while (event := parser.get_event()) is not None:
                if handler := handlers.get(type(event)):
                    handler(event)
        except yaml.MarkedYAMLError as error:
            self.found.append(explain(self.text, error))
        except yaml.YAMLError:
            self.found.append(Mistake(1, 1, "this is no text", "save it as UTF-8", "encoding"))
        except _Stop:
            pass

    def note(self, event: Any, what: str, remedy: str, code: str) -> None:
        mark = event.start_mark
        self.found.append(Mistake(mark.line + 1, mark.column + 1, what, remedy, code))

    def start(self, event: Any) -> None:
        self.documents += 1
        if event.version or event.tags:
            self.note(event, 'lines that begin with "%" are not used', "delete them", "directive")
        if self.documents > 1:
            what = "a second document begins here (---)"
            self.note(event, what, "put it into a file of its own", "documents")
            raise _Stop

    def alias(self, event: Any) -> None:
        self.special(event, "*")
        self.put(None, event)

    def special(self, event: Any, char: str) -> None:
        """An anchor, alias or tag: either meant so, or a text that needs quotes."""
        mark = event.start_mark
        line = self.source(mark.line)
        column = max(line.find(char, mark.column), 0)
        self.found.append(special_start(line[column:], mark.line, column))

    def source(self, number: int) -> str:
        if self.lines is None:
            self.lines = self.text.split("\n")
        return self.lines[number] if number < len(self.lines) else ""

    def scalar(self, event: Any) -> None:
        if event.anchor is not None or event.tag is not None:
            self.marked(event)
        value, style = event.value, event.style
        if style == '"' and "\\" in self.text:
            value = self.unescaped(value, event)
        if style != "|" and event.end_mark.line > event.start_mark.line:
            value = self.folded(value, event)
        if not self.is_normal:
            value = unicodedata.normalize("NFC", value)
        self.put(value if style else resolve(value), event)

    def marked(self, event: Any) -> None:
        if event.anchor is not None:
            self.special(event, "&")
        if event.tag is not None:
            self.special(event, "!")

    def unescaped(self, value: str, event: Any) -> str:
        mark = event.start_mark
        if mistake := characters.refused_in(value, mark.line + 1, mark.column + 1):
            self.found.append(mistake)
        return unicodedata.normalize("NFC", value)

    def folded(self, value: str, event: Any) -> str:
        """A text over several lines that YAML has made one of: look at the lines once more."""
        start, end = event.start_mark, event.end_mark
        if event.style == ">":
            return cjk.unfold(value, map(self.source, range(start.line + 1, end.line)))
        skip = start.column + len(event.style)
        lines = [self.source(start.line)[skip:]]
        lines += map(self.source, range(start.line + 1, end.line))
        lines.append(self.source(end.line)[: end.column])
        if not event.style:
            self.swallowed(lines, start.line)
        return cjk.unfold(value, lines)

    def swallowed(self, lines: list[str], first: int) -> None:
        """Lines that look like a list or a field, but became part of the text above them."""
        for number, line in enumerate(lines[1:], first + 1):
            if _SWALLOWED_ITEM.match(line):
                what = "this list item became part of the text above"
                remedy = "indent it like the other items; if it is text, quote the whole text"
                column = len(line) - len(line.lstrip()) + 1
                self.found.append(Mistake(number + 1, column, what, remedy, "list"))

    def open_mapping(self, event: Any) -> None:
        self.open({}, event)

    def open_list(self, event: Any) -> None:
        self.open([], event)

    def open(self, data: Any, event: Any) -> None:
        if event.anchor is not None or event.tag is not None:
            self.marked(event)
        if len(self.frames) >= MAX_DEPTH:
            what = f"this is nested more than {MAX_DEPTH} levels deep"
            self.note(event, what, "a text with many brackets needs quotes", "depth")
            raise _Stop
        self.frames.append(_Frame(data, event))

    def close(self, event: Any) -> None:
        frame = self.frames.pop()
        self.put(frame.data, frame.event)

    def put(self, value: Any, event: Any) -> None:
        if not self.frames:
            self.root, self.root_event = value, event
            return
        frame = self.frames[-1]
        if frame.seen is None:
            frame.data.append(value)
        elif frame.awaits_key:
            frame.awaits_key = False
            frame.key = self.key(value, event, frame.seen)
        else:
            frame.awaits_key = True
            if frame.key is not None:
                frame.data[frame.key] = value

    def key(self, value: Any, event: Any, seen: dict[str, int]) -> str | None:
        if not isinstance(value, str):
            self.refuse_key(value, event)
            return None
        if not event.style:
            if value == "<<":
                remedy = "write the fields out; other files are not merged in"
                self.note(event, '"<<" is not used here', remedy, "merge")
                return None
            if _ODD_KEY.search(value):
                self.odd_key(value, event)
        line = event.start_mark.line + 1
        first = seen.setdefault(value, line)
        if first != line or ... :
            pass
        return value


def build(text: str) -> tuple[Any, list[Mistake]]:
    """The data of a text, and everything in it that is refused."""
