"""Bounces in words are told from other mail."""

from __future__ import annotations

import pytest

from publisher.subscribers.feedback.mail import parse
from publisher.subscribers.feedback.notice import notice_of
from publisher.subscribers.feedback.texts import is_bounce

FAILED = "Your message could not be delivered to ann@b.org: 550 5.1.1 <ann@b.org> no such user\n"
SYSTEM = "From: Mail Delivery Subsystem <mailer-daemon@mx.example.net>\n"
PERSON = "From: Ann <ann@b.org>\n"
TITLE = "Subject: Undelivered Mail Returned to Sender\n"


def found(head: str, text: str = FAILED) -> bool:
    return is_bounce(notice_of(parse(f"{head}\n{text}".encode())))


@pytest.mark.parametrize(
    "head",
    [
        SYSTEM + TITLE,
        SYSTEM + "Subject: Daily ten\n",
        SYSTEM + "Subject: Re: Daily ten\n",
        "Return-Path: <>\n" + PERSON,
        PERSON + TITLE,
        PERSON + "X-Failed-Recipients: ann@b.org\n",
        TITLE,
        SYSTEM + TITLE + "List-Id: <x.example.org>\n",  # a list has passed it on
    ],
)
def test_a_bounce_comes_from_a_mail_system_or_says_what_it_is(head: str) -> None:
    assert found(head)


@pytest.mark.parametrize(
    "head",
    [
        PERSON + "Subject: Daily ten\n",
        PERSON + "Subject: Re: Undelivered Mail\n",
        PERSON + "Subject: Fwd: Undelivered Mail\nReturn-Path: <>\n",
        SYSTEM + "Subject: Undelivered stories\nList-Id: <x.example.org>\n",
        SYSTEM + "Subject: Mail lost\nList-Unsubscribe: <https://x.example.org>\n",
    ],
)
def test_what_people_and_lists_write_is_none(head: str) -> None:
    assert not found(head)


@pytest.mark.parametrize(
    "text",
    [
        "I no longer work here, and mail will not be delivered to me.\n",
        "Your message was not delivered yet; click the link to release it.\n",
    ],
)
def test_an_absence_note_and_a_challenge_are_none(text: str) -> None:
    assert not found("Return-Path: <>\n" + PERSON + "Subject: Hello\n", text)


def test_a_full_mailbox_may_be_told_by_anybody_without_a_return_path() -> None:
    text = "Your mail could not be delivered, as their mailbox is full.\n"
    assert found("Return-Path: <>\n" + PERSON + "Subject: Mail\n", text)
