"""Earlier versions of files of content, out of git."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

from publisher.content import git
from publisher.document import Document, parse

MOST_COMMITS = 50
"""So many versions of a file are looked at, the newest first."""


class History:
    """What git knows of earlier versions, from one commit back."""

    def __init__(self, root: Path, commit: str = "HEAD") -> None:
        self._root, self._commit = root, commit

    @cached_property
    def is_there(self) -> bool:
        """Whether the publication lies in a repository that has the commit."""
        return git.find(self._root, self._commit) is not None

    def versions(self, path: str) -> Iterator[tuple[str, Document]]:
        """Commits that changed a file, the newest first, and the file in each, where it is YAML."""
        options = [f"--max-count={MOST_COMMITS}", "--format=%H", self._commit]
        try:
            listed = git.ask(self._root, "log", *options, "--", path)
        except git.GitError:
            return
        for commit in listed.split():
            try:
                raw = git.ask_bytes(self._root, "cat-file", "blob", f"{commit}:./{path}")
            except git.GitError:
                continue  # the commit that deleted it
            document, _ = parse(raw, path)
            if document is not None:
                yield commit, document
