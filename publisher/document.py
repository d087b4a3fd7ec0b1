"""YAML files as editors write them: plain data, and the place of everything in it.

YAML is read as the core schema of YAML 1.2 (section 10.3) has it: ``no``, ``12:30`` and
``2026-04-13`` are text.  Anchors, aliases, tags, merge keys, duplicate names and further
documents are refused, each with its place and a remedy.  `read` is the only function here that
touches a disk.
"""

from __future__ import annotations

import os
import stat
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import yaml

from publisher.yaml12 import characters, core
from publisher.yaml12.build import build
from publisher.yaml12.mistakes import Mistake

if TYPE_CHECKING:
    from pathlib import Path

MAX_BYTES = 256 * 1024

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """Something wrong in a file: where, what, and what would be right; sorts by place."""

    path: str
    line: int
    column: int
    what: str
    remedy: str = ""
    severity: Severity = "error"
    code: str = ""

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}: {self.message}"

    @property
    def message(self) -> str:
        """What is wrong and what to do, without the place."""
        prefix = "warning: " if self.severity == "warning" else ""
        return f"{prefix}{self.what}; {self.remedy}" if self.remedy else f"{prefix}{self.what}"

    def to_json(self) -> dict[str, str | int]:
        """The problem as plain data, for programs."""
        return {name: getattr(self, name) for name in self.__slots__}

    def to_github(self) -> str:
        """A workflow command, which GitHub shows beside the line (docs: "Workflow commands")."""
        facts = {
            "file": self.path,
            "line": self.line,
            "col": self.column,
            "title": f"publisher: {self.code}" if self.code else "publisher",
        }
        values = ",".join(f"{name}={_escape(str(fact), ':,')}" for name, fact in facts.items())
        text = f"{self.what}; {self.remedy}" if self.remedy else self.what
        return f"::{self.severity} {values}::{_escape(text)}"


def _escape(text: str, also: str = "") -> str:
    for char in f"%\r\n{also}":
        text = text.replace(char, f"%{ord(char):02X}")
    return text


class Document:
    """A file that was read: its data, and on demand the place of everything in it.

    Places are rarely asked for, so they are looked up by reading the text once more.
    """

    def __init__(self, path: str, data: dict[str, Any], text: str) -> None:
        self.path = path
        self.data = data
        self._text = text

    def __repr__(self) -> str:
        return f"Document({self.path!r})"

    @cached_property
    def _root(self) -> yaml.Node | None:
        return yaml.CBaseLoader(self._text).get_single_node()

    def place(self, *keys: str | int) -> tuple[int, int]:
        """Line and column of a value, or of the nearest one around it that exists."""
        return _start(self._find(keys)[1])

    def key_place(self, *keys: str | int) -> tuple[int, int]:
        """Line and column of the name of a value; of the value itself where it has none."""
        key, value = self._find(keys)
        return _start(key or value)

    def written(self, *keys: str | int) -> str:
        """A value as it stands in the file ("010" where the data has 10); "" for no scalar."""
        value = self._find(keys)[1]
        return value.value if isinstance(value, yaml.ScalarNode) else ""

    def problem(
        self,
        keys: tuple[str | int, ...],
        what: str,
        remedy: str = "",
        severity: Severity = "error",
        code: str = "",
    ) -> Problem:
        """A problem with the value that `keys` lead to."""
        return Problem(self.path, *self.place(*keys), what, remedy, severity, code)

    def _find(self, keys: tuple[str | int, ...]) -> tuple[yaml.Node | None, yaml.Node | None]:
        name, value = None, self._root
        for key in keys:
            pair = next((pair for pair in _children(value) if pair[0] == key), None)
            if pair is None:
                break
            _, name, value = pair
        return name, value


def _children(
    node: yaml.Node | None,
) -> Iterator[tuple[str | int, yaml.Node | None, yaml.Node]]:
    """(key, node of its name, node) of what a list or mapping holds."""
    if isinstance(node, yaml.MappingNode):
        for name, value in node.value:
            yield unicodedata.normalize("NFC", name.value), name, value
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            yield index, None, value


def _start(node: yaml.Node | None) -> tuple[int, int]:
    return (node.start_mark.line + 1, node.start_mark.column + 1) if node else (1, 1)


