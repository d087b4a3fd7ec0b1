"""The stores of a publication: people, mailings, what is kept in mind; opened as they are needed.

Part of the composition root, like `publisher.post`, which adds the ways out and back.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from threading import Event
from typing import TYPE_CHECKING

from publisher.config.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from publisher.storage.calls import Calls
    from publisher.storage.copies import Copies
    from publisher.storage.issues import IssueSteps
    from publisher.storage.leases import Held, Leases
    from publisher.storage.mailings import Mailings
    from publisher.storage.notices import Notices
    from publisher.storage.subscribers import People
    from publisher.storage.troubles import Troubles
    from publisher.subscribers.tokens import Keys


class Stores:
    """What is kept in the database, and the keys that belong to it."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.stop = Event()
        self._held: Held | None = None

    @cached_property
    def engine(self) -> Engine:
        """The database, at this version's tables."""
        from publisher.storage.database import open_database

        return open_database(self.settings.database_url)

    @cached_property
    def rows(self) -> IssueSteps:
        """How far each issue is."""
        from publisher.storage.issues import IssueSteps

        return IssueSteps(self.engine, self.check_alone)

    @cached_property
    def people(self) -> People:
        """The subscribers."""
        from publisher.storage.subscribers import People

        return People(self.engine)

    @cached_property
    def copies(self) -> Copies:
        """Whether this is a copy of an installation, which mails nobody."""
        from publisher.storage.copies import Copies

        return Copies(self.engine)

    @cached_property
    def troubles(self) -> Troubles:
        """What is wrong now and needs a person."""
        from publisher.storage.troubles import Troubles

        return Troubles(self.engine)

    @cached_property
    def leases(self) -> Leases:
        """Who does what only one may do at a time, where machines share a database."""
        from publisher.storage.leases import Leases

        return Leases(self.engine)

    @cached_property
    def mailings(self) -> Mailings:
        """The mailings."""
        from publisher.storage.mailings import Mailings

        return Mailings(self.engine)

    @cached_property
    def notices(self) -> Notices:
        """Mails to one person that are no issue."""
        from publisher.storage.notices import Notices

        return Notices(self.engine)

    @cached_property
    def keys(self) -> Keys:
        """The secrets of the installation; those that belong to its database."""
        from publisher.storage.keyring import check_keys, load_keys

        self.settings.state.mkdir(parents=True, exist_ok=True)
        keys = load_keys(self.settings.keys)
        check_keys(keys, self.people)
        return keys

    @cached_property
    def calls(self) -> Calls:
        """What others are told, as a log."""
        from publisher.storage.calls import Calls

        return Calls(self.engine)

    # One at a time ------------------------------------------------------------------------------

    @contextmanager
    def alone(self) -> Iterator[None]:
        """One publishing run at a time over all machines; a second one waits."""
        if not self.settings.is_shared:
            yield
            return
        with self.leases.waited_for("publish", self.stop) as held:
            self._held = held
            try:
                yield
            finally:
                self._held = None

    def check_alone(self) -> None:
        """Raise StepFailed where another machine has taken the publishing run over."""
        if self._held is not None:
            self._held.check()
