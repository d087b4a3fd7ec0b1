"""The post: how people, mailings and ways out are put together."""

from __future__ import annotations

import datetime as dt
import stat
from email import policy
from email.parser import BytesParser

import pytest
from newsroom import Newsroom, at

from publisher.deliver.transports.maildir import MaildirTransport
from publisher.deliver.transports.smtp import SmtpTransport
from publisher.errors import StepFailed
from publisher.storage.subscriber_rows import Consent
from publisher.subscribers.addresses import read_address
from publisher.subscribers.subscriber import Choice


def test_without_a_relay_mail_goes_into_a_maildir(quick: Newsroom) -> None:
    """And what may have been sent is sent again: a Maildir knows what it has."""
    post = quick.app().post
    assert isinstance(post.transport(), MaildirTransport)
    assert post.options.uncertain == "resend"


def test_a_relay_is_what_the_settings_say(quick: Newsroom) -> None:
    """What may have been sent is held, unless the operator says otherwise."""
    post = quick.app(PUBLISHER_SMTP_URL="smtp+plain://127.0.0.1:2525").post
    transport = post.transport()
    assert isinstance(transport, SmtpTransport)
    assert (transport.relay.port, transport.relay.helo) == (2525, "news.example.com")
    assert post.options.uncertain == "hold"


def test_what_comes_back_comes_to_the_domain_that_is_set(quick: Newsroom) -> None:
    """Else to that of the publication."""
    assert quick.app().post.return_domain == "news.example.com"
    own = quick.app(PUBLISHER_BOUNCE_DOMAIN="b.example.com")
    assert own.post.return_domain == "b.example.com"


def test_keys_are_made_beside_the_database(quick: Newsroom) -> None:
    """Private, and the same the next time."""
    keys = quick.app().keys
    file = quick.root / "var/keys.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert quick.app().keys == keys


def test_a_rehearsal_of_another_time_goes_on_from_there(quick: Newsroom) -> None:
    """`--now` is when it begins; time passes as it does."""
    post = quick.app(at("2026-04-26")).post
    assert dt.timedelta() <= post.clock() - at("2026-04-26") < dt.timedelta(minutes=5)


def test_the_operator_is_told_where_an_address_is_set(newsroom: Newsroom) -> None:
    """By a notice, up to a number of them in a day."""
    newsroom.app().post.alarm("A mailing is paused", ["It is."])
    assert newsroom.app().notices.counts() == {}
    app = newsroom.app(PUBLISHER_OPERATOR="op@example.com")
    for _ in range(25):
        app.post.alarm("A mailing is paused", ["It is."])
    assert app.notices.counts() == {("alarm", "queued"): 20}


def paused(newsroom: Newsroom, reason: str = "refused") -> None:
    """A mailing that does not go on."""
    newsroom.entry("one")
    newsroom.subscribe()
    newsroom.publish(send=False)
    newsroom.app().mailings.pause(1, reason)


def keys(newsroom: Newsroom) -> list[str]:
    """Of the troubles that there are."""
    return [each.key for each in newsroom.app().post.troubles.all()]


def test_a_paused_mailing_is_told_once_for_each_pause(quick: Newsroom) -> None:
    """However often somebody looks; when it goes on, the trouble is over."""
    paused(quick)
    app = quick.app(at("2026-04-26", "18:30"), PUBLISHER_OPERATOR="op@example.com")
    for _ in range(2):
        app.post.tell_paused()
    assert keys(quick) == ["paused:1"]
    assert sum(app.notices.counts().values()) == 1
    app.mailings.resume(1)
    app.post.tell_paused()
    assert keys(quick) == []
    app.mailings.pause(1, "refused again")
    app.post.tell_paused()
    assert sum(app.notices.counts().values()) == 2


def test_sending_tells_of_pauses(quick: Newsroom) -> None:
    """At its start, and where a mailing goes on or is over that is no trouble any more."""
    paused(quick)
    quick.app(at("2026-04-26", "18:30")).deliver()
    assert keys(quick) == ["paused:1"]
    quick.app().mailings.cancel(1, at("2026-04-26", "18:31"))
    quick.app(at("2026-04-26", "18:32")).deliver()
    assert keys(quick) == []


