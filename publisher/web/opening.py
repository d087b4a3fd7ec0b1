"""Opening the service for a publication, and keeping up with it.

Editors change settings and themes, and issues come out, while the service runs: what it shows is
made again when a file that it depends on has changed.
"""

from __future__ import annotations

import datetime as dt
import logging
import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from publisher.app import App
from publisher.errors import PublisherError, SettingsError
from publisher.notes import NoticeDesk
from publisher.render import paths
from publisher.render.pages import make_site
from publisher.render.service import ServicePages, service_style
from publisher.site.editions import Editions
from publisher.site.theme_files import theme_folders
from publisher.subscribers.addresses import Address
from publisher.subscribers.subscriber import Choice
from publisher.subscribers.tokens import Keys
from publisher.subscribing import Subscribing
from publisher.web.office import Feedback, Front, Office, Pull

log = logging.getLogger("publisher.web")

_SECONDS = 5.0
"""Between two looks at the files."""


def office_of(
    app: App,
    again: Callable[[], App] | None = None,
    clock: Callable[[], dt.datetime] | None = None,
    feedback: Feedback | None = None,
    pull: Pull | None = None,
) -> Office:
    """What the service of a publication works with.

    `again` opens the publication anew, as it is then; without it, it stays as `app` has it.
    Raises SettingsError where publication.yaml does not say where the service is reached.
    """
    if app.frame.publication.service_url is None:
        raise SettingsError(
            "content/publication.yaml does not say where readers reach the service",
            "add service_url: https://… to it; links in mails lead there",
        )
    keeper = Keeper(again or (lambda: app), app.keys)
    keeper.look()
    return Office(
        Subscribing(app.people, app.notices, Writer(keeper), app.keys),
        lambda: keeper.look().front,
        app.settings.service,
        clock or app.post.clock,
        feedback,
        pull,
    )


@dataclass(frozen=True, slots=True)
class Look:
    """What a publication was like at a moment: its pages, and what writes its notices."""

    front: Front
    notes: NoticeDesk


class Keeper:
    """Keeps a look at the publication, and takes a new one when its files have changed."""

    def __init__(
        self, again: Callable[[], App], keys: Keys, timer: Callable[[], float] = time.monotonic
    ) -> None:
        self._again, self._keys, self._timer = again, keys, timer
        self._lock = threading.Lock()
        self._look: Look | None = None
        self._stamp: tuple[tuple[str, int], ...] = ()
        self._due = 0.0

    def look(self) -> Look:
        """The publication as it is; as it was, while a new look is taken or cannot be taken."""
        known = self._look
        if known is not None and self._timer() < self._due:
            return known
        if not self._lock.acquire(blocking=known is None):
            assert known is not None  # else it was waited for
            return known
        try:
            return self._looked()
        finally:
            self._lock.release()

    def _looked(self) -> Look:
        app = None
        try:
            app = self._again()
            stamp = tuple(_stamp(app.root, app.settings.archive))
            if self._look is None or stamp != self._stamp:
                # Also where it fails: the same files would fail again.
                self._stamp = stamp
                self._look = _take(app, self._keys)
        except PublisherError as error:
            if self._look is None:
                raise
            log.error("the pages stay as they were: %s", error)
        finally:
            self._due = self._timer() + _SECONDS
            if app is not None:
                app.close()
        return self._look


def _stamp(root: Path, archive: Path) -> Iterator[tuple[str, int]]:
    """Every file and folder that the pages depend on, with the time of its last change."""
    content = root / "content"
    files = [content / "publication.yaml", *sorted(content.glob("bulletins/*")), archive / "log"]
    for folder in theme_folders(root):
        for base, folders, names in os.walk(folder):
            folders.sort()
            files += [Path(base) / name for name in sorted(names)]
    for file in files:
        try:
            yield str(file), file.stat().st_mtime_ns
        except OSError:
            continue


def _take(app: App, keys: Keys) -> Look:
    editions, publication = app.editions(), app.frame.publication
    theme = app.theme_of(publication.theme)
    pages = {name: _pages(app, editions, name) for name in publication.editions}
    front = Front(publication, app.frame.bulletins, pages, service_style(theme, publication))
    notes = NoticeDesk(
        publication, app.frame.bulletins, lambda name: editions.views(name, absolute=True),
        theme, keys,
    )  # fmt: skip
    return Look(front, notes)


def _pages(app: App, editions: Editions, name: str) -> ServicePages:
    publication, views = app.frame.publication, editions.views(name, absolute=True)
    own = editions.parts(name).pages.site
    bulletins = [(slug, editions.bulletins[slug]) for slug in editions.bulletins_of(name)]
    site = make_site(views, bulletins, has_tags=own.has_tags, has_stories=own.has_stories)
    links = paths.Links(publication.service_url or publication.base_url)
    return ServicePages(
        app.theme_of(publication.theme), views, site, app.frame.bulletins, links,
        editions.generator,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes notices in the words and the look of the moment."""

    keeper: Keeper

    def confirm(
        self, address: Address, edition: str, choices: Sequence[Choice], token: str,
        now: dt.datetime,
    ) -> bytes:  # fmt: skip
        """A mail with the link that confirms."""
        return self.keeper.look().notes.confirm(address, edition, choices, token, now)

    def welcome(
        self, address: Address, subscriber: int, choices: Sequence[Choice], now: dt.datetime
    ) -> bytes:
        """A mail after confirming."""
        return self.keeper.look().notes.welcome(address, subscriber, choices, now)
