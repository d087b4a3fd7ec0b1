"""Where the words of a notice end, and where the returned message begins."""

from __future__ import annotations

import pytest

from publisher.subscribers.feedback.mail import parse
from publisher.subscribers.feedback.notice import notice_of, without_markup

ORIGINAL = "Received: from a by b\nMessage-ID: <1@news.example.com>\nSubject: Daily ten\n\nText\n"


@pytest.mark.parametrize(
    "line",
    [
        "--- Below this line is a copy of the message.",
        "------ This is a copy of the message, including all the headers. ------",
        "----- Original message -----",
        "--- The header of the original message is following. ---",
        "   ----- Unsent message follows -----",
        "|--------------------- Message text follows: --------------------|",
        "------- Returned Message --------",
        "Message headers follow.",
        "    Below is a copy of the original message:",
        "Original message headers:",
        "Included is a copy of the message header:",
        "原始邮件：",
        "",  # its own first header is mark enough
    ],
)
def test_the_words_end_where_a_server_says_so(line: str) -> None:
    notice = notice_of(parse(f"From: x\n\nIt failed.\n{line}\n\n{ORIGINAL}".encode()))
    assert [found for found in notice.lines if found] == ["It failed."]
    assert notice.original.get("message-id") == "<1@news.example.com>"


@pytest.mark.parametrize(
    "line",
    [
        "The original message was received at Sun, 26 Apr 2026 18:00:00 +0800",
        "   ----- Transcript of session follows -----",
        "   ----- The following addresses had permanent fatal errors -----",
        "For further assistance, please send mail to <postmaster>",
        "Your message was returned.",
    ],
)
def test_the_words_go_on_behind_other_lines(line: str) -> None:
    notice = notice_of(parse(f"From: x\n\n{line}\n550 no such user\n".encode()))
    assert notice.lines[:2] == (line, "550 no such user")


def test_a_part_that_begins_with_the_headers_of_a_mail_is_one() -> None:
    mail = f"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nIt failed.\n--b\n{ORIGINAL}--b--"
    notice = notice_of(parse(mail.encode()))
    assert "Text" not in notice.lines
    assert notice.original.get("subject") == "Daily ten"


class TestMarkup:
    def test_is_taken_away(self) -> None:
        page = "<style>p {}</style><p>Not&nbsp;sent to <a href='x'>&lt;a@b.org&gt;</a><br>at all"
        assert [line.split() for line in without_markup(page).split("\n") if line.strip()] == [
            ["Not", "sent", "to", "<a@b.org>"],
            ["at", "all"],
        ]

    def test_an_address_in_angle_brackets_is_none(self) -> None:
        assert "<a@b.org>" in without_markup("not sent to <a@b.org>")

    def test_counts_only_where_there_is_no_plain_text(self) -> None:
        mail = (
            "Content-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/html\n\n"
            "<p>html</p>\n--b\n\nplain\n--b--"
        )
        assert [line for line in notice_of(parse(mail.encode())).lines if line] == ["plain"]
