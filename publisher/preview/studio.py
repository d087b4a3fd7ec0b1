"""The proofs of the moment: made when they are asked for, kept until something is saved."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlsplit

from publisher.app import App
from publisher.content.one_off import is_one_off
from publisher.document import Problem
from publisher.errors import PublisherError
from publisher.proof import Proof

T = TypeVar("T")

_AHEAD = 40  # days: the next issue of a monthly is among them
_NEWEST = 20  # issues
_REMEMBERED = 3  # issues whose pages are served


@dataclass(frozen=True, slots=True)
class Row:
    """An issue in the list: published, written (it has a file), due, or coming by the schedule."""

    bulletin: str
    name: str
    state: str
    title: str
    day: str


class Studio:
    """Proofs of issues, made from content as it was at a version of the watch.

    All of it happens in one thread, because a connection to SQLite belongs to the thread that
    opened it; the threads of the server wait for their turn.
    """

    def __init__(self, make_app: Callable[[], App]) -> None:
        self._make_app = make_app
        self._bench = ThreadPoolExecutor(max_workers=1, thread_name_prefix="proofs")
        self._version = 0
        self._app: App | None = None
        self._proofs: dict[tuple[str, str], Proof] = {}
        self._looked_at: dict[tuple[str, str], None] = {}

    def proof(self, bulletin: str, name: str, version: int) -> Proof:
        """The proof of an issue; raises PublisherError where none can be made."""
        return self._at(version, lambda: self._proof(bulletin, name))

    def file(self, path: str, version: int) -> bytes | None:
        """A file of the site, from the proofs that were made; None where none has it."""
        return self._at(version, lambda: self._file(path))

    def problems(self, version: int) -> tuple[Problem, ...]:
        """What `publisher check` says; raises PublisherError where nothing can be read."""
        return self._at(version, lambda: self._opened().check())

    def rows(self, version: int) -> list[Row]:
        """The issues that can be looked at, the newest first."""
        return self._at(version, self._rows)

    def close(self) -> None:
        """Let go of the publication."""
        self._bench.submit(self._forget).result()
        self._bench.shutdown()

    def _at(self, version: int, work: Callable[[], T]) -> T:
        def turn() -> T:
            if version != self._version:
                self._forget()
                self._version = version
            return work()

        return self._bench.submit(turn).result()

    def _forget(self) -> None:
        if self._app is not None:
            self._app.close()
        self._app, self._proofs = None, {}

    def _opened(self) -> App:
        if self._app is None:
            self._app = self._make_app()
        return self._app

    def _proof(self, bulletin: str, name: str) -> Proof:
        key = bulletin, name
        if key not in self._proofs:
            self._proofs[key] = self._opened().proof(bulletin, name)
        # The one that was looked at last answers for the pages that several have.
        self._looked_at.pop(key, None)
        self._looked_at[key] = None
        return self._proofs[key]

    def _file(self, path: str) -> bytes | None:
        base = urlsplit(self._opened().frame.publication.base_url).path.rstrip("/")
        relative = path.removeprefix(base).removeprefix("/")
        if relative.endswith("/") or not relative:
            relative += "index.html"
        # After something was saved, the proofs of pages that are still open are made anew.
        for bulletin, name in list(reversed(self._looked_at))[:_REMEMBERED]:
            if (found := self._proof(bulletin, name).files.get(relative)) is not None:
                return found
        return None

    def _rows(self) -> list[Row]:
        app, found = self._opened(), dict[tuple[str, str], tuple[str, str]]()
        nexts = set[str]()
        for wanted, is_due in app.due(_AHEAD):
            is_out = app.library.index.issue(wanted.bulletin, wanted.name) is not None
            # Of what comes, the next issue of each bulletin.
            if not is_out and (is_due or wanted.bulletin not in nexts):
                state = "due" if is_due else "coming"
                found[wanted.bulletin, wanted.name] = (state, f"{wanted.slot:%Y-%m-%d}")
                # A one-off issue hides none of the schedule.
                nexts |= set() if is_due or is_one_off(wanted.name) else {wanted.bulletin}
        for key in app.frame.issue_files:
            found[key] = ("written", found.get(key, ("", key[1]))[1])
        for issue in app.library.index.issues(limit=_NEWEST):
            found[issue.bulletin, issue.name] = ("published", issue.day.isoformat())
        rows = [
            Row(slug, name, state, _name(app, slug), day)
            for (slug, name), (state, day) in found.items()
            if slug in app.frame.bulletins
        ]
        return sorted(rows, key=lambda row: (row.day, row.bulletin), reverse=True)


def _name(app: App, slug: str) -> str:
    first = next(iter(app.frame.publication.languages))
    return app.frame.bulletins[slug].name.resolve([first])[1]


def told(error: PublisherError) -> tuple[list[Problem], str]:
    """An error as problems with places, and what is to be said beside them."""
    problems = [each for each in getattr(error, "problems", ()) if isinstance(each, Problem)]
    rest = f"{error.what}; {error.remedy}" if error.remedy else error.what
    return problems, str(error) if not problems else rest
