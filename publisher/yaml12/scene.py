"""The place where YAML could not be read, with the lines around it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import yaml
    from yaml.error import Mark

LINE = re.compile(
    r"(?P<lead>[ ]*(?:-[ ]+)*)"
    r'(?:(?P<key>[^\s:"\'#\[{][^:]*?|"[^"]*"):[ ]+)?'
    r"(?P<value>.*)"
)
"""A line as an editor sees it: what leads to the name, the name, the text after it."""


class Scene:
    """The text and the two places the parser names: where it stopped, and where it came from."""

    def __init__(self, text: str, error: yaml.MarkedYAMLError) -> None:
        self.text = text
        self.lines = text.split("\n")
        stop = error.problem_mark or error.context_mark
        assert stop is not None  # libyaml always names a place
        self.stop: Mark = stop
        self.since: Mark = error.context_mark or stop

    def line(self, index: int) -> str:
        """A line by its number from 0; "" beyond the ends."""
        return self.lines[index] if 0 <= index < len(self.lines) else ""

    def indent(self, index: int) -> int:
        """How many spaces a line begins with."""
        return len(self.line(index)) - len(self.line(index).lstrip(" "))

    def above(self, index: int) -> int:
        """The nearest line above that is neither empty nor a comment; -1 where there is none."""
        index -= 1
        while index >= 0 and not self.line(index).split("#")[0].strip():
            index -= 1
        return index

    def at_line_start(self, mark: Mark) -> bool:
        """Whether nothing stands before a place on its line."""
        return not self.line(mark.line)[: mark.column].strip()

    def value_from(self, mark: Mark) -> str:
        """The rest of a line from a place on."""
        return self.line(mark.line)[mark.column :]
