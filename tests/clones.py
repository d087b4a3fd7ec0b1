"""A remote, an editor who pushes to it, and the operator's clone, which is published from."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from newsroom import Newsroom, plain_theme

from publisher.app import App


class Clones:
    """A bare repository and two clones of it; `branch` is what the operator's follows."""

    def __init__(self, folder: Path, branch: str = "main") -> None:
        self.folder = folder
        self.remote = folder / "remote.git"
        self.editor = Newsroom(folder / "editor", plain_theme)
        self.editor.git("init", "--quiet", "--initial-branch", "main")
        self.editor.entry("one")
        self.editor.entry("two")
        self.first = self.editor.commit()
        self.editor.git("clone", "--quiet", "--bare", str(self.editor.root), str(self.remote))
        self.editor.git("remote", "add", "origin", str(self.remote))
        self.editor.git("clone", "--quiet", str(self.remote), str(folder / "server"))
        self.server = Newsroom(folder / "server", plain_theme)
        self.environment = {"PUBLISHER_BRANCH": branch}

    def push(self, *options: str) -> str:
        """Commit what the editor wrote, and push it; the commit."""
        commit = self.editor.commit()
        self.editor.git("push", "--quiet", *options, "origin", "HEAD:main")
        return commit

    def app(self, now: dt.datetime | None = None) -> App:
        """The operator's clone, opened by a service that follows the branch."""
        return self.server.app(now, **self.environment)

    def troubles(self) -> list[str]:
        """What needs a person, by key."""
        return [each.key for each in self.app().post.troubles.all()]

    def has(self, entry_id: str) -> bool:
        """Whether the operator's clone holds an entry's file."""
        return (self.server.root / f"content/entries/{entry_id}.yaml").is_file()

    def close(self) -> None:
        """Close what was opened."""
        self.editor.close()
        self.server.close()
