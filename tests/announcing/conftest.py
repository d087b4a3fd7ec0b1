"""A publication whose site, hook and hub are one server."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from newsroom import Newsroom, at, plain_files

from publisher.app import App
from publisher.fakes.web_server import Asked, Given, WebServer
from publisher.publishing import Report
from publisher.render.theme import Theme, make_theme
from publisher.storage.troubles import Trouble

KEY = b"a secret of thirty-two octets ok"


@cache
def marked_theme(name: str) -> Theme:
    """The plain theme, whose issues carry their mark."""
    mark = '<meta name="publisher:revision" content="{{ page.revision }}">'
    files = plain_files() | {"web/issue.html": mark}
    return make_theme(name, {"default": files, name: files})


class Room:
    """A publication with a reader of each edition; `hides` names pages that are not live yet."""

    def __init__(self, root: Path, web: WebServer, **environment: str) -> None:
        self.web, self.news = web, Newsroom(root, marked_theme)
        self.environment = {
            "PUBLISHER_HOOKS": f"{web.url}/hook",
            "PUBLISHER_HOOKS_SECRET": base64.b64encode(KEY).decode(),
            "PUBLISHER_OPERATOR": "operator@example.com",
        } | environment
        self.news.environment |= environment
        self.news.publication(base_url=web.url, websub_hub=f"{web.url}/hub")
        self.news.subscribe()
        self.hides: list[str] = []
        self.status = {"/hook": 200, "/hub": 204}
        web.answer = self._answer

    def _answer(self, asked: Asked) -> Given:
        if asked.path in self.status:
            return Given(self.status[asked.path])
        file = self.news.root / "public" / asked.path.strip("/") / "index.html"
        if not file.is_file() or any(each in asked.path for each in self.hides):
            return Given(404)
        return Given(body=file.read_bytes())

    def app(self, now: dt.datetime | None = None, **environment: str) -> App:
        """The publication, opened with the settings of the room."""
        return self.news.app(now or at("2026-04-26"), **{**self.environment, **environment})

    def checks(self, timeout: str = "30m") -> None:
        """Pages are to be seen before they are mailed."""
        self.environment |= {"PUBLISHER_LIVE_CHECK": "on", "PUBLISHER_LIVE_TIMEOUT": timeout}

    def publish(self, day: str = "2026-04-26", time: str = "18:05", **options: Any) -> Report:
        """Publish what is due on a day, at a time."""
        return self.app(at(day, time)).publish(**options)

    @property
    def hooked(self) -> list[dict[str, Any]]:
        """What the hook was told; each with a signature that holds."""
        return [opened(each) for each in self.web.asked if each.path == "/hook"]

    @property
    def events(self) -> list[str]:
        """What kinds of it, in its order."""
        return [each["type"] for each in self.hooked]

    @property
    def pinged(self) -> list[str]:
        """The feeds of which the hub was told, by their paths."""
        asked = (each for each in self.web.asked if each.path == "/hub")
        return [each.topic.removeprefix(self.web.url) for each in asked]

    @property
    def pages(self) -> list[str]:
        """The pages that were looked at."""
        return [each.path for each in self.web.asked if each.path not in self.status]

    def troubles(self) -> list[Trouble]:
        """What is wrong now."""
        return self.app().post.troubles.all()


def opened(asked: Asked) -> dict[str, Any]:
    """A webhook, checked as the specification says, without our own code."""
    name, stamp = asked.headers["webhook-id"], asked.headers["webhook-timestamp"]
    mac = hmac.new(KEY, f"{name}.{stamp}.".encode() + asked.body, hashlib.sha256).digest()
    version, _, signature = asked.headers["webhook-signature"].partition(",")
    assert version == "v1"
    assert hmac.compare_digest(base64.b64decode(signature), mac)
    assert "." not in name
    found: dict[str, Any] = json.loads(asked.body)
    return found | {"id": name}


@pytest.fixture
def room(swift: Path) -> Iterator[Room]:
    """A publication in two languages with one daily."""
    with WebServer() as web:
        made = Room(swift / "publication", web)
        yield made
        made.news.close()


@pytest.fixture
def either(swift: Path, database: str) -> Iterator[Room]:
    """The same over each kind of database."""
    with WebServer() as web:
        made = Room(swift / "publication", web, PUBLISHER_DATABASE_URL=database)
        yield made
        made.news.close()
