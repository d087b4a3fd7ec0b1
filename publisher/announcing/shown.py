"""An issue as readers should see it: its pages, their mark, and the feeds in which it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from publisher.archive.library import Library
from publisher.config.publication import Publication
from publisher.issue.issue import IssueRevision
from publisher.render import paths
from publisher.render.head import revision_mark


@dataclass(frozen=True, slots=True)
class Shown:
    """An issue, the mark that its pages carry, and the address of one for each edition."""

    revision: IssueRevision
    mark: str
    urls: Mapping[str, str]

    @property
    def id(self) -> str:
        """``<bulletin>/<issue>``."""
        return self.revision.issue.id

    def data(self) -> dict[str, Any]:
        """What others are told of it."""
        issue = self.revision.issue
        return {
            "bulletin": issue.bulletin, "issue": issue.name, "revision": self.revision.revision,
            "mark": self.mark, "published": self.revision.published.isoformat(),
            "urls": dict(self.urls),
        }  # fmt: skip


def shown(publication: Publication, library: Library, revision: IssueRevision) -> Shown:
    """An issue with its mark and the addresses of its pages, as the archive is now."""
    issue = revision.issue
    links = paths.Links(publication.base_url, absolute=True)
    urls = {
        edition: links.to(paths.issue(edition, issue.bulletin, issue.name))
        for edition in _editions(publication, library, issue.bulletin)
    }
    return Shown(revision, revision_mark(revision, library.entries_of(revision)), urls)


def topics(publication: Publication, library: Library, bulletin: str) -> list[str]:
    """The feeds that are new when an issue of a bulletin is: its own, and those of all entries."""
    links = paths.Links(publication.base_url, absolute=True)
    return [
        links.to(paths.feed(front, form))
        for edition in _editions(publication, library, bulletin)
        for front in (paths.bulletin(edition, bulletin), paths.entries(edition))
        for form in paths.FEED_FILES
    ]


def _editions(publication: Publication, library: Library, bulletin: str) -> list[str]:
    chosen = library.settings(bulletin).editions
    return [each for each in publication.editions if chosen is None or each in chosen]
