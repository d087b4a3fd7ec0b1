"""A service whose database is away at its start."""

from __future__ import annotations

import logging

import pytest
from fastapi import FastAPI
from reception import Web
from starlette.responses import PlainTextResponse

from publisher.errors import SettingsError, StepFailed
from publisher.web.awaited import AGAIN, Awaited
from publisher.web.guard import HEADERS


class Opening:
    """Makes a service, unless it is told what is wrong; `tries` are counted."""

    def __init__(self, wrong: Exception | None = None) -> None:
        self.wrong, self.tries, self.now = wrong, 0, 0.0
        self.awaited = Awaited(self._make, lambda: self.now)
        self.web = Web(self.awaited)  # type: ignore[arg-type]

    def _make(self) -> FastAPI:
        self.tries += 1
        if self.wrong is not None:
            raise self.wrong
        made = FastAPI()
        made.add_api_route("/", lambda: PlainTextResponse("a page"), response_model=None)
        return made


def test_what_can_be_opened_is_opened_at_once() -> None:
    """And once."""
    opening = Opening()
    opening.awaited.open()
    assert [opening.web.get("/").text for _ in range(2)] == ["a page", "a page"]
    assert opening.tries == 1


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_until_then_it_answers_in_words(method: str) -> None:
    """Nothing of it is kept, and a program knows when to ask again."""
    opening = Opening(StepFailed("the database does not answer"))
    opening.awaited.open()
    answer = opening.web.ask(method, "/-/zh/subscribe")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "30")
    assert answer.text.startswith("This page cannot be shown at the moment.")
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS


def test_it_heals_by_itself() -> None:
    """It is tried again after some seconds, and not at each request."""
    opening = Opening(StepFailed("the database does not answer"))
    opening.awaited.open()
    opening.wrong = None
    assert (opening.web.get("/").status_code, opening.tries) == (503, 1)
    opening.now += AGAIN
    assert (opening.web.get("/").status_code, opening.tries) == (200, 2)


def test_the_log_tells_it_once(caplog: pytest.LogCaptureFixture) -> None:
    """However often it is tried."""
    opening = Opening(StepFailed("the database does not answer"))
    with caplog.at_level(logging.INFO, "publisher.web"):
        opening.awaited.open()
        for _ in range(3):
            opening.now += AGAIN
            opening.web.get("/")
        opening.wrong = None
        opening.now += AGAIN
        opening.web.get("/")
    assert opening.tries == 5
    assert [each.message for each in caplog.records] == [
        "the pages cannot be served yet: the database does not answer",
        "the pages are served now",
    ]


def test_what_waiting_does_not_mend_is_refused() -> None:
    """Such as keys of another installation."""
    with pytest.raises(SettingsError):
        Opening(SettingsError("the keys are others", "restore them")).awaited.open()
