"""While mail goes out: a line that tells how far it is, and signals that end it in order."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from publisher.deliver.ledger import Mailing
    from publisher.deliver.send import Tally

_EVERY = 0.2


class MailingLine:
    """One line on a terminal that is written over; nothing where nobody watches."""

    def __init__(self) -> None:
        self._is_watched = sys.stderr.isatty()
        self._last, self._begun, self._mailing = 0.0, 0.0, 0

    def __call__(self, mailing: Mailing, tally: Tally) -> None:
        """Tell how far a mailing is, some times a second."""
        now = time.monotonic()
        if self._mailing != mailing.id:
            self._mailing, self._begun = mailing.id, now
        if not self._is_watched or now - self._last < _EVERY:
            return
        self._last = now
        rate = tally.done / max(now - self._begun, 0.001)
        told = f"{mailing}  {tally.sent:,} of {mailing.recipients:,} sent  {rate:,.0f}/s"
        for state in ("deferred", "failed", "uncertain"):
            if number := getattr(tally, state):
                told += f"  {number:,} {state}"
        click.echo(f"\r\x1b[K{told}", err=True, nl=False)

    def end(self) -> None:
        """Clear the line."""
        if self._last:
            click.echo("\r\x1b[K", err=True, nl=False)


@contextmanager
def stopping(stop: Event) -> Iterator[None]:
    """SIGTERM and Ctrl-C ask for an end in order; a second one ends at once."""
    before: dict[int, Any] = {}

    def ask(number: int, _: object) -> None:
        stop.set()
        signal.signal(number, before[number])

    for number in (signal.SIGTERM, signal.SIGINT):
        before[number] = signal.signal(number, ask)
    try:
        yield
    finally:
        for asked, handler in before.items():
            signal.signal(asked, handler)
