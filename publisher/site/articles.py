"""An issue as an article that is not a page of the site: for WeChat official accounts."""

from __future__ import annotations

from publisher.issue.issue import IssueRevision
from publisher.render import wechat
from publisher.site.editions import Editions


def wechat_article(site: Editions, revision: IssueRevision, edition: str) -> wechat.Article:
    """The article of an issue in one edition of its bulletin.

    Raises UsageError for an edition that the bulletin has not, ThemeError where a template fails.
    """
    bulletin = revision.issue.bulletin
    site.refuse_unknown(bulletin, edition)
    views = site.views(edition, absolute=True)
    near = site.near_issue(edition, revision)
    view = views.issue(revision, site.library.entries_of(revision), near)
    return wechat.render(site.theme_of(site.theme_name(bulletin)), views, view)
