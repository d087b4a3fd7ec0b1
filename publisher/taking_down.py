"""Taking an entry down by law: out of the archive, the site and the mail that is not sent yet.

Every run asks whether one was interrupted, so imports that only the work needs stand there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from publisher.archive.records import Tombstone, dump, tombstone_file, tombstones
from publisher.archive.takedown import bury, finished, take_down
from publisher.content.load import entry_path
from publisher.document import Problem
from publisher.errors import ArchiveError, UsageError
from publisher.render import paths
from publisher.site.build import Builder
from publisher.wording import did_you_mean

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

    from publisher.archive.library import Library
    from publisher.config.settings import Settings
    from publisher.deliver.ledger import Mailing
    from publisher.mailroom import Mailroom
    from publisher.post import Post
    from publisher.site.beside import Beside
    from publisher.site.editions import Editions
    from publisher.site.kept_texts import KeptTexts
    from publisher.site.publish_site import SiteWriter
    from publisher.site.search import Search


class Publication(Protocol):
    """What is needed of `publisher.app.App`."""

    root: Path
    now: dt.datetime
    settings: Settings

    @property
    def library(self) -> Library:
        """What was published."""

    @property
    def post(self) -> Post:
        """Everything about people and mail."""

    @property
    def site(self) -> SiteWriter:
        """The folder of the site."""

    @property
    def beside(self) -> Beside:
        """The files beside issues."""

    @property
    def texts(self) -> KeptTexts:
        """What its texts were converted to."""

    @property
    def search(self) -> Search:
        """What readers search in."""

    def editions(self) -> Editions:
        """What renders each edition."""

    def mailroom(self) -> Mailroom:
        """What renders mail."""


@dataclass(frozen=True, slots=True)
class Mailed:
    """What became of the mail of an issue that had the entry: to how many it had gone."""

    mailing: Mailing
    sent: int
    is_stopped: bool = False


@dataclass(frozen=True, slots=True)
class TakenDown:
    """What was done, and what of it is elsewhere."""

    stone: Tombstone
    is_new: bool
    mailed: tuple[Mailed, ...] = ()
    in_content: tuple[str, ...] = ()
    branch: str = ""


def found(library: Library, name: str) -> tuple[str, list[str]]:
    """The identity of a published entry by any of its names, and all of them.

    Raises UsageError for what was never published.
    """
    name = name.removeprefix("content/entries/").removesuffix(".yaml")
    index = library.index
    if (stone := library.taken_down().get(name)) is not None:
        return stone.entry, stone.names
    if (known := index.identity(name)) is None:
        every = [each.id for each in index.all_entries()]
        close = did_you_mean(name, every) or "name it as in its address: 2026/04/26/some-news"
        raise UsageError(f"no published entry is or was called {name}", close)
    key = index.entry(known)
    assert key is not None  # the index has a name for it
    return known, [*index.aliases(known), library.entry(key).entry.id]


def years_of(stone: Tombstone) -> set[str]:
    """The years in whose search an entry may be found: its own, and those of its issues."""
    issues = (each.split("/", 1)[1] for each in stone.issues)
    return {each[:4] for each in (*stone.names, *issues)}


def remove(app: Publication, name: str, reason: str) -> TakenDown:
    """Take an entry out of archive, mail and site, and write its grave; again is no mistake.

    Raises ArchiveError where its branch is not to be written anew: all else is done by then.
    """
    go_on(app)  # the site of an archive in which something is half done cannot be written
    library = app.library
    entry_id, names = found(library, name)
    is_new = entry_id not in library.taken_down()
    app.site.recover()
    # Where the ledger was lost, this finds out which files are ours, and so which will have to go.
    app.site.write(Builder(app.editions()))
    day = app.now.astimezone(app.editions().publication.time_zone).date()
    stone = take_down(library, bury(library.store, names, entry_id, day, reason), app.now)
    mailed = _out_of_the_world(app, stone, is_whole=True)
    here = [path for each in stone.names if (app.root / (path := entry_path(each))).is_file()]
    branch = _close(app, stone)
    return TakenDown(stone, is_new, tuple(mailed), tuple(here), branch)


def go_on(app: Publication) -> None:
    """Finish what an interrupted run has begun, by the same steps.

    Where a branch is not to be written anew, the operator is told, the next run tries again, and
    publishing is not in the way of that.
    """
    begun = [each for each in tombstones(app.library.store) if not each.is_finished]
    # All of them first: pages are made from an archive in which nothing is half done.
    for stone in [take_down(app.library, each, app.now) for each in begun]:
        app.site.recover()
        _out_of_the_world(app, stone)
        try:
            _close(app, stone)
        except ArchiveError as error:
            subject = f"The takedown of {stone.entry} is not finished"
            app.post.trouble(_trouble(stone), subject, str(error).splitlines())


def _out_of_the_world(
    app: Publication, stone: Tombstone, *, is_whole: bool = False
) -> list[Mailed]:
    """Out of mail, search and site, once it is out of the archive."""
    mailed = list(_out_of_mail(app, stone))
    # Whoever publishes holds off the search already.
    replace(app.search, alone=nullcontext).withdraw(years_of(stone))
    _unlink(app, stone)
    app.site.write(Builder(app.editions()), whole=is_whole, is_strict=True)
    return mailed


def _close(app: Publication, stone: Tombstone) -> str:
    """The last of all: no history of the archive, and the tombstone says that all is done."""
    from publisher.archive.branch_store import rewrite

    done = finished(stone)
    told = ""
    if not app.settings.archive_url:
        grave = app.settings.archive / tombstone_file(stone.entry)
        told = rewrite(app.settings.archive, stone.entry, {grave: dump(done)})
    app.library.store.replace(tombstone_file(stone.entry), dump(done))
    app.post.settled(_trouble(stone))
    return told


def _trouble(stone: Tombstone) -> str:
    return f"takedown:{stone.entry}"


def _unlink(app: Publication, stone: Tombstone) -> None:
    """Its pages go even where nothing remembers that they are ours; so does what a check keeps.

    And so do the files beside the issues that it stood in; they are made anew without it.
    """
    from publisher.content import check_cache

    pages = [
        app.settings.public / paths.file_of(paths.entry(edition, name))
        for name in stone.names
        for edition in app.editions().publication.editions
    ]
    copies = [page.with_name(page.name + ending) for page in pages for ending in (".gz", ".br")]
    beside = [app.settings.public / path for path in app.beside.withdraw(stone.issues)]
    for each in (*pages, *copies, *beside):
        each.unlink(missing_ok=True)
    check_cache.forget(app.settings.state)
    app.texts.clear()


def _out_of_mail(app: Publication, stone: Tombstone) -> Iterator[Mailed]:
    """Write the messages of its issues anew, also those of mailings that are over.

    A mailing that somebody is sending stays paused, because that run holds the old message.
    """
    mailings, mailroom = app.post.mailings, app.mailroom()
    why = f"{stone.entry} was taken down"
    for each in stone.issues:
        bulletin, name = each.split("/", 1)
        mailing, revision = mailings.find(bulletin, name), app.library.published(bulletin, name)
        if mailing is None or revision is None:
            continue
        # Paused for this reason: by a run that was interrupted.
        is_open = mailing.state in ("open", "sending") or (
            mailing.state == "paused" and mailing.reason == why
        )
        if is_open:
            mailing = mailings.pause(mailing.id, why)
        compiled = mailroom.compiled(revision, mailroom.mails(revision))
        kept = {edition: one.to_bytes() for edition, one in compiled.items()}
        mailings.replace_messages(mailing.id, kept)
        is_stopped = is_open and app.post.is_sent_now(mailing.id)
        if is_open and not is_stopped:
            mailing = mailings.resume(mailing.id)
        elif is_stopped:
            app.post.tell_paused()
        yield Mailed(mailing, mailings.counts(mailing.id).get("sent", 0), is_stopped)


class Named(Protocol):
    """What is known of an entry's file."""

    @property
    def id(self) -> str:
        """Its folder and file name."""

    @property
    def aliases(self) -> Sequence[str]:
        """What it was called before."""


def still_there(library: Library, entries: Iterable[Named]) -> Iterator[Problem]:
    """Files in the content of entries that were taken down: they do not come back, and lie there.

    Under an old name as well as under a new one.
    """
    taken = library.taken_down()
    for entry in entries:
        stone = next((taken[each] for each in (entry.id, *entry.aliases) if each in taken), None)
        if stone is not None:
            yield Problem(
                entry_path(entry.id), 1, 1, f"this entry was taken down on {stone.day}",
                "delete the file; the history of git keeps it until it is rewritten", "warning",
                "taken_down",
            )  # fmt: skip
