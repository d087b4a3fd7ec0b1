"""The last good version of a file that is broken now, out of the history of git.

One slip in a file on which every issue depends (`publication.yaml`, a bulletin) must not stop a
service that runs by itself.  So the newest commit is looked for in which the file parses and is
valid, and that version is used in memory; the file on disk stays as it is, and is reported.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol, TypeVar

from publisher.document import Document, Problem, parse, read

T = TypeVar("T")
Parse = Callable[[Document], tuple[T | None, tuple[Problem, ...]]]
"""A document as what it stands for, None where that cannot be said, and every problem."""


class Versions(Protocol):
    """What is known of earlier versions of files (`publisher.content.history`)."""

    @property
    def is_there(self) -> bool:
        """Whether anything is."""

    def versions(self, path: str) -> Iterator[tuple[str, Document]]:
        """Commits that changed a file, the newest first, and the file in each, where it is YAML."""


class Reading:
    """Reads files of settings, each as it is now, or where that is broken as it last was good.

    Without a history a broken file is just that.  `earlier` says which files are not read as they
    are, and of which commit they are; `left_out` are those of which no version is good.
    """

    def __init__(self, root: Path, history: Versions | None = None) -> None:
        self.root = root
        self.documents: dict[str, Document] = {}
        self.problems: list[Problem] = []
        self.earlier: dict[str, str] = {}
        self.left_out: set[str] = set()
        self._history = history

    def read(self, path: str, parse_as: Parse[T]) -> T | None:
        """A file as what it stands for; None where it is broken and nothing stands in for it."""
        document, problems = self.document(path)
        value = None
        if document is not None:
            value, found = parse_as(document)
            problems += found
        self.problems += problems
        if value is not None and not _has_error(problems):
            return value
        if self._history is None or not self._history.is_there:
            return value
        return self._last_good(self._history, path, parse_as)

    def document(self, path: str) -> tuple[Document | None, tuple[Problem, ...]]:
        """A file as it is now; it is remembered by its path."""
        raw, problems = read(self.root, path)
        if raw is None:
            return None, problems
        document, found = parse(raw, path)
        if document is not None:
            self.documents[path] = document
        return document, (*problems, *found)

    def _last_good(self, history: Versions, path: str, parse_as: Parse[T]) -> T | None:
        for commit, document in history.versions(path):
            value, problems = parse_as(document)
            if value is not None and not _has_error(problems):
                self.documents[path] = document
                self.earlier[path] = commit
                what = f"this file is broken: its version of commit {commit[:10]} is used"
                self._tell(path, what, "mend it, and what it says now will count")
                return value
        self.leave_out(path)
        return None

    def leave_out(self, path: str) -> None:
        """Go on without a file, where there is a history: it was never good."""
        if self._history is not None and self._history.is_there:
            self.left_out.add(path)
            self._tell(path, "this file is left out: git has no version of it that is right",
                       "mend it")  # fmt: skip

    def _tell(self, path: str, what: str, remedy: str) -> None:
        self.problems.append(Problem(path, 1, 1, what, remedy, "warning", "last-good"))


def _has_error(problems: tuple[Problem, ...]) -> bool:
    return any(each.severity == "error" for each in problems)
