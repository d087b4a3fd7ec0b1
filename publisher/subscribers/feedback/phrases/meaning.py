"""The meaning of what a server has said."""

from __future__ import annotations

from publisher.subscribers.feedback.phrases import machines, reader, sender
from publisher.subscribers.feedback.phrases.lines import one_of
from publisher.subscribers.feedback.report import Cause

# In the order in which they decide: a full mailbox is a full mailbox, whatever else is said, and
# "sender unknown" must be met before "unknown" is.
_TABLES: tuple[tuple[Cause, str], ...] = (
    ("blocked", sender.OUR_LIMITS),
    ("mailbox-full", reader.MAILBOX_FULL),
    ("too-large", reader.TOO_LARGE),
    ("no-such-domain", reader.NULL_MX),
    ("expired", machines.GIVEN_UP),
    ("policy", sender.SENDER),
    ("blocked", sender.BLOCKED),
    ("policy", sender.POLICY),
    ("disabled", reader.DISABLED),
    ("system", machines.LOCAL_PROGRAM),
    ("no-such-address", reader.NO_SUCH_ADDRESS),
    ("unreachable", machines.PERHAPS_TOMORROW),
    ("no-such-domain", reader.NO_SUCH_DOMAIN),
    ("expired", machines.EXPIRED),
    ("unreachable", machines.UNREACHABLE),
    ("system", machines.SYSTEM),
)
_PATTERNS = tuple((cause, one_of(lines)) for cause, lines in _TABLES)


def cause_in(text: str) -> Cause | None:
    """The first meaning that a `plain` text has, or None."""
    return next((cause for cause, pattern in _PATTERNS if pattern.search(text)), None)
