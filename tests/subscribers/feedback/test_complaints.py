"""Complaints: of which type, about whom."""

from __future__ import annotations

import pytest

from publisher.subscribers.feedback import complaints
from publisher.subscribers.feedback.mail import parse
from publisher.subscribers.feedback.notice import notice_of
from publisher.subscribers.feedback.report import Report


def reports(fields: str, original: str = "To: ann@b.org\n") -> list[Report]:
    mail = (
        "Content-Type: multipart/report; report-type=feedback-report; boundary=r\n\n"
        f"--r\n\nA complaint.\n--r\nContent-Type: message/feedback-report\n\n{fields}\n"
        f"--r\nContent-Type: message/rfc822\n\n{original}\n--r--\n"
    )
    return complaints.read(notice_of(parse(mail.encode())))


@pytest.mark.parametrize(
    ("written", "feedback_type", "kind"),
    [
        ("abuse", "abuse", "complaint"),
        ("Abuse ", "abuse", "complaint"),
        ("virus", "virus", "complaint"),
        ("not-spam", "not-spam", "complaint"),
        ("auth-failure", "auth-failure", "complaint"),
        ("opt-out", "opt-out", "unsubscribe"),
        ("opt-out-list", "opt-out", "unsubscribe"),
        ("something-new", "other", "complaint"),
    ],
)
def test_the_type_is_one_of_the_registry(written: str, feedback_type: str, kind: str) -> None:
    [report] = reports(f"Feedback-Type: {written}\nVersion: 1\n")
    assert (report.feedback_type, report.kind) == (feedback_type, kind)


def test_the_recipient_is_the_one_named_else_that_of_the_original() -> None:
    named = "Feedback-Type: abuse\nOriginal-Rcpt-To: <bo@b.org>\n"
    assert [report.recipient for report in reports(named)] == ["bo@b.org"]
    assert [report.recipient for report in reports("Feedback-Type: abuse\n")] == ["ann@b.org"]


def test_a_redacted_recipient_is_left_empty() -> None:
    [report] = reports("Feedback-Type: abuse\n", "To: Undisclosed Recipients\n")
    assert report.recipient == ""


def test_no_complaint_is_hard() -> None:
    assert not any(report.is_hard for report in reports("Feedback-Type: abuse\n"))
