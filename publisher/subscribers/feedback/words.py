"""A notice in words: whom it is about, and what is said about each of them.

Servers write the address in front of the reason (``<a@b.org>: …``), on a line of its own, behind
``RCPT TO:``, or within a sentence.  The first of these shapes that a notice has is the one that
counts, so that addresses named in passing (the sender's, the postmaster's) are left alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from publisher.subscribers.feedback.addresses import (
    ADDRESS,
    addresses,
    first_address,
    normalised,
    reply_at,
)
from publisher.subscribers.feedback.notice import Notice
from publisher.subscribers.feedback.phrases.lines import one_of

_MOST_RECIPIENTS = 100
_MOST_LINES = 200
_MOST_OF_LINE = 400
_A = f"<?(?:mailto:)?({ADDRESS.pattern})>?"
_BULLET = r"[\s*>•·\"'|-]{0,40}"
_BEFORE_REASON = "|".join(
    (
        r":|\[|\.\.\.|\(|-{1,2}\s|,?\s?(?:invalid|unknown|was |could |failed|does |is |error|因)",
        r"on (?:\d|mon|tue|wed|thu|fri|sat|sun)|,?\s?(?:because|due)",
    )
)
_NAMES = "|".join(
    (
        r"rcpt to|rcpt|recipients?(?: address)?|address(?:ee)?|failed (?:address|recipient)",
        r"undeliverable to|user ?id|smtp",
        r"deliver(?:ed)? to|user|original-recipient|to whom|收件人(?:地址)?|收件者|宛先|получатель",
        r"destinataire|empfänger|destinatari[oa]|addressed to",
    )
)
_SENT = r"\b(?:deliver|delivered|delivering|delivery|sent|send|reach|message|mail|email)\b"
_TO = r"\b(?:to|for|recipients?|user|address|reach|at)\b"

_SHAPES = tuple(
    re.compile(shape, re.IGNORECASE)
    for shape in (
        # <a@b.org>: why     a@b.org [why]     550 5.1.1 <a@b.org>... why
        rf"{_BULLET}{_A}[\"']?\s{{0,3}}(?:{_BEFORE_REASON})",
        rf"\s*[245]\d\d[ -](?:\d\.\d{{1,2}}\.\d{{1,3}} )?<({ADDRESS.pattern})>\.\.\.",
        # On a line of its own, or behind the name of a field
        rf"{_BULLET}{_A}(?:\s*<{ADDRESS.pattern}>)?[\"'.,;]?\s*$",
        rf".{{0,40}}(?:{_NAMES})(?:\(s\))?\s{{0,3}}[:：=]\s{{0,10}}[\"']?{_A}",
        # Within a sentence
        rf".{{0,200}}{_SENT}.{{0,120}}?{_TO}:?\s{{0,3}}[\"'“]?{_A}",
        rf".{{0,200}}\b(?:user|recipients?|mailbox|account|address|to|errors):?\s{{1,3}}[\"'(“]?{_A}",
        rf".{{0,100}}(?:发送|投递|送达|发)(?:到|给|至)\s{{0,3}}[“「《（(]?{_A}",
        rf"\s*to:\s{{0,20}}{_A}",
    )
)
# Lines that name whom to ask, and who has written.
_ASIDE = one_of(r"""
mail from|\bsender|^\W*from\b|envelope-from|contact|assistance|question|message-id
please (send|forward|write)|e-?mail to|reply|postmaster@|abuse@|\bby\b.{0,20}@|mailto:\S+\?
^\W*(cc|bcc|reply-to|subject):|发件人|寄件
""")
_TRANSCRIPT = re.compile(rf"\s*[245]\d\d[ -].{{0,40}}<{ADDRESS.pattern}>\.\.\.")
_NOBODY = re.compile(r"(mailer-daemon|postmaster|abuse|support|help|no-?reply)@", re.IGNORECASE)
_CODED = one_of(r"""
(?<![\w.])[45][0-7]\d[ :>\-#]|[45]\.\d\.\d|<<<|said:|because|reason|diagnos
""")


@dataclass(frozen=True, slots=True)
class Said:
    """The words of a notice, by recipient."""

    recipients: tuple[str, ...]
    blocks: dict[str, str]
    whole: str

    @property
    def only(self) -> str:
        """The recipient, where there is but one."""
        return self.recipients[0] if len(self.recipients) == 1 else ""

    def about(self, recipient: str) -> str:
        """What is said about a recipient, else all that is said."""
        return self.blocks.get(recipient.lower()) or self.whole


def said_of(notice: Notice, known: list[str]) -> Said:
    """The words of a notice; the recipients, if they are known already, only divide it."""
    recipients = [found for found in known if found] or recipients_of(notice)
    wanted = {found.lower() for found in recipients}
    blocks = _blocks(notice.lines, wanted) if len(wanted) > 1 else {}
    return Said(tuple(recipients), blocks, "\n".join(notice.lines).strip())


def recipients_of(notice: Notice) -> list[str]:
    """Whom a notice in words is about."""
    for name in ("x-failed-recipients", "x-bounced-address", "x-failed-recipient"):
        found = addresses(" ".join(notice.headers.all(name)))
        if found:
            return found[:_MOST_RECIPIENTS]
    others = _others(notice)
    for known in (others, set[str]()):
        found = next(filter(None, (_in_shape(shape, notice, known) for shape in _SHAPES)), [])
        if found:
            return found
    if notice.returned.type == "multipart/report":
        return []
    original = first_address(notice.original.get("to"))
    return [original] if original else _anywhere(notice, others)


def _in_shape(shape: re.Pattern[str], notice: Notice, others: set[str]) -> list[str]:
    found: dict[str, None] = {}
    for line in [line[:_MOST_OF_LINE] for line in notice.lines if "@" in line][:_MOST_LINES]:
        match = shape.match(line)
        if match and not (_ASIDE.search(line) and "rcpt" not in line.lower()):
            address = normalised(match[1])
            if address.lower() not in others and not _NOBODY.match(address):
                found.setdefault(address)
    return _once(found)


def _once(found: dict[str, None]) -> list[str]:
    """Each address once, however its letters are written."""
    return list({address.lower(): address for address in reversed(found)}.values())[::-1][
        :_MOST_RECIPIENTS
    ]


def _others(notice: Notice) -> set[str]:
    """Addresses the notice is not about: where it comes from and goes to, and who had written."""
    theirs = [notice.headers.get(name) for name in ("from", "to", "delivered-to", "return-path")]
    ours = [notice.original.get(name) for name in ("from", "return-path", "sender", "reply-to")]
    return {found.lower() for value in (*theirs, *ours) for found in addresses(value)}


def _anywhere(notice: Notice, others: set[str]) -> list[str]:
    for line in notice.lines:
        for found in addresses(line):
            if found.lower() not in others and not _NOBODY.match(found):
                return [found]
    return []


def _blocks(lines: tuple[str, ...], wanted: set[str]) -> dict[str, str]:
    """For each address: the lines that name it, and those behind up to the next address.

    In a transcript of Sendmail the address comes last: what was said to it stands before.
    """
    blocks: dict[str, list[str]] = {}
    current, before = "", list[str]()
    for line in lines:
        named = [found.lower() for found in addresses(line) if found.lower() in wanted]
        if named and _TRANSCRIPT.match(line):
            blocks.setdefault(named[0], []).extend([*before, line])
            current, before = "", []
            continue
        current = named[0] if named else current
        if current:
            blocks.setdefault(current, []).append(line)
        before = [*before[-20:], line]
    return {address: "\n".join(found) for address, found in blocks.items()}


def crisp(text: str, recipient: str) -> str:
    """From the first reply of the other side on, else from a reason, else from the address."""
    reply = reply_at(text)
    if reply is not None:
        return text[reply:]
    lines = text.split("\n")
    signs = (_CODED, re.compile(re.escape(recipient), re.IGNORECASE) if recipient else _CODED)
    starts = (at for sign in signs for at, line in enumerate(lines) if sign.search(line))
    return "\n".join(lines[next(starts, 0) :])
