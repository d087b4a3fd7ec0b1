"""What is handed to a lane: one reader's message with its envelope."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from publisher.deliver.compiled import Compiled
from publisher.deliver.lanes import Job
from publisher.deliver.ledger import Addressed, Mailing
from publisher.deliver.message import message_key
from publisher.deliver.terms import Personal
from publisher.deliver.transports.base import Envelope


@dataclass(frozen=True, slots=True)
class Jobs:
    """Makes the jobs of a mailing; with `redirect` all mail goes there."""

    mailing: Mailing
    personal: Personal
    messages: Mapping[str, Compiled]
    redirect: str = ""

    def of(self, addressed: Addressed) -> Job:
        """The job of one delivery."""
        who = addressed.subscriber
        key = message_key(f"{self.mailing.bulletin}/{self.mailing.issue}", str(who))
        recipient = self.redirect or addressed.address
        is_utf8 = not recipient.rpartition("@")[0].isascii()
        envelope = Envelope(self.personal.return_path(who), recipient, key, is_utf8)
        message, token = self.messages[addressed.edition], self.personal.token(who)
        parts = partial(message.splice, addressed.address, addressed.name, key, token)
        return Job(who, addressed.tries, envelope, parts)
