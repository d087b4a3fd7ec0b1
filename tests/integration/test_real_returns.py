"""What comes back by real mail, from a real mail system, and what is decided about it."""

from __future__ import annotations

import os
import re
import smtplib
import subprocess
import sys
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
from integration.postal import PostalNewsroom, read
from integration.relay import BOUNCES, FULL, PASSWORD, Relay
from newsroom import at, plain_theme

from publisher.returns.returns import Verdict

FINE, GONE, ABSENT = "fine@ok.test", "ann@gone.test", "bob@absent.test"
LATE, SLOW = "cat@late.test", "dan@slow.test"
READERS = (FINE, GONE, ABSENT, LATE, SLOW, FULL)


@pytest.fixture
def room(relay: Relay, swift: Path) -> Iterator[PostalNewsroom]:
    """A newsroom that has sent an issue to readers of all kinds."""
    found = PostalNewsroom(swift / "publication", relay, theme_of=plain_theme)
    found.readers("en", *READERS)
    found.next_issue()
    yield found
    found.close()


def source_of(relay: Relay, kind: str) -> dict[str, str]:
    """The settings with which the bounces are read."""
    if kind == "maildir":
        return {"PUBLISHER_FEEDBACK": str(relay.maildir(BOUNCES))}
    user = BOUNCES.replace("@", "%40")
    return {
        "PUBLISHER_FEEDBACK": f"imap://{user}@127.0.0.1:{relay.imap}/INBOX",
        "PUBLISHER_FEEDBACK_PASSWORD": PASSWORD,
    }


def feedback(room: PostalNewsroom, kind: str, day: str = "2026-04-26") -> list[Verdict]:
    """What was decided about what has come back to this newsroom, and not to another one."""
    app = room.app(at(day, "20:00"), **source_of(room.relay, kind))
    return [each for each in app.read_returns() if each.subscriber]


def marks(room: PostalNewsroom) -> dict[str, tuple[str, str, str]]:
    """State of each reader; state of their delivery, and what was written beside it."""
    mailings = room.app().mailings
    rows = {each.subscriber: each for each in mailings.deliveries(mailings.all()[0].id)}
    found = {}
    for address in READERS:
        reader = room.subscriber(address)
        row = rows[reader.id]
        found[address] = (reader.state, row.state, row.bounced)
    return found


STATUSES = ("5.1.1", "5.2.2", "4.4.1")
BEFORE = {
    FINE: ("ok", "sent", ""),
    GONE: ("dead", "failed", "hard"),
    ABSENT: ("ok", "sent", ""),
    LATE: ("ok", "sent", ""),
    SLOW: ("ok", "deferred", ""),
    FULL: ("ok", "sent", ""),
}
AFTER = BEFORE | {
    ABSENT: ("dead", "sent", "hard"),
    LATE: ("ok", "sent", "soft"),
    FULL: ("ok", "sent", "soft"),
}


@pytest.mark.parametrize("kind", ["maildir", "imap"])
def test_bounces_become_decisions(room: PostalNewsroom, kind: str) -> None:
    """Unknown at once, unknown after acceptance, full, out of reach: each as it deserves.

    A bounce of mail that was given up says `Action: failed`; only its status tells that the
    address may be good.
    """
    before = marks(room)
    found = {
        (each.outcome, each.decision, each.status) for each in feedback(room, kind)
    }  # fmt: skip

    assert before == BEFORE
    assert found == {
        ("counted", "hard", "5.1.1"), ("counted", "soft", "5.2.2"), ("counted", "soft", "4.4.1"),
    }  # fmt: skip
    assert marks(room) == AFTER


def test_each_bounce_counts_once(room: PostalNewsroom) -> None:
    """Also where the mailbox is read again in another way."""
    feedback(room, "imap")
    counted = marks(room)
    again, other = feedback(room, "imap"), feedback(room, "maildir")

    assert again == []
    assert {each.outcome for each in other} == {"known"}
    assert len(other) == 3
    assert marks(room) == counted == AFTER


