"""What needs a person, the worst first."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from publisher.overview.judge import QUIET, RUN_AFTER, wrong
from publisher.overview.model import (
    Coming,
    Disk,
    IssueLine,
    LastRun,
    MailingLine,
    Overview,
    Queues,
    Sign,
    TroubleLine,
)

NOW = dt.datetime(2026, 4, 26, 10, tzinfo=dt.UTC)
HOUR, SECOND = dt.timedelta(hours=1), dt.timedelta(seconds=1)
PAUSED = MailingLine("daily", "2026-04-26", "paused", "the relay refuses us", 3, NOW)


def told(**parts: Any) -> list[str]:
    """What is wrong, in an overview of which only these parts are not well."""
    return [each.what for each in wrong(Overview(NOW, "1", **parts))]


def stops(**parts: Any) -> bool:
    """Whether nothing comes out while it lasts."""
    return any(each.stops for each in wrong(Overview(NOW, "1", **parts)))


def run_sign(age: dt.timedelta) -> Sign:
    """A sign of life of `publisher run`."""
    return Sign("run", "here", NOW - age)


def test_all_is_well() -> None:
    """Of an installation that is new, and of one that runs."""
    assert told() == []
    assert told(signs=(run_sign(SECOND),), last_run=LastRun(NOW - SECOND)) == []


def test_a_dead_service_is_told_of_first() -> None:
    """Before what else is wrong."""
    found = told(signs=(run_sign(QUIET + SECOND),), mailings=(PAUSED,))

    assert "`publisher run` on here gives no sign of life since" in found[0]
    assert len(found) == 2
    assert stops(signs=(run_sign(QUIET + SECOND),))


def test_one_of_two_machines_is_enough() -> None:
    """The one that stands ready takes over."""
    assert told(signs=(run_sign(HOUR), Sign("run", "there", NOW))) == []


def test_without_a_service_nobody_waits_for_a_run() -> None:
    """Whoever publishes by cron once a day is not told that a run is missing."""
    late = LastRun(NOW - RUN_AFTER - SECOND)

    assert told(last_run=late) == []
    assert (
        "nothing was published or tried since" in told(last_run=late, signs=(run_sign(SECOND),))[0]
    )


def test_a_failed_run_is_told_once() -> None:
    """Its trouble says the same."""
    failed = LastRun(NOW, ok=False, error="the disk is full")
    trouble = TroubleLine("publish", "Publishing failed", ("the disk is full",), NOW)

    assert "the disk is full" in told(last_run=failed)[0]
    assert len(told(last_run=failed, troubles=(trouble,))) == 1


@pytest.mark.parametrize(("part", "is_stopped"), [("database", True), ("archive", True)])
def test_what_could_not_be_looked_at(part: str, is_stopped: bool) -> None:
    """With the remedy that the error had."""
    (found,) = wrong(Overview(NOW, "1", unseen={part: "it is away; see to it"}))

    assert (found.what, found.remedy, found.stops) == (
        f"{part}: it is away",
        "see to it",
        is_stopped,
    )


def test_an_issue_that_is_due_and_not_out() -> None:
    """Not within the minutes in which the next run may come; with why it is held."""
    early, late = (Coming("daily", "2026-04-26", NOW - age) for age in (600 * SECOND, HOUR))
    held = IssueLine("daily", "2026-04-26", NOW - HOUR, "held", "frozen: no entries")

    assert told(overdue=(early,)) == []
    assert "daily 2026-04-26 is due since 2026-04-26 09:00Z" in told(overdue=(late,))[0]
    assert told(overdue=(late,), issues=(held,))[0].endswith("frozen: no entries")


def test_an_issue_whose_trouble_is_told_is_not_told_twice() -> None:
    """The trouble has the reason."""
    late = Coming("daily", "2026-04-26", NOW - HOUR)
    trouble = TroubleLine("held:daily/2026-04-26", "Held: daily/2026-04-26", ("why",), NOW)

    assert len(told(overdue=(late,), troubles=(trouble,))) == 1


def test_a_paused_mailing_says_how_it_goes_on() -> None:
    """By itself, or by whom."""
    resumes = MailingLine("daily", "2026-04-25", "paused", "too fast", 3, NOW, resumes=NOW + HOUR)
    first, second = wrong(Overview(NOW, "1", mailings=(PAUSED, resumes)))

    assert first.remedy == "`publisher mailings resume daily 2026-04-26` lets it go on"
    assert second.remedy == "it goes on by itself at 2026-04-26 11:00Z"


def test_a_copy_that_mails_nobody_says_so() -> None:
    """Whoever restored it and went to bed would learn of it from the readers."""
    found = told(copy_of=NOW)

    assert found == ["nothing is mailed: this was restored from a backup of 2026-04-26 10:00Z"]
    assert not stops(copy_of=NOW)


def test_queues_that_need_a_decision() -> None:
    """Uncertain deliveries, calls that were given up; what only waits needs nobody."""
    assert told(queues=Queues(due=5, deferred=5, notices=5, calls=5)) == []
    assert len(told(queues=Queues(uncertain=1, calls_failed=1))) == 2


def test_a_full_disk() -> None:
    """By what is left, or by its share."""
    gigabyte = 10**9
    roomy = Disk("state", Path("/s"), 50 * gigabyte, 100 * gigabyte)
    small = Disk("state", Path("/s"), gigabyte // 10, 2 * gigabyte)
    large = Disk("state", Path("/s"), gigabyte, 1000 * gigabyte)

    assert told(disks=(roomy,)) == []
    assert told(disks=(small,)) == ["/s has 100 MB left"]
    assert told(disks=(large,)) == ["/s has 1,000 MB left"]
