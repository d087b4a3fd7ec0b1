"""A newsroom in three editions whose mail goes out through a relay, to mailboxes that are read."""

from __future__ import annotations

import datetime as dt
import email
import email.policy
import re
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from integration.relay import Relay
from newsroom import Newsroom, at, packaged_theme

from publisher.app import App
from publisher.publishing import Report
from publisher.render.theme import Theme
from publisher.storage.subscriber_rows import Consent
from publisher.storage.subscribers import Newcomer
from publisher.subscribers.addresses import read_address
from publisher.subscribers.subscriber import Choice, Subscriber

SITE = "https://news.example.com"
BOUNCE_DOMAIN = "bounce.ok.test"
EDITIONS = {"zh": ["zh"], "en": ["en"], "bilingual": ["zh", "en"]}
JOINED = at("2026-04-01")
_TOKEN = "[0-9a-f]{60}"


class PostalNewsroom(Newsroom):
    """Publishes an issue for each day it is asked to, through the relay."""

    def __init__(
        self,
        root: Path,
        relay: Relay,
        *,
        service_url: str = SITE,
        theme_of: Callable[[str], Theme] = packaged_theme,
    ) -> None:
        super().__init__(root, theme_of)
        self.relay = relay
        self.publication(editions=EDITIONS, service_url=service_url)
        self._day = at("2026-04-26").date()

    @property
    def settings(self) -> dict[str, str]:
        """What the operator has set."""
        return {
            "PUBLISHER_SMTP_URL": f"smtp+plain://127.0.0.1:{self.relay.smtp}",
            "PUBLISHER_BOUNCE_DOMAIN": BOUNCE_DOMAIN,
        }

    def app(self, now: dt.datetime | None = None, **environment: str) -> App:
        """The publication, opened with the relay's settings."""
        return super().app(now, **self.settings | environment)

    def readers(self, edition: str, *addresses: str) -> None:
        """Readers of an edition who have confirmed."""
        shown = Consent(edition, "Send it to me.", "test")
        people: list[Newcomer] = [
            (read_address(each), "", [(Choice("daily", edition), "active")], shown)
            for each in addresses
        ]
        self.app().people.take_all(people, JOINED)

    def subscriber(self, address: str) -> Subscriber:
        """What is known of a reader."""
        found = self.app().people.find(read_address(address))
        assert found is not None
        return found

    def skip_to(self, day: str) -> None:
        """The next issue is that of a day."""
        self._day = dt.date.fromisoformat(day)

    def prepare(self, **environment: str) -> App:
        """Write an entry for the next day; the publication five minutes after that day's slot."""
        day = self._day.isoformat()
        self._day += dt.timedelta(days=1)
        self.entry("news", day)
        return self.app(at(day), **environment)

    def next_issue(self, **options: Any) -> Report:
        """Publish the issue of the next day, and wait until its mail lies in the mailboxes."""
        report = self.prepare().publish(**options)
        self.relay.settle()
        return report


def read(message: bytes) -> EmailMessage:
    """A message as a mail program reads it."""
    found = email.message_from_bytes(message, policy=email.policy.default)
    assert isinstance(found, EmailMessage)
    return found


def body(letter: EmailMessage, form: str = "html") -> str:
    """A form of a message."""
    part = letter.get_body((form,))
    assert part is not None
    return str(part.get_content())


def link(letter: EmailMessage, name: str) -> str:
    """The link of a message to a page for subscribers: confirm, preferences, leave."""
    found = set(re.findall(rf"https?://[a-z0-9.:]+/-/{name}/[0-9a-f]+", body(letter)))
    assert len(found) == 1, found
    return str(found.pop())


def token_of(text: str) -> str:
    """The token in a link or an address."""
    found = re.search(_TOKEN, text)
    assert found is not None
    return found[0]
