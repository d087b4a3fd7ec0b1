"""A mail that came back, read into reports."""

from __future__ import annotations

import dataclasses

from publisher.subscribers.feedback import amazon, complaints, dsn, texts
from publisher.subscribers.feedback.addresses import printable
from publisher.subscribers.feedback.mail import Headers, parse
from publisher.subscribers.feedback.notice import Notice, notice_of
from publisher.subscribers.feedback.report import Report

_DEEPEST = 2
_TOKENS = ("return-path", "list-unsubscribe")


def read(message: bytes) -> list[Report]:
    """What a mail says about the addresses we have written to; nothing if it is no feedback.

    Any octets may come, with line ends of any kind.  Absence notes, receipts, challenges and
    ordinary mail say nothing.
    """
    return _read(notice_of(parse(message)))


def _read(notice: Notice, depth: int = 0) -> list[Report]:
    if _is_receipt(notice):
        return []
    for reader in (complaints.read, amazon.read, dsn.read, texts.read):
        found = reader(notice)
        if found:
            inner = _forwarded(notice, found) if depth < _DEEPEST else None
            with_original = [_with_original(report, notice.original) for report in found]
            return (_read(inner, depth + 1) if inner else []) or with_original
    return []


def _forwarded(notice: Notice, found: list[Report]) -> Notice | None:
    """The bounce that a bounce has come in, where a gateway has put another one around it."""
    if found[0].kind != "bounce" or any(report.recipient for report in found):
        return None
    inner = notice_of(notice.returned)
    return inner if inner.type == "multipart/report" else None


def _is_receipt(notice: Notice) -> bool:
    """Whether somebody's program tells that the mail was read (RFC 8098)."""
    kind = notice.headers.get("content-type").lower()
    return "message/disposition-notification" in notice.types or "disposition-notification" in kind


def _with_original(report: Report, original: Headers) -> Report:
    return dataclasses.replace(
        report,
        message_id=printable(original.get("message-id")).strip("<> "),
        tokens=tuple(printable(value, 1000) for name in _TOKENS for value in original.all(name)),
    )
