"""A writer of notices for tests: short mails, and a list of what was written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass
class NoticeList:
    """Writes notices of a line; `written` holds (kind, address, edition or id, choices, token).

    The types of its arguments are those of `publisher.subscribing.NoticeWriter`.
    """

    written: list[tuple[str, str, Any, tuple[Any, ...], str]] = field(default_factory=list)

    def confirm(
        self, address: Any, edition: str, choices: Sequence[Any], token: str, now: dt.datetime
    ) -> bytes:
        """A mail with nothing but the token."""
        self.written.append(("confirm", address.text, edition, tuple(choices), token))
        return f"To: <{address.envelope}>\r\n\r\n{token}\r\n".encode()

    def welcome(
        self, address: Any, subscriber: int, choices: Sequence[Any], now: dt.datetime
    ) -> bytes:
        """A mail that welcomes."""
        self.written.append(("welcome", address.text, subscriber, tuple(choices), ""))
        return f"To: <{address.envelope}>\r\n\r\nWelcome.\r\n".encode()

    @property
    def token(self) -> str:
        """The token of the last confirmation."""
        return str(next(each[4] for each in reversed(self.written) if each[0] == "confirm"))
