"""Why a delivery failed, and whether the address is dead.

The action of a report is no guide: ``failed`` is also said when the queue has given up on a server
that was down for five days.  Status, reply code and words decide, and where they contradict each
other, the words.
"""

from __future__ import annotations

import re

from publisher.subscribers.feedback.addresses import reply_in, status_in
from publisher.subscribers.feedback.phrases.lines import one_of, plain
from publisher.subscribers.feedback.phrases.meaning import cause_in
from publisher.subscribers.feedback.phrases.reader import SURELY_NOBODY
from publisher.subscribers.feedback.report import Cause

# RFC 3463 and the registry of enhanced status codes; the rest of a class follows below.
_BY_STATUS: dict[str, Cause] = {
    "1.0": "no-such-address",
    "1.1": "no-such-address",
    "1.2": "no-such-domain",
    "1.3": "no-such-address",
    "1.4": "other",
    "1.6": "no-such-address",
    "1.7": "policy",
    "1.8": "policy",
    "1.9": "policy",
    "1.10": "no-such-domain",
    "2.1": "disabled",
    "2.2": "mailbox-full",
    "2.3": "too-large",
    "3.1": "mailbox-full",
    "3.4": "too-large",
    "4.4": "no-such-domain",
    "4.7": "expired",
    # The reader's server takes no address that is not ASCII (RFC 6531): not for what we write.
    "6.7": "system",
}
_BY_CLASS: dict[str, Cause] = {"3": "system", "4": "unreachable", "6": "policy", "7": "policy"}
_DEAD = frozenset({"no-such-address", "no-such-domain"})
# Not ">>> DATA": Sendmail prints it before the answers to RCPT, which it has not waited for.
_AFTER_DATA = re.compile(r"(end of|final) data|after i sent the message|\(data\)", re.IGNORECASE)
_SURELY = one_of(SURELY_NOBODY)
_AT_RCPT = re.compile(r"rcpt[ _]?to|does not like recipient|rcpt command|rcpt host", re.IGNORECASE)
# Japanese carriers answer so when the reader's own filter refuses, whether or not the user exists.
_NOBODY_NAMED = re.compile(r"\d{3} : user unknown")
# Said of everything that one gateway cannot pass on; the words of the other side follow it.
_WRAPPED = re.compile(r"\b5\.\d\.\d - [\w ]{5,40} (\d{3})-'")


def unwrapped(text: str) -> str:
    """The words of the other side, without those that a gateway has put around them."""
    return _WRAPPED.sub(r"\1 ", text)


def cause_of(status: str, text: str, context: str = "") -> Cause:
    """The cause by the words of the other side, else by status, else by the words around them."""
    said = plain(text)
    found = cause_in(said)
    if found in (None, "disabled") and by_status(status) in _DEAD:
        return by_status(status) or "other"
    around = None if tells(said) and (status or reply_in(text)) else cause_in(plain(context))
    return found or by_status(status) or around or "other"


def tells(text: str) -> bool:
    """Whether a diagnostic is more than a code or a program's exit status."""
    return len(re.findall(r"[^\W\d_]{2,}", text)) >= 2


def by_status(status: str) -> Cause | None:
    """What a status says by itself; None for one that says little, as 5.0.0 does."""
    _, _, detail = status.partition(".")
    return _BY_STATUS.get(detail) or _BY_CLASS.get(detail.partition(".")[0])


def is_dead(cause: Cause, status: str, reply: str, said: str) -> bool:
    """Whether the address can be struck off for good."""
    if cause not in _DEAD or (status or reply or "5")[0] != "5" or reply.startswith("4"):
        return False
    if by_status(status) in _DEAD or cause == "no-such-domain":
        return True
    return _is_sure(status, said)


def _is_sure(status: str, said: str) -> bool:
    """Whether "unknown user" is meant so, where no status says it as well.

    Said at RCPT it is.  Said after the whole message was taken, by a mailbox that is there by its
    status, or in no more than these two words, it is often a filter's answer.
    """
    if _AT_RCPT.search(said):
        return True
    if _AFTER_DATA.search(said) or _NOBODY_NAMED.search(plain(said)):
        return False
    return not status.startswith(("5.2", "5.3", "5.7")) and bool(_SURELY.search(plain(said)))


def codes(status: str, text: str) -> tuple[str, str]:
    """Status and reply code: those that the other side has said go before the report's own."""
    said = status_in(unwrapped(text)) or status_in(text)
    reply = reply_in(unwrapped(text))
    if said.startswith("2") or (said.endswith(".0.0") and status):
        said = ""
    return said or status, reply
