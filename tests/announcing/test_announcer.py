"""What others are told, from a publication that is published: each event once."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from newsroom import at

# The fixture `room` is that of conftest.py.
Room = Any
FEEDS = ("rss.xml", "atom.xml", "feed.json")
TOPICS = sorted(
    f"/{edition}/{front}/{feed}"
    for edition in ("zh", "en")
    for front in ("daily", "entries")
    for feed in FEEDS
)


def test_a_hook_hears_of_each_state_of_an_issue(room: Room) -> None:
    """With what somebody needs who posts it elsewhere, and nothing about readers but numbers."""
    room.news.entry("one")
    room.publish()

    assert room.events == ["issue.frozen", "issue.live", "mailing.opened", "mailing.finished"]
    frozen, live, opened, finished = (each["data"] for each in room.hooked)
    urls = {each: f"{room.web.url}/{each}/daily/2026-04-26/" for each in ("zh", "en")}
    assert frozen == live
    assert live.pop("mark").startswith("daily/2026-04-26/1-")
    assert live == {
        "publication": "news.example.com", "bulletin": "daily", "issue": "2026-04-26",
        "revision": 1, "published": "2026-04-26T18:00:00+08:00", "urls": urls,
    }  # fmt: skip
    assert opened["counts"]["recipients"] == finished["counts"]["sent"] == 2
    assert finished["urls"] == urls
    assert "@" not in json.dumps(room.hooked)
    assert len({each["id"] for each in room.hooked}) == 4


def test_what_was_told_is_not_told_again(room: Room) -> None:
    """However often it is published."""
    room.news.entry("one")
    room.publish()
    room.web.forget()
    for time in ("18:06", "18:07"):
        room.publish(time=time)

    assert room.web.asked == []


@pytest.mark.parametrize(
    ("step", "back"),
    [
        ("frozen", "started"),
        ("live", "written"),
        ("announced", "live"),
        ("announced", "frozen"),
    ],
)
def test_a_run_that_dies_before_it_writes_the_step_down_tells_nothing_twice(
    room: Room, step: str, back: str
) -> None:
    """The next one does the step again."""
    room.news.entry("one")
    room.publish(until=step)
    rows = room.app().rows
    rows.move(rows.get("daily", "2026-04-26"), back, at("2026-04-26"))
    room.publish(time="18:06")
    room.publish(time="18:07")

    assert sorted(room.events) == [
        "issue.frozen", "issue.live", "mailing.finished", "mailing.opened",
    ]  # fmt: skip
    assert sorted(room.pinged) == TOPICS


def test_a_lost_database_tells_nothing(room: Room) -> None:
    """What is in the archive is no news."""
    room.news.entry("one")
    room.publish()
    room.web.forget()
    for file in (room.news.root / "var").glob("publisher.sqlite*"):
        file.unlink()
    room.publish(time="18:06")

    assert room.web.asked == []


def test_old_issues_that_are_published_now_are_no_news(room: Room) -> None:
    """A backfill tells nobody; the issue of today is told nevertheless."""
    for day in ("2026-04-20", "2026-04-26"):
        room.news.entry("one", day)
        room.news.issue(day)
    room.publish(all_files=True)

    told = {each["data"]["issue"] for each in room.hooked if each["type"].startswith("issue.")}
    assert told == {"2026-04-26"}


# Held and corrected ------------------------------------------------------------------------------


def test_a_held_issue_is_told_once_for_each_reason(room: Room) -> None:
    """It is tried again at each run; addresses in what is said are left out."""
    room.news.bulletin("daily", strict=True)
    room.news.entry("one", title=None, summary="who@example.org wrote")
    for time in ("18:05", "18:06"):
        room.publish(time=time)

    (told,) = room.hooked
    assert told["type"] == "issue.held"
    assert told["data"]["issue"] == "2026-04-26"
    assert told["data"]["reason"]
    assert "@example.org" not in told["data"]["reason"]


def test_a_page_that_was_not_seen_is_told_once(room: Room) -> None:
    """Whatever is there in its place from time to time."""
    room.checks("1m")
    room.news.entry("one")
    room.hides = ["/"]
    for time in ("18:05", "18:10", "18:20"):
        room.publish(time=time, send=False)
        room.hides = ["/"] if time == "18:05" else ["/en/"]
    room.app(at("2026-04-26", "18:21")).make_calls()

    held = [each["data"] for each in room.hooked if each["type"] == "issue.held"]
    assert len(held) == 1
    assert held[0]["reason"].endswith("the server answered 404")
    assert held[0]["urls"]["en"].endswith("/en/daily/2026-04-26/")


def test_a_correction_is_told_once_with_the_new_mark(room: Room) -> None:
    """Of each issue that shows the entry, and the hub of their feeds."""
    entry = room.news.entry("one")
    room.publish()
    (first,) = [each["data"]["mark"] for each in room.hooked if each["type"] == "issue.live"]
    room.web.forget()
    room.news.correct(entry)
    for time in ("09:00", "09:05"):
        room.publish("2026-04-27", time)

    assert room.events == ["issue.corrected"]
    (told,) = room.hooked
    assert told["data"]["issue"] == "2026-04-26"
    assert told["data"]["mark"] != first
    assert sorted(room.pinged) == TOPICS


def test_a_second_correction_is_another_event(room: Room) -> None:
    """With an id of its own."""
    entry = room.news.entry("one")
    room.publish()
    for time in ("09:00", "10:00"):
        room.news.correct(entry)
        room.publish("2026-04-27", time)

    corrected = [each["id"] for each in room.hooked if each["type"] == "issue.corrected"]
    assert len(set(corrected)) == len(corrected) == 2


def test_a_translation_changes_feeds_and_corrects_nothing(room: Room) -> None:
    """The hub is told, the hook is not."""
    entry = room.news.entry("one", summary={"zh": "说明"})
    room.publish()
    room.web.forget()
    room.news.edit(entry, summary={"zh": "说明", "en": "About"})
    room.publish("2026-04-27", "09:00")

    assert room.events == []
    assert sorted(room.pinged) == TOPICS


def test_a_correction_is_told_by_the_next_run_where_one_died(room: Room) -> None:
    """The log of the archive remembers it."""
    entry = room.news.entry("one")
    room.publish()
    room.news.correct(entry)
    room.publish("2026-04-27", "09:00", until="written")
    assert "issue.corrected" not in room.events

    room.publish("2026-04-27", "09:05")
    assert "issue.corrected" in room.events


def test_a_correction_waits_for_its_page(room: Room) -> None:
    """Where pages are to be seen; not for longer than an issue does."""
    room.checks("10m")
    entry = room.news.entry("one")
    room.publish()
    room.news.correct(entry)
    room.hides = ["/en/"]
    room.publish("2026-04-27", "09:00")
    assert "issue.corrected" not in room.events

    room.publish("2026-04-27", "09:10")
    assert "issue.corrected" in room.events


def test_old_corrections_are_no_news(room: Room) -> None:
    """Where hooks are named later."""
    entry = room.news.entry("one")
    room.environment.pop("PUBLISHER_HOOKS")
    room.news.publication(base_url=room.web.url)
    room.publish()
    room.news.correct(entry)
    room.publish("2026-04-27", "09:00")
    room.environment["PUBLISHER_HOOKS"] = f"{room.web.url}/hook"
    room.publish("2026-05-20", "09:00")

    assert "issue.corrected" not in room.events


# The hub -----------------------------------------------------------------------------------------


def test_the_hub_is_told_of_each_feed_once(room: Room) -> None:
    """Those of the bulletin and of all entries, in each edition and form."""
    room.news.entry("one", tags=["x"])
    room.publish()

    assert sorted(room.pinged) == TOPICS


def test_two_issues_of_one_run_are_one_ping_of_a_feed_they_share(room: Room) -> None:
    """A ping says only that something is new."""
    room.news.bulletin("brief")
    room.news.entry("one")
    room.publish()

    assert len(room.pinged) == len(set(room.pinged)) == 18


def test_without_a_hub_nobody_is_pinged(room: Room) -> None:
    """The hook is told all the same."""
    room.news.publication(base_url=room.web.url)
    room.news.entry("one")
    room.publish()

    assert room.pinged == []
    assert len(room.events) == 4


# Mailings ----------------------------------------------------------------------------------------


def test_a_paused_mailing_is_told_with_its_reason(room: Room) -> None:
    """Which names no person."""
    room.news.entry("one")
    room.publish(send=False)
    app = room.app(at("2026-04-26", "18:06"))
    mailing = app.mailings.find("daily", "2026-04-26")
    app.mailings.pause(mailing.id, "550 <reader@example.org>: go away")
    for _ in range(2):
        app.make_calls()

    assert room.events == ["issue.frozen", "issue.live", "mailing.opened", "mailing.paused"]
    assert room.hooked[-1]["data"]["reason"] == "550 <…@…>: go away"


def test_a_mailing_that_is_sent_once_more_finishes_once_more(room: Room) -> None:
    """It is another event."""
    room.news.entry("one")
    room.publish()
    app = room.app(at("2026-04-26", "19:00"))
    mailing = app.mailings.find("daily", "2026-04-26")
    app.mailings.resend(mailing.id, ["sent"], app.now)
    app.deliver()
    app.make_calls()

    assert room.events.count("mailing.finished") == 2
    assert room.events.count("mailing.opened") == 1


def test_old_mailings_are_no_news(room: Room) -> None:
    """Where hooks are named later."""
    room.news.entry("one")
    room.environment.pop("PUBLISHER_HOOKS")
    room.publish()
    room.environment["PUBLISHER_HOOKS"] = f"{room.web.url}/hook"
    room.app(at("2026-04-29")).make_calls()

    assert room.events == []


# Those who do not listen -------------------------------------------------------------------------


def test_one_who_is_down_gets_it_later_under_the_same_id(room: Room) -> None:
    """After a while, and no more than once."""
    room.news.entry("one")
    room.status["/hook"] = 503
    room.publish()
    assert room.news.steps() == {"daily 2026-04-26": "mailed"}
    refused = {each["id"] for each in room.hooked}
    room.web.forget()
    room.status["/hook"] = 200
    room.app(at("2026-04-26", "18:05")).make_calls()
    assert room.hooked == []
    room.app(at("2026-04-26", "18:06")).make_calls()

    assert refused == {each["id"] for each in room.hooked}
    assert len(room.hooked) == 4


def test_who_is_gone_is_told_to_the_operator_until_it_is_back(room: Room) -> None:
    """By its host."""
    room.news.publication(base_url=room.web.url)
    entry = room.news.entry("one")
    room.status["/hook"] = 410
    room.publish()

    assert [each.key for each in room.troubles()] == [f"calls:127.0.0.1:{room.web.port}"]
    room.status["/hook"] = 200
    room.news.correct(entry)
    room.publish("2026-04-27", "09:00")
    assert room.troubles() == []


def test_a_hub_that_is_down_holds_nothing_up(room: Room) -> None:
    """Feed readers come by themselves."""
    room.news.entry("one")
    room.status["/hub"] = 500

    assert room.publish().mailed == 2
    assert room.app().post.calls.counts()["queued"] == len(TOPICS)


def test_nobody_is_told_of_a_dry_run(room: Room) -> None:
    """Nothing has happened."""
    room.news.entry("one")
    room.publish(dry_run=True)

    assert room.web.asked == []
    assert room.app().post.calls.all() == []


def test_two_who_call_at_once_make_each_call_once(either: Room) -> None:
    """Two processes of the service look at the same time."""
    either.news.entry("one")
    either.publish(send=False)
    apps = [either.app(at("2026-04-26", "18:06")) for _ in range(2)]
    with ThreadPoolExecutor(2) as pool:
        tried = list(pool.map(lambda app: app.make_calls(), apps))

    assert sum(tried) == len(TOPICS) + 3
    assert sorted(either.pinged) == TOPICS
    assert sorted(either.events) == ["issue.frozen", "issue.live", "mailing.opened"]
