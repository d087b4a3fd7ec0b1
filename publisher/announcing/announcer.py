"""The announcer: asks whether pages are live, and writes down what others are told.

`publisher.deliver.calls` makes the calls.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol

from publisher.announcing.book import Book, without_addresses
from publisher.announcing.corrections import corrections
from publisher.announcing.shown import Shown, shown, topics
from publisher.archive.library import Library
from publisher.config.publication import Publication
from publisher.deliver.ledger import Mailing
from publisher.render import paths
from publisher.site import live
from publisher.storage.mailings import Mailings
from publisher.storage.troubles import Troubles

UNSEEN = "live:"
"""Begins the keys of troubles about pages that were not seen in time."""
_MAILINGS = 20
_LATELY = dt.timedelta(days=2)
"""What became of so many mailings is looked at; what happened before is no news."""


class Operator(Protocol):
    """Who is told what needs a person (`publisher.post`)."""

    @property
    def troubles(self) -> Troubles:
        """What is wrong now."""

    def trouble(self, key: str, subject: str, lines: list[str]) -> None:
        """Remember what needs a person, and tell them."""

    def settled(self, key: str) -> None:
        """A trouble is over."""


@dataclass(frozen=True, slots=True)
class LiveCheck:
    """Whether and for how long pages are looked for before their issue is mailed."""

    is_on: bool = False
    timeout: dt.timedelta = dt.timedelta(minutes=30)
    look: live.Look = field(default=live.look)


@dataclass(frozen=True, slots=True)
class Announcer:
    """Tells others of issues and mailings, and the operator of pages that were not seen."""

    publication: Publication
    book: Book
    check: LiveCheck
    operator: Operator

    # Pages -------------------------------------------------------------------------------------

    def missing(self, issue: Shown) -> str:
        """Which page of an issue is not live, and why; "" if all are.

        Where nobody asks for it, the write is the proof.
        """
        if not self.check.is_on:
            return ""
        return live.missing(issue.urls.values(), issue.mark, self.check.look)

    def unseen(self, issue: Shown, why: str) -> None:
        """Tell the operator that an issue is not mailed because its page was not seen."""
        name = issue.id.replace("/", " ")
        lines = [
            f"{name} is published. Its page was looked for in vain:",
            why,
            "It is mailed when a later run sees the page, as long as it is news.",
            "With PUBLISHER_LIVE_CHECK=off nobody looks.",
        ]
        self.operator.trouble(f"{UNSEEN}{issue.id}", f"Not mailed: {name} was not seen", lines)

    def settle(self, is_over: Callable[[str, str], bool]) -> None:
        """End the troubles about pages that are over, by bulletin and issue."""
        for each in self.operator.troubles.all(UNSEEN):
            bulletin, _, name = each.key.removeprefix(UNSEEN).partition("/")
            if is_over(bulletin, name):
                self.operator.settled(each.key)

    # Issues ------------------------------------------------------------------------------------

    def issue(self, event: str, issue: Shown, now: dt.datetime) -> None:
        """Tell of an issue, once for each event."""
        self.book.tell(event, self.book.hook_keys(event, issue.id), issue.data, now)

    def held(
        self, bulletin: str, name: str, why: str, now: dt.datetime, issue: Shown | None = None
    ) -> None:
        """Tell that an issue cannot go on, once for each reason."""
        told = {"bulletin": bulletin, "issue": name, "reason": without_addresses(why)}
        data = {**issue.data(), **told} if issue else told
        # What is there in place of a page may be another thing each time.
        keys = self.book.hook_keys("issue.held", f"{bulletin}/{name}", "live" if issue else why)
        self.book.tell("issue.held", keys, lambda: data, now)

    def ping(self, library: Library, issue: Shown, now: dt.datetime) -> None:
        """Tell the hub of the feeds in which an issue is new."""
        feeds = topics(self.publication, library, issue.revision.issue.bulletin)
        keys = self.book.ping_keys(self.book.unpinged(feeds), issue.id, issue.mark)
        self.book.ping(keys, now)

    def corrections(self, library: Library, now: dt.datetime) -> None:
        """Tell of what was revised lately; where a page is to be seen first, when it is."""
        if self.book.is_empty:
            return
        for each in corrections(self.publication, library, self.book, now):
            seen = {
                key: shown(self.publication, library, library.issue(key)) for key in each.issues
            }
            is_in_time = now - each.at < self.check.timeout
            if is_in_time and any(map(self.missing, seen.values())):
                continue
            for key, calls in each.hooks:
                self.book.tell("issue.corrected", calls, seen[key].data, now)
            self.book.ping(each.pings, now)

    # Mailings ----------------------------------------------------------------------------------

    def mailings(self, mailings: Mailings, now: dt.datetime) -> None:
        """Tell how the newest mailings stand, each state once."""
        if not self.book.hooks:
            return
        for mailing in mailings.all(limit=_MAILINGS):
            for event, parts, why in _states(mailing, now):
                keys = self.book.hook_keys(event, str(mailing), *parts)
                self.book.tell(event, keys, partial(self._data, mailings, mailing, why), now)

    def _data(self, mailings: Mailings, mailing: Mailing, why: str) -> Mapping[str, Any]:
        links = paths.Links(self.publication.base_url, absolute=True)
        urls = {
            each: links.to(paths.issue(each, mailing.bulletin, mailing.issue))
            for each in mailings.editions(mailing.id)
        }
        counts = {"recipients": mailing.recipients, **mailings.counts(mailing.id)}
        told = {"bulletin": mailing.bulletin, "issue": mailing.issue, "urls": urls}
        return told | {"counts": counts} | ({"reason": without_addresses(why)} if why else {})


def _states(mailing: Mailing, now: dt.datetime) -> Iterator[tuple[str, tuple[str, ...], str]]:
    """What there is to tell of a mailing: the event, what tells it apart, and why."""
    if now - mailing.opened < _LATELY:
        yield "mailing.opened", (), ""
    if mailing.state == "paused":
        yield "mailing.paused", (str(mailing.pauses), mailing.reason), mailing.reason
    if mailing.state == "finished" and mailing.finished and now - mailing.finished < _LATELY:
        # After `resend` it finishes once more.
        yield "mailing.finished", (str(int(mailing.finished.timestamp())),), ""
