"""The service over a real database, for tests, and somebody who asks it."""

from __future__ import annotations

import asyncio
import datetime as dt
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any

import builders
import httpx
from fastapi import FastAPI
from sqlalchemy import event, select

from publisher.config.publication import Publication
from publisher.config.settings import ServiceSettings
from publisher.fakes.notices import NoticeList
from publisher.render import paths
from publisher.render.pages import make_site
from publisher.render.service import ServicePages
from publisher.storage.database import open_database
from publisher.storage.notices import Notices
from publisher.storage.subscriber_rows import Consent
from publisher.storage.subscribers import People
from publisher.storage.tables import metadata
from publisher.subscribers.addresses import read_address
from publisher.subscribers.subscriber import Choice, Subscriber
from publisher.subscribers.tokens import make_keys
from publisher.subscribing import Subscribing
from publisher.web.office import Front, Office
from publisher.web.service import make_service

NOW = dt.datetime.fromisoformat("2026-04-26T10:00:00+00:00")
SITE = "https://news.example.com"
SERVICE = "https://subscribe.example.com"
PEER = "192.0.2.1"
BULLETINS = {
    "daily": builders.bulletin(name=builders.both("Daily"), description=builders.both("Ten")),
    "weekly": builders.bulletin(name=builders.both("Weekly"), editions=["zh", "en"]),
}


def front(**changes: Any) -> Front:
    """Two bulletins, one of them in every edition."""
    publication = builders.publication(service_url=SERVICE, **changes)
    pages = {name: _pages(publication, name) for name in publication.editions}
    return Front(publication, BULLETINS, pages, b"a { color: #000 }")


def _pages(publication: Publication, edition: str) -> ServicePages:
    views = builders.views(edition, publication)
    site = make_site(views, BULLETINS.items(), has_tags=False, has_stories=False)
    links = paths.Links(publication.service_url or "")
    return ServicePages(builders.theme(), views, site, BULLETINS, links, "publisher 1")


class Web:
    """Asks the service as a program does: it says nothing of itself, and follows no redirect."""

    def __init__(self, app: FastAPI, peer: str = PEER) -> None:
        self.app, self.peer = app, peer

    def ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        """One request."""

        async def asked() -> httpx.Response:
            transport = httpx.ASGITransport(self.app, client=(self.peer, 5000))
            async with httpx.AsyncClient(transport=transport, base_url=SERVICE) as client:
                return await client.request(method, path, **options)

        # In a thread of its own: a browser of other tests keeps a loop running in this one.
        with ThreadPoolExecutor(1) as pool:
            return pool.submit(lambda: asyncio.run(asked())).result()

    def get(self, path: str, **options: Any) -> httpx.Response:
        """A page."""
        return self.ask("GET", path, **options)

    def post(self, path: str, **options: Any) -> httpx.Response:
        """A form that is sent."""
        return self.ask("POST", path, **options)

    def sign_up(self, address: str = "reader@example.org", **options: Any) -> httpx.Response:
        """The form of the Chinese edition, for the daily."""
        data = {"address": address, "bulletin": "daily"} | options.pop("data", {})
        return self.post("/-/zh/subscribe", data=data, **options)


@dataclass
class Desk:
    """The service with all that stands behind it, and a way to ask it."""

    database: str
    settings: ServiceSettings = field(default_factory=ServiceSettings)
    now: dt.datetime = NOW
    statements: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        engine = open_database(self.database)
        self.engine, self.people, self.notices = engine, People(engine), Notices(engine)
        self.writer = NoticeList()
        self.subscribing = Subscribing(self.people, self.notices, self.writer, make_keys())
        self.front = front()
        self.office = Office(
            self.subscribing, lambda: self.front, self.settings, lambda: self.now, patience=0
        )
        event.listen(engine, "before_cursor_execute", self._note)

    def _note(self, *arguments: Any) -> None:
        self.statements.append(arguments[2])

    def web(self, peer: str = PEER, **changes: Any) -> Web:
        """Somebody who asks; `changes` are of the office."""
        return Web(make_service(replace(self.office, **changes)), peer)

    def subscribe(
        self, *choices: Choice, address: str = "reader@example.org", state: Any = "active"
    ) -> Subscriber:
        """A reader who has confirmed, of the Chinese daily unless told otherwise."""
        wanted = choices or (Choice("daily", "zh"),)
        consent = Consent("zh-CN", "shown", "test")
        found = read_address(address)
        self.people.take_all([(found, "", [(each, state) for each in wanted], consent)], NOW)
        known = self.people.find(found)
        assert known is not None
        return known

    def token(self, reader: Subscriber, bulletin: str = "daily") -> str:
        """The token in a reader's mails of a bulletin."""
        return self.subscribing.token_of(reader.id, bulletin)

    def state(self, reader: Subscriber, bulletin: str = "daily") -> str:
        """The state of a subscription, and its edition where it gets issues."""
        known = self.people.get(reader.id)
        found = known.subscription(bulletin) if known else None
        return f"{found.state} {found.edition}" if found else "none"

    def rows(self) -> dict[str, list[Any]]:
        """Every row of the database, by its key."""
        with self.engine.connect() as connection:
            return {
                table.name: [
                    tuple(row)
                    for row in connection.execute(select(table).order_by(*table.primary_key))
                ]
                for table in metadata.sorted_tables
            }


def main_of(html: str) -> str:
    """What stands in the main part of a page, as one line of text."""
    inside = html.partition("<main")[2].partition("</main>")[0].partition(">")[2]
    return " ".join(re.sub("<[^>]+>", " ", inside).replace("\u2060", "").split())


def language_of(html: str) -> str:
    """The language of a page."""
    return re.search(r'<html lang="([^"]+)"', html)[1]  # type: ignore[index]
