"""What the index is asked is answered from an index of its tables: none is read from end to end.

What SQLite was really given is looked at, by its own account (``EXPLAIN QUERY PLAN``).  There are
no statistics, so plans are the same for a small file and for that of a hundred years.
"""

from __future__ import annotations

import datetime as dt
import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, cast

import pytest
from shelf import Shelf

from publisher.archive.index import Index
from publisher.archive.queries import Queries

SLUGS = ["daily", "weekly"]
DAY = dt.date(2026, 5, 1)
NOW = dt.datetime(2026, 5, 1, 12, tzinfo=dt.UTC)
A = "2026/04/26/a"

# Every question, with what makes it another query.
ASKED: dict[str, list[Callable[[Index], object]]] = {
    "last_log": [lambda i: i.last_log],
    "last_commit": [lambda i: i.last_commit],
    "bulletins": [lambda i: i.bulletins()],
    "issue": [lambda i: i.issue("daily", "2026-04-26")],
    "issues": [
        lambda i: i.issues("daily"),
        lambda i: i.issues("daily", limit=3),
        lambda i: i.issues(since="2026-04-", until="2026-04-~"),
        lambda i: i.issues("daily", since="2026-04-", until="2026-04-~"),
    ],
    "newest_numbered": [
        lambda i: i.newest_numbered("daily"),
        lambda i: i.newest_numbered("daily", NOW),
    ],
    "issues_before": [lambda i: i.issues_before(SLUGS, NOW, 3)],
    "neighbours": [lambda i: [i.neighbours(key) for key in i.issues("daily")]],
    "months": [lambda i: i.months("daily")],
    "count": [lambda i: i.count("daily")],
    "carried_in": [lambda i: i.carried_in(A)],
    "carried": [lambda i: i.carried("daily", "2026/04/27")],
    "rejected": [lambda i: i.rejected("daily", "2026/04/27")],
    "notices": [lambda i: i.notices("daily")],
    "entry": [lambda i: i.entry(A)],
    "identity": [lambda i: i.identity("2026/04/27/e")],
    "aliases": [lambda i: i.aliases("2026/04/27/c")],
    "entries": [
        lambda i: i.entries(SLUGS, limit=3),
        lambda i: i.entries(SLUGS, before=NOW, limit=3),
        lambda i: i.entries(SLUGS, tag="x", limit=3),
        lambda i: i.entries(SLUGS, tag="x", year=2026),
        lambda i: i.entries(SLUGS, tag="x", month="2026-04"),
        lambda i: i.entries(SLUGS, tag="x", story="deal", limit=3),
        lambda i: i.entries(SLUGS, story="deal"),
        lambda i: i.entries(SLUGS, month="2026-04"),
        lambda i: i.entries(SLUGS, year=2026),
    ],
    "has": [lambda i: i.has("tag", SLUGS, "x"), lambda i: i.has("story", SLUGS)],
    "counts": [lambda i: [i.counts(what, SLUGS) for what in ("tag", "story", "month")]],
    "years": [lambda i: i.years("x", SLUGS)],
    "tag_months": [lambda i: i.tag_months("x", 2026, SLUGS)],
    "stories_told": [
        lambda i: i.stories_told(SLUGS, limit=3),
        lambda i: i.stories_told(SLUGS, year=2026),
    ],
    "story_years": [lambda i: i.story_years(SLUGS)],
    "upcoming": [lambda i: i.upcoming(DAY, DAY + dt.timedelta(days=60))],
    "calendar": [lambda i: i.calendar("dates", DAY)],
    "has_dates": [lambda i: i.has_dates("dates")],
    "feed_months": [lambda i: i.feed_months(SLUGS)],
    "feed_entries": [lambda i: i.feed_entries(SLUGS, "2026-04")],
    "feed_issue_months": [lambda i: i.feed_issue_months("daily")],
    "feed_issues": [lambda i: i.feed_issues("daily", "2026-04")],
}
# These have a limit.
LIMITED = ["issues", "newest_numbered", "issues_before", "neighbours", "entries", "stories_told"]
# The first two are as small as the publication has bulletins, however old it is; `last` is the one
# row that notices count from, found by its key.
SMALL = {"bulletin", "shelf", "last"}
# These ask for everything, to write the whole site, or for what lies at an end of the order.
WHOLE: dict[str, tuple[Callable[[Index], object], str]] = {
    "all_entries": (lambda i: i.all_entries(), "entry"),
    "changed": (lambda i: i.changed(), "month"),
    "issues": (lambda i: i.issues(), "issue"),
    "the newest issues": (lambda i: i.issues(limit=3), "issue"),
}


