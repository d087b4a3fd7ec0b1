"""The relay that takes the mail: where it is, how it is spoken to, and for how long."""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Literal

from publisher.errors import SettingsError

Security = Literal["starttls", "tls", "none"]


@dataclass(frozen=True, slots=True)
class Timeouts:
    """How many seconds each step may take (RFC 5321 section 4.5.3.2).

    `command` holds for each answer up to that of DATA, `data` for the message from its first
    byte to its last, `final` for the answer after the dot: a relay may scan the message first,
    and whoever hangs up meanwhile does not know what became of it.
    """

    connect: float = 30
    command: float = 300
    data: float = 300
    final: float = 600
    quit: float = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Relay:
    """An SMTP server that takes mail for everybody; SettingsError where it cannot be used.

    `helo` is our own name.  `ca_file` is trusted beside the authorities of the system.
    `max_idle` is in seconds: a connection that has rested longer is not used again.
    """

    host: str
    port: int
    security: Security = "starttls"
    user: str = ""
    password: str = field(default="", repr=False)
    ca_file: Path | None = None
    helo: str = "localhost"
    timeouts: Timeouts = Timeouts()
    max_messages_per_connection: int = 500
    max_idle: float = 60

    def __post_init__(self) -> None:
        for what, name in (("the relay's name", self.host), ("our name there", self.helo)):
            if not name or not name.isprintable() or " " in name or name.startswith("."):
                raise SettingsError(f"{name!r} cannot be {what}", "write a host name")
        if not 0 < self.port < 2**16:
            raise SettingsError(f"{self.port} is no port of the relay", "587 is usual")
        if self.security not in {"starttls", "tls", "none"}:
            raise SettingsError(f"{self.security!r} is no way to secure the relay", "use starttls")
        self._check_login()

    def _check_login(self) -> None:
        # smtplib encodes both as ASCII; the others would end a mailing with an exception.
        if not (login := self.user + self.password):
            return
        if not (self.user and login.isascii() and login.isprintable()):
            raise SettingsError(
                "the user and password of the relay cannot be used",
                "both are needed, in letters, digits and signs of ASCII",
            )
        if self.security == "none" and not _is_loopback(self.host):
            raise SettingsError(
                f"the password would go to {self.host} without encryption",
                "use starttls or tls, or no user",
            )


def _is_loopback(host: str) -> bool:
    """Whether what is sent there stays on this machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
