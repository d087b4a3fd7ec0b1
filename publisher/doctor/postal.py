"""The way out and back: the relay, and a mail whose signature is checked when it arrives."""

from __future__ import annotations

import datetime as dt
import re
import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.parser import BytesHeaderParser

from publisher.deliver.transports.base import Accepted
from publisher.deliver.transports.smtp import SmtpTransport
from publisher.deliver.transports.smtp_relay import Relay
from publisher.doctor.finding import Finding
from publisher.doctor.resolver import Resolver
from publisher.errors import PublisherError
from publisher.returns.source import Source

_EVERY = 1.0
_LOCAL = ("127.0.0.1", "::1", "localhost")


def check_relay(relay: Relay | None) -> Iterator[Finding]:
    """Whether the relay lets us in: connection, TLS, login; nothing is sent."""
    if relay is None:
        yield Finding("relay", "ok", "none: mail stays in the outbox on this machine")
        return
    transport = SmtpTransport(relay)
    answer = transport.check()
    transport.close()
    name = f"{relay.host}:{relay.port}"
    if not isinstance(answer, Accepted):
        yield Finding("relay", "problem", f"{name}: {answer.reply}",
                      "see PUBLISHER_SMTP_URL and its password, and the relay's log")  # fmt: skip
        return
    yield Finding("relay", "ok", f"{name} lets us in")
    if relay.security == "none" and relay.host not in _LOCAL:
        yield Finding("relay", "warning", f"what goes to {name} is not encrypted",
                      "use smtp:// (STARTTLS) unless the network is yours alone")  # fmt: skip


@dataclass(frozen=True, slots=True)
class TestMail:
    """A mail to ourselves: `send` takes a message and a recipient, `source` is where it arrives.

    `compose` makes a message with a subject; `domain` is that of the sender.
    """

    __test__ = False

    compose: Callable[[str, str, dt.datetime], bytes]
    send: Callable[[bytes, str], str]
    source: Source | None
    recipient: str
    domain: str
    patience: float = 120.0

    def check(self, now: dt.datetime, resolver: Resolver | None) -> Iterator[Finding]:
        """Send it, wait until it is back, and check who has signed it.

        Without a place where mail comes back it is sent to the recipient, who has to look.
        """
        mark = secrets.token_hex(8)
        message = self.compose(self.recipient, f"Test mail {mark}", now)
        yield Finding("test mail", "ok", f"sent to {self.recipient}: "
                      f"{self.send(message, self.recipient)}")  # fmt: skip
        if self.source is None:
            yield Finding("test mail", "unchecked", "nobody here sees it arrive",
                          "look into its header Authentication-Results: spf, dkim and dmarc "
                          "say pass; or set PUBLISHER_FEEDBACK")  # fmt: skip
            return
        begun = time.monotonic()
        while (found := self._arrived(self.source, mark)) is None:
            if time.monotonic() - begun > self.patience:
                yield Finding("test mail", "problem",
                              f"it did not arrive within {self.patience:.0f} s",
                              "see the log of the relay, and where the bounce domain's mail "
                              "goes")  # fmt: skip
                return
            time.sleep(_EVERY)
        yield Finding("test mail", "ok", f"arrived after {time.monotonic() - begun:.0f} s")
        yield from check_signature(found, self.domain, resolver)

    def _arrived(self, source: Source, mark: str) -> bytes | None:
        """Our mail, if it is there; all others stay for whom they are."""
        for each in source.messages():
            subject = str(BytesHeaderParser().parsebytes(each.message[:20_000])["Subject"])
            if mark in subject:
                each.done()
                return each.message
        return None


def check_signature(message: bytes, domain: str, resolver: Resolver | None) -> Iterator[Finding]:
    """Whether a message is signed for the domain it is from, as DMARC asks (RFC 7489 3.1.1)."""
    try:
        import dkim
    except ImportError:
        yield Finding("signature", "unchecked", "dkimpy is not installed",
                      "pip install 'publisher[doctor]'")  # fmt: skip
        return
    if resolver is None:
        yield Finding("signature", "unchecked", "no resolver answers", "")
        return
    wire = re.sub(rb"\r?\n", b"\r\n", message)
    signers = re.findall(rb"^DKIM-Signature:(?:[^\r\n]|\r\n[ \t])*?\bd=([^;\s]+)", wire,
                         re.IGNORECASE | re.MULTILINE)  # fmt: skip
    if not signers:
        yield Finding("signature", "problem", "the mail came without a signature",
                      "let the relay sign (DKIM); deploy/relay/ has one that does")  # fmt: skip
        return

    def texts(name: bytes | str, timeout: float = 5) -> bytes:
        asked = name.decode() if isinstance(name, bytes) else name
        try:
            return (resolver.texts(asked.rstrip(".")) or [""])[0].encode()
        except PublisherError:
            return b""

    for number, signer in enumerate(signers):
        signed_for = signer.decode("ascii", "replace").lower()
        is_aligned = domain == signed_for or domain.endswith(f".{signed_for}")
        try:
            why = "" if dkim.DKIM(wire).verify(idx=number, dnsfunc=texts) else "the key is another"
        except dkim.DKIMException as error:
            why = str(error)
        if why:
            yield Finding("signature", "problem", f"that of {signed_for} does not hold: {why}",
                          "publish the key that the relay signs with; nothing may change a mail "
                          "after it is signed")  # fmt: skip
        elif not is_aligned:
            yield Finding("signature", "warning", f"{signed_for} has signed, and mail is from "
                          f"{domain}", "let the relay sign for that domain, for DMARC")  # fmt: skip
        else:
            yield Finding("signature", "ok", f"signed for {signed_for}, and it holds")
