"""Feedback of Amazon SES: the same JSON in a mail of SNS and in a request to us."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from publisher.subscribers.feedback.addresses import first_address, printable, status_in
from publisher.subscribers.feedback.notice import Notice
from publisher.subscribers.feedback.report import Report
from publisher.subscribers.feedback.verdict import cause_of, codes, is_dead

_MOST_RECIPIENTS = 100


def read(notice: Notice) -> list[Report]:
    """The reports of a mail whose text begins with such a document."""
    text = "\n".join(notice.lines).lstrip()
    if not text.startswith("{") or "otificationType" not in text[:20000]:
        return []
    # SES breaks a long line with "!", line feed and space.
    text = text.replace("!\n ", "").replace("\n", "")
    try:
        document, _ = json.JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError):
        return []
    return of_document(document) if isinstance(document, dict) else []


def of_document(document: Mapping[str, Any]) -> list[Report]:
    """The reports of a notification of SES: Bounce, Complaint or Delivery."""
    kind = str(document.get("notificationType") or document.get("eventType")).lower()
    inner = document.get(kind)
    if not isinstance(inner, Mapping):
        return []
    message_id = _text(_mapping(document.get("mail")).get("messageId"))
    if kind == "bounce":
        return [_bounce(found, inner, message_id) for found in _listed(inner, "bouncedRecipients")]
    if kind == "complaint":
        return [_complaint(found, inner) for found in _listed(inner, "complainedRecipients")]
    return [_delivery(found, inner) for found in _listed(inner, "recipients")]


def _bounce(recipient: Mapping[str, Any], inner: Mapping[str, Any], message_id: str) -> Report:
    said = _text(recipient.get("diagnosticCode"))
    status, reply = codes(status_in(_text(recipient.get("status"))), said)
    cause = cause_of(status, said, _text(inner.get("bounceSubType")))
    address = first_address(_text(recipient.get("emailAddress")))
    hard = is_dead(cause, status, reply, said) and inner.get("bounceType") != "Transient"
    return Report(
        "bounce", address, status, reply, cause, hard, printable(said), message_id=message_id
    )


def _complaint(recipient: Mapping[str, Any], inner: Mapping[str, Any]) -> Report:
    address = first_address(_text(recipient.get("emailAddress")))
    kind = _text(inner.get("complaintFeedbackType")) or "abuse"
    return Report("complaint", address, "", "", "other", False, "", feedback_type=kind)


def _delivery(recipient: Mapping[str, Any], inner: Mapping[str, Any]) -> Report:
    said = _text(inner.get("smtpResponse"))
    address = first_address(_text(recipient.get("emailAddress")))
    status = status_in(said)
    return Report("bounce", address, status, "", "delivered", False, printable(said))


def _listed(inner: Mapping[str, Any], name: str) -> Iterator[Mapping[str, Any]]:
    found = inner.get(name)
    for entry in found[:_MOST_RECIPIENTS] if isinstance(found, list) else ():
        yield entry if isinstance(entry, Mapping) else {"emailAddress": entry}


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _text(value: Any) -> str:
    return value[:4000] if isinstance(value, str) else ""
