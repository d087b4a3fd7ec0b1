"""What is said for one message: MAIL, RCPT and DATA with the parameters that the relay knows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from publisher.deliver.transports.base import Envelope, Refused
from publisher.deliver.transports.smtp_replies import Step

# Controls, spaces, line ends of Unicode, <, >, halves of characters: with these an address
# could end its command and begin another.
_UNSAFE = re.compile("[\x00-\x20<>\x7f-\xa0\u2028\u2029\ud800-\udfff]")
_NOT_XTEXT = re.compile(r"[^!-*,-<>-~]")
_NOT_UNITEXT = re.compile(r"[^!-*,-<>-\[\]-~]")
_MOST_ENVID = 100


@dataclass(frozen=True, slots=True)
class Offers:
    """The extensions that the relay has named; `size` is its limit in bytes, 0 without one."""

    pipelining: bool = False
    dsn: bool = False
    smtputf8: bool = False
    sizes: bool = False
    size: int = 0

    @classmethod
    def of(cls, features: Mapping[str, str]) -> Offers:
        """Read what smtplib has kept of the answer to EHLO: keywords in lower case."""
        size = features.get("size", "").strip()
        return cls(
            pipelining="pipelining" in features,
            dsn="dsn" in features,
            smtputf8="smtputf8" in features,
            sizes="size" in features,
            size=int(size) if size.isascii() and size.isdigit() and len(size) < 20 else 0,
        )

    def refusal(self, envelope: Envelope, size: int) -> Refused | None:
        """Why the relay would never take this message; it need not be asked."""
        if envelope.is_utf8 and not self.smtputf8:
            return Refused(False, "the relay does not offer SMTPUTF8")
        if 0 < self.size < size:
            return Refused(False, f"the message has {size} bytes, the relay takes {self.size}")
        return None


def flaw(envelope: Envelope) -> Refused | None:
    """Why these addresses can never be said to a relay."""
    for address in (envelope.sender, envelope.recipient):
        if _UNSAFE.search(address):
            return Refused(False, f"{address!a} is no address")
    if not envelope.recipient:
        return Refused(False, "there is no recipient")
    if not envelope.sender.isascii() or not (envelope.is_utf8 or envelope.recipient.isascii()):
        return Refused(False, "an address that is not ASCII needs SMTPUTF8")
    return None


def commands(envelope: Envelope, size: int, offers: Offers) -> list[tuple[Step, bytes]]:
    """The commands up to DATA, each with its end of line; the addresses have no `flaw`."""
    mail, rcpt = [f"MAIL FROM:<{envelope.sender}>"], [f"RCPT TO:<{envelope.recipient}>"]
    if offers.sizes:
        mail.append(f"SIZE={size}")
    if envelope.is_utf8:
        mail.append("SMTPUTF8")
    if offers.dsn:
        mail.append("RET=HDRS")
        if len(key := xtext(envelope.key)) <= _MOST_ENVID:
            mail.append(f"ENVID={key}")
        rcpt += ["NOTIFY=FAILURE,DELAY", f"ORCPT={_original(envelope)}"]
    return [("MAIL", _line(mail)), ("RCPT", _line(rcpt)), ("DATA", b"DATA\r\n")]


def xtext(text: str) -> str:
    """A text as the value of a parameter of DSN (RFC 3461 section 4)."""
    return _NOT_XTEXT.sub(lambda found: "".join(f"+{n:02X}" for n in found[0].encode()), text)


def _original(envelope: Envelope) -> str:
    """The recipient for ORCPT: `rfc822` (RFC 3461), or `utf-8` (RFC 6533 section 3)."""
    if not envelope.is_utf8:
        return f"rfc822;{xtext(envelope.recipient)}"
    escaped = _NOT_UNITEXT.sub(lambda found: rf"\x{{{ord(found[0]):X}}}", envelope.recipient)
    return f"utf-8;{escaped}"


def _line(words: list[str]) -> bytes:
    return (" ".join(words) + "\r\n").encode()
