"""The parts of a publication: content, archive, people, site; opened as they are needed.

The half of the composition root that names concrete classes; `publisher.app` is what is done with
them.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from publisher import durable
from publisher.archive.freeze import Commit
from publisher.archive.index import Index
from publisher.archive.library import Library
from publisher.archive.store import FolderStore, Store
from publisher.config.settings import Settings, read_settings
from publisher.content import git
from publisher.content.asked import Asked
from publisher.content.entry_reader import EntryReader
from publisher.content.history import History
from publisher.content.load import Frame, load_frame
from publisher.content.stamp import Stamp, stamp_of
from publisher.desk import Desk
from publisher.errors import SettingsError
from publisher.markup import Renderer
from publisher.post import Post
from publisher.render.theme import Theme
from publisher.site.beside import Beside, Kind
from publisher.site.checked_themes import checked_theme
from publisher.site.covers import Cover
from publisher.site.drawings import Drawings, has_figures, has_sparklines
from publisher.site.editions import Editions
from publisher.site.kept_texts import KeptTexts
from publisher.site.paper import Paper
from publisher.site.publish_site import SiteWriter
from publisher.site.theme_files import read_themes
from publisher.skipping import shortages
from publisher.version import VERSION

if TYPE_CHECKING:
    from publisher.notes import NoticeDesk
    from publisher.returns.returns import Returns
    from publisher.site.mirror import Mirror
    from publisher.site.search import Search
    from publisher.storage.issues import IssueSteps
    from publisher.storage.mailings import Mailings
    from publisher.storage.notices import Notices
    from publisher.storage.subscribers import People
    from publisher.subscribers.addresses import Address
    from publisher.subscribers.tokens import Keys
    from publisher.subscribing import Subscribing


class Parts:
    """What a publication is made of at one time."""

    def __init__(
        self,
        root: Path,
        environment: Mapping[str, str],
        now: dt.datetime,
        asked: Asked | None = None,
    ) -> None:
        """`asked` is what git was asked before, where it was."""
        self.root = root
        self.now = now
        self.settings: Settings = read_settings(root, environment)
        self.theme_of = lru_cache(maxsize=None)(self._make_theme)
        self.drawings = Drawings(self.settings.state / "drawings")
        self.covers = Cover()
        self.texts = KeptTexts(self.settings.state / "markup")
        self.beside_kinds: tuple[Kind, ...] = (Paper(), self.covers)
        self._asked = asked
        self._stamp: Stamp | None = None

    @cached_property
    def frame(self) -> Frame:
        """Settings and issue files; of a broken one the last good version, where git has one."""
        # From before it is read: what changes meanwhile is seen.
        self._stamp = self._asked.stamp if self._asked else stamp_of(self.root)
        frame = load_frame(self.root, History(self.root))
        if "post" in vars(self):
            self.post.take(frame.publication)
        return frame

    @cached_property
    def reader(self) -> EntryReader:
        """Entries of the content."""
        return EntryReader(self.root, self.frame.publication)

    @cached_property
    def library(self) -> Library:
        """What was published."""
        index = Index(self.settings.index, self.store, is_shared=self.settings.is_shared)
        index.catch_up()
        return Library(self.store, index)

    @cached_property
    def store(self) -> Store:
        """The files of the archive."""
        if not self.settings.archive_url:
            return FolderStore(self.settings.archive)
        from publisher.archive.object_store import ObjectStore

        return ObjectStore(self.settings.archive_url, self.settings.archive)

    @cached_property
    def post(self) -> Post:
        """Everything about people and mail."""
        return Post(
            self.settings, self.frame.publication, self.now,
            self._write_alarm,
        )  # fmt: skip

    @property
    def rows(self) -> IssueSteps:
        """How far each issue is."""
        return self.post.rows

    @property
    def people(self) -> People:
        """The subscribers."""
        return self.post.people

    @property
    def mailings(self) -> Mailings:
        """The mailings."""
        return self.post.mailings

    @property
    def notices(self) -> Notices:
        """Mails to one person that are no issue."""
        return self.post.notices

    @property
    def returns(self) -> Returns:
        """What decides about mail that came back."""
        return self.post.returns

    @property
    def keys(self) -> Keys:
        """The secrets of the installation."""
        return self.post.keys

    @cached_property
    def notes(self) -> NoticeDesk:
        """What writes notices."""
        from publisher.notes import NoticeDesk

        editions, publication = self.editions(), self.frame.publication
        return NoticeDesk(
            publication, self.frame.bulletins,
            lambda edition: editions.views(edition, absolute=True),
            self.theme_of(publication.theme), self.keys,
        )  # fmt: skip

    def _write_alarm(
        self, address: Address, subject: str, lines: list[str], now: dt.datetime
    ) -> bytes:
        return self.notes.alarm(address, subject, lines, now)

    @cached_property
    def subscribing(self) -> Subscribing:
        """What people may do."""
        from publisher.subscribing import Subscribing

        return Subscribing(self.people, self.notices, self.notes, self.keys)

    @cached_property
    def head(self) -> git.Head | None:
        """The commit of the content."""
        return self.ask_for_head().head

    def ask_for_head(self) -> Asked:
        """Have git begin: it looks at every file of the content, while others are read here."""
        if self._asked is None:
            self._asked = Asked(self.root)
        return self._asked

    @cached_property
    def theme_folders(self) -> Mapping[str, Mapping[str, str]]:
        """Every theme, as text."""
        return read_themes(self.root)

    def _make_theme(self, name: str) -> Theme:
        return checked_theme(name, self.theme_folders, self.settings.state / "themes.json")

    @property
    def desk(self) -> Desk:
        """What assembling and freezing need."""
        return Desk(
            self.root, self.frame, self.reader, self.library, self._commit,
            lambda *asked: shortages(self.rows, *asked),
        )  # fmt: skip

    def _commit(self) -> Commit:
        return Commit(self.head.commit, not self.head.differing) if self.head else Commit()

    def editions(self) -> Editions:
        """What renders each edition, as the archive is now."""
        return self._editions(self.library, Renderer())

    def _editions(self, library: Library, renderer: Renderer) -> Editions:
        return Editions(
            self.frame.publication, library, self.theme_of, VERSION, renderer,
            self.drawings, self.beside,
        )  # fmt: skip

    def _editions_of_a_run(self, library: Library) -> Editions:
        """The same for a run that publishes: most of its texts were on yesterday's pages."""
        return self._editions(library, Renderer(self.texts))

    def draws(self) -> bool:
        """Whether issues have something to draw: figures, or sparklines in the newest one."""
        bulletins = self.frame.bulletins
        newest = (each for slug, each in self.editions().newest.items() if slug in bulletins)
        return any(map(has_figures, bulletins.values())) or any(map(has_sparklines, newest))

    @cached_property
    def beside(self) -> Beside:
        """The files beside issues: made by the runs that publish, and kept."""
        settings = self.settings
        return Beside(settings.state / "beside", self.beside_kinds, settings.site.processes)

    @cached_property
    def site(self) -> SiteWriter:
        """The folder of the site, and where it is brought to."""
        settings = self.settings
        check = self.post.check_alone
        return SiteWriter(settings.public, settings.state, check, self.mirror, settings.site)

    @cached_property
    def mirror(self) -> Mirror | None:
        """Where the site is brought to, if it is."""
        settings = self.settings
        if not settings.public_url:
            return None
        from publisher.archive.object_store import open_file_system
        from publisher.site.mirror import Mirror

        marker, check = settings.state / "site.mirrored", self.post.check_alone
        return Mirror(settings.public_url, settings.public, marker, open_file_system, check)

    @cached_property
    def search(self) -> Search:
        """What readers search in; made at a time of its own."""
        from publisher.site.search import Search

        settings = self.settings
        return Search(settings.public, settings.state, self.editions, self._alone, self.mirror)

    def close(self) -> None:
        """Close what was opened."""
        self.drawings.close()
        self.covers.close()
        self.texts.close()
        if "library" in vars(self):
            self.library.index.close()

    def read_anew(self) -> None:
        """Forget what was read of the content and the themes: they have changed."""
        if self._asked is not None:
            self._asked.end()
            self._asked = None  # what it says is of before
        self.theme_of = lru_cache(maxsize=None)(self._make_theme)
        for part in (
            "frame",
            "reader",
            "head",
            "theme_folders",
            "notes",
            "subscribing",
            "beside",
        ):
            vars(self).pop(part, None)

    # One at a time ------------------------------------------------------------------------------

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One run at a time: a second one waits, and then finds little left to do.

        What was pulled or edited while it waited is read anew, so that no run mixes two commits.
        """
        with self._own_folder(), self.post.alone():
            if self._stamp != stamp_of(self.root):
                self.read_anew()
            self.library.index.catch_up()
            yield

    @contextmanager
    def _own_folder(self) -> Iterator[None]:
        """Hold the state folder; a lease does that where machines share a database.

        It runs out where its holder is stalled, and a lock of the folder would not.
        """
        try:
            self.settings.state.mkdir(parents=True, exist_ok=True)
            held = None if self.settings.is_shared else durable.lock(self.settings.state)
        except OSError as error:
            raise SettingsError(
                f"{self.settings.state} cannot be used: {error.strerror}",
                "make it a folder that can be written, or name another with PUBLISHER_STATE",
            ) from error
        try:
            yield
        finally:
            if held is not None:
                os.close(held)
