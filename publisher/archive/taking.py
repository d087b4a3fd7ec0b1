"""How a record of the log gets into the index: rows of issues and entries, and the lists."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from publisher.archive import records
from publisher.archive.rows import micros, utc
from publisher.archive.store import Store
from publisher.errors import ArchiveError
from publisher.issue.issue import EntryRevision, IssueRevision, Placed, Revision

_KNOWN = "SELECT n, revision, published, month, story, tags, shelf FROM entry WHERE id = ?"


@dataclass(frozen=True, slots=True)
class _Row:
    """What the lists say of an entry.  Without a shelf it is on none."""

    n: int
    revision: int
    published: int
    month: str
    story: str | None
    tags: str
    shelf: int | None

    def lists(self) -> Iterator[tuple[str, str, str]]:
        """(what, value, year) of each list that has the entry."""
        year, came = self.month[:4], dt.datetime.fromtimestamp(self.published // 10**6, dt.UTC)
        yield "all", "", ""
        yield "month", self.month, ""
        yield "feed", f"{came:%Y-%m}", ""
        for what, values in (("tag", self.tags.split()), ("story", [self.story])):
            for value in values:
                if value is not None:
                    yield what, value, ""
                    yield what, value, year


class Taker:
    """Writes records into the tables; whoever calls it begins and ends the transaction."""

    def __init__(self, db: sqlite3.Connection, store: Store) -> None:
        self._db, self._store = db, store
        self._shelves: dict[str, int] = {}
        self._lists: dict[tuple[str, str, str, int], int] = {}

    def forget(self) -> None:
        """What was remembered of the tables may have been rolled back."""
        self._shelves.clear()
        self._lists.clear()

    def take(self, record: records.LogRecord) -> None:
        """Everything that a record brought."""
        touched = dict(record.entries)
        if record.bulletin and record.issue and record.issue_revision:
            name = records.issue_file(record.bulletin, record.issue, record.issue_revision)
            revision, size = self._read(name, IssueRevision)
            # First: where an entry was carried says in which lists it is.
            self._carry(revision)
            touched = {p.entry: 0 for p in revision.issue.placed()} | touched
            for entry_id, number in touched.items():
                self._entry(entry_id, number, record.number, revision.at)
            self._issue(revision, size, record.number)
        else:
            for entry_id, number in touched.items():
                self._entry(entry_id, number, record.number, None)
        self._set("log", str(record.number))
        if record.commit:
            self._set("commit", record.commit)

    def _set(self, key: str, value: str) -> None:
        self._db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    def _read(self, path: str, model: type[records.M]) -> tuple[records.M, int]:
        raw = self._store.get(path)
        if raw is None:
            raise ArchiveError(f"{path} is missing from the archive", "restore it from a backup")
        return records.parse(path, raw, model), len(raw)

    # Entries -----------------------------------------------------------------------------------

    def _entry(self, entry_id: str, number: int, log: int, carried: dt.datetime | None) -> None:
        """Take a revision if it is newer, and see to it that the lists are right.

        `carried` is when the issue was frozen that brings the entry.
        """
        found = self._db.execute(_KNOWN, (entry_id,)).fetchone()
        old = _Row(*found) if found else None
        new = replace(old, shelf=self._shelf(entry_id)) if old else None
        at = carried
        if number > (old.revision if old else 0):
            revision, size = self._read(records.entry_file(entry_id, number), EntryRevision)
            new = self._write(revision, size, self._shelf(entry_id))
            at = revision.at
            self._names(revision)
            self._corrections(revision, log)
        if new is None or new == old:
            return
        self._db.execute("UPDATE entry SET shelf = ? WHERE n = ?", (new.shelf, new.n))
        self._changed({each.month for each in (old, new) if each}, at)
        before, after = self._postings(old), self._postings(new)
        gone, come = sorted(before - after), sorted(after - before)
        self._db.executemany("DELETE FROM posting WHERE list = ? AND published = ? AND n = ?", gone)
        self._db.executemany("INSERT INTO posting VALUES (?, ?, ?)", come)

    def _write(self, revision: EntryRevision, size: int, shelf: int | None) -> _Row:
        entry = revision.entry
        when, tags = entry.happened, " ".join(dict.fromkeys(entry.tags))
        published, month = micros(revision.published), f"{entry.filed:%Y-%m}"
        row = self._db.execute(
            # `weight` stays that of the first revision.
            "INSERT INTO entry VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL) "
            "ON CONFLICT (id) DO UPDATE SET current = excluded.current, "
            "revision = excluded.revision, published = excluded.published, "
            "month = excluded.month, story = excluded.story, tags = excluded.tags, "
            "starts = excluded.starts, ends = excluded.ends RETURNING n",
            (
                revision.id, entry.id, revision.revision, size, published, month, entry.story, tags,
                when.start.isoformat() if when else None, when.end.isoformat() if when else None,
            ),
        ).fetchone()  # fmt: skip
        return _Row(row[0], revision.revision, published, month, entry.story, tags, shelf)

    def _names(self, revision: EntryRevision) -> None:
        self._db.execute("DELETE FROM alias WHERE entry = ?", (revision.id,))
        names = {*revision.entry.aliases, revision.id, revision.entry.id}
        self._db.executemany(
            "INSERT OR REPLACE INTO alias VALUES (?, ?)",
            [(name, revision.id) for name in sorted(names)],
        )

    def _corrections(self, revision: EntryRevision, log: int) -> None:
        self._db.executemany(
            "INSERT OR IGNORE INTO correction VALUES (?, ?, ?)",
            [
                (revision.id, at, _since(revision, log))
                for at in range(len(revision.entry.corrections))
            ],
        )

    def _changed(self, months: Iterable[str], at: dt.datetime | None) -> None:
        if at is not None:
            self._db.executemany(
                "INSERT INTO month VALUES (?, ?) "
                "ON CONFLICT (month) DO UPDATE SET changed = max(changed, excluded.changed)",
                [(month, micros(at)) for month in sorted(months)],
            )

    # Lists -------------------------------------------------------------------------------------

    def _postings(self, row: _Row | None) -> set[tuple[int, int, int]]:
        if row is None or row.shelf is None:
            return set()
        return {(self._list(*each, row.shelf), row.published, row.n) for each in set(row.lists())}

    def _list(self, what: str, value: str, year: str, shelf: int) -> int:
        key = what, value, year, shelf
        if key not in self._lists:
            self._lists[key] = self._id(
                "SELECT id FROM list WHERE what = ? AND value = ? AND year = ? AND shelf = ?",
                "INSERT INTO list (what, value, year, shelf) VALUES (?, ?, ?, ?)",
                key,
            )
        return self._lists[key]

    def _shelf(self, entry_id: str) -> int | None:
        """The shelf of an entry: the bulletins that carried it."""
        query = "SELECT DISTINCT bulletin FROM carried WHERE entry = ? ORDER BY 1"
        slugs = " ".join(row[0] for row in self._db.execute(query, (entry_id,)))
        if slugs and slugs not in self._shelves:
            self._shelves[slugs] = self._id(
                "SELECT id FROM shelf WHERE bulletins = ?",
                "INSERT INTO shelf (bulletins) VALUES (?)",
                (slugs,),
            )
        return self._shelves.get(slugs)

    def _id(self, find: str, make: str, values: tuple[str | int, ...]) -> int:
        found = self._db.execute(find, values).fetchone()
        return int(found[0]) if found else self._db.execute(make, values).lastrowid or 0

    # Issues ------------------------------------------------------------------------------------

    def _carry(self, revision: IssueRevision) -> None:
        issue = revision.issue
        news, dates = _names_of(issue.news()), _names_of(issue.dates())
        self._db.executemany(
            "INSERT OR REPLACE INTO carried VALUES (?, ?, ?, ?, ?)",
            [
                (entry, issue.bulletin, issue.name, entry in news, entry in dates)
                for entry in sorted(news | dates)
            ],
        )

    def _issue(self, revision: IssueRevision, size: int, log: int) -> None:
        issue = revision.issue
        key = issue.bulletin, issue.name
        self._changed([f"{issue.day:%Y-%m}"], revision.at)
        known = "UPDATE issue SET revision = ? WHERE bulletin = ? AND name = ?"
        if not self._db.execute(known, (revision.revision, *key)).rowcount:
            self._new_issue(revision, size, log)
        self._db.executemany(
            "INSERT OR IGNORE INTO issue_correction VALUES (?, ?, ?, ?)",
            [(*key, place, _since(revision, log)) for place in range(len(issue.corrections))],
        )
        self._db.executemany(
            "INSERT OR REPLACE INTO rejected VALUES (?, ?, ?)",
            [
                (issue.bulletin, one.entry, f"{one.reason} in {issue.name} {one.detail}".strip())
                for one in issue.dropped()
            ],
        )

    def _new_issue(self, revision: IssueRevision, size: int, log: int) -> None:
        issue, slot, day = revision.issue, utc(revision.issue.slot), revision.issue.day.isoformat()
        weight = size + sum(map(self._weight, _names_of(issue.news())))
        self._db.execute(
            "INSERT INTO issue VALUES (?, ?, ?, ?, ?, ?, ?)",
            (issue.bulletin, issue.name, revision.revision, slot, day, issue.number, weight),
        )
        self._db.execute(
            "INSERT INTO bulletin VALUES (?, 1, ?, ?) ON CONFLICT (slug) DO UPDATE SET "
            "issues = issues + 1, numbered = numbered + excluded.numbered, "
            "last_log = excluded.last_log",
            (issue.bulletin, issue.number is not None, log),
        )
        self._db.executemany(
            "INSERT INTO issue_month VALUES (?, ?, ?, 1) "
            "ON CONFLICT (bulletin, what, month) DO UPDATE SET count = count + 1",
            [(issue.bulletin, "day", day[:7]), (issue.bulletin, "feed", slot[:7])],
        )

    def _weight(self, entry_id: str) -> int:
        found = self._db.execute("SELECT weight FROM entry WHERE id = ?", (entry_id,)).fetchone()
        return int(found[0]) if found else 0


def _names_of(placed: Iterable[Placed]) -> set[str]:
    return {each.entry for each in placed}


def _since(revision: Revision, log: int) -> int:
    """From when on a correction is told: one of a first revision was never published wrongly."""
    return log if revision.kind == "correction" else 0
