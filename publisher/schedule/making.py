"""The service of a publication, put together."""

from __future__ import annotations

import datetime as dt
import logging
import threading
from collections.abc import Callable
from pathlib import Path

from publisher.app import App
from publisher.checkout import Checkout
from publisher.config.settings import PullSettings
from publisher.content import git
from publisher.errors import PublisherError
from publisher.issue.approvals import deadlines
from publisher.publishing import coming
from publisher.schedule.asking import Asking
from publisher.schedule.branch import Moved
from publisher.schedule.children import Kept, Launcher, Start
from publisher.schedule.clerk import Clerk
from publisher.schedule.nightly import Nightly, latest
from publisher.schedule.runs import Runs, Ticking
from publisher.schedule.service import Service
from publisher.schedule.signs import Called, ClockSet, Edited, Sign, Touched
from publisher.schedule.timer import Timer
from publisher.site.search import last_brought

log = logging.getLogger("publisher.run")

PUBLISH = ("publish", "--pull", "--no-send", "--log")
WAKE = "wake"
"""A file in the state folder: whoever touches it asks for a tick."""

MakeApp = Callable[[], App]


def make_service(
    root: Path, make_app: MakeApp, hangup: threading.Event, monotonic: Callable[[], float]
) -> Service:
    """The service, not started yet."""
    settings, clerk, start = make_app().settings, Clerk(make_app), Launcher(root)
    kept: list[Kept | Nightly] = [
        Kept(name, start, monotonic, clerk.unwell, clerk.well) for name in ("serve", "worker")
    ]
    runs: Ticking = Runs(PUBLISH, start, monotonic, clerk)
    if settings.is_shared:
        runs = Asking(_ask_of(make_app), clerk.last, wall, monotonic)
    signs: list[Sign] = [
        Called(hangup), Touched(settings.state / WAKE), ClockSet(wall, monotonic),
        _content(root, settings.pull, monotonic),
    ]  # fmt: skip
    timer = Timer(runs.ask)
    if settings.site.search is not None:
        kept.append(_search(make_app, start, runs, clerk, settings.site.search, monotonic))
    return Service(kept, runs, signs, timer, lambda *span: slots(make_app, *span), wall)


def _search(
    make_app: MakeApp, start: Start, runs: Ticking, clerk: Clerk, at: dt.time,
    monotonic: Callable[[], float],
) -> Nightly:  # fmt: skip
    settings = make_app().settings

    def slot() -> dt.datetime:
        try:
            return latest(at, wall().astimezone(make_app().frame.publication.time_zone))
        except PublisherError:  # the run says what is wrong with it
            return latest(at, wall())

    return Nightly(
        "search", start, slot, lambda: last_brought(settings.state),
        lambda: bool(runs.children), clerk.searched, monotonic,
    )  # fmt: skip


def _content(root: Path, pull: PullSettings, monotonic: Callable[[], float]) -> Sign:
    """Where the content comes by git, nobody else writes it: the remote is looked at instead."""
    if not pull.branch:
        return Edited(root, monotonic)
    here = git.head(root)
    return Moved(
        lambda: Checkout(root, pull, wall()).remote_head(), here.commit if here else "",
        pull.interval.total_seconds(), monotonic,
    )  # fmt: skip


def wall() -> dt.datetime:
    """The clock of this machine."""
    return dt.datetime.now(dt.UTC)


def _ask_of(make_app: MakeApp) -> Callable[[str], object]:
    def ask(key: str) -> bool:
        from publisher.crew import ask_for_tick

        return ask_for_tick(make_app(), key)

    return ask


def slots(make_app: MakeApp, after: dt.datetime, until: dt.datetime) -> list[dt.datetime]:
    """The times at which something comes due, and those until which an approval is asked for.

    None where the content cannot be read now.
    """
    try:
        frame = make_app().frame
        found = [each.slot for each in coming(frame, after, until)]
        return [*found, *deadlines(frame, after, until)]
    except (PublisherError, OSError) as error:
        log.error("the next slots are not known: %s", error)
        return []
    except Exception:
        # Content is the wildest input there is; a mistake of ours in it is told by the run, which
        # dies of it in a process of its own.  The service has to stay.
        log.exception("the next slots are not known")
        return []
