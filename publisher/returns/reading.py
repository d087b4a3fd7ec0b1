"""Reading through what has arrived, wherever the operator said that it does."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterator

from publisher.config.settings import FeedbackSettings
from publisher.returns.imap import ImapMailbox
from publisher.returns.maildir import MaildirFolder
from publisher.returns.returns import NoMail, Returns, Verdict
from publisher.returns.source import Source

log = logging.getLogger("publisher.returns")

# What a mail that nobody has thought of may do to a program that reads it.
_SLIPS = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError)


def source_of(settings: FeedbackSettings) -> Source | None:
    """The source that the operator has named, if any."""
    if settings.maildir is not None:
        return MaildirFolder(settings.maildir)
    if settings.imap_host:
        return ImapMailbox(settings)
    return None


def take_all(source: Source, returns: Returns, now: dt.datetime) -> Iterator[Verdict]:
    """Decide about everything that has arrived; a mail that cannot be read stops no other."""
    for arrived in source.messages():
        try:
            verdicts = returns.take(arrived.message, arrived.recipient, now)
        except NoMail as error:
            log.warning("set aside: %s", error.what)
            arrived.refused()
            continue
        except _SLIPS as error:
            log.error("set aside: a mail cannot be read: %r", error)
            arrived.refused()
            continue
        arrived.done()
        yield from verdicts
