"""One thing that a mail which came back says about one address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["bounce", "complaint", "unsubscribe"]

Cause = Literal[
    "no-such-address",
    "no-such-domain",
    "mailbox-full",
    "disabled",  # the mailbox is there, and closed for now
    "too-large",
    "policy",  # content, authentication, relaying: it points at us, not at the reader
    "blocked",  # spam, reputation, blocklists, rates
    "expired",  # tried until the queue gave up
    "unreachable",  # no connection, a loop, a name server that does not answer
    "system",  # an error within the other side's machines
    "delayed",  # not given up yet
    "delivered",  # arrived, or handed on
    "other",
]


@dataclass(frozen=True, slots=True)
class Report:
    """What a message says about one recipient; an empty text stands for what it does not say."""

    kind: Kind
    recipient: str
    """The address the report is about, its domain in lower case."""
    status: str
    """As RFC 3463 has it, such as 5.1.1."""
    reply: str
    """The reply code of SMTP, such as 550."""
    cause: Cause
    is_hard: bool
    """Whether the address is dead for good: no such user, no such domain, a null MX (RFC 7505)."""
    diagnostic: str
    """Words of the other side: at most 500 characters, none of them a control character."""
    feedback_type: str = ""
    """Of a complaint: abuse, fraud, virus, other, not-spam, auth-failure, opt-out (RFC 5965)."""
    message_id: str = ""
    """The Message-ID of the message that is spoken of, without angle brackets."""
    envelope_id: str = ""
    """The Original-Envelope-Id: what was given as ENVID when the message was sent (RFC 3461)."""
    tokens: tuple[str, ...] = ()
    """Return-Path and List-Unsubscribe of the message that is spoken of, as they stand."""
