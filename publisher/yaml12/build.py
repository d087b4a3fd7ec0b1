"""From YAML text to plain data.

What would surprise an editor (anchors, tags, merge keys, names given twice, a second document)
is noted, and all the rest is read on, so that one run finds everything.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import Any

import yaml

from publisher.yaml12 import characters, swallowed
from publisher.yaml12.core import ODD_KEY, describe, resolve
from publisher.yaml12.mistakes import Mistake, colon_slip, shown, special_start
from publisher.yaml12.syntax import explain

MAX_DEPTH = 20


def build(text: str) -> tuple[dict[str, Any], list[Mistake]]:
    """The data of a text, and everything in it that is refused."""
    builder = _Builder(text)
    builder.run()
    found, root = builder.found, builder.root
    if isinstance(root, dict):
        return root, found
    if all(mistake.is_warning for mistake in found):
        found.append(_no_mapping(text, builder))
    return {}, found


class _Frame:
    """A list or mapping that is not closed yet."""

    __slots__ = ("awaits_key", "data", "event", "key", "name", "seen")

    def __init__(self, data: Any, event: Any) -> None:
        self.data = data
        self.event = event
        self.seen: dict[str, int] | None = {} if isinstance(data, dict) else None
        self.awaits_key = self.seen is not None
        self.key: str | None = None  # None: a name that was refused; its value is dropped
        self.name: Any = None  # the event of the key


class _StopError(Exception):
    """Nothing sensible can be said about the rest of the file."""


class _Builder:
    """Takes the parser's events, makes data of them, and notes what is refused."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.is_normal = unicodedata.is_normalized("NFC", text)
        self.has_escapes = "\\" in text
        self.has_tight_comment = swallowed.has_comment(text)
        self.found: list[Mistake] = []
        self.frames: list[_Frame] = []
        self.documents = 0
        self.root: Any = None
        self.root_event: Any = None
        self.handlers: dict[type, Callable[[Any], None]] = {
            yaml.ScalarEvent: self.scalar,
            yaml.MappingStartEvent: lambda event: self.open({}, event),
            yaml.SequenceStartEvent: lambda event: self.open([], event),
            yaml.MappingEndEvent: self.close,
            yaml.SequenceEndEvent: self.close,
            yaml.AliasEvent: self.alias,
            yaml.DocumentStartEvent: self.start,
        }

    def run(self) -> None:
        """Read to the end, or to the first thing after which nothing is certain."""
        handlers = self.handlers
        try:
            loader = yaml.CBaseLoader(self.text)
            while (event := loader.get_event()) is not None:
                if handler := handlers.get(type(event)):
                    handler(event)
        except yaml.MarkedYAMLError as error:
            mistake = explain(self.text, error)
            # What else was noted in that line is an echo of the same slip.
            self.found = [one for one in self.found if one.line != mistake.line]
            self.found.append(mistake)
        except yaml.YAMLError:
            self.found.append(Mistake(1, 1, "this is no text", "save it as UTF-8", "encoding"))
        except _StopError:
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
            raise _StopError

    # Texts, numbers and words

    def scalar(self, event: Any) -> None:
        if event.anchor is not None or event.tag is not None:
            self.marked(event)
        value, style = event.value, event.style
        if self.has_escapes and style == '"':
            self.check_escapes(value, event)
        if style != "|" and event.end_mark.line > event.start_mark.line:
            value = swallowed.unfold(self.text, event, self.found)
        if self.has_tight_comment and not style:
            self.found += swallowed.comments(self.text, event.end_mark.index)
        if not self.is_normal or self.has_escapes:
            value = unicodedata.normalize("NFC", value)
        self.put(value if style else resolve(value), event)

    def alias(self, event: Any) -> None:
        self.special(event, "*")
        self.put("", event)

    def marked(self, event: Any) -> None:
        """An anchor or tag: either meant so, or a text that needs quotes."""
        if event.anchor is not None:
            self.special(event, "&")
        if event.tag is not None:
            self.special(event, "!")

    def special(self, event: Any, char: str) -> None:
        mark = event.start_mark
        end = self.text.find("\n", mark.index)
        rest = self.text[mark.index : end if end >= 0 else None]
        ahead = max(rest.find(char), 0)
        self.found.append(special_start(rest[ahead:], mark.line, mark.column + ahead))

    def check_escapes(self, value: str, event: Any) -> None:
        mark = event.start_mark
        if mistake := characters.refused_in(value, mark.line + 1, mark.column + 1):
            self.found.append(mistake)

    # Lists and mappings

    def open(self, data: Any, event: Any) -> None:
        if event.anchor is not None or event.tag is not None:
            self.marked(event)
        if len(self.frames) >= MAX_DEPTH:
            what = f"this is nested more than {MAX_DEPTH} levels deep"
            self.note(event, what, "a text with many brackets needs quotes", "depth")
            raise _StopError
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
            frame.name = event
            frame.key = self.key(value, event, frame.seen)
        else:
            frame.awaits_key = True
            if value is None and frame.event.flow_style:
                self.check_lonely(event, frame.name)
            if frame.key is not None:
                frame.data[frame.key] = value

    def key(self, value: Any, event: Any, seen: dict[str, int]) -> str | None:
        """A name, if it may be one; notes why not."""
        if not isinstance(value, str) or type(event) is yaml.AliasEvent:
            self.refuse_key(value, event)
            return None
        if not event.style and value == "<<":
            remedy = "write the fields out; nothing is merged in here"
            self.note(event, '"<<" is not used here', remedy, "merge")
            return None
        if not event.style and ODD_KEY.search(value):
            self.odd_key(value, event)
        if value in seen:
            what = f'"{shown(value)}" is given twice here, first in line {seen[value]}'
            self.note(event, what, "keep one of the two", "duplicate")
            return None
        seen[value] = event.start_mark.line + 1
        return value

    def refuse_key(self, value: Any, event: Any) -> None:
        written = str(getattr(event, "value", ""))
        if isinstance(value, list | dict):
            what, remedy = "a name must be a text", "a text with brackets needs quotes around it"
        elif not written:
            what, remedy = "there is no name before this colon", "write one, or quote the text"
        else:
            what = f"this name is read as {describe(value)}"
            remedy = f'put it between quotes: "{shown(written)}"'
        self.note(event, what, remedy, "name")

    def odd_key(self, value: str, event: Any) -> None:
        mark = event.start_mark
        if slip := colon_slip(value, mark.line):
            place = (slip.line, mark.column + slip.column)
            self.found.append(Mistake(*place, slip.what, slip.remedy, slip.code))
            return
        what, remedy = f'the name "{shown(value)}" is not a plain word', "put it between quotes"
        if value != value.strip("\u3000\xa0"):
            what = "there is a full-width or no-break space beside this name"
            remedy = "write ordinary spaces"
        self.note(event, what, remedy, "name")

    def check_lonely(self, event: Any, name: Any) -> None:
        """``{en: Google, the giant}`` and ``{date}``: a name between braces without a colon."""
        text = getattr(name, "value", "")
        if event.start_mark.index > name.end_mark.index or ODD_KEY.search(text):
            return
        what = f'"{shown(text)}" stands between braces without "name: "'
        remedy = "put a text that contains a comma or braces between quotes"
        self.note(name, what, remedy, "quotes")


def _no_mapping(text: str, builder: _Builder) -> Mistake:
    """A file that is no list of fields: empty, a list, or a text with a slip at its colons."""
    if builder.root is None:
        what, remedy = "the file is empty", "write the fields, one on each line: name: text"
        return Mistake(1, 1, what, remedy, "empty")
    mark = builder.root_event.start_mark
    for number, line in enumerate(text.split("\n")[mark.line :], mark.line):
        if slip := colon_slip(line, number):
            return slip
    what = f"the file must be fields (name: value), but this is {describe(builder.root)}"
    remedy = "begin each line with a name, a colon and a space"
    return Mistake(mark.line + 1, mark.column + 1, what, remedy, "structure")
