"""Whom a mail that came back is about: the token in its addresses says so, and nothing else.

An address that a report names may be anybody's.  A token was written by us, for one person.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from publisher.subscribers.feedback.mail import Headers
from publisher.subscribers.tokens import Keys, Kind, Token

Mark = Literal["b", "u"]
"""`b+<token>@…` is the return address of a delivery, `u+<token>@…` the one to leave by."""

_KINDS: dict[Mark, Kind] = {"b": Kind.DELIVERY, "u": Kind.READER}
# Forwarders put their own before it: SRS0=…=b+<token>@, prvs=…=b+<token>@.
_ADDRESS = re.compile(r"(?<![\w.+-])([bu])(?:\+|%2b)([0-9a-f]{60})(?=@|%40)", re.IGNORECASE)
_LINK = re.compile(r"/-/(?:leave|preferences)/([0-9a-f]{60})(?![0-9a-f])", re.IGNORECASE)
_ENVELOPE = (
    "delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-delivered-to",
    "x-rcpt-to", "to", "cc",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Meant:
    """What was found: a token of ours; or none, and whether something posed as one."""

    token: Token | None
    is_forged: bool = False


def envelope_of(recipient: str | None, headers: Headers) -> list[str]:
    """The addresses that a mail came to, the surest first."""
    given = [recipient] if recipient else []
    return given + [value for name in _ENVELOPE for value in headers.all(name)]


def meant(keys: Keys, mark: Mark, texts: Iterable[str]) -> Meant:
    """The first genuine token of a kind in addresses or headers."""
    is_forged = False
    for found in _tokens(mark, texts):
        token = keys.read(found, _KINDS[mark])
        if token is not None:
            return Meant(token)
        is_forged = True
    return Meant(None, is_forged)


def meant_by_report(keys: Keys, envelope: Iterable[str], original: Iterable[str]) -> Meant:
    """Whom a report is about, by where it came to and by the message that it speaks of.

    Where the return address is lost (many complaints), the links to leave by tell as much: who
    has them may end the subscription anyway.
    """
    original = list(original)
    delivery = meant(keys, "b", [*envelope, *original])
    if delivery.token is not None:
        return delivery
    reader = meant(keys, "u", original)
    return Meant(reader.token, delivery.is_forged or reader.is_forged)


def _tokens(mark: Mark, texts: Iterable[str]) -> Iterable[str]:
    for text in texts:
        yield from (token for found, token in _ADDRESS.findall(text) if found.lower() == mark)
        if mark == "u":
            yield from _LINK.findall(text)
