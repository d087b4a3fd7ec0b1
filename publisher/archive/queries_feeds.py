"""What the index can be asked for feeds that can be read back to the beginning (RFC 5005).

Months are those of UTC in which something came out.  What is said of a month that is over never
changes: later revisions move nothing, and a weight is that of the first revision, in bytes of its
file in the archive.
"""

from __future__ import annotations

from collections.abc import Iterable

from publisher.archive.rows import EntryKey, IssueKey, Rows, issue_key, marks


class FeedQueries(Rows):
    """Answers by month, the oldest first."""

    def feed_months(self, bulletins: Iterable[str]) -> list[str]:
        """The months (“2026-04”) in which an entry of some bulletins came out."""
        shelves = self._shelves(bulletins)
        rows = self._rows(
            "SELECT DISTINCT value FROM list WHERE what = 'feed' AND year = '' "  # noqa: S608
            f"AND shelf IN ({marks(shelves)}) AND count > 0 ORDER BY 1",
            *shelves,
        )
        return [row[0] for row in rows]

    def feed_entries(self, bulletins: Iterable[str], month: str) -> list[tuple[EntryKey, int]]:
        """The entries of some bulletins that came out in a month, with their weights.

        Those of the same moment go by their ids, backwards: a feed is read from its newest item.
        """
        shelves = self._shelves(bulletins)
        rows = self._rows(
            "SELECT e.id, e.revision, e.weight FROM list l "  # noqa: S608
            "CROSS JOIN posting p ON p.list = l.id CROSS JOIN entry e ON e.n = p.n "
            "WHERE l.what = 'feed' AND l.year = '' AND l.value = ? "
            f"AND l.shelf IN ({marks(shelves)}) ORDER BY p.published, e.id DESC",
            month, *shelves,
        )  # fmt: skip
        return [(EntryKey(name, revision), weight) for name, revision, weight in rows]

    def feed_issue_months(self, bulletin: str) -> list[str]:
        """The months in which an issue of a bulletin came out."""
        query = "SELECT month FROM issue_month WHERE bulletin = ? AND what = 'feed' ORDER BY month"
        return [row[0] for row in self._rows(query, bulletin)]

    def feed_issues(self, bulletin: str, month: str) -> list[tuple[IssueKey, int]]:
        """The issues of a bulletin that came out in a month, with their weights.

        The weight of an issue is its own and those of the entries that it carries as news.
        """
        rows = self._rows(
            "SELECT bulletin, name, revision, slot, day, number, weight FROM issue "
            "WHERE bulletin = ? AND slot >= ? AND slot < ? ORDER BY slot, name",
            bulletin, f"{month}-", f"{month}-~",
        )  # fmt: skip
        return [(issue_key(row[:6]), row[6]) for row in rows]
