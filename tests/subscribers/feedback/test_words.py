"""Whom a notice in words is about."""

from __future__ import annotations

import pytest

from publisher.subscribers.feedback.mail import parse
from publisher.subscribers.feedback.notice import Notice, notice_of
from publisher.subscribers.feedback.words import crisp, recipients_of, said_of


def notice(text: str, head: str = "") -> Notice:
    sender = "From: MAILER-DAEMON@mx.example.net\nTo: b+1@bounce.news.example.com\n"
    return notice_of(parse(f"{sender}{head}\n{text}".encode()))


@pytest.mark.parametrize(
    "text",
    [
        "<ann@b.org>: host unknown",
        "ann@b.org [User unknown]",
        '"ann@b.org":\nSMTP error',
        "ann@b.org on 26.04.2026 18:00",
        "  * ann@b.org",
        ">>> ann@b.org <ann@b.org>",
        "550 5.1.1 <ann@b.org>... User unknown",
        ">>> RCPT TO:<ann@b.org>",
        "Recipient: <ann@b.org>",
        "收件人：ann@b.org",
        "您发送给 ann@b.org 的邮件投递失败",
        "Your message wasn't delivered to ann@b.org because",
        "There was an error delivering your mail to <ann@b.org>.",
        "Unknown user: ann@b.org",
        "something about ann@b.org",
    ],
)
def test_the_recipient_is_found_in_every_shape(text: str) -> None:
    aside = "For help contact <postmaster@mx.example.net>\nMAIL FROM: <b+1@bounce.news.example.com>"
    assert recipients_of(notice(f"{aside}\n{text}\n")) == ["ann@b.org"]


def test_a_header_of_the_server_goes_before_the_words() -> None:
    found = recipients_of(notice("<x@b.org>: no", "X-Failed-Recipients: a@b.org, c@d.org\n"))
    assert found == ["a@b.org", "c@d.org"]


def test_without_an_address_the_returned_message_tells() -> None:
    assert recipients_of(notice("It failed.\n\nReceived: by x\nTo: ann@b.org\n\n")) == ["ann@b.org"]


def test_an_address_is_named_once_however_it_is_written() -> None:
    assert recipients_of(notice("<Ann@b.org>: no\n<ann@B.org>: no")) == ["Ann@b.org"]


class TestBlocks:
    def test_begin_with_the_address(self) -> None:
        said = said_of(notice("<a@b.org>: one\n  two\n<c@d.org>: three"), [])
        assert said.about("A@b.org") == "<a@b.org>: one\n  two"
        assert said.about("c@d.org") == "<c@d.org>: three"

    def test_of_a_transcript_end_with_the_address(self) -> None:
        said = said_of(notice("<<< 550 no\n550 <a@b.org>... no\n<<< 552 x\n552 <c@d.org>... x"), [])
        assert said.about("a@b.org") == "<<< 550 no\n550 <a@b.org>... no"
        assert said.about("c@d.org") == "<<< 552 x\n552 <c@d.org>... x"

    def test_of_an_unknown_address_are_the_whole(self) -> None:
        assert said_of(notice("all of it"), []).about("x@y.org") == "all of it"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("sorry\nhost x said: 550 no such user\nbye", "550 no such user\nbye"),
        ("sorry\nbecause:\n it is full", "because:\n it is full"),
        ("sorry\n<a@b.org>\nfull", "<a@b.org>\nfull"),
        ("sorry", "sorry"),
    ],
)
def test_what_is_shown_begins_with_the_answer(text: str, found: str) -> None:
    assert crisp(text, "a@b.org") == found
