"""One conversation of the scripted SMTP server (RFC 5321, as far as one client needs it)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import socket
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from publisher.fakes.smtp_faults import Fault, Script, Step
from publisher.fakes.smtp_wire import Closed, Wire

_PATH = re.compile(r"(?:FROM|TO):<([^>]*)> ?(.*)", re.IGNORECASE)
_MESSAGE_ID = re.compile(rb"^Message-ID:\s*<([^>\r\n]*)>", re.IGNORECASE | re.MULTILINE)
_USUAL = ("PIPELINING", "8BITMIME", "DSN", "SMTPUTF8", "ENHANCEDSTATUSCODES")


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """How the server behaves when nothing goes wrong.

    `extensions` are said after EHLO as they stand (``SIZE 1000``).  With `tls` it offers
    STARTTLS, or speaks TLS from the beginning when `is_tls_first`.  `logins` are users with
    their passwords; without any nobody needs to log in.  After `idle` seconds without a word
    it closes with 421.
    """

    extensions: tuple[str, ...] = _USUAL
    tls: ssl.SSLContext | None = None
    is_tls_first: bool = False
    logins: Mapping[str, str] = field(default_factory=dict)
    idle: float = 60


@dataclass(frozen=True, slots=True)
class Received:
    """A message that was taken; `data` is empty unless the server keeps it.

    `mail` and `rcpt` are the parameters after the addresses.  The SHA-256 is of the message as
    it was before dots were doubled.
    """

    sender: str
    recipient: str
    mail: str
    rcpt: str
    message_id: str
    sha256: str
    data: bytes
    is_encrypted: bool
    user: str


class Conversation:
    """Talks with one client until it leaves, or the script says so.

    `take` is called with each message before it is answered; `hear` with each command;
    `pause` waits so many seconds; True when the server stops meanwhile.
    """

    def __init__(
        self,
        sock: socket.socket,
        manners: Manners,
        script: Script,
        take: Callable[[Received], object],
        hear: Callable[[str], object],
        pause: Callable[[float], bool],
    ) -> None:
        self._wire = Wire(sock, manners.idle)
        self._manners, self._script = manners, script
        self._take, self._hear, self._pause = take, hear, pause
        self._user = ""
        self._sender: str | None = None
        self._recipients: list[tuple[str, str]] = []
        self._forget()

    def run(self) -> None:
        """The whole conversation."""
        try:
            if self._manners.tls and self._manners.is_tls_first:
                self._wire.encrypt(self._manners.tls)
            self._answer("greeting", "220 scripted.test ESMTP")
            while True:
                self._obey(self._wire.line())
        except (Closed, OSError):
            pass
        finally:
            self._wire.close()

    def hang_up(self) -> None:
        """End it from another thread."""
        self._wire.hang_up()

    # --- commands ---

    def _obey(self, line: str) -> None:
        verb, _, rest = line.partition(" ")
        self._hear(line)
        match verb.upper():
            case "EHLO" | "HELO":
                self._forget()
                self._answer("EHLO", self._greeting(verb))
            case "STARTTLS" if self._manners.tls and not self._wire.is_encrypted:
                if self._answer("STARTTLS", "220 2.0.0 go ahead").startswith("2"):
                    self._wire.encrypt(self._manners.tls)
            case "AUTH":
                self._log_in(rest)
            case "MAIL":
                self._mail(rest)
            case "RCPT":
                self._rcpt(rest)
            case "DATA":
                self._data()
            case "RSET":
                self._forget()
                self._answer("RSET", "250 2.0.0 Ok")
            case "NOOP":
                self._answer("NOOP", "250 2.0.0 Ok")
            case "QUIT":
                self._answer("QUIT", "221 2.0.0 Bye")
                raise Closed
            case _:
                self._wire.say("502 5.5.2 not known")

    def _greeting(self, verb: str) -> str:
        offered = ["scripted.test"]
        if verb.upper() == "EHLO":
            offered += self._manners.extensions
            if self._manners.tls and not self._wire.is_encrypted:
                offered.append("STARTTLS")
            elif self._manners.logins:
                offered.append("AUTH PLAIN LOGIN")
        return "\r\n".join([*(f"250-{word}" for word in offered[:-1]), f"250 {offered[-1]}"])

    def _log_in(self, rest: str) -> None:
        mechanism, _, first = rest.partition(" ")
        if mechanism.upper() == "PLAIN":
            _, user, password = f"{self._secret(first, '')}\0\0".split("\0")[:3]
        else:
            user = self._secret(first, "Username:")
            password = self._secret("", "Password:")
        knows = bool(user) and self._manners.logins.get(user) == password
        usual = "235 2.7.0 welcome" if knows else "535 5.7.8 wrong user or password"
        if self._answer("AUTH", usual).startswith("2"):
            self._user = user

    def _secret(self, given: str, question: str) -> str:
        if not given:
            self._wire.say(f"334 {base64.b64encode(question.encode()).decode()}")
            given = self._wire.line()
        try:
            return base64.b64decode(given).decode(errors="replace")
        except binascii.Error:
            return ""

    def _mail(self, rest: str) -> None:
        path = _PATH.fullmatch(rest)
        if self._sender is not None:
            usual = "503 5.5.1 nested MAIL command"
        elif path is None:
            usual = "501 5.5.4 syntax"
        elif self._manners.logins and not self._user:
            usual = "530 5.7.0 log in first"
        elif self._is_too_large(path[2]):
            usual = "552 5.3.4 message too large"
        else:
            usual = "250 2.1.0 Ok"
        if self._answer("MAIL", usual).startswith("2") and path is not None:
            self._sender, self._mail_words = path[1], path[2]

    def _is_too_large(self, words: str) -> bool:
        said = re.search(r"(?i)\bSIZE=(\d+)", words)
        limits = [int(each[5:]) for each in self._manners.extensions if each.startswith("SIZE ")]
        return bool(said and limits and 0 < limits[0] < int(said[1]))

    def _rcpt(self, rest: str) -> None:
        path = _PATH.fullmatch(rest)
        usual = "250 2.1.5 Ok"
        if self._sender is None:
            usual = "503 5.5.1 MAIL first"
        elif path is None:
            usual = "501 5.1.3 syntax"
        recipient = path[1] if path else ""
        self._asked = recipient
        if self._answer("RCPT", usual, recipient).startswith("2"):
            self._recipients.append((recipient, path[2] if path else ""))

    def _data(self) -> None:
        usual = "354 go ahead" if self._recipients else "554 5.5.1 no valid recipients"
        if not self._answer("DATA", usual, self._asked).startswith("3"):
            return
        if fault := self._script.due("body", self._asked):
            self._wire.fill(fault.after_bytes)
            self._perform(fault, "")
        data = self._wire.message()
        fault = self._script.due("dot", self._asked)
        usual = "250 2.0.0 Ok: taken" if self._recipients else "554 5.5.1 no valid recipients"
        if self._is_taken(fault):
            self._keep(data)
        self._forget()
        self._perform(fault, usual)

    # --- messages ---

    def _is_taken(self, fault: Fault | None) -> bool:
        if fault is None or not self._recipients:
            return bool(self._recipients)
        if fault.is_taken is not None:
            return fault.is_taken
        return fault.reply is None or fault.reply.startswith("2")

    def _keep(self, data: bytes) -> None:
        found = _MESSAGE_ID.search(data, 0, 65_536)
        message_id = found[1].decode("latin-1") if found else ""
        digest = hashlib.sha256(data).hexdigest()
        encrypted, user = self._wire.is_encrypted, self._user
        for recipient, words in self._recipients:
            self._take(
                Received(
                    self._sender or "", recipient, self._mail_words, words, message_id, digest,
                    data, encrypted, user,
                )
            )  # fmt: skip

    def _forget(self) -> None:
        self._sender = None
        self._mail_words = self._asked = ""
        self._recipients = []

    def _answer(self, step: Step, usual: str, recipient: str = "") -> str:
        """Answer as the script says, and return what was answered."""
        return self._perform(self._script.due(step, recipient), usual)

    def _perform(self, fault: Fault | None, usual: str) -> str:
        if fault is None:
            self._wire.say(usual)
            return usual
        reply = usual if fault.reply is None else fault.reply
        if self._pause(fault.delay):
            raise Closed
        while fault.endless:
            self._wire.write(reply)  # ends with the connection
        if reply:
            self._wire.say(reply)
        if fault.close:
            raise Closed
        return reply