def parse(raw: bytes, path: str) -> tuple[Document | None, tuple[Problem, ...]]:
    """Read a file's bytes; with an error there is no document, but every problem is listed."""
    if len(raw) > MAX_BYTES:
        return None, (_too_big(path),)
    text = characters.decode(raw)
    if isinstance(text, Mistake):
        return None, (_problem(path, text),)
    found = list(characters.refused(text))
    if found:
        text = characters.blank(text)
    if tabbed := characters.tabs(text):
        return None, tuple(_problem(path, mistake) for mistake in (*found, tabbed))
    data, mistakes = build(text)
    problems = tuple(sorted({_problem(path, item) for item in (*found, *mistakes)}))
    if any(problem.severity == "error" for problem in problems):
        return None, problems
    return Document(path, data, text), problems


def _problem(path: str, mistake: Mistake) -> Problem:
    where = (mistake.line, mistake.column)
    severity: Severity = "warning" if mistake.is_warning else "error"
    return Problem(path, *where, mistake.what, mistake.remedy, severity, mistake.code)


def _too_big(path: str) -> Problem:
    what = f"the file is larger than {MAX_BYTES // 1024} KiB"
    return Problem(path, 1, 1, what, "split it, or shorten its texts", code="size")


# Reading from disk -------------------------------------------------------------------------------


def read(root: Path, path: str) -> tuple[bytes | None, tuple[Problem, ...]]:
    """The bytes of a file below `root`: a regular file, reached through no link."""
    try:
        data = read_bytes(root, path, MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            what = f"the file is larger than {MAX_BYTES // 1024} KiB"
            raise Unreadable(what, "split it, or shorten its texts")
        return data, ()
    except Unreadable as error:
        return None, (Problem(path, 1, 1, error.what, error.remedy, code="file"),)
    except OSError as error:
        what = f"the file cannot be read: {error.strerror or error}"
        return None, (Problem(path, 1, 1, what, "see to its permissions", code="file"),)


class Unreadable(Exception):
    """Why a file cannot be used, and what would be right."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(what)
        self.what, self.remedy = what, remedy


class Missing(Unreadable):
    """There is no such file."""


def read_bytes(root: Path, path: str, most: int) -> bytes:
    """At most so many bytes of a file below `root`: a regular file, reached through no link.

    Raises Unreadable for anything else, Missing where nothing is there, and OSError.
    """
    parts = path.split("/")
    if not all(parts) or {".", ".."} & set(parts) or "\0" in path:
        raise Unreadable("the path leads out of its folder", "name a file below the folder")
    folder = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    for part in parts[:-1]:
        folder = _step(folder, part, os.O_DIRECTORY)
    # O_NONBLOCK: opening a named pipe must not wait for a writer.
    handle = _step(folder, parts[-1], os.O_NONBLOCK)
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise Unreadable("this is no regular file", "put a file in its place")
        with os.fdopen(handle, "rb", closefd=False) as file:
            return file.read(most)
    finally:
        os.close(handle)


def _step(folder: int, name: str, flags: int) -> int:
    """Open a name in an open folder, which is closed; no link is followed (no race either)."""
    try:
        return os.open(name, os.O_RDONLY | os.O_NOFOLLOW | flags, dir_fd=folder)
    except FileNotFoundError:
        raise Missing("there is no such file", "see to the spelling of its name") from None
    except OSError:
        if stat.S_ISLNK(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode):
            what = f'"{name}" is a symbolic link'
            raise Unreadable(what, "commit the file itself in its place") from None
        raise
    finally:
        os.close(folder)


# Writing new files -------------------------------------------------------------------------------


class _Dumper(yaml.SafeDumper):
    """Block style; strings are quoted just where the core schema of YAML 1.2 needs it."""

    def resolve(self, kind: type[yaml.Node], value: Any, implicit: Any) -> str:
        if kind is not yaml.ScalarNode or not implicit[0]:
            return str(super().resolve(kind, value, implicit))  # type: ignore[no-untyped-call]
        meant = core.resolve(value)
        names = {str: "str", bool: "bool", int: "int", float: "float", type(None): "null"}
        return f"tag:yaml.org,2002:{names[type(meant)]}"

    def choose_scalar_style(self) -> str:
        style = str(super().choose_scalar_style())
        # Names that `parse` refuses without quotes.
        event = self.event
        assert isinstance(event, yaml.ScalarEvent)
        if not style and self.simple_key_context and core.needs_quotes(event.value):
            return "'"
        return style

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        # Items of a list are indented below its name.
        super().increase_indent(flow, False)


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text or len(text) > 80 else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _represent_text)


def dump(data: Any) -> str:
    r"""YAML for a new file; `parse` reads the same data from it.

    The dumper is PyYAML's own: that of libyaml writes an emoji as ``"\U0001F3C6"``.
    """
    return yaml.dump(data, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=2**31)
