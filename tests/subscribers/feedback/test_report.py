"""A report, and what it leaves out."""

from __future__ import annotations

from publisher.subscribers.feedback.report import Report


def test_needs_no_more_than_what_every_bounce_says() -> None:
    report = Report("bounce", "ann@example.org", "5.1.1", "550", "no-such-address", True, "no user")
    assert (report.feedback_type, report.message_id, report.envelope_id) == ("", "", "")
    assert report.tokens == ()