class Noting:
    """A connection that notes what it is given: statements with the values beside them.

    With values written into it a statement may have another plan.
    """

    def __init__(self, db: sqlite3.Connection) -> None:
        self.db = db
        self.noted: list[tuple[str, Sequence[Any]]] = []

    def execute(self, query: str, values: Sequence[Any] = ()) -> sqlite3.Cursor:
        self.noted.append((query, values))
        return self.db.execute(query, values)

    def executemany(self, query: str, rows: Iterable[Sequence[Any]]) -> sqlite3.Cursor:
        known = list(rows)
        self.noted += [(query, values) for values in known[:1]]
        return self.db.executemany(query, known)

    def __enter__(self) -> sqlite3.Connection:
        return self.db.__enter__()

    def __exit__(self, *how: Any) -> None:
        self.db.__exit__(*how)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.db, name)


class Watched(Index):
    """An index that tells how SQLite answers it."""

    def _connect(self) -> sqlite3.Connection:
        self.noting = Noting(super()._connect())
        return cast("sqlite3.Connection", self.noting)

    def plans(self) -> dict[str, list[str]]:
        """The steps of each statement since the last time that read or changed tables."""
        asked, self.noting.noted = self.noting.noted, []
        return {
            query: [row[3] for row in self.noting.db.execute(f"EXPLAIN QUERY PLAN {query}", values)]
            for query, values in asked
            if re.match(r"(SELECT|WITH|INSERT|UPDATE|DELETE)\b", query)
        }


@pytest.fixture
def watched(full: Shelf) -> Iterator[Watched]:
    """An index that has caught up with a small archive."""
    index = Watched(None, full.store)
    index.catch_up()
    yield index
    index.close()


def scanned(plans: Mapping[str, Sequence[str]]) -> dict[str, set[str]]:
    """The tables that statements read from end to end, be it in the order of an index."""
    found: dict[str, set[str]] = {}
    for query, steps in plans.items():
        # A plan calls a table by its short name where it has one (`FROM posting p`).
        full = {short: table for table, short in re.findall(r"(?:FROM|JOIN) (\w+) (\w)\b", query)}
        scans = [step.split()[1] for step in steps if step.startswith("SCAN ")]
        if tables := {full.get(each, each) for each in scans} - SMALL:
            found[query] = tables
    return found


def test_every_question_is_looked_at() -> None:
    """A new one has to stand in the list of this test."""
    public = {name for name in dir(Queries) if not name.startswith("_")}
    assert ASKED.keys() | WHOLE.keys() - {"the newest issues"} == public


@pytest.mark.parametrize("name", ASKED)
def test_no_question_reads_a_whole_table(watched: Watched, name: str) -> None:
    """Each step of its plan searches."""
    watched.plans()
    for ask in ASKED[name]:
        ask(watched)
    plans = watched.plans()
    assert plans
    assert scanned(plans) == {}


@pytest.mark.parametrize("name", LIMITED)
def test_the_newest_are_read_from_the_end_of_their_order(watched: Watched, name: str) -> None:
    """With a limit nothing is sorted before it is reached, but what came at one moment."""
    watched.plans()
    for ask in ASKED[name]:
        ask(watched)
    # Some days are found by another index than that of the order, and are few.
    limited = [each for each in watched.plans().items() if "LIMIT" in each[0]]
    steps = [steps for query, steps in limited if "ORDER BY +slot" not in query]
    assert steps
    assert "USE TEMP B-TREE FOR ORDER BY" not in set(chain.from_iterable(steps))


@pytest.mark.parametrize("name", WHOLE)
def test_who_asks_for_everything_gets_it_in_order(watched: Watched, name: str) -> None:
    """By an index: with a limit the rest is not read, and what is sorted is what came together."""
    ask, table = WHOLE[name]
    watched.plans()
    ask(watched)
    ((first, *more),) = watched.plans().values()
    # Of a table without row ids the key itself is the index.
    assert re.match(rf"SCAN {table}( USING (COVERING )?INDEX .*)?$", first)
    assert set(more) <= {"USE TEMP B-TREE FOR RIGHT PART OF ORDER BY"}


def test_records_are_taken_without_reading_a_whole_table(watched: Watched) -> None:
    """What an issue costs does not grow with the archive."""
    plans = watched.plans()
    assert any(each.startswith("INSERT INTO posting") for each in plans)
    assert any(each.startswith("DELETE FROM posting") for each in plans)
    assert scanned(plans) == {}


def test_a_table_that_is_read_whole_is_seen(watched: Watched) -> None:
    """The other tests could not fail otherwise."""
    watched.plans()
    watched._db.execute("SELECT e.id FROM entry e WHERE e.tags = ?", ("x",))
    watched._db.execute("SELECT id FROM entry WHERE id = ?", (A,))
    assert list(scanned(watched.plans()).values()) == [{"entry"}]
