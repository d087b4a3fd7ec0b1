"""Readers, mailings, and mail that comes back, for tests of what follows from it."""

from __future__ import annotations

import datetime as dt

from publisher.deliver.plan import Outcome
from publisher.returns.returns import Returns, Verdict
from publisher.storage.database import open_database
from publisher.storage.feedback import Feedback
from publisher.storage.ledger import DatabaseLedger
from publisher.storage.mailings import Mailings
from publisher.storage.subscriber_rows import Consent
from publisher.storage.subscribers import People
from publisher.subscribers.addresses import read_address
from publisher.subscribers.subscriber import Choice, Subscriber
from publisher.subscribers.tokens import Kind, Token, bulletin_tag, make_keys

NOW = dt.datetime(2026, 5, 1, 8, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


class Office:
    """An installation with readers of `daily`, whose mail comes back."""

    def __init__(self, database: str) -> None:
        engine = open_database(database)
        self.people, self.mailings = People(engine), Mailings(engine)
        self.ledger, self.feedback = DatabaseLedger(engine), Feedback(engine)
        self.keys = make_keys()
        self.alarms: list[str] = []
        self.returns = Returns(
            self.keys, self.feedback, self.mailings, lambda subject, _: self.alarms.append(subject)
        )

    def reader(self, address: str = "ann@example.com", *bulletins: str) -> int:
        choices = [Choice(each, "en") for each in bulletins or ("daily",)]
        consent = Consent("en", "…", "form")
        return self.people.add(read_address(address), "", choices, consent, NOW)

    def subscriber(self, who: int) -> Subscriber:
        found = self.people.get(who)
        assert found is not None
        return found

    def mail(self, issue: str, bulletin: str = "daily", **failed: str) -> int:
        """Send an issue; to the readers named by `r<id>`, it fails with a reply."""
        mailing = self.mailings.open(bulletin, issue, {"en": b""}, NOW).id
        run = self.ledger.take(mailing, 0, "hold", NOW)
        readers = [row.subscriber for row in self.mailings.deliveries(mailing)]
        self.ledger.turn(run, [], readers, NOW)
        replies = {each: failed.get(f"r{each}") for each in readers}
        outcomes = [
            Outcome(who, "failed" if reply is not None else "sent", reply or "250 ok")
            for who, reply in replies.items()
        ]
        self.ledger.turn(run, outcomes, [], NOW)
        return mailing

    def bounced(self, mailing: int) -> dict[int, str]:
        return {row.subscriber: row.bounced for row in self.mailings.deliveries(mailing)}

    def back(self, who: int, mailing: int) -> str:
        return f"b+{self.keys.write(Token(Kind.DELIVERY, who, mailing))}@bounces.example.org"

    def leave(self, who: int, bulletin: str = "daily") -> str:
        token = self.keys.write(Token(Kind.READER, who, bulletin_tag(bulletin)))
        return f"u+{token}@bounces.example.org"

    def take(self, message: bytes, recipient: str | None = None, now: dt.datetime = NOW) -> Verdict:
        (verdict,) = self.returns.take(message, recipient, now)
        return verdict


def dsn(
    to: str,
    status: str = "5.1.1",
    said: str = "550 5.1.1 User unknown",
    *,
    recipient: str = "ann@example.com",
    action: str = "failed",
    message_id: str = "<1@mx.example.com>",
    original: str = "Subject: Today's news",
) -> bytes:
    """A report of non-delivery (RFC 3464)."""
    return f"""\
Return-Path: <>
From: Mail Delivery System <MAILER-DAEMON@mx.example.com>
To: {to}
Subject: Undelivered Mail Returned to Sender
Message-ID: {message_id}
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

This is the mail system at mx.example.com. Your message could not be delivered.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.com

Final-Recipient: rfc822; {recipient}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {said}

--b
Content-Type: text/rfc822-headers

From: News <news@example.org>
{original}

--b--
""".encode()


def complaint(to: str, original: str, feedback_type: str = "abuse") -> bytes:
    """A complaint (RFC 5965)."""
    return f"""\
From: <fbl@provider.example>
To: {to}
Subject: complaint
Message-ID: <c1@provider.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="b"

--b
Content-Type: text/plain

This is an email abuse report.

--b
Content-Type: message/feedback-report

Feedback-Type: {feedback_type}
User-Agent: Provider/1.0
Version: 1

--b
Content-Type: message/rfc822

{original}
From: News <news@example.org>
Subject: Today's news

text

--b--
""".encode()


def letter(to: str, **headers: str) -> bytes:
    """A mail that a person writes, or a program where the headers say so."""
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    text = "\n".join(["From: ann@example.com", f"To: {to}", "Subject: unsubscribe", *lines])
    return f"{text}\n\nPlease.\n".encode()
