"""What the commands about people share: what is named, whom a list is of, and asking first."""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from publisher.app import App
from publisher.cli.context import now_of, root_of
from publisher.config.refusal import nearest
from publisher.errors import UsageError
from publisher.subscribers.subscriber import (
    SUBSCRIBER_STATES,
    SUBSCRIPTION_STATES,
    Choice,
    Subscriber,
)

if TYPE_CHECKING:
    from publisher.subscribers.csv_write import Line

_STATES = (*SUBSCRIPTION_STATES, *SUBSCRIBER_STATES[:-1])


def app_of(ctx: click.Context) -> App:
    """The publication, opened."""
    return App(root_of(ctx), os.environ, now_of(ctx))


def editions_of(app: App) -> dict[str, tuple[str, ...]]:
    """The editions of each bulletin."""
    every = tuple(app.frame.publication.editions)
    return {
        slug: tuple(bulletin.editions or every) for slug, bulletin in app.frame.bulletins.items()
    }


def choices_of(app: App, bulletins: Sequence[str], edition: str) -> list[Choice]:
    """What the options name; raises UsageError for what there is not."""
    known = editions_of(app)
    for bulletin in bulletins:
        if bulletin not in known:
            what = f"--bulletin: there is no bulletin “{bulletin}”"
            raise UsageError(what, nearest(bulletin, known, "bulletins"))
        if edition and edition not in known[bulletin]:
            what = f"--edition: {bulletin} has no edition “{edition}”"
            raise UsageError(what, nearest(edition, known[bulletin], "editions"))
    every = dict.fromkeys(name for editions in known.values() for name in editions)
    if edition and edition not in every:
        what = f"--edition: there is no edition “{edition}”"
        raise UsageError(what, nearest(edition, every, "editions"))
    return [Choice(bulletin, edition) for bulletin in bulletins]


@dataclass(frozen=True, slots=True)
class Filter:
    """Which subscriptions are wanted; "" is any.  `state` is that of the address, too."""

    bulletin: str = ""
    edition: str = ""
    state: str = ""

    def lines(self, app: App, search: str = "", limit: int | None = None) -> Iterator[Line]:
        """The subscriptions, by address."""
        choices_of(app, [self.bulletin] if self.bulletin else [], self.edition)
        people = app.people.walk(
            bulletin=self.bulletin, edition=self.edition, state=self.state, search=search,
            limit=limit,
        )  # fmt: skip
        return (line for person in people for line in self._of(person))

    def _of(self, person: Subscriber) -> Iterator[Line]:
        from publisher.subscribers.csv_write import lines_of

        for line, each in zip(lines_of(person), person.subscriptions, strict=True):
            fits = self.state in ("", each.state, person.state)
            if fits and self.bulletin in ("", each.bulletin) and self.edition in ("", each.edition):
                yield line


def filtered(function: Callable[..., None]) -> Callable[..., None]:
    """Options that say which subscriptions a command is about, handed on as a `Filter`."""

    @functools.wraps(function)
    def call(bulletin: str, edition: str, state: str | None, **others: Any) -> None:
        function(Filter(bulletin, edition, state or ""), **others)

    for option in (
        click.option("--state", type=click.Choice(_STATES), help="Only in this state."),
        click.option("--edition", default="", metavar="NAME", help="Only of this edition."),
        click.option("--bulletin", default="", metavar="SLUG", help="Only of this bulletin."),
    ):
        call = option(call)
    return call


def confirm(question: str, yes: bool) -> None:
    """Ask on a terminal; where there is none, --yes must be there."""
    if yes:
        return
    if not sys.stdin.isatty():
        what = "this asks before it does anything, and there is nobody to ask"
        raise UsageError(what, "add --yes")
    click.confirm(question, abort=True)
