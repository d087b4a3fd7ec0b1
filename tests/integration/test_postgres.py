"""The whole program on PostgreSQL, and a server that goes away in the middle of a mailing."""

from __future__ import annotations

import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from email import message_from_bytes
from email.policy import default

import pytest
from clusters import Cluster, running
from newsroom import Newsroom, at
from returned import dsn

from publisher.deliver.ledger import Mailing
from publisher.fakes.smtp_server import Manners, ScriptedSmtpServer
from publisher.storage.subscriber_rows import Consent
from publisher.subscribers.addresses import read_address
from publisher.subscribers.subscriber import Choice
from publisher.subscribers.tokens import Kind, Token

READERS = 600
DAY = "2026-04-26"


@pytest.fixture
def shared(quick: Newsroom, postgres: str) -> Newsroom:
    """A newsroom whose people and mailings are in PostgreSQL, with something to publish."""
    quick.environment["PUBLISHER_DATABASE_URL"] = postgres
    quick.entry("one")
    return quick


class TestProgram:
    def test_an_issue_is_published_and_mailed_once(self, shared: Newsroom) -> None:
        """Each reader has it in their edition, and a second run finds nothing to do."""
        shared.publish()
        assert shared.steps() == {f"daily {DAY}": "mailed"}
        assert len(shared.mails()) == 2
        (mailing,) = shared.app().mailings.all()
        assert (mailing.state, mailing.recipients) == ("finished", 2)
        shared.publish()
        assert len(shared.mails()) == 2
        assert not (shared.root / "var/publisher.sqlite").exists()

    def test_somebody_signs_up_reads_leaves_and_is_forgotten(
        self, newsroom: Newsroom, postgres: str
    ) -> None:
        """From the form to the hash that stays."""
        newsroom.environment["PUBLISHER_DATABASE_URL"] = postgres
        newsroom.entry("one")
        app = newsroom.app(at(DAY, "09:00"))
        given, consent = "reader@example.org", Consent("en", "Send it to me.", "form", "192.0.2.1")
        app.subscribing.ask(given, "", [Choice("daily", "en")], consent, "en", app.now)
        (asked,) = app.notices.claim(app.now)
        text = message_from_bytes(asked.message, policy=default).get_body(("plain",))
        assert text is not None
        link = re.search(r"/-/confirm/(\S+)", text.get_content())
        assert link is not None
        assert app.subscribing.confirm(link[1], "192.0.2.1", app.now) is not None
        newsroom.app(at(DAY)).publish()
        assert _mailing(newsroom).recipients == 1
        (known,) = app.people.walk()
        token = app.subscribing.token_of(known.id, "daily")
        assert app.subscribing.leave(token, "page", app.now) is not None
        assert app.subscribing.forget(given, app.now)
        assert list(app.people.walk()) == []

    def test_a_bounce_is_counted(self, shared: Newsroom) -> None:
        """By whom it was sent to, in the ledger and beside the address."""
        shared.publish()
        app = shared.app(at("2026-04-27"))
        (mailing,) = app.mailings.all()
        who = next(each for each in app.people.walk() if each.address == "en@example.org")
        token = app.keys.write(Token(Kind.DELIVERY, who.id, mailing.id))
        bounce = dsn(f"b+{token}@news.example.com", recipient=who.address)
        (verdict,) = app.returns.take(bounce, None, app.now)
        assert (verdict.outcome, verdict.state) == ("counted", "dead")
        assert app.mailings.bounces(mailing.id) == {"hard": 1}


class TestServerGone:
    @pytest.fixture
    def durable(self) -> Iterator[Cluster]:
        """A server that keeps what it has committed."""
        with running(durable=True) as found:
            yield found

    @pytest.mark.parametrize("ends", [Cluster.stop, Cluster.crash], ids=["stopped", "crashed"])
    def test_a_mailing_goes_on_when_the_server_is_back(
        self, quick: Newsroom, durable: Cluster, ends: Callable[[Cluster], None]
    ) -> None:
        """Nobody is lost, nobody gets the issue twice, and the sender was not even restarted."""
        quick.environment["PUBLISHER_DATABASE_URL"] = durable.fresh()
        quick.entry("one")
        readers = [read_address(f"r{number}@example.org") for number in range(READERS)]
        choice, consent = (Choice("daily", "en"), "active"), Consent("en", "…", "test")
        quick.app().people.take_all([(r, "", [choice], consent) for r in readers], at(DAY))  # type: ignore[list-item]
        with ScriptedSmtpServer(manners=Manners()) as relay:
            url = f"smtp+plain://127.0.0.1:{relay.port}"
            sender = threading.Thread(target=publish, args=(quick, url))
            sender.start()
            for share in (0.2, 0.5):
                until(lambda share=share: len(relay.accepted) > share * READERS)
                ends(durable)
                time.sleep(0.3)
                durable.start()
            sender.join(60)
            assert not sender.is_alive()
        found = Counter(each.recipient for each in relay.accepted)
        assert set(found) == {each.envelope for each in readers}
        assert set(found.values()) == {1}
        mailing = _mailing(quick)
        assert mailing.state == "finished"
        assert quick.app().mailings.counts(mailing.id) == {"sent": READERS}


def publish(newsroom: Newsroom, relay: str) -> None:
    """Publish what is due, in a thread: what belongs to it is closed in it."""
    app = newsroom.app(at(DAY), PUBLISHER_SMTP_URL=relay, PUBLISHER_RATE="400")
    app.publish()
    newsroom._open.remove(app)
    app.close()


def _mailing(newsroom: Newsroom) -> Mailing:
    (mailing,) = newsroom.app().mailings.all()
    return mailing


def until(true: Callable[[], bool]) -> None:
    """Wait until something is so."""
    for _ in range(3000):
        if true():
            return
        time.sleep(0.01)
    pytest.fail("it never came to that")
