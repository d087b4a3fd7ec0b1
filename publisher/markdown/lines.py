"""The lines of a Markdown text, put so that Python-Markdown reads them as editors mean them.

Python-Markdown wants a blank line before a list, four spaces for each level of a list, and an
extension for fenced code.  Editors write lists directly below a line, indent by two spaces and
fence with three backquotes, as CommonMark allows (sections 4.5, 5.2 and 5.3).
"""

from __future__ import annotations

import re

_FENCE = re.compile(r"(?P<indent>[ ]*)(?P<fence>`{3,}|~{3,})(?P<info>[^`]*)$")
_ITEM = re.compile(r"(?P<indent>[ ]*)(?P<mark>[-*+]|(?P<number>\d{1,3})\.)(?P<gap>[ ]+)(?=\S)")
_RULE = re.compile(r"[ ]{0,3}(?:(?:\*[ ]*){3,}|(?:-[ ]*){3,}|(?:_[ ]*){3,})$")
_TAG = re.compile(r"^(?P<indent>[ ]*)(?=#+[^\s#])")
_DEEPEST = 10  # lists in lists; the engine's time grows with the square of it
_YEAR = re.compile(r"^(?P<number>[ ]*\d{4,})(?=\.[ ])")


def fence_of(line: str) -> str:
    """The fence with which a line opens code; "" for other lines."""
    match = _FENCE.match(line)
    return match["fence"] if match else ""


def closes_fence(line: str, fence: str) -> bool:
    """Whether a line ends code that was opened with `fence`."""
    line = line.strip()
    return len(line) >= len(fence) and set(line) == {fence[0]}


def for_engine(text: str) -> str:
    """The text as Python-Markdown wants it."""
    walk = _Walk()
    for line in text.split("\n"):
        walk.take(line)
    return "\n".join(walk.out)


class _Walk:
    """Goes through the lines once, keeping the open items of lists and the open fence."""

    def __init__(self) -> None:
        self.out: list[str] = []
        self.items: list[int] = []  # of each open item of a list: where its text begins
        self.fence = ""
        self.fence_indent = 0
        self.after_blank = True
        self.is_loose = False  # the open item has a paragraph of its own below a blank line

    def take(self, line: str) -> None:
        """One line more."""
        if self.fence:
            self.code(line)
        elif not line.strip():
            self.out.append("")
            self.after_blank = True
        elif fence := fence_of(line):
            self.open_fence(line, fence)
        else:
            item = None if _RULE.match(line) else _ITEM.match(line)
            if item and self.may_begin(item):
                self.item(line, item)
            else:
                self.text(line)
            self.after_blank = False

    def may_begin(self, item: re.Match[str]) -> bool:
        """CommonMark 5.3: below a paragraph's line a bullet begins a list, a number only if 1."""
        if self.items:
            return len(item["indent"]) < self.items[-1] + 4
        if len(item["indent"]) > 3:
            return False
        return self.after_blank or not item["number"] or int(item["number"]) == 1

    def leave(self, indent: int) -> None:
        """Close the items to whose text a line does not reach."""
        while self.items and indent < self.items[-1]:
            self.items.pop()

    def item(self, line: str, item: re.Match[str]) -> None:
        """The first line of an item: four spaces for each item that it stands in."""
        was_open = bool(self.items)
        self.leave(len(item["indent"]))
        del self.items[_DEEPEST:]
        if not self.after_blank and (self.is_loose or not was_open):
            self.out.append("")
        self.is_loose = False
        self.out.append(f"{'    ' * len(self.items)}{item['mark']} {line[item.end() :]}")
        self.items.append(item.end())

    def text(self, line: str) -> None:
        """Any other line; only below a blank line its indentation says what it belongs to."""
        indent = len(line) - len(line.lstrip(" "))
        if self.after_blank:
            self.leave(indent)
        if self.items:
            self.is_loose = self.is_loose or self.after_blank
            inner = indent - self.items[-1] if self.after_blank else 0
            line = " " * (4 * len(self.items) + inner) + line.lstrip(" ")
        # "2026. " begins no list, "#word" no heading.
        line = _YEAR.sub(r"\g<number>\\", line)
        self.out.append(_TAG.sub(r"\g<indent>\\", line))

    def open_fence(self, line: str, fence: str) -> None:
        """Fenced code becomes indented code, which the engine knows without an extension."""
        self.fence = fence
        self.fence_indent = len(line) - len(line.lstrip(" "))
        self.leave(self.fence_indent)
        self.is_loose = bool(self.items)
        self.out.append("")

    def code(self, line: str) -> None:
        """A line between fences, or the closing one."""
        if closes_fence(line, self.fence):
            self.fence = ""
            self.out.append("")
            self.after_blank = True
            return
        indent = min(len(line) - len(line.lstrip(" ")), self.fence_indent)
        self.out.append("    " * (len(self.items) + 1) + line[indent:])
