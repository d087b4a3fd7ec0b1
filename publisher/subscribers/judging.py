"""What a report means for an address: pure decisions, which keep readers where they can.

| decision | when | what follows |
|---|---|---|
| hard | the address does not exist | it is dead |
| soft | it cannot take mail for now | counted; many in a row suspend it |
| policy | refused for what we are or write (5.7.x, blocklists, rates) | the operator is told |
| complaint | the person called it spam | everything ends |
| unsubscribe | the person wants to leave | the subscription ends |
| ignored | delayed, delivered, "not spam" | nothing |
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from publisher.subscribers.addresses import masked
from publisher.subscribers.feedback.addresses import ADDRESS, printable
from publisher.subscribers.feedback.automatic import is_automatic
from publisher.subscribers.feedback.mail import parse
from publisher.subscribers.feedback.report import Report
from publisher.subscribers.feedback.verdict import cause_of, codes, is_dead

Decision = Literal["ignored", "soft", "policy", "hard", "unsubscribe", "complaint"]

# The mildest first.
_ORDER: tuple[Decision, ...] = (
    "ignored", "soft", "policy", "hard", "unsubscribe", "complaint",
)  # fmt: skip
_FEEDBACK: dict[str, Decision] = {
    "not-spam": "ignored",
    "auth-failure": "policy",  # our signature, or our DNS (RFC 6591)
    "virus": "policy",  # a machine's opinion of what we wrote
}
_DETAIL = 300
# Allowed before the @ (RFC 5321), and rare enough to be no address where others are looked for.
_BRACED = re.compile(r"[^\s<>\"]{0,64}[{}|][^\s<>\"@]{0,64}@")


def decision_of(report: Report) -> Decision:
    """What a report means by itself."""
    if report.kind == "unsubscribe":
        return "unsubscribe"
    if report.kind == "complaint":
        return _FEEDBACK.get(report.feedback_type, "complaint")
    if report.cause in ("delayed", "delivered") or report.status.startswith("2."):
        return "ignored"
    if report.cause in ("policy", "blocked") or report.status.startswith("5.7."):
        return "policy"
    return "hard" if report.is_hard else "soft"


def mildest(reports: Sequence[Report]) -> Report:
    """Of reports about one person the one that counts.

    There are several where an address stands for others: it is alive if one of them is.
    """
    return min(reports, key=lambda report: _ORDER.index(decision_of(report)))


def read_reply(reply: str) -> Report:
    """The answer of a server that refused a message, as a report without a recipient."""
    status, code = codes("", reply)
    cause = cause_of(status, reply)
    if reply.startswith("expired"):
        # Given up after temporary refusals, whatever they said.
        return Report("bounce", "", status, code, cause, False, printable(reply))
    hard = is_dead(cause, status, code, reply)
    return Report("bounce", "", status, code, cause, hard, printable(reply))


def verdict_of_reply(reply: str) -> Decision:
    """What such an answer means: hard, soft or policy."""
    found = decision_of(read_reply(reply))
    return "soft" if found == "ignored" else found


def is_wish(message: bytes) -> bool:
    """Whether a mail to the address to leave by was sent because a person wants to leave.

    Apple's mail programs mark theirs as automatic, and say what they are.
    """
    is_apple = parse(message).headers.get("x-apple-unsubscribe").strip().lower() == "true"
    return is_apple or not is_automatic(message)


def detail_of(report: Report) -> str:
    """What the other side says, for the operator: short, and without anybody's address."""
    return without_addresses(report.diagnostic)


def without_addresses(text: str) -> str:
    """A text of at most 300 characters with every address masked."""
    # Masked before it is cut: half an address would not be known for one.
    hidden = ADDRESS.sub(lambda found: masked(found.group()), text[:2000])
    return printable(_BRACED.sub(lambda found: f"{found.group()[0]}…@", hidden), _DETAIL)
