"""The replies of an SMTP server: read within bounds, and what they say about a message."""

from __future__ import annotations

import re
import time
from socket import socket
from ssl import SSLSocket
from typing import Literal, NamedTuple

from publisher.deliver.transports.base import Refused
from publisher.deliver.transports.smtp_trouble import Broken, printable
from publisher.deliver.transports.smtp_waits import READ, Steps, Wait, patiently

Step = Literal["NOOP", "RSET", "MAIL", "RCPT", "DATA", "dot"]
"""What was answered; "dot" is the end of the message."""

# Twice what a server with every extension says after EHLO, four times over.
_MOST_BYTES = 16_384
_ENHANCED = re.compile(r"([245]\.\d{1,3}\.\d{1,3})(?!\S)")


class Reply(NamedTuple):
    """A code and the lines after it (RFC 5321 section 4.2)."""

    code: int
    lines: list[bytes]

    def __str__(self) -> str:
        """One line that can be printed; a code that each line repeats (RFC 2034) stands once."""
        first, *others = [line.decode(errors="replace").strip() for line in self.lines]
        if others:
            enhanced = self.enhanced
            first = " ".join([first, *(line.removeprefix(enhanced).strip() for line in others)])
        return printable(f"{self.code} {first}")

    @property
    def enhanced(self) -> str:
        """The enhanced status code, such as ``5.1.1`` (RFC 3463), or nothing."""
        found = _ENHANCED.match(self.lines[0].decode("latin-1"))
        return found[1] if found else ""


class Replies:
    """Reads one reply after another from a socket that does not block."""

    def __init__(self, sock: socket) -> None:
        self.sock = sock
        self._is_tls = isinstance(sock, SSLSocket)
        self._buffer = b""

    @property
    def is_ahead(self) -> bool:
        """Whether the other side has said more than it was asked."""
        return bool(self._buffer)

    def read(self, seconds: float) -> Steps[Reply]:
        """The next reply, whole within so many seconds.  Raises Broken."""
        until = time.monotonic() + seconds
        lines: list[bytes] = []
        length = code = 0
        while True:
            line = yield from self._line(until, _MOST_BYTES - length)
            said = _code_of(line)
            if code not in {0, said}:
                raise Broken(f"the relay's answer is not SMTP: {_shown(line)}")
            code, length = said, length + len(line)
            lines.append(line[4:])
            if line[3:4] != b"-":
                return Reply(code, lines)

    def _line(self, until: float, most: int) -> Steps[bytes]:
        """The next line, without its end."""
        while (end := self._buffer.find(b"\n")) < 0 and len(self._buffer) <= most:
            # A deadline of the whole: a byte every minute is no answer either.
            late = "the relay did not answer in time"
            if not self._is_tls:
                # Hardly anything is there already; of TLS the rest of a record may be.
                yield Wait(self.sock, READ, until)
            data = yield from patiently(self.sock, self._receive, READ, until, late)
            if not data:
                raise Broken("the relay closed the connection", is_gone=True)
            self._buffer += data
        if not 0 <= end <= most:
            raise Broken("the relay's answer does not end")
        line, self._buffer = self._buffer[:end], self._buffer[end + 1 :]
        return line.removesuffix(b"\r")

    def _receive(self) -> bytes:
        return self.sock.recv(4096)


def refusal(step: Step, reply: Reply) -> Refused:
    """What a reply that is not a yes means.  Raises Broken when it is no refusal either."""
    if reply.code < 400:
        raise Broken(f"the relay's answer is out of turn: {reply}")
    about: Literal["recipient", "relay"] = "relay" if _is_relays(step, reply) else "recipient"
    return Refused(reply.code < 500, str(reply), about)


def _code_of(line: bytes) -> int:
    """The code at the beginning of a line of a reply."""
    digits, mark = line[:3], line[3:4]
    if not (digits.isdigit() and 200 <= int(digits) < 600 and mark in {b"", b" ", b"-"}):
        raise Broken(f"the relay's answer is not SMTP: {_shown(line)}")
    return int(digits)


def _shown(line: bytes) -> str:
    return printable(line[:80].decode(errors="replace"))


def _is_relays(step: Step, reply: Reply) -> bool:
    """Whether any other recipient would have been answered the same.

    421 closes the door, 530 asks for a login (RFC 4954).  After RCPT everything else is about
    the recipient, greylisting too.  The message itself is refused for its recipient, but what
    is refused for its rate or for want of room waits until the relay has recovered.
    """
    code, enhanced = reply.code, reply.enhanced
    if code in {421, 530} or step in {"NOOP", "RSET"}:
        return True
    if step == "MAIL":
        is_size = code == 552 or enhanced[1:] in {".3.4", ".2.3"}
        return not is_size
    if step == "RCPT":
        return False
    is_mailbox = enhanced.startswith(("4.1.", "4.2."))
    return code == 454 or enhanced.startswith("4.7.") or (code == 452 and not is_mailbox)
