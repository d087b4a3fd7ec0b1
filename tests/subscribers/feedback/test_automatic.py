"""Mail that no person has written may not act as a reader's wish."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.subscribers.feedback.automatic import is_automatic

ORDINARY = Path(__file__).parent / "mails" / "ordinary"
PERSON = "From: Ann <ann@reader.example.org>\nSubject: unsubscribe\n"


@pytest.mark.parametrize(
    "head",
    [
        "Auto-Submitted: auto-replied",
        "Auto-Submitted: auto-generated (rejected)",
        "X-Autoreply: yes",
        "Precedence: bulk",
        "Precedence: JUNK",
        "List-Id: <daily-ten.news.example.com>",
        "Return-Path: <>",
        "X-Failed-Recipients: ann@reader.example.org",
        "Subject: Out of Office: Daily ten",
        "Subject: =?utf-8?b?6Ieq5Yqo5Zue5aSN77ya5q+P5pel5Y2B5p2h?=",
        "From: MAILER-DAEMON@mx.example.net",
        "Content-Type: multipart/report; report-type=delivery-status",
    ],
)
def test_marks_of_machines(head: str) -> None:
    assert is_automatic(f"{head}\n{PERSON}\n".encode())
    assert is_automatic(f"{head}\r\n{PERSON}\r\n".replace("\n", "\r\n").encode())


@pytest.mark.parametrize(
    "head",
    [
        "X-Mailer: Example Mail",
        "Auto-Submitted: no",
        "Precedence: normal",
        "Return-Path: <ann@reader.example.org>",
        "Subject: Re: Daily ten",
        "Feedback-ID: 1:mailbox-provider",
    ],
)
def test_what_people_send_has_none(head: str) -> None:
    assert not is_automatic(f"{head}\n{PERSON}\n".encode())


@pytest.mark.parametrize(
    ("name", "automatic"),
    [
        ("unsubscribe", False),
        ("person-writes-zh", False),
        ("vacation-en", True),
        ("vacation-zh", True),
        ("vacation-ja", True),
        ("our-own-issue", True),
        ("receipt", True),
        ("challenge", True),
    ],
)
def test_the_samples(name: str, automatic: bool) -> None:
    assert is_automatic((ORDINARY / f"{name}.eml").read_bytes()) is automatic


@given(st.binary(max_size=500))
def test_any_octets_are_one_or_the_other(octets: bytes) -> None:
    assert is_automatic(octets) in {True, False}
