"""What the index has counted: the same as counting now, whatever was frozen and revised."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from shelf import Shelf, written

from publisher.archive.index import Index
from publisher.archive.records import entry_file, issue_file
from publisher.issue.issue import EntryRevision

TAGS = st.lists(st.sampled_from(["x", "y", "z"]), unique=True, max_size=3)
STORY = st.sampled_from([None, "deal", "launch"])
SECTION = {"id": "top", "block": "entries", "select": {}, "optional": True}
NOTE = {"date": "2026-04-27", "note": {"zh": "错", "en": "wrong"}}
FIRST = dt.date(2025, 12, 29)


def changes() -> st.SearchStrategy[list[tuple[Any, ...]]]:
    """Issues with new entries, other bulletins' issues with old ones, and revisions."""
    return st.lists(
        st.one_of(
            st.tuples(st.just("new"), TAGS, STORY),
            st.tuples(st.just("again"), st.integers(0, 9), STORY),
            st.tuples(st.just("revise"), st.integers(0, 9), TAGS, STORY),
        ),
        min_size=1,
        max_size=8,
    )


def make(steps: list[tuple[Any, ...]]) -> Shelf:
    """An archive in which all that happened, a day apart."""
    shelf, entries = Shelf(), []
    for at, (what, *how) in enumerate(steps):
        day = FIRST + dt.timedelta(days=at)
        if what == "new":
            entries.append(written(f"e{at}", f"{day:%Y/%m/%d}", tags=how[0], story=how[1]))
            shelf.publish(entries[-1], name=f"{day}", sections=[SECTION])
        elif entries and what == "again":
            one = entries[how[0] % len(entries)]
            pins = {"sections": {"top": {"entries": [{"id": one.id, "again": True}]}}}
            shelf.publish(one, name=f"{day}", slug="weekly", file=pins, sections=[SECTION])
        elif entries and what == "revise":
            place = how[0] % len(entries)
            data = {"tags": how[1], "story": how[2], "corrections": [NOTE]}
            one = written(entries[place].id[11:], entries[place].id[:10], **data)
            entries[place] = one
            shelf.revise(one)
    return shelf


def counted(shelf: Shelf, slugs: list[str]) -> list[EntryRevision]:
    """The entries of some bulletins, found by looking at each, the newest first."""
    index = shelf.index
    found = [
        shelf.library.entry(key)
        for key in index.all_entries()
        if any(one.bulletin in slugs for one in index.carried_in(key.id))
    ]
    return sorted(found, key=lambda each: (each.published, each.id), reverse=True)


@settings(max_examples=60, deadline=None)
@given(changes())
def test_what_was_counted_is_what_is_there(steps: list[tuple[Any, ...]]) -> None:
    """For each bulletin and for both: tags, stories, months and years, and their order."""
    shelf = make(steps)
    for slugs in (["daily"], ["weekly"], ["daily", "weekly"], []):
        there, index = counted(shelf, slugs), shelf.index
        assert [key.id for key in index.entries(slugs)] == [each.id for each in there]
        tags = Counter(tag for each in there for tag in each.entry.tags)
        stories = Counter(each.entry.story for each in there if each.entry.story)
        months = Counter(f"{each.entry.filed:%Y-%m}" for each in there)
        assert index.counts("tag", slugs) == sorted(tags.items())
        assert index.counts("story", slugs) == sorted(stories.items())
        assert index.counts("month", slugs) == sorted(months.items())
        last = dict.fromkeys(each.entry.story for each in there if each.entry.story)
        assert index.stories_told(slugs) == [(story, stories[story]) for story in last]
        assert index.stories_told(slugs, limit=1) == index.stories_told(slugs)[:1]
        for tag in "xyz":
            having = [each for each in there if tag in each.entry.tags]
            years = Counter(each.entry.filed.year for each in having)
            assert index.years(tag, slugs) == sorted(years.items(), reverse=True)
            for year in years:
                filed = [each.entry.filed for each in having if each.entry.filed.year == year]
                in_months = Counter(day.month for day in filed)
                found = index.tag_months(tag, year, slugs)
                assert found == sorted(in_months.items(), reverse=True)
                for month, count in found:
                    keys = index.entries(slugs, tag=tag, month=f"{year:04}-{month:02}")
                    assert len(keys) == count
            assert index.has("tag", slugs, tag) == bool(having)
            for year in (2025, 2026):
                wanted = [each.id for each in having if each.entry.filed.year == year]
                assert [k.id for k in index.entries(slugs, tag=tag, year=year)] == wanted
            newest = index.entries(slugs, tag=tag, limit=2)
            assert [key.id for key in newest] == [each.id for each in having[:2]]
        told = {(e.entry.filed.year, e.entry.story) for e in there if e.entry.story}
        by_year = Counter(year for year, _ in told)
        assert index.story_years(slugs) == sorted(by_year.items(), reverse=True)
        for year in (2025, 2026):
            of_year = [each for each in there if each.entry.filed.year == year]
            told_on = Counter(each.entry.story for each in of_year if each.entry.story)
            assert index.stories_told(slugs, year=year) == list(told_on.items())
            assert [k.id for k in index.entries(slugs, year=year)] == [e.id for e in of_year]


@settings(max_examples=30, deadline=None)
@given(changes())
def test_no_revision_is_newer_than_the_change_of_its_month(steps: list[tuple[Any, ...]]) -> None:
    """One of them is as old, and an index that is made anew says the same."""
    shelf = make(steps)
    dates = defaultdict[str, set[dt.datetime]](set)
    for key in shelf.index.all_entries():
        entry = shelf.library.entry(key)
        dates[f"{entry.entry.filed:%Y-%m}"].add(entry.at)
    for issue in shelf.index.issues():
        dates[f"{issue.day:%Y-%m}"].add(shelf.library.issue(issue).at)
    changed = shelf.index.changed()
    assert changed.keys() == dates.keys()
    every = set().union(*dates.values())
    for month, at in changed.items():
        assert at >= max(dates[month])
        assert at in every
    anew = Index(None, shelf.store)
    anew.catch_up()
    assert anew.changed() == changed
    anew.close()


@settings(max_examples=30, deadline=None)
@given(changes())
def test_feeds_by_month_have_everything_once(steps: list[tuple[Any, ...]]) -> None:
    """The oldest first; what an entry and an issue weigh is that of their first revisions."""
    shelf = make(steps)
    anew = Index(None, shelf.store)
    anew.catch_up()
    for index in (shelf.index, anew):
        months = index.feed_months(["daily", "weekly"])
        assert all(one < two for one, two in pairwise(months))
        found = [each for month in months for each in index.feed_entries(["daily"], month)]
        assert [key for key, _ in reversed(found)] == index.entries(["daily"])
        for key, weight in found:
            assert weight == len(shelf.store.get(entry_file(key.id, 1)) or b"")
        weights = {key.id: weight for key, weight in found}
        issues = [
            each
            for month in index.feed_issue_months("daily")
            for each in index.feed_issues("daily", month)
        ]
        assert [key for key, _ in reversed(issues)] == index.issues("daily")
        for issue, weight in issues:
            news = {placed.entry for placed in shelf.library.issue(issue).issue.news()}
            own = len(shelf.store.get(issue_file("daily", issue.name, 1)) or b"")
            assert weight == own + sum(weights[each] for each in news)
    anew.close()