def test_a_mailing_that_pauses_while_it_is_sent_is_told(quick: Newsroom) -> None:
    """By the sender, before others are sent."""
    quick.entry("one")
    people, shown = quick.app().people, Consent("en", "Send it to me.", "test")
    for each in range(20):
        reader = read_address(f"r{each}@example.org")
        people.add(reader, "", [Choice("daily", "en")], shown, at("2026-04-01"))
    relay = {"PUBLISHER_SMTP_URL": "smtp+plain://127.0.0.1:1"}
    (sent,) = quick.app(at("2026-04-26"), **relay).publish().sent or ()
    assert sent.mailing.state == "paused"
    assert keys(quick) == ["paused:1"]


def test_a_pause_that_cannot_be_told_stops_no_mail(
    quick: Newsroom, caplog: pytest.LogCaptureFixture
) -> None:
    """A theme may be what is broken."""
    paused(quick)
    app = quick.app(at("2026-04-26", "18:30"), PUBLISHER_OPERATOR="op@example.com")

    def cannot(*_: object) -> bytes:
        raise StepFailed("no mail can be written")

    app.post.write_alarm = cannot
    assert app.deliver() == ()
    assert "the operator cannot be told which mailings are paused" in caplog.text


def test_a_trouble_names_no_reader(newsroom: Newsroom) -> None:
    """What a relay has said is kept without the address that it was about."""
    app = newsroom.app(PUBLISHER_OPERATOR="op@example.com")
    app.post.trouble("mail", "Refused: jane@example.com", ["550 <jane.doe@example.com> unknown"])
    (kept,) = app.post.troubles.all()
    assert kept.subject == "Refused: j…@example.com"
    assert kept.lines == ("550 <j…@example.com> unknown",)
    app.deliver()
    (alarm,) = newsroom.mails().values()
    assert "Refused" in str(BytesParser(policy=policy.default).parsebytes(alarm)["Subject"])
    assert b"jane" not in alarm


def test_publishing_sends_notices_that_wait(newsroom: Newsroom) -> None:
    """Where no service is running, the timer's run does it."""
    app = newsroom.app(PUBLISHER_OPERATOR="op@example.com")
    app.post.alarm("Look here", ["Please."])
    newsroom.publish()
    assert newsroom.app().notices.counts() == {("alarm", "sent"): 1}


def test_backfilled_issues_are_mailed_through_a_relay_only_when_asked(quick: Newsroom) -> None:
    """Nobody wants last year's issues in their mailbox because a server was set up anew."""
    quick.entry("one")
    quick.issue("2026-04-26")
    quick.subscribe()
    relay = {"PUBLISHER_SMTP_URL": "smtp+plain://127.0.0.1:1"}
    report = quick.app(at("2026-04-26"), **relay).publish(all_files=True)
    assert report.opened == ()
    assert quick.steps() == {"daily 2026-04-26": "not-mailed"}


def test_a_relay_that_cannot_be_reached_loses_nobody(quick: Newsroom) -> None:
    """The issue is out; its readers wait."""
    quick.entry("one")
    quick.subscribe()
    relay = {"PUBLISHER_SMTP_URL": "smtp+plain://127.0.0.1:1"}
    (sent,) = quick.app(at("2026-04-26"), **relay).publish().sent or ()
    assert sent.counts == {"deferred": 2}
    assert quick.steps() == {"daily 2026-04-26": "mailed"}
    assert quick.publish(time="18:30").mailed == 2


def test_all_mail_can_be_redirected(quick: Newsroom) -> None:
    """For a rehearsal with the real readers' list: the To line still tells whose it would be."""
    quick.entry("one")
    quick.subscribe()
    quick.app(at("2026-04-26"), PUBLISHER_REDIRECT="desk@example.com").publish()
    assert len(quick.mails()) == 2
