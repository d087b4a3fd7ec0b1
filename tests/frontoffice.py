"""The operators' listener over a small publication, for tests, and a program that asks it."""

from __future__ import annotations

import asyncio
import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
from fastapi import FastAPI
from newsroom import Newsroom, at

from publisher.app import App
from publisher.storage.subscriber_rows import Consent
from publisher.storage.tokens import SCOPES
from publisher.subscribers.addresses import read_address
from publisher.subscribers.subscriber import Choice
from publisher.web.admin import make_admin
from publisher.web.api.desk import AdminDesk
from publisher.web.watch import Watch

NOW = at("2026-04-26")
CONSENT = {"shown": "Send it to me.", "language": "en", "source": "shop"}
SOMEBODY = {
    "address": "new@example.com",
    "subscriptions": [{"bulletin": "daily", "edition": "en"}],
    "consent": CONSENT,
}


class Office:
    """The listener, a token that may do everything, and a clock that stands where it is put."""

    def __init__(self, newsroom: Newsroom, **environment: str) -> None:
        self.newsroom, self.now, self.seconds = newsroom, NOW, 0.0
        self.environment = environment
        self.desk = AdminDesk(self.again, lambda: self.now)
        self.tokens = self.desk.tokens
        self.token = self.tokens.create("all", SCOPES, NOW)
        settings = newsroom.app().settings.operations
        watch = Watch(self.again, lambda: self.now)
        self.app: FastAPI = make_admin(self.desk, watch, settings, lambda: self.seconds)

    def again(self) -> App:
        """The publication, opened by the thread that asks, which closes it."""
        app = App(self.newsroom.root, self.environment, self.now)
        if self.newsroom.theme_of is not None:
            app.theme_of = self.newsroom.theme_of
        return app

    def ask(
        self, method: str, path: str, token: str | None = None, **options: Any
    ) -> httpx.Response:
        """One request; of the API where the path is not a whole one."""
        headers = dict(options.pop("headers", {}))
        if token != "":
            headers.setdefault("Authorization", f"Bearer {token or self.token}")

        async def asked() -> httpx.Response:
            transport = httpx.ASGITransport(self.app, client=("127.0.0.1", 5000))
            url = "http://localhost:8301"
            async with httpx.AsyncClient(transport=transport, base_url=url) as client:
                whole = path if path.startswith("//") else f"/api/v1{path}"
                return await client.request(
                    method, whole.replace("//", "/"), headers=headers, **options
                )

        # In a thread of its own: a browser of other tests keeps a loop running in this one.
        with ThreadPoolExecutor(1) as pool:
            return pool.submit(lambda: asyncio.run(asked())).result()

    def get(self, path: str, **options: Any) -> Any:
        """What is read; it has to be there."""
        answer = self.ask("GET", path, **options)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def told(self, method: str, path: str, **options: Any) -> tuple[int, str]:
        """Status and detail of a problem."""
        answer = self.ask(method, path, **options)
        assert answer.headers["content-type"] == "application/problem+json", answer.text
        problem = answer.json()
        assert problem["status"] == answer.status_code
        return answer.status_code, problem["detail"]

    def person(self, address: str = "reader@example.org", edition: str = "zh") -> str:
        """Somebody who gets the daily; their number."""
        proof = Consent(edition, "Send it to me.", "test")
        choice = Choice("daily", edition)
        people = self.desk.people
        return str(people.add(read_address(address), "", [choice], proof, NOW))

    def later(self, **time: float) -> dt.datetime:
        """Let time pass."""
        self.now += dt.timedelta(**time)
        return self.now
