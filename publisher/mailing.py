"""Mailings: opened once for each issue, and sent until every reader has it.

Opening freezes recipients and messages in one transaction.  Sending may be stopped, killed and
started again at any time.  On SQLite one sender works at a time; where machines share a database,
each run has a slice of its own, and a sweep does what belongs to a mailing as a whole.
"""

from __future__ import annotations

import datetime as dt
import logging
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from publisher import durable
from publisher.deliver.compiled import Compiled
from publisher.deliver.ledger import Mailing
from publisher.deliver.letters import return_path
from publisher.deliver.send import Personal, Sender, Tally
from publisher.storage.ledger import DatabaseLedger
from publisher.storage.mailing_opening import Canary
from publisher.storage.mailings import Mailings
from publisher.subscribers.tokens import Keys, Kind, Token, bulletin_tag

log = logging.getLogger("publisher.mailing")

_RECENT = 5
"""Cancelled mailings that are looked at."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What a sender has done for one mailing, and how the mailing stands now."""

    mailing: Mailing
    tally: Tally
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class MailingDesk:
    """Opens mailings and sends them; `lock` is a file that a sender holds while it works.

    `tell_paused` tells the operator which mailings do not go on, and keeps that in mind.
    """

    mailings: Mailings
    ledger: DatabaseLedger
    canary: Canary
    make_sender: Callable[[DatabaseLedger], Sender]
    lock: Path
    tell_paused: Callable[[], None] = field(default=lambda: None)

    def open(
        self, bulletin: str, issue: str, compiled: Mapping[str, Compiled], now: dt.datetime
    ) -> Mailing:
        """Open the mailing of an issue; a second time gives back the one there is."""
        kept = {edition: message.to_bytes() for edition, message in compiled.items()}
        return self.mailings.open(bulletin, issue, kept, now, self.canary)

    def send(self) -> list[Sent] | None:
        """Send what is due of every mailing; None where another process is at it.

        A mailing that is opened meanwhile is sent, too: the list is looked at again until
        nothing is due.  Where machines share a database, slices that others are at are left out.
        """
        held = None if self.ledger.is_shared else durable.try_lock(self.lock)
        if held is None and not self.ledger.is_shared:
            return None
        try:
            sender = self.make_sender(self.ledger)
            self._settle_cancelled(sender.clock())
            return list(self._send_all(sender).values())
        finally:
            self.ledger.close()
            if held is not None:
                os.close(held)

    # Where machines share a database -----------------------------------------------------------

    def send_slice(self, mailing: int, slice_: int) -> Tally:
        """Send what is due of a slice, unless another run is at it; finish what is done."""
        sender = self.make_sender(self.ledger)
        try:
            tally = sender.send_slice(mailing, slice_)
            self._settle(mailing, sender.clock())
        finally:
            self.ledger.close()
        return tally

    def sweep(self) -> list[tuple[int, int]]:
        """The slices that wait for a run: (mailing, number), the oldest mailing first.

        Meanwhile pauses end, canaries let the others go, and mailings finish, whatever became of
        the runs that should have seen to it.  One does this at a time.
        """
        sender = self.make_sender(self.ledger)
        now = sender.clock()
        self._settle_cancelled(now)
        self._end_pauses(now)
        waiting: list[tuple[int, int]] = []
        for mailing in reversed(self.mailings.all(states=("open", "sending"))):
            idle = self.ledger.idle(mailing.id, now)
            if not self.ledger.alive(mailing.id):
                if self._lets_others_go(sender, mailing.id):
                    idle = self.ledger.idle(mailing.id, now)
                # To look for what is being sent costs as much as the mailing is large.
                if not idle and not self.ledger.has_open(mailing.id):
                    self._settle(mailing.id, now)
            waiting += [(mailing.id, each) for each in idle]
        return waiting

    # Sending -----------------------------------------------------------------------------------

    def _settle_cancelled(self, now: dt.datetime) -> None:
        """What a killed sender had under way is uncertain, also where no other one comes by."""
        for mailing in self.mailings.all(states=("cancelled",), limit=_RECENT):
            for slice_ in self.ledger.dead(mailing.id):
                run = self.ledger.claim(mailing.id, slice_, "hold", now)
                if run is not None:
                    self.ledger.leave(run)

    def _end_pauses(self, now: dt.datetime) -> None:
        resumed = self.mailings.resume_waiting(now)
        for mailing in resumed:
            event = {"event": "mailing-resumed", "issue": str(mailing)}
            log.info("%s goes on after a pause", mailing, extra=event)
        if resumed:
            self.tell_paused()

    def _send_all(self, sender: Sender) -> dict[int, Sent]:
        done: dict[int, Sent] = {}
        while not sender.stop.is_set():
            self._end_pauses(sender.clock())
            waiting = self.mailings.all(states=("open", "sending"))
            # The oldest first: its readers have waited longest.
            coming = [each for each in reversed(waiting) if each.id not in done]
            if not coming:
                break
            for mailing in coming:
                if not sender.stop.is_set():
                    done[mailing.id] = self._send(sender, mailing)
        return done

    def _send(self, sender: Sender, mailing: Mailing) -> Sent:
        tally = sender.send(mailing.id)
        if not sender.stop.is_set() and self._lets_others_go(sender, mailing.id):
            tally = tally.plus(sender.send(mailing.id))
        settled = self._settle(mailing.id, sender.clock())
        if settled.state == "paused":
            self.tell_paused()
        return Sent(settled, tally, self.mailings.counts(mailing.id))

    def _settle(self, mailing: int, now: dt.datetime) -> Mailing:
        """Finish the mailing if all of it is done; the one who does so says it."""
        settled = self.ledger.settle(mailing, now)
        if settled.state == "finished" and settled.finished == now:
            counts = self.mailings.counts(mailing)
            told = ", ".join(f"{number} {state}" for state, number in counts.items() if number)
            event = {"event": "mailing-finished", "issue": str(settled), "counts": counts}
            log.info("mailing of %s finished: %s", settled, told or "nobody", extra=event)
        return settled

    def _lets_others_go(self, sender: Sender, mailing: int) -> bool:
        """Where only the canary was let go: let the others go after a while, or stop for good.

        The wait begins when all of the canary was tried; one who is deferred holds up nobody.
        """
        now, share = sender.clock(), self.mailings.refused_share(mailing)
        if share is None or self.mailings.get(mailing).state not in ("open", "sending"):
            return False
        if share > sender.options.canary_limit:
            reason = f"{share:.0%} of the canary was refused, bounced or complained"
            self.ledger.pause(mailing, reason, now, None)
        elif not self.ledger.idle(mailing, now) and not self.ledger.alive(mailing):
            self.ledger.release(mailing, now, sender.options.canary_wait)
        return self.mailings.refused_share(mailing) is None


def paused_words(mailing: Mailing) -> tuple[str, list[str]]:
    """What the operator is told of a mailing that is paused: subject and lines."""
    again = f"`publisher mailings resume {mailing}` lets it go on."
    if mailing.resumes:
        again = f"It goes on by itself at {mailing.resumes:%Y-%m-%d %H:%M} UTC."
    lines = [f"The mailing of {mailing} is paused.", mailing.reason, again]
    return f"Mailing paused: {mailing}", lines


def personal_of(keys: Keys, mailing: Mailing, return_domain: str) -> Personal:
    """What makes the messages of a mailing each reader's own."""
    tag = bulletin_tag(mailing.bulletin)

    def token(subscriber: int) -> str:
        return keys.write(Token(Kind.READER, subscriber, tag))

    def back(subscriber: int) -> str:
        delivery = keys.write(Token(Kind.DELIVERY, subscriber, mailing.id))
        return return_path(delivery, return_domain)

    return Personal(token, back)
