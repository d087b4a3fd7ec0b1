"""Mail that came back becomes decisions: who is meant, what it says, what follows.

The token in an address decides who is meant, never an address that a report names.  What has no
token of ours changes nothing.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Literal

from publisher.errors import PublisherError, UsageError
from publisher.storage.feedback import Entry, Feedback, Taken
from publisher.storage.mailings import Mailings
from publisher.subscribers.feedback.mail import Headers, parse, with_line_feeds
from publisher.subscribers.feedback.read import read
from publisher.subscribers.feedback.report import Report
from publisher.subscribers.judging import (
    Decision,
    decision_of,
    detail_of,
    is_wish,
    mildest,
    read_reply,
)
from publisher.subscribers.meant import Meant, envelope_of, meant, meant_by_report
from publisher.subscribers.tokens import Keys, Kind, Token

log = logging.getLogger("publisher.returns")

_BATCH = 500
_NOTICE = "b+notice@"
"""Notices go to people who may not exist: one that comes back says nothing about a reader."""
_ALARMS = frozenset({1, 10, 100, 1000, 10_000})
"""The operator is told of the first refusal for policy of a mailing, and when they add up."""

Outcome = Literal["counted", "known", "unclaimed", "ignored"]


class NoMail(PublisherError):
    """What was given is no message: it has no header."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was made of a report.

    `outcome` is "known" for one that was counted before, "unclaimed" for one without a token of
    ours, and "ignored" for mail that is no report, or says nothing.  `state` is that of the
    subscriber afterwards; `detail` holds no address.
    """

    outcome: Outcome
    decision: Decision
    kind: str
    why: str = ""
    status: str = ""
    detail: str = ""
    subscriber: int | None = None
    mailing: int | None = None
    state: str = ""


@dataclass(frozen=True, slots=True)
class Returns:
    """Takes what came back; `alarm` tells the operator (subject, lines)."""

    keys: Keys
    feedback: Feedback
    mailings: Mailings
    alarm: Callable[[str, list[str]], None] = field(default=lambda subject, lines: None)

    # Mail --------------------------------------------------------------------------------------

    def take(self, message: bytes, recipient: str | None, now: dt.datetime) -> list[Verdict]:
        """Decide what follows from a mail, and do it; `recipient` is the address it came to.

        Raises NoMail for what is none, and StepFailed where the database cannot be used.
        """
        return self.count(self._entries(message, recipient), now)

    def look(self, message: bytes, recipient: str | None = None) -> list[Verdict]:
        """What a mail is and what would follow from it; nothing is changed."""
        found = self._entries(message, recipient)
        return [each if isinstance(each, Verdict) else _verdict(each) for each in found]

    def _entries(self, message: bytes, recipient: str | None) -> Iterable[Entry | Verdict]:
        headers = parse(message).headers
        if not headers:
            raise NoMail("this is no mail: it has no header", "give a message as it was received")
        envelope = envelope_of(recipient, headers)
        wish = meant(self.keys, "u", envelope)
        if wish.token is not None and meant(self.keys, "b", envelope).token is None:
            return [_of_wish(wish.token, message, headers)]
        reports = read(message)
        if not reports:
            why = "a forged address to leave by" if wish.is_forged else "no report"
            return [Verdict("ignored", "ignored", "mail", why)]
        original = [text for report in reports for text in report.tokens]
        who = meant_by_report(self.keys, envelope, original)
        if who.token is None and any(_NOTICE in each.lower() for each in envelope):
            return [Verdict("ignored", "ignored", reports[0].kind, "of a notice")]
        return [entry_of(mildest(reports), who, _identity(message, headers))]

    # Answers of a relay ------------------------------------------------------------------------

    def judge_failures(self, mailing: int, now: dt.datetime) -> list[Verdict]:
        """Decide what follows from the deliveries of a mailing that were refused for good.

        What was decided before is not decided again, so it may be called at any time.
        """
        rows = self.mailings.deliveries(mailing, ("failed",))
        entries = (
            _of_failure(mailing, row.subscriber, row.reply) for row in rows if not row.bounced
        )
        verdicts: list[Verdict] = []
        while batch := list(islice(entries, _BATCH)):
            verdicts += self.count(batch, now)
        return verdicts

    # Counting ----------------------------------------------------------------------------------

    def count(self, found: Iterable[Entry | Verdict], now: dt.datetime) -> list[Verdict]:
        """Count what was found, in one transaction; verdicts are passed on as they are."""
        found = list(found)
        entries = [each for each in found if isinstance(each, Entry) and each.decision != "ignored"]
        taken = dict(zip(entries, self.feedback.take(entries, now), strict=True))
        verdicts = [
            each if isinstance(each, Verdict) else _verdict(each, taken.get(each)) for each in found
        ]
        for verdict in verdicts:
            _tell(verdict)
        self._alarm(verdicts)
        return verdicts

    def _alarm(self, verdicts: Sequence[Verdict]) -> None:
        counted = [each for each in verdicts if each.outcome == "counted"]
        refused = [each for each in counted if each.decision == "policy" and each.mailing]
        for mailing in dict.fromkeys(each.mailing for each in refused):
            assert mailing is not None
            new = [each for each in refused if each.mailing == mailing]
            number = sum(
                count for (_, decision), count in self.feedback.counts(mailing).items()
                if decision == "policy"
            )  # fmt: skip
            if any(number - len(new) < limit <= number for limit in _ALARMS):
                self._tell_operator(mailing, number, new[-1])

    def _tell_operator(self, mailing: int, number: int, latest: Verdict) -> None:
        name = self._name(mailing)
        many = "1 mail" if number == 1 else f"{number} mails"
        lines = [
            f"{many} of {name} came back for a reason that lies with us:",
            "sender, signature, reputation or content.",
            f"The latest says: {latest.status} {latest.detail}".rstrip(),
            "No reader is struck off for it.",
        ]
        self.alarm(f"Mail refused: {name}", lines)

    def _name(self, mailing: int) -> str:
        try:
            return str(self.mailings.get(mailing))
        except UsageError:
            return f"mailing {mailing}"


def entry_of(report: Report, who: Meant, key: str) -> Entry:
    """A report about somebody, ready to be counted; `key` is what makes it this one."""
    token, decision = who.token, decision_of(report)
    entry = Entry(
        hashed(report.kind, _named(token), key), report.kind, decision, None,
        cause="forged" if who.is_forged else report.cause, status=report.status,
        detail=detail_of(report),
    )  # fmt: skip
    if token is None:
        return entry
    is_delivery = token.kind == Kind.DELIVERY
    return replace(
        entry, cause=report.cause, subscriber=token.subscriber,
        mailing=token.scope if is_delivery else None, tag=None if is_delivery else token.scope,
    )  # fmt: skip


def hashed(*parts: str) -> str:
    """The key of a report."""
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()


def _of_wish(token: Token, message: bytes, headers: Headers) -> Entry | Verdict:
    if not is_wish(message):
        return Verdict("ignored", "ignored", "mail", "an automatic reply")
    key = hashed("unsubscribe", _named(token), _identity(message, headers))
    return Entry(key, "unsubscribe", "unsubscribe", token.subscriber, tag=token.scope)


def _of_failure(mailing: int, subscriber: int, reply: str) -> Entry:
    report = read_reply(reply)
    decision = decision_of(report)
    return Entry(
        hashed("reply", str(mailing), str(subscriber)), "bounce",
        "soft" if decision == "ignored" else decision, subscriber, mailing,
        cause=report.cause, status=report.status, detail=detail_of(report),
    )  # fmt: skip


def _identity(message: bytes, headers: Headers) -> str:
    """What is the same in every copy of a mail: its Message-ID, or all of it."""
    given = headers.get("message-id").strip()
    return given or hashlib.sha256(with_line_feeds(message)).hexdigest()


def _named(token: Token | None) -> str:
    return f"{token.kind}/{token.subscriber}/{token.scope}" if token else ""


def _verdict(entry: Entry, taken: Taken | None = None) -> Verdict:
    outcome: Outcome = "counted" if taken is None or taken.is_new else "known"
    if entry.decision == "ignored":
        outcome = "ignored"
    elif entry.subscriber is None and outcome == "counted":
        outcome = "unclaimed"
    return Verdict(
        outcome, entry.decision, entry.kind, entry.cause, entry.status, entry.detail,
        entry.subscriber, taken.mailing if taken else entry.mailing, taken.state if taken else "",
    )  # fmt: skip


def _tell(verdict: Verdict) -> None:
    """Each report once in the log, without an address."""
    if verdict.outcome == "unclaimed":
        how = "a forged return address" if verdict.why == "forged" else "no return address of ours"
        log.warning("a %s with %s: nothing was changed", verdict.kind, how)
    elif verdict.outcome == "ignored" and verdict.why.startswith("a forged"):
        log.warning("a mail to %s: nothing was changed", verdict.why)
    elif verdict.outcome == "counted":
        log.info(
            "%s of subscriber %d: %s (%s %s), now %s", verdict.kind, verdict.subscriber,
            verdict.decision, verdict.why, verdict.status, verdict.state or "forgotten",
        )  # fmt: skip
