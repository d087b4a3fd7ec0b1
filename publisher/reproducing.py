"""Reproducing: an issue assembled once more, from its commit and the archive before it.

What was frozen names the commit of its content.  From that commit's files, and the archive as it
was before the issue's record, the issue is assembled and frozen in memory, and the bytes are
compared.  Nothing is changed on disk, but for a temporary folder that is taken away again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from publisher.app import App
from publisher.archive.freeze import Commit, find_issue
from publisher.archive.index import Index
from publisher.archive.library import Library
from publisher.archive.overlay import OverlayStore
from publisher.archive.past import PastStore, record_of
from publisher.archive.records import blob_file, entry_file, issue_file, tombstones
from publisher.content import git
from publisher.content.entry_reader import EntryReader
from publisher.content.history import History
from publisher.content.load import load_frame
from publisher.desk import Desk
from publisher.errors import ContentError, PublisherError, UsageError
from publisher.issue.assemble import Assembled
from publisher.issue.issue import FORMAT, IssueRevision

_MOST = 20
"""Differences that are told of one file."""
_LONG = 60


class NotReproducible(PublisherError):
    """There is nothing to compare an issue with, and why."""


@dataclass(frozen=True, slots=True)
class Compared:
    """A file of the archive and what it would be now: the SHA-256 of both, "" for none."""

    path: str
    archived: str
    again: str
    differences: tuple[str, ...] = ()

    @property
    def is_same(self) -> bool:
        """Whether not a byte differs."""
        return self.archived == self.again


@dataclass(frozen=True, slots=True)
class Reproduced:
    """What came of it: each file that the issue brought into the archive.

    `failure` says why it could not be assembled; `earlier` are broken files of the commit that
    were read as they were in an earlier one.
    """

    commit: str
    record: int
    files: tuple[Compared, ...] = ()
    earlier: tuple[tuple[str, str], ...] = ()
    failure: str = ""

    @property
    def is_same(self) -> bool:
        """Whether every file is the same."""
        return not self.failure and all(each.is_same for each in self.files)


def reproduce(app: App, bulletin: str, name: str) -> Reproduced:
    """Assemble the first revision of an issue again, and compare it.

    Raises UsageError for an issue that was never published, and NotReproducible.
    """
    store = app.store
    revision = find_issue(store, bulletin, name)
    if revision is None:
        raise UsageError(f"{bulletin} {name} was never published", "`publisher due` lists issues")
    _refuse_changed(app, bulletin, name)
    commit = _commit_of(app.root, revision)
    record = record_of(store, bulletin, name)
    if record is None:
        raise NotReproducible(
            f"the log of the archive has no record of {bulletin} {name}",
            "`publisher publish` writes what an interrupted run left out",
        )
    with TemporaryDirectory(prefix="publisher-", ignore_cleanup_errors=True) as folder:
        try:
            root = git.write_tree(app.root, commit, Path(folder))
        except git.GitError as error:
            raise NotReproducible(
                f"the files of commit {commit[:10]} cannot be written: {error.said}",
                f"see `git -C {app.root} show --stat {commit[:10]}`, and the space on the disk",
            ) from error
        return _again(app, revision, record.number, root)


def _refuse_changed(app: App, bulletin: str, name: str) -> None:
    for stone in tombstones(app.store):
        if f"{bulletin}/{name}" in stone.issues:
            raise NotReproducible(
                f"{bulletin} {name} had an entry that was taken down on {stone.day}",
                "what was frozen is not kept any more: it cannot be compared",
            )


def _commit_of(root: Path, revision: IssueRevision) -> str:
    """The commit of an issue's content, where it is one that can be gone back to."""
    what = f"{revision.issue.bulletin} {revision.issue.name}"
    if revision.format != FORMAT:
        raise NotReproducible(
            f"{what} was frozen in format {revision.format}, and this program writes {FORMAT}",
            "reproduce it with the version of the program that froze it",
        )
    if revision.commit is None:
        raise NotReproducible(f"{what} was published without git", "no commit says what it was")
    if not revision.reproducible:
        raise NotReproducible(
            f"{what} was published from files that differed from commit {revision.commit[:10]}",
            "commit before publishing, and the next ones can be reproduced",
        )
    if git.find(root, revision.commit) is None:
        raise _missing(root, what, revision.commit)
    return revision.commit