def test_the_command_reads_the_mailbox(room: PostalNewsroom) -> None:
    """`publisher feedback`, as a process of its own, with a password in the environment."""
    done = subprocess.run(
        [sys.executable, "-m", "publisher", "--root", str(room.root), "feedback"],
        capture_output=True, text=True, check=False,
        env=os.environ | room.settings | source_of(room.relay, "imap"),
    )  # fmt: skip

    # The mailbox may hold what other newsrooms were sent, which is nobody's here.
    told = [line for line in done.stdout.splitlines() if line.startswith("counted")]

    assert done.returncode == 0, done.stderr
    assert [sum(status in line for line in told) for status in STATUSES] == [
        1, 1, 1,
    ]  # fmt: skip
    assert marks(room) == AFTER


def test_who_is_dead_gets_no_further_issue(room: PostalNewsroom) -> None:
    """And a mailbox that is full is tried again."""
    feedback(room, "imap")
    begin = len(room.relay.log())
    room.next_issue()
    log = "\n".join(room.relay.log()[begin:])

    assert f"to=<{FULL}>" in log
    assert f"to=<{ABSENT}>" not in log
    assert f"to=<{GONE}>" not in log


def test_a_bounce_names_what_was_sent(room: PostalNewsroom) -> None:
    """ENVID and ORCPT come back, to the return address of that delivery (RFC 3461)."""
    mailings = room.app().mailings
    (row,) = [
        each for each in mailings.deliveries(mailings.all()[0].id)
        if each.subscriber == room.subscriber(ABSENT).id
    ]  # fmt: skip
    number = row.reply.rpartition(" ")[2]
    taken = next(line for line in room.relay.log() if f"{number}: from=<" in line)
    sender = re.findall("from=<([^>]+)>", taken)[0]
    (bounce,) = [mail for mail in map(read, room.relay.mails(BOUNCES)) if mail["To"] == sender]
    parts = list(bounce.walk())
    report = str(next(p for p in parts if p.get_content_type() == "message/delivery-status"))
    original = next(p for p in parts if p.get_content_type().endswith("rfc822-headers"))
    key = re.findall(
        r"^Message-ID: <([^@]+)@news\.example\.com>", original.get_content(), re.MULTILINE
    )

    assert f"Original-Envelope-Id: {key[0]}\n" in report
    assert f"Original-Recipient: rfc822;{ABSENT}\n" in report
    assert "text/html" not in original.get_content()


# By mail to the address to leave by --------------------------------------------------------------


def leaving(room: PostalNewsroom, **headers: str) -> None:
    """A mail program answers "unsubscribe" by mail."""
    letter = read(room.relay.mails(FINE)[-1])
    mail = EmailMessage()
    mail["From"], mail["Subject"] = FINE, "unsubscribe"
    mail["To"] = re.findall(r"<mailto:([^>]+)>", letter["List-Unsubscribe"])[0]
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content("")
    with smtplib.SMTP("127.0.0.1", room.relay.smtp) as client:
        client.send_message(mail)
    room.relay.settle()


@pytest.mark.parametrize("kind", ["maildir", "imap"])
def test_a_mail_to_the_address_to_leave_by(room: PostalNewsroom, kind: str) -> None:
    """It ends the subscription, and the very next mailing skips."""
    leaving(room)
    found = [each for each in feedback(room, kind) if each.kind == "unsubscribe"]
    number = len(room.relay.mails(FINE))
    room.next_issue()

    assert [each.outcome for each in found] == ["counted"]
    assert len(room.relay.mails(FINE)) == number
    assert room.subscriber(FINE).state == "ok"


def test_an_absence_note_to_that_address_is_no_wish(room: PostalNewsroom) -> None:
    """A program has written it (RFC 3834)."""
    leaving(room, Auto_Submitted="auto-replied")
    feedback(room, "imap")
    number = len(room.relay.mails(FINE))
    room.next_issue()

    assert len(room.relay.mails(FINE)) == number + 1


# Over time ---------------------------------------------------------------------------------------


def test_a_mailbox_that_stays_full_is_suspended(room: PostalNewsroom) -> None:
    """Five mailings in a row within sixteen days, and a bounce of each."""
    states = []
    for day in ("2026-04-26", "2026-04-30", "2026-05-04", "2026-05-08", "2026-05-12"):
        if day != "2026-04-26":
            room.skip_to(day)
            room.next_issue()
        feedback(room, "imap", day)
        states.append(room.subscriber(FULL).state)

    assert states == ["ok", "ok", "ok", "ok", "suspended"]
