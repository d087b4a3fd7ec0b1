"""What the index can be asked: which issue, which entries, what was carried, what was corrected."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from publisher.archive import records
from publisher.archive.queries_entries import EntryQueries
from publisher.archive.queries_feeds import FeedQueries
from publisher.archive.rows import EntryKey, IssueKey, issue_key, moment, utc
from publisher.errors import ArchiveError
from publisher.issue.issue import CorrectionNotice

__all__ = ["EntryKey", "IssueKey", "Queries", "utc"]


class Queries(EntryQueries, FeedQueries):
    """Answers what was published.  What a run of each day asks takes no look at everything."""

    @property
    def last_log(self) -> int:
        """The number of the last record that was read."""
        row = self._db.execute("SELECT value FROM meta WHERE key = 'log'").fetchone()
        return int(row[0]) if row else 0

    @property
    def last_commit(self) -> str | None:
        """The commit that was processed last."""
        row = self._db.execute("SELECT value FROM meta WHERE key = 'commit'").fetchone()
        return str(row[0]) if row else None

    # Issues ------------------------------------------------------------------------------------

    def bulletins(self) -> list[str]:
        """The bulletins that have an issue, by slug."""
        return [row[0] for row in self._rows("SELECT slug FROM bulletin ORDER BY 1")]

    def issue(self, bulletin: str, name: str) -> IssueKey | None:
        """An issue; None if it was never published."""
        return next(self._issues("bulletin = ? AND name = ?", bulletin, name), None)

    def issues(
        self, bulletin: str | None = None, *, limit: int = -1, since: str = "", until: str = "~"
    ) -> list[IssueKey]:
        """Issues, the newest first: of one bulletin or all, of days between two ISO prefixes."""
        where, values = "1", []
        if bulletin:
            where, values = "bulletin = ?", [bulletin]
        order = "slot"
        if (since, until) != ("", "~"):
            where += " AND day >= ? AND day < ?"
            values += [since, until]
            order = "+slot"  # to find some days is quicker than to walk back to them
        ordered = f"{where} ORDER BY {order} DESC, bulletin, name DESC LIMIT ?"
        return list(self._issues(ordered, *values, limit))

    def newest_numbered(self, bulletin: str, before: dt.datetime | None = None) -> IssueKey | None:
        """The newest issue of a bulletin's schedule (before a moment); None if there is none."""
        where = "bulletin = ? AND number IS NOT NULL AND slot < ? ORDER BY slot DESC LIMIT 1"
        return next(self._issues(where, bulletin, utc(before) if before else "~"), None)

    def issues_before(
        self, bulletins: Iterable[str], slot: dt.datetime, limit: int
    ) -> list[IssueKey]:
        """The issues of some bulletins that came out before a moment, the newest first."""
        where = "bulletin = ? AND slot < ? ORDER BY slot DESC, name DESC LIMIT ?"
        found = [
            key
            for bulletin in sorted(set(bulletins))
            for key in self._issues(where, bulletin, utc(slot), limit)
        ]
        found.sort(key=lambda key: key.slot, reverse=True)
        return found if limit < 0 else found[:limit]

    def neighbours(self, key: IssueKey) -> tuple[IssueKey | None, IssueKey | None]:
        """The issues of the bulletin before and after one."""
        # A one-off issue may come out at the very moment at which another does.
        before = "bulletin = ? AND (slot, name) < (?, ?) ORDER BY slot DESC, name DESC LIMIT 1"
        after = "bulletin = ? AND (slot, name) > (?, ?) ORDER BY slot, name LIMIT 1"
        place = key.bulletin, utc(key.slot), key.name
        return next(self._issues(before, *place), None), next(self._issues(after, *place), None)

    def months(self, bulletin: str) -> list[tuple[int, int, int]]:
        """(year, month, number of issues), the newest first."""
        rows = self._rows(
            "SELECT month, count FROM issue_month WHERE bulletin = ? AND what = 'day' "
            "ORDER BY month DESC",
            bulletin,
        )
        return [(int(month[:4]), int(month[5:]), count) for month, count in rows]

    def changed(self) -> dict[str, dt.datetime]:
        """When each month (“2026-04”) last changed, with the entries filed and the issues in it."""
        rows = self._rows("SELECT month, changed FROM month ORDER BY month")
        return {month: moment(changed) for month, changed in rows}

    def count(self, bulletin: str) -> int:
        """How many numbered issues a bulletin has."""
        rows = self._rows("SELECT numbered FROM bulletin WHERE slug = ?", bulletin)
        return int(next(rows, (0,))[0])

    def carried_in(self, entry_id: str) -> list[IssueKey]:
        """The issues that show an entry, as news or in a calendar, the oldest first."""
        rows = self._rows(
            "SELECT bulletin, name, revision, slot, day, number FROM carried "
            "CROSS JOIN issue USING (bulletin, name) WHERE entry = ? ORDER BY slot, bulletin, name",
            entry_id,
        )
        return list(map(issue_key, rows))

    # History -----------------------------------------------------------------------------------

    def carried(self, bulletin: str, since: str) -> dict[str, str]:
        """Entries filed since a day (ISO, with slashes) that the bulletin carried, and where.

        To stand in a calendar is not to be carried.
        """
        return dict(
            self._rows(
                "SELECT entry, max(name) FROM carried "
                "WHERE bulletin = ? AND entry >= ? AND as_news GROUP BY 1",
                bulletin,
                since,
            )
        )

    def rejected(self, bulletin: str, since: str) -> dict[str, str]:
        """Entries filed since a day that the bulletin dropped for good, and why."""
        return dict(
            self._rows(
                "SELECT entry, why FROM rejected WHERE bulletin = ? AND entry >= ?", bulletin, since
            )
        )

    def notices(self, bulletin: str) -> list[CorrectionNotice]:
        """Corrections, made since the bulletin's last issue, of its issues and their entries."""
        rows = self._rows(
            "WITH last AS (SELECT last_log AS log FROM bulletin WHERE slug = ?1) "
            "SELECT log, '', name, place FROM issue_correction "
            "WHERE bulletin = ?1 AND log > coalesce((SELECT log FROM last), 0) "
            "UNION ALL SELECT log, entry, '', place FROM correction "
            "WHERE log > coalesce((SELECT log FROM last), 0) "
            "AND EXISTS "
            "(SELECT 1 FROM carried WHERE entry = correction.entry AND bulletin = ?1) "
            "ORDER BY 1, 2, 3, 4",
            bulletin,
        )
        return [
            self._entry_notice(entry, place) if entry else self._issue_notice(bulletin, name, place)
            for _, entry, name, place in rows
        ]

    def _entry_notice(self, entry_id: str, place: int) -> CorrectionNotice:
        key = self.entry(entry_id)
        if key is None:
            raise ArchiveError(f"the index knows no {entry_id}", "delete var/index.sqlite")
        entry = records.get_entry(self._store, entry_id, key.revision).entry
        return CorrectionNotice(
            entry=entry_id, title=entry.title, correction=entry.corrections[place]
        )

    def _issue_notice(self, bulletin: str, name: str, place: int) -> CorrectionNotice:
        key = self.issue(bulletin, name)
        if key is None:
            raise ArchiveError(f"the index knows no {bulletin} {name}", "delete var/index.sqlite")
        issue = records.get_issue(self._store, bulletin, name, key.revision).issue
        return CorrectionNotice(
            issue=issue.id, title=issue.title, correction=issue.corrections[place]
        )