def _missing(root: Path, what: str, commit: str) -> NotReproducible:
    remedy = f"fetch it, where it still is: `git -C {root} fetch origin {commit}`"
    if git.is_shallow(root):
        remedy = f"this clone lacks old commits; run `git -C {root} fetch --unshallow`"
    return NotReproducible(f"commit {commit[:10]} of {what} is not in {root}", remedy)


def _again(app: App, revision: IssueRevision, record: int, root: Path) -> Reproduced:
    issue, commit = revision.issue, revision.commit
    assert commit is not None  # `_commit_of` refuses the others
    past = OverlayStore(PastStore(app.store, record))
    index = Index(None, past)
    index.catch_up()
    try:
        frame = load_frame(root, History(app.root, commit))
        reader = EntryReader(root, frame.publication)
        # Which issues had been skipped is nowhere but in this one.
        short = issue.window.takes_over or ()
        library = Library(past, index)
        desk = Desk(root, frame, reader, library, lambda: Commit(commit), lambda *_: short)
        if issue.bulletin not in frame.bulletins:
            raise ContentError(f"the commit has no bulletin {issue.bulletin} that is right")
        prepared = desk.prepare(issue.bulletin, issue.name)
        known = desk.library.newest(each.id for each in prepared.assembled.entries)
        frozen = desk.freeze(prepared)
    except ContentError as error:
        return Reproduced(commit, record, failure=str(error))
    finally:
        index.close()
    made = {path: past.get(path) for path in _brought(frozen, prepared.assembled, known)}
    made |= {blob_file(each): data for each, data in prepared.assembled.blobs.items()}
    files = tuple(_compare(path, app.store.get(path), data) for path, data in made.items())
    return Reproduced(commit, record, files, tuple(sorted(frame.earlier.items())))


def _brought(frozen: IssueRevision, assembled: Assembled, known: Collection[str]) -> Iterator[str]:
    """The files of an issue and of those entries that were published with it."""
    yield issue_file(frozen.issue.bulletin, frozen.issue.name, frozen.revision)
    revisions = {placed.entry: placed.revision for placed in frozen.issue.placed()}
    for entry in assembled.entries:
        if entry.id not in known:
            yield entry_file(entry.id, revisions[entry.id])


# Comparing ---------------------------------------------------------------------------------------


def _compare(path: str, there: bytes | None, made: bytes | None) -> Compared:
    told: tuple[str, ...] = ()
    if there != made and path.endswith(".json"):
        told = tuple(line for line, _ in zip(_differences(there, made), range(_MOST), strict=False))
    return Compared(path, _hash(there), _hash(made), told)


def _hash(data: bytes | None) -> str:
    return "" if data is None else hashlib.sha256(data).hexdigest()


def _differences(there: bytes | None, made: bytes | None) -> Iterator[str]:
    if there is None or made is None:
        yield "it is not in the archive" if there is None else "it would not be frozen now"
        return
    try:
        one = json.loads(there)
    except ValueError:
        yield "what is in the archive is no JSON"
        return
    found = list(_between(one, json.loads(made), ""))
    yield from found or ["the same data, written in other bytes"]


def _between(one: Any, other: Any, place: str) -> Iterator[str]:
    """What differs between two values of JSON, by path."""
    if isinstance(one, dict) and isinstance(other, dict):
        for key in sorted({*one, *other}):
            yield from _between(
                one.get(key, _NOTHING), other.get(key, _NOTHING), f"{place}.{key}".lstrip(".")
            )
    elif isinstance(one, list) and isinstance(other, list):
        for at in range(max(len(one), len(other))):
            yield from _between(_item(one, at), _item(other, at), f"{place}[{at}]")
    elif one != other or type(one) is not type(other):
        since = _since(one, other)
        yield f"{place}: {_shown(one, since)} in the archive, {_shown(other, since)} now"


class _Nothing:
    def __repr__(self) -> str:
        return "nothing"


_NOTHING = _Nothing()


def _item(values: list[Any], at: int) -> Any:
    return values[at] if at < len(values) else _NOTHING


def _since(one: Any, other: Any) -> int:
    """Where to begin showing two texts, so that what differs is seen."""
    if not (isinstance(one, str) and isinstance(other, str)):
        return 0
    pairs = enumerate(zip(one, other, strict=False))
    first = next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))
    return max(0, first - _LONG // 2)


def _shown(value: Any, since: int) -> str:
    if isinstance(value, str):
        value = f"{'…' if since else ''}{value[since:]}"
    text = repr(value) if value is _NOTHING else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONG else f"{text[:_LONG]}…"
