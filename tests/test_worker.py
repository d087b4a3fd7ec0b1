"""What goes on beside publishing."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable

import pytest
from newsroom import Newsroom, at

from publisher.app import App
from publisher.errors import StepFailed
from publisher.fakes.processes import FakeClock
from publisher.storage.facts import Facts
from publisher.worker import Round, Work, deliver, read_returns, send_notices, work


def wait_until(happens: Callable[[], object]) -> None:
    """Wait for something; not for ever."""
    until = time.monotonic() + 60
    while not happens():
        assert time.monotonic() < until
        time.sleep(0.02)


def opened(newsroom: Newsroom) -> None:
    """A mailing that is open, and not sent."""
    newsroom.entry("one")
    newsroom.subscribe()
    newsroom.app(at("2026-04-26")).publish(send=False)


def test_mailings_are_sent(quick: Newsroom, caplog: pytest.LogCaptureFixture) -> None:
    """And the log says what came of them."""
    opened(quick)
    with caplog.at_level(logging.INFO):
        deliver(quick.app(at("2026-04-26")))
    assert "mailing of daily 2026-04-26 finished: 2 sent" in caplog.text
    assert len(quick.mails()) == 2


def test_notices_are_sent(quick: Newsroom) -> None:
    """Alarms among them."""
    app = quick.app(at("2026-04-26"), PUBLISHER_OPERATOR="op@example.com")
    app.post.alarm("The disk is full", ["Free some space."])
    send_notices(app)
    assert len(quick.mails()) == 1


def test_nothing_is_read_where_nothing_comes_back(quick: Newsroom) -> None:
    """That is no error: a publication may begin without it."""
    read_returns(quick.app())


def test_it_works_until_it_is_asked_to_stop(quick: Newsroom) -> None:
    """With a sign of life, which is gone afterwards; what it opens is sent within seconds."""
    stop = threading.Event()
    thread = threading.Thread(
        target=work, args=(lambda: quick.app(at("2026-04-26")), stop), name="work"
    )
    facts = Facts(quick.app().post.engine)
    thread.start()
    wait_until(lambda: facts.all("worker:"))
    [told] = facts.all("worker:").values()
    opened(quick)
    wait_until(lambda: len(quick.mails()) == 2)
    stop.set()
    thread.join(20)
    assert not thread.is_alive()
    assert json.loads(told)["pid"] > 0
    assert facts.all("worker:") == {}


def test_each_kind_of_work_has_its_own_thread(quick: Newsroom) -> None:
    """A mailing of an hour holds up nobody's confirmation."""
    is_busy, is_done, stop = threading.Event(), threading.Event(), threading.Event()

    def sends_for_an_hour(app: App) -> None:
        is_busy.set()
        assert stop.wait(20)

    def sends_notices(app: App) -> None:
        assert is_busy.wait(20)
        is_done.set()

    kinds = (Work("mail", sends_for_an_hour), Work("notices", sends_notices))
    thread = threading.Thread(target=work, args=(quick.app, stop, kinds))
    thread.start()
    assert is_done.wait(20)
    stop.set()
    thread.join(20)


def test_a_mistake_of_ours_ends_the_worker(quick: Newsroom) -> None:
    """The service starts it again; to go on in silence would hide it."""

    def fails(app: App) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        work(quick.app, threading.Event(), (Work("mail", fails), Work("notices", lambda app: None)))


class Stage:
    """One kind of work that fails while it `is_failing`, turn by turn."""

    def __init__(self, newsroom: Newsroom) -> None:
        self.newsroom, self.clock = newsroom, FakeClock()
        self.is_failing, self.apps = False, list[App]()
        self.round = Round(
            Work("returns", self._does), newsroom.app, threading.Event(),
            newsroom.app().settings.database_url, self.clock.monotonic,
        )  # fmt: skip

    def _does(self, app: App) -> None:
        self.apps.append(app)
        if self.is_failing:
            raise StepFailed("the mailbox is away")

    def troubles(self) -> list[str]:
        """What needs a person."""
        return [each.key for each in self.newsroom.app().post.troubles.all()]


@pytest.fixture
def stage(quick: Newsroom) -> Stage:
    """A kind of work that goes well."""
    return Stage(quick)


def test_what_fails_for_long_is_a_trouble_until_it_goes_well(stage: Stage) -> None:
    """A mailbox that is away for a minute needs nobody."""
    stage.is_failing = True
    stage.round.turn()
    stage.clock.wait(29 * 60)
    stage.round.turn()
    assert stage.troubles() == []
    stage.clock.wait(2 * 60)
    stage.round.turn()
    assert stage.troubles() == ["returns"]
    stage.is_failing = False
    stage.round.turn()
    assert stage.troubles() == []


def test_the_publication_is_read_anew_each_minute(stage: Stage) -> None:
    """Not at each turn: many of them find nothing to do."""
    for _ in range(3):
        stage.clock.wait(29)
        stage.round.turn()
    assert stage.apps[0] is stage.apps[1] or stage.apps[0] is stage.apps[2]
    stage.clock.wait(61)
    stage.round.turn()
    assert stage.apps[-1] is not stage.apps[0]


def test_mail_goes_on_while_the_publication_is_broken(stage: Stage) -> None:
    """A slip in its file is no reason to leave a mailing half sent."""
    stage.round.turn()
    stage.newsroom.file("content/publication.yaml", "name: [")
    stage.clock.wait(61)
    stage.round.turn()
    assert stage.apps[1] is stage.apps[0]
    stage.newsroom.publication()
    stage.clock.wait(61)
    stage.round.turn()
    assert stage.apps[2] is not stage.apps[0]


def test_a_publication_that_was_never_whole_is_waited_for(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    """It is said, and tried again."""
    stage.newsroom.file("content/publication.yaml", "name: [")
    stage.round.turn()
    assert "content/publication.yaml:2:1" in caplog.text
    stage.newsroom.publication()
    stage.round.turn()
    assert len(stage.apps) == 1
