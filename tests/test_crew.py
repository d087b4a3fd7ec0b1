"""Workers that share a PostgreSQL: chores that one does for all, and what the queue hands out."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator
from threading import Event, Thread, get_ident

import pytest
from crowd import until
from newsroom import Newsroom, at

from publisher.app import App
from publisher.crew import Chore, ask_for_tick, publish, sweep, work
from publisher.errors import StepFailed
from publisher.storage.subscriber_rows import Consent
from publisher.subscribers.addresses import read_address
from publisher.subscribers.subscriber import Choice

pytestmark = pytest.mark.integration


class Crew:
    """Workers in threads; `app` is another machine."""

    def __init__(self, newsroom: Newsroom, url: str) -> None:
        self.newsroom, self.url, self.stop = newsroom, url, Event()
        self.threads: list[Thread] = []

    def app(self) -> App:
        environment = {"PUBLISHER_DATABASE_URL": self.url}
        app = App(self.newsroom.root, environment, at("2026-04-26"))
        app.theme_of = self.newsroom.theme_of  # type: ignore[assignment]
        return app

    def worker(self, **options: object) -> None:
        thread = Thread(target=work, args=(self.app, self.stop), kwargs=options)
        thread.start()
        self.threads.append(thread)

    def subscribe(self) -> None:
        shown = Consent("en", "Send it to me.", "test")
        for edition in ("zh", "en"):
            reader, choice = read_address(f"{edition}@example.org"), Choice("daily", edition)
            self.app().people.add(reader, "", [choice], shown, at("2026-04-01"))

    def state(self) -> str:
        found = self.app().mailings.all()
        return found[0].state if found else ""

    def end(self) -> None:
        self.stop.set()
        for each in self.threads:
            each.join(20)
            assert not each.is_alive()


@pytest.fixture
def crew(quick: Newsroom, postgres: str) -> Iterator[Crew]:
    made = Crew(quick, postgres)
    yield made
    made.end()


def test_a_run_that_was_asked_for_is_published_and_mailed(crew: Crew) -> None:
    """With nobody there but workers; asked for a second time, there is nothing to do."""
    crew.newsroom.entry("one")
    crew.newsroom.commit()
    crew.subscribe()
    app = crew.app()
    assert ask_for_tick(app, "daily 2026-04-26")
    assert not ask_for_tick(app, "daily 2026-04-26")
    for _ in range(2):
        crew.worker()
    until(lambda: crew.state() == "finished")
    assert len(crew.newsroom.mails()) == 2


def test_a_run_says_what_it_found_and_did(crew: Crew, caplog: pytest.LogCaptureFixture) -> None:
    """As one on a single machine does."""
    crew.newsroom.entry("one")
    crew.newsroom.file("content/entries/2026/04/26/two.yaml", "kind: event\n")
    with caplog.at_level(logging.INFO, "publisher.publish"):
        publish(crew.app())
    told = [each.message for each in caplog.records if each.name == "publisher.publish"]
    assert told[0].startswith("content/entries/2026/04/26/two.yaml:1:1: ")
    assert told[-2:] == ["published daily 2026-04-26", "mailing of daily 2026-04-26 opened"]


def test_a_mailing_that_is_paused_is_a_trouble_until_it_goes_on(crew: Crew) -> None:
    app = crew.app()
    crew.subscribe()
    app.mailings.open("daily", "2026-04-26", {"zh": b"", "en": b""}, at("2026-04-26"))
    app.mailings.pause(1, "by the operator")
    sweep(app)
    assert [each.key for each in app.post.troubles.all()] == ["paused:1"]
    app.mailings.resume(1)
    sweep(app)
    assert app.post.troubles.all() == []


def test_a_chore_is_done_by_one_of_two_workers(crew: Crew) -> None:
    done: Counter[int] = Counter()
    chore = Chore("count", lambda app: done.update([get_ident()]), 0.02, 0.02)
    for _ in range(2):
        crew.worker(chores=(chore,))
    until(lambda: done.total() >= 5)
    assert len(done) == 1


def test_a_chore_that_fails_is_told_once_and_tried_again(
    crew: Crew, caplog: pytest.LogCaptureFixture
) -> None:
    tried: list[int] = []

    def fail(app: App) -> None:
        tried.append(1)
        raise StepFailed("the disk is full", "make room")

    with caplog.at_level(logging.ERROR, "publisher.crew"):
        crew.worker(chores=(Chore("hopeless", fail, 0.02, 0.02),))
        until(lambda: len(tried) >= 3)
    assert [each.message for each in caplog.records] == [
        "hopeless, trying on: the disk is full; make room"
    ]


def test_a_mistake_of_ours_ends_no_worker(crew: Crew) -> None:
    done: list[int] = []

    def act(app: App) -> None:
        done.append(1)
        if len(done) == 1:
            raise KeyError("unforeseen")

    crew.worker(chores=(Chore("mistaken", act, 0.02, 0.02),))
    until(lambda: len(done) >= 3)
