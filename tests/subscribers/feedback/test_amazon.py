"""Notifications of Amazon SES, by mail or as a document."""

from __future__ import annotations

import json
from typing import Any

import pytest

from publisher.subscribers.feedback import amazon
from publisher.subscribers.feedback.mail import parse
from publisher.subscribers.feedback.notice import notice_of


def bounce(**changes: Any) -> dict[str, Any]:
    recipient = {
        "emailAddress": "ann@b.org",
        "status": "5.1.1",
        "diagnosticCode": "smtp; 550 5.1.1 user unknown",
    }
    inner = {"bounceType": "Permanent", "bouncedRecipients": [recipient], **changes}
    return {"notificationType": "Bounce", "bounce": inner, "mail": {"messageId": "m1"}}


def test_a_permanent_bounce_of_an_unknown_user_is_hard() -> None:
    [report] = amazon.of_document(bounce())
    assert (report.recipient, report.status, report.is_hard) == ("ann@b.org", "5.1.1", True)
    assert report.message_id == "m1"


def test_a_transient_one_is_not() -> None:
    assert [report.is_hard for report in amazon.of_document(bounce(bounceType="Transient"))] == [
        False
    ]


def test_a_complaint_names_its_type() -> None:
    inner = {
        "complainedRecipients": [{"emailAddress": "ann@b.org"}],
        "complaintFeedbackType": "abuse",
    }
    [report] = amazon.of_document({"notificationType": "Complaint", "complaint": inner})
    assert (report.kind, report.recipient, report.feedback_type) == (
        "complaint",
        "ann@b.org",
        "abuse",
    )


def test_a_delivery_changes_nothing() -> None:
    inner = {"recipients": ["ann@b.org"], "smtpResponse": "250 2.6.0 Message received"}
    [report] = amazon.of_document({"eventType": "Delivery", "delivery": inner})
    assert (report.recipient, report.cause, report.is_hard) == ("ann@b.org", "delivered", False)


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"notificationType": "Bounce"},
        {"notificationType": ["Bounce"], "bounce": {}},
        {"notificationType": "Bounce", "bounce": {"bouncedRecipients": "ann@b.org"}},
        {"notificationType": "Bounce", "bounce": {"bouncedRecipients": None}, "mail": []},
    ],
)
def test_a_document_of_another_shape_says_nothing(document: dict[str, Any]) -> None:
    assert amazon.of_document(document) == []


class TestMail:
    def test_may_have_its_long_line_broken(self) -> None:
        text = json.dumps(bounce())
        broken = text[:90] + "!\n " + text[90:] + "\n\n--\nIf you wish to stop …"
        notice = notice_of(parse(f"From: x\n\n{broken}".encode()))
        assert [report.recipient for report in amazon.read(notice)] == ["ann@b.org"]

    @pytest.mark.parametrize("text", ['{"notificationType": ', '{"notificationType": 1} x', "[]"])
    def test_with_another_text_says_nothing(self, text: str) -> None:
        assert amazon.read(notice_of(parse(f"From: x\n\n{text}".encode()))) == []
