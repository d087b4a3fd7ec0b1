"""From frozen entries and issues to what a template may use, in one edition.

Pure: the same revisions, edition, strings and links give the same views.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from publisher.config.publication import Kind
from publisher.issue.issue import EntryRevision, IssueRevision
from publisher.render.context import EntryView
from publisher.render.context_issue import IssueView
from publisher.render.entry_views import ALONE, Neighbours, entry_view
from publisher.render.frame import ALL_FORMS, FEED_TYPES, Frame
from publisher.render.issue_views import issue_view

__all__ = ["ALL_FORMS", "ALONE", "FEED_TYPES", "Neighbours", "Views"]


@dataclass(frozen=True, slots=True)
class Views(Frame):
    """Builds the views of one edition; `strings` holds those of each of its languages."""

    def entry(
        self,
        revision: EntryRevision,
        kinds: Mapping[str, Kind],
        *,
        near: Neighbours = ALONE,
    ) -> EntryView:
        """An entry, whole."""
        return entry_view(self, revision, kinds, near=near)

    def issue(
        self,
        revision: IssueRevision,
        entries: Mapping[str, EntryRevision],
        near: Neighbours = ALONE,
    ) -> IssueView:
        """An issue; `entries` holds the revision to show of each entry it carries, by id."""
        return issue_view(self, revision, entries, near)
