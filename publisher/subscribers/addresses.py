"""Mail addresses as people type them: what is taken, how it is kept, and when two are the same.

Syntax by RFC 5321, 5322, 6531 and 5890 through email-validator; no name server is asked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from email_validator import EmailNotValidError, validate_email

from publisher.errors import UsageError

# What begins another header, or turns the direction of a line round.
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
NAME_LENGTH = 120
"""Characters of a name that are kept."""


class AddressRefused(UsageError):
    """What was given is no mail address that can be written to."""


@dataclass(frozen=True, slots=True)
class Address:
    """A mail address.

    `text` is as typed but for the domain, which is in small letters, in Unicode; `match` is the
    same for all spellings of one mailbox: domain as A-label (RFC 5890), local part casefolded.
    Dots and what follows a plus stay: they tell mailboxes apart at most hosts.
    """

    text: str
    match: str
    domain: str

    @property
    def envelope(self) -> str:
        """The address for MAIL FROM and RCPT TO: its domain as A-label."""
        return f"{self.text.rpartition('@')[0]}@{self.domain}"

    @property
    def needs_utf8(self) -> bool:
        """Whether it goes only to servers that offer SMTPUTF8 (RFC 6531)."""
        return not self.text.rpartition("@")[0].isascii()


def read_address(given: str) -> Address:
    """Read an address; raises AddressRefused, with what would be right."""
    text = given.strip(" ")
    if _CONTROLS.search(text):
        what = f"{shown(text)} has a control character or a line break in it"
        raise AddressRefused(what, "type it anew")
    if wide := re.search("[\uff01-\uff5e]", text):
        what = f"{shown(text)} has a full-width “{wide.group()}” in it"
        raise AddressRefused(what, "type it with half-width characters")
    try:
        valid = validate_email(text, check_deliverability=False, test_environment=True, strict=True)
    except EmailNotValidError as error:
        what = f"{shown(text)} is no mail address: {printable(str(error)).rstrip('.')}"
        raise AddressRefused(what, "write it such as reader@example.com") from None
    local, domain = valid.local_part, valid.ascii_domain.lower()
    return Address(valid.normalized, f"{local.casefold()}@{domain}", domain)


def read_name(given: str) -> str:
    """A person's name, for the To line: one line without controls, cut where it is too long."""
    return " ".join(_CONTROLS.sub(" ", given).split())[:NAME_LENGTH].rstrip()


def masked(address: str) -> str:
    """An address for logs: `a…@example.com`."""
    local, _, domain = address.rpartition("@")
    return f"{local[:1]}…@{domain}"


def shown(text: str) -> str:
    """What somebody typed, for a message: short, in quotes, controls as escapes."""
    return f"“{printable(text if len(text) <= 80 else text[:79] + '…')}”"


def printable(text: str) -> str:
    """A text with all that cannot be seen as escapes."""
    return "".join(
        each if each.isprintable() else each.encode("unicode_escape").decode() for each in text
    )
