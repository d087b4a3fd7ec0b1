"""What the API and the dashboard work with: the stores, and the publication as it is now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property

from sqlalchemy import Engine

from publisher.app import App
from publisher.config.settings import Settings
from publisher.storage.answers import Answers
from publisher.storage.database import open_database
from publisher.storage.issues import IssueSteps
from publisher.storage.keyring import check_keys, load_keys
from publisher.storage.mailings import Mailings
from publisher.storage.notices import Notices
from publisher.storage.pages import Pages
from publisher.storage.subscribers import People
from publisher.storage.tokens import Tokens
from publisher.subscribers.tokens import Keys
from publisher.subscribing import Subscribing
from publisher.web.opening import Keeper, Writer


class AdminDesk:
    """Opened as it is needed: the service starts, and says so, also where the database is away.

    `again` opens the publication anew, as it is then; `clock` gives the time.
    """

    def __init__(self, again: Callable[[], App], clock: Callable[[], dt.datetime]) -> None:
        self._again, self.clock = again, clock

    @cached_property
    def settings(self) -> Settings:
        """The operator's settings, as they were at the start."""
        return self._again().settings

    @cached_property
    def engine(self) -> Engine:
        """The database."""
        return open_database(self.settings.database_url)

    @cached_property
    def people(self) -> People:
        """The subscribers."""
        return People(self.engine)

    @cached_property
    def mailings(self) -> Mailings:
        """The mailings."""
        return Mailings(self.engine)

    @cached_property
    def rows(self) -> IssueSteps:
        """How far each issue is."""
        return IssueSteps(self.engine)

    @cached_property
    def pages(self) -> Pages:
        """Lists of all that, a page at a time."""
        return Pages(self.engine)

    @cached_property
    def tokens(self) -> Tokens:
        """Who may ask for what."""
        return Tokens(self.engine)

    @cached_property
    def answers(self) -> Answers:
        """What was answered to requests with an idempotency key."""
        return Answers(self.engine)

    @cached_property
    def keys(self) -> Keys:
        """The secrets of the installation."""
        self.settings.state.mkdir(parents=True, exist_ok=True)
        keys = load_keys(self.settings.keys)
        check_keys(keys, self.people)
        return keys

    @cached_property
    def subscribing(self) -> Subscribing:
        """What people may do; its mails look as the publication does at the moment."""
        writer = Writer(Keeper(self._again, self.keys))
        return Subscribing(self.people, Notices(self.engine), writer, self.keys)

    def editions(self) -> dict[str, tuple[str, ...]]:
        """The editions of each bulletin, as the files say now."""
        with self.opened() as app:
            every = tuple(app.frame.publication.editions)
            return {
                slug: tuple(bulletin.editions or every)
                for slug, bulletin in app.frame.bulletins.items()
            }

    @contextmanager
    def opened(self) -> Iterator[App]:
        """The publication, for the time of one request."""
        app = self._again()
        try:
            yield app
        finally:
            app.close()
