"""What of an overview needs a person, the worst first, each with what to do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from publisher.overview.model import Overview, Sign

QUIET = dt.timedelta(minutes=2)
"""A process that has given no sign for so long is taken for dead."""
RUN_AFTER = dt.timedelta(hours=1)
"""A run of publishing follows the one before within a quarter of an hour, and is short."""
_OVERDUE = dt.timedelta(minutes=20)
_LEAST_FREE = 500 * 1024 * 1024
_LEAST_SHARE = 0.02


@dataclass(frozen=True, slots=True)
class Wrong:
    """Something that needs a person; with `stops` nothing comes out while it lasts."""

    what: str
    remedy: str = ""
    stops: bool = False


def wrong(seen: Overview) -> list[Wrong]:
    """What is wrong; what stops everything comes first."""
    found = [*_unseen(seen), *_processes(seen), *_disks(seen), *_issues(seen), *_troubles(seen),
             *_mail(seen)]  # fmt: skip
    return sorted(found, key=lambda each: not each.stops)


def alive(signs: tuple[Sign, ...], now: dt.datetime) -> list[Sign]:
    """Those that have given a sign of life lately."""
    return [each for each in signs if now - each.at <= QUIET]


def _unseen(seen: Overview) -> Iterator[Wrong]:
    for part, why in seen.unseen.items():
        what, _, remedy = why.partition("; ")
        yield Wrong(f"{part}: {what}", remedy, part != "schedule")


def _processes(seen: Overview) -> Iterator[Wrong]:
    running = tuple(each for each in seen.signs if each.kind == "run")
    if running and not alive(running, seen.at):
        last = max(running, key=lambda each: each.at)
        what = f"`publisher run` on {last.host} gives no sign of life since {_moment(last.at)}"
        yield Wrong(what, "start it again; its log says why it ended", True)
    run = seen.last_run
    if run is None:
        return
    if running and seen.at - run.at > RUN_AFTER:
        what = f"nothing was published or tried since {_moment(run.at)}"
        yield Wrong(what, "look into the log of `publisher run`, and start it again", True)
    if not run.ok and all(each.key != "publish" for each in seen.troubles):
        why = run.error or "its log says why"
        yield Wrong(f"the last run of publishing failed at {_moment(run.at)}: {why}",
                    "`publisher publish` runs it again, here and now")  # fmt: skip


def _disks(seen: Overview) -> Iterator[Wrong]:
    for each in seen.disks:
        if each.free < _LEAST_FREE or each.free < _LEAST_SHARE * each.size:
            what = f"{each.path} has {each.free / 1e6:,.0f} MB left"
            yield Wrong(what, "make room: a full disk stops everything")


def _issues(seen: Overview) -> Iterator[Wrong]:
    """What is due and not out, unless a trouble tells of it with its reason."""
    reasons = {str(each): each.reason for each in seen.issues if each.step == "held"}
    told = " ".join(f"{each.key} {each.subject}" for each in seen.troubles)
    for each in seen.overdue:
        is_told = f"{each.bulletin}/{each.name}" in told or str(each) in told
        if is_told or seen.at - each.slot < _OVERDUE:
            continue
        why = f": {reasons[str(each)]}" if reasons.get(str(each)) else ""
        yield Wrong(f"{each} is due since {_moment(each.slot)} and not out{why}",
                    "`publisher publish` says what holds it")  # fmt: skip


def _troubles(seen: Overview) -> Iterator[Wrong]:
    for each in seen.troubles:
        yield Wrong(f"{each.subject} (since {_moment(each.since)})", "\n".join(each.lines))


def _mail(seen: Overview) -> Iterator[Wrong]:
    if seen.copy_of:
        what = f"nothing is mailed: this was restored from a backup of {_moment(seen.copy_of)}"
        yield Wrong(what, "when the original is gone for good: `publisher restore --only-one`")
    told = " ".join(f"{each.key} {each.subject}" for each in seen.troubles)
    for each in seen.mailings:
        if each.state == "paused" and str(each) not in told:
            remedy = f"`publisher mailings resume {each}` lets it go on"
            if each.resumes:
                remedy = f"it goes on by itself at {_moment(each.resumes)}"
            yield Wrong(f"the mailing of {each} is paused: {each.reason}", remedy)
    if number := seen.queues.uncertain:
        yield Wrong(f"of {number:,} deliveries nobody knows whether they arrived",
                    "`publisher deliveries BULLETIN ISSUE --status uncertain` lists them; "
                    "`publisher resend` with --uncertain sends again")  # fmt: skip
    if number := seen.queues.calls_failed:
        yield Wrong(f"{number:,} calls to others were given up within a day",
                    "see that PUBLISHER_HOOKS answer")  # fmt: skip


def _moment(moment: dt.datetime) -> str:
    return f"{moment.astimezone(dt.UTC):%Y-%m-%d %H:%M}Z"
