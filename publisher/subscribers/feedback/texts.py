"""Bounces without fields: qmail, Exim, old Sendmail, Exchange, and what providers made themselves.

A mail is taken for one when it comes from a mail system, or says at its top that it is a bounce,
and its words say that something was not delivered.  Absence notes, challenges and ordinary mail
that speaks of bounces fail in one of the two.
"""

from __future__ import annotations

import re

from publisher.subscribers.feedback.addresses import printable
from publisher.subscribers.feedback.notice import Notice, has_null_path
from publisher.subscribers.feedback.phrases.lines import one_of, plain
from publisher.subscribers.feedback.phrases.machines import GIVEN_UP
from publisher.subscribers.feedback.phrases.meaning import cause_in
from publisher.subscribers.feedback.phrases.signs import (
    ANSWER,
    CHALLENGE,
    CLASSIC_SUBJECT,
    FAILED,
    NOT_DELIVERED,
    STILL_TRYING,
    SUBJECT,
    SYSTEM_SENDER,
)
from publisher.subscribers.feedback.report import Report
from publisher.subscribers.feedback.verdict import cause_of, codes, is_dead
from publisher.subscribers.feedback.words import Said, crisp, said_of

_GIVEN_UP = one_of(GIVEN_UP)
_DAEMON = re.compile(r"\b(mailer-daemon|postmaster|mdaemon)\b", re.IGNORECASE)
_CODE = re.compile(r"(?<![\w.])[45][0-7]\d[ -]|\b[45]\.\d\.\d\b")
_DIALOGUE = re.compile(
    r"rcpt to|\b5\d\d[ -]{1,3}"
    r"(?:5\.\d\.\d|[<\"']?\S{1,64}@|[a-z- ]{0,40}(?:user|mailbox|recipient|not taken))",
    re.IGNORECASE,
)


def read(notice: Notice) -> list[Report]:
    """A report for each recipient of a bounce in words."""
    if not is_bounce(notice):
        return []
    said = said_of(notice, [])
    return [_report(notice, said, recipient) for recipient in said.recipients or ("",)]


def is_bounce(notice: Notice) -> bool:
    """Whether a mail system says here that it could not deliver."""
    text = " ".join(notice.lines)[:6000]
    is_answer = bool(ANSWER.search(notice.headers.text("subject")))
    if notice.headers.get("x-failed-recipients"):
        return True
    if _is_unmistakable(notice):
        return _says_so(notice, text)
    if _is_list_mail(notice) or (CHALLENGE.search(text) and not _CODE.search(text)):
        return False
    if SYSTEM_SENDER.search(notice.headers.text("from")):
        return bool(_DIALOGUE.search(text)) if is_answer else _says_so(notice, text)
    return not is_answer and _says_so_by_itself(notice, text)


def _is_unmistakable(notice: Notice) -> bool:
    """Whether sender and subject are those of a bounce, also where a list has passed it on."""
    is_daemon = _DAEMON.search(notice.headers.text("from"))
    return bool(is_daemon and CLASSIC_SUBJECT.search(notice.headers.text("subject")))


def _says_so(notice: Notice, text: str) -> bool:
    is_titled = SUBJECT.search(notice.headers.text("subject"))
    return bool(is_titled or NOT_DELIVERED.search(text) or _DIALOGUE.search(text))


def _says_so_by_itself(notice: Notice, text: str) -> bool:
    """Whether a mail is a bounce although its sender's name is not that of a mail system.

    Without a return path it may be an absence note: "no longer here" is then said by a person.
    """
    subject = notice.headers.text("subject")
    if not has_null_path(notice.headers):
        return bool(CLASSIC_SUBJECT.search(subject) and _DIALOGUE.search(text))
    is_titled = bool(SUBJECT.search(subject))
    is_full = cause_in(plain(text)) == "mailbox-full"
    has_failed = bool(NOT_DELIVERED.search(text) or FAILED.search(text))
    return has_failed and bool(is_titled or is_full or _DIALOGUE.search(text))


def _is_list_mail(notice: Notice) -> bool:
    """Lists and newsletters have these; a bounce has them only from a list it came through."""
    return any(notice.headers.get(name) for name in ("list-id", "list-unsubscribe", "list-post"))


def _report(notice: Notice, said: Said, recipient: str) -> Report:
    around = said.about(recipient)
    text = crisp(around, recipient)
    status, reply = codes("", text)
    subject = notice.headers.text("subject")
    cause = cause_of(status, text, f"{around} {subject}")
    if not reply and not status and _GIVEN_UP.search(plain(said.whole)):
        cause = "expired"
    is_final = status.startswith("5") or reply.startswith("5")
    if not is_final and STILL_TRYING.search(f"{subject} {said.whole[:1500]}"):
        cause = "delayed"
    hard = is_dead(cause, status, reply, plain(around))
    return Report("bounce", recipient, status, reply, cause, hard, printable(text))
