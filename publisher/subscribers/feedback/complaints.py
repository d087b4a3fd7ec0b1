"""Complaints as providers send them (ARF: RFC 5965, RFC 6591), and Hotmail's without a format."""

from __future__ import annotations

from publisher.subscribers.feedback.addresses import addresses, first_address, printable
from publisher.subscribers.feedback.mail import Headers, split_headers
from publisher.subscribers.feedback.notice import Notice
from publisher.subscribers.feedback.report import Report

_MOST_RECIPIENTS = 100
_TYPES = frozenset({"abuse", "fraud", "virus", "other", "not-spam", "auth-failure", "opt-out"})
_NAMED = ("original-rcpt-to", "removal-recipient", "redacted-address")


def read(notice: Notice) -> list[Report]:
    """A report for each recipient that a complaint names; if it names none, one without."""
    fields = split_headers("\n".join(notice.feedback_parts).lstrip("\n"))[0]
    hotmail = first_address(notice.original.get("x-hmxmroriginalrecipient"))
    if not fields and not hotmail and not _is_complaint(notice):
        return []
    feedback_type = _type(fields)
    kind = "unsubscribe" if feedback_type == "opt-out" else "complaint"
    recipients = _recipients(fields, notice.original) or [hotmail]
    return [
        Report(
            "unsubscribe" if kind == "unsubscribe" else "complaint",
            recipient,
            "",
            "",
            "other",
            False,
            printable(" ".join(notice.lines)),
            feedback_type=feedback_type,
            envelope_id=printable(fields.get("original-envelope-id")),
        )
        for recipient in recipients[:_MOST_RECIPIENTS]
    ]


def _is_complaint(notice: Notice) -> bool:
    """Whether the mail says that it is a complaint, although it has no such part."""
    kind = notice.headers.get("content-type").lower()
    return notice.type == "multipart/report" and "feedback-report" in kind


def _type(fields: Headers) -> str:
    """The type of feedback; one that is not known counts as "other" (RFC 5965, section 7.3)."""
    found = fields.get("feedback-type").strip().lower() or "abuse"
    found = "opt-out" if found.startswith("opt-out") else found
    return found if found in _TYPES else "other"


def _recipients(fields: Headers, original: Headers) -> list[str]:
    for name in _NAMED:
        found = [address for value in fields.all(name) for address in addresses(value)]
        if found:
            return list(dict.fromkeys(found))
    return addresses(original.get("to"))[:1]
