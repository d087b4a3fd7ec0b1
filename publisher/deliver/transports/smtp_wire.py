"""A connection to the relay, opened with the standard library: TCP, TLS, EHLO and login."""

from __future__ import annotations

import smtplib
import socket
import ssl

from publisher.deliver.transports.base import Refused
from publisher.deliver.transports.smtp_relay import Relay
from publisher.deliver.transports.smtp_replies import Replies, Reply
from publisher.deliver.transports.smtp_trouble import Broken, printable, told
from publisher.deliver.transports.smtp_waits import finish
from publisher.errors import SettingsError

# "I do not know EHLO" (RFC 5321 section 4.1.4).
_UNKNOWN = frozenset({500, 502, 504})


class Unavailable(Exception):
    """There is no conversation with the relay; `refused` says why."""

    def __init__(self, refused: Refused) -> None:
        super().__init__(refused.reply)
        self.refused = refused


class Wire(smtplib.SMTP):
    """The connection of smtplib, which reads within bounds and wraps TLS from the beginning."""

    replies: Replies
    last: Reply

    def __init__(self, relay: Relay, context: ssl.SSLContext | None) -> None:
        super().__init__(local_hostname=relay.helo, timeout=relay.timeouts.connect)
        self._relay = relay
        self._context = context
        # The name that STARTTLS checks; without it smtplib would check none.
        self._host = relay.host

    def getreply(self) -> tuple[int, bytes]:
        """What smtplib asks for after each command; its own loop would read without end."""
        sock, timeouts = self.replies.sock, self._relay.timeouts
        sock.setblocking(False)
        try:
            self.last = finish(self.replies.read(timeouts.command))
        finally:
            # What smtplib itself does with the socket blocks.
            sock.settimeout(timeouts.connect)
        return self.last.code, b"\n".join(self.last.lines)

    def begin(self) -> None:
        """Everything before the first message.  Raises whatever can go wrong, as it comes."""
        code, _ = self.connect(self._relay.host, self._relay.port)
        if code != 220:
            raise self._refused("the relay does not talk to us")
        self._greet()
        if self._relay.security == "starttls":
            self._encrypt()
        if self._relay.user:
            self._log_in()

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        """The place where smtplib lets its own classes put TLS."""
        sock = socket.create_connection((host, port), timeout)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self._relay.security == "tls" and self._context is not None:
            sock = self._context.wrap_socket(sock, server_hostname=host)
        self.replies = Replies(sock)
        return sock

    def _greet(self) -> None:
        code, _ = self.ehlo()
        if code in _UNKNOWN:
            code, _ = self.helo()
        if code != 250:
            raise self._refused("the relay does not take our name")

    def _encrypt(self) -> None:
        if not self.has_extn("starttls"):
            raise Unavailable(Refused(True, "the relay does not offer STARTTLS", "relay"))
        try:
            self.starttls(context=self._context)
        except smtplib.SMTPResponseException:
            raise self._refused("the relay refused STARTTLS") from None
        # What was sent before TLS is not believed after it (CVE-2011-0411).
        assert self.sock is not None
        self.replies = Replies(self.sock)
        self._greet()

    def _log_in(self) -> None:
        if not self.has_extn("auth"):
            raise Unavailable(Refused(True, "the relay does not offer a login", "relay"))
        try:
            self.login(self._relay.user, self._relay.password)
        except (smtplib.SMTPException, Broken):
            # A refusal may be followed by a closed door, or by tries in other ways.
            if self.last.code < 400:
                raise
            raise self._refused("the relay refused the login") from None

    def _refused(self, what: str) -> Unavailable:
        temporary = self.last.code < 500
        return Unavailable(Refused(temporary, printable(f"{what}: {self.last}"), "relay"))


def open_wire(relay: Relay, context: ssl.SSLContext | None) -> Wire:
    """A connection that waits for its first message.  Raises Unavailable."""
    wire = Wire(relay, context)
    try:
        wire.begin()
    except (OSError, ValueError, Broken) as error:
        wire.close()
        raise Unavailable(Refused(True, _reason(relay, error), "relay")) from error
    except BaseException:
        wire.close()
        raise
    return wire


def context_of(relay: Relay) -> ssl.SSLContext | None:
    """What TLS trusts: the system's authorities and the relay's own.  Raises SettingsError."""
    if relay.security == "none":
        return None
    context = ssl.create_default_context()
    if relay.ca_file is not None:
        try:
            context.load_verify_locations(relay.ca_file)
        except OSError as error:
            what = f"the certificates in {relay.ca_file} cannot be read: {told(error)}"
            raise SettingsError(what, "name a PEM file, or none") from error
    return context


def _reason(relay: Relay, error: Exception) -> str:
    """What went wrong on the way to the relay, for the operator."""
    place = f"{relay.host}:{relay.port}"
    match error:
        case Broken():
            reason = str(error)
        case ssl.SSLCertVerificationError():
            reason = f"the relay's certificate is not valid: {error.verify_message}"
        case ssl.SSLError():
            reason = f"TLS with the relay {place} failed: {error.reason or error}"
        case socket.gaierror() | UnicodeError():
            reason = f"the relay's name {relay.host} was not found: {error}"
        case TimeoutError():
            reason = f"the relay {place} did not answer in time"
        case smtplib.SMTPException():
            reason = f"the relay {place} cannot be used: {error}"
        case OSError():
            reason = f"the relay {place} cannot be reached: {told(error)}"
        case _:
            reason = f"the relay's answer is not SMTP: {error}"
    return printable(reason)
