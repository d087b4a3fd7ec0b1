"""The files beside an issue's page, as pages and mail link to them."""

from __future__ import annotations

from publisher.formats import format_number
from publisher.issue.issue import Issue
from publisher.render import paths
from publisher.render.context_page import FileView
from publisher.render.views import Neighbours, Views

PDF_TYPE = "application/pdf"
"""RFC 8118."""
_LEAST = 0.1


def pdf_view(views: Views, issue: Issue, near: Neighbours) -> FileView | None:
    """The PDF of an issue, with its size; None where it has none, or it was not made yet."""
    if not (size := near.beside.get("pdf", 0)):
        return None
    megabytes = max(size / 1_000_000, _LEAST)
    url = views.links.to(paths.pdf(views.edition.name, issue.bulletin, issue.name))
    label = views.t("issue_pdf", size=format_number(megabytes, views.lang, 1))
    return FileView(url, label, PDF_TYPE)
