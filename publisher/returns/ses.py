"""Notifications and events of Amazon SES as reports, and the return address they are about.

https://docs.aws.amazon.com/ses/latest/dg/notification-contents.html
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any

from publisher.subscribers.feedback import amazon
from publisher.subscribers.feedback.report import Report

# Bounces that end an address also where no server has said anything: Amazon will not try again.
_ENDS = frozenset({"General", "NoEmail", "Suppressed", "OnAccountSuppressionList"})
_REFUSED = frozenset({"ContentRejected", "AttachmentRejected"})


def reports_of(document: Mapping[str, Any]) -> list[Report]:
    """What a notification says; nothing for deliveries, opens, clicks and the like."""
    kind = str(document.get("notificationType") or document.get("eventType"))
    inner = document.get(kind.lower())
    if kind not in ("Bounce", "Complaint") or not isinstance(inner, Mapping):
        return []
    found = amazon.of_document(document) or [_without_recipient(kind, inner)]
    if kind == "Complaint":
        return found
    judged = (_judged(each, inner) for each in found)
    return [report for report in judged if report is not None]


def identity_of(document: Mapping[str, Any]) -> str:
    """What is the same in every copy of a notification; nothing where Amazon says nothing."""
    for name in ("bounce", "complaint"):
        inner = document.get(name)
        if isinstance(inner, Mapping) and isinstance(inner.get("feedbackId"), str):
            return str(inner["feedbackId"])
    return ""


def addresses_of(document: Mapping[str, Any]) -> Iterator[str]:
    """Where our return address stands: the source, and headers of the message."""
    mail = document.get("mail")
    if not isinstance(mail, Mapping):
        return
    yield str(mail.get("source") or "")
    common = mail.get("commonHeaders")
    if isinstance(common, Mapping):
        yield str(common.get("returnPath") or "")
    headers = mail.get("headers")
    for header in headers if isinstance(headers, list) else ():
        if isinstance(header, Mapping) and str(header.get("name")).lower() in (
            "return-path", "list-unsubscribe",
        ):  # fmt: skip
            yield str(header.get("value") or "")


def _judged(report: Report, inner: Mapping[str, Any]) -> Report | None:
    """A bounce by its type as well; None for what is no bounce."""
    kind, sub = inner.get("bounceType"), inner.get("bounceSubType")
    is_silent = not report.status and not report.diagnostic
    if kind == "Permanent" and (sub in _ENDS - {"General"} or (is_silent and sub in _ENDS)):
        return dataclasses.replace(report, cause="no-such-address", is_hard=True)
    if sub in _REFUSED:
        return dataclasses.replace(report, cause="policy", is_hard=False)
    if kind == "Transient" and sub == "General" and is_silent:
        # So come absence notes, too: no server has refused anything.
        return None
    return report if kind == "Permanent" else dataclasses.replace(report, is_hard=False)


def _without_recipient(kind: str, inner: Mapping[str, Any]) -> Report:
    """A notification that names nobody: our return address does."""
    if kind == "Complaint":
        type_ = inner.get("complaintFeedbackType")
        said = type_ if isinstance(type_, str) else "abuse"
        return Report("complaint", "", "", "", "other", False, "", feedback_type=said)
    return Report("bounce", "", "", "", "other", False, "")
