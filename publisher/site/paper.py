"""An issue as a PDF, in one edition of its bulletin."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from publisher.errors import UsageError
from publisher.issue.issue import IssueRevision
from publisher.render.pdf import Printable, printable
from publisher.site import attached
from publisher.site.articles import refuse_unknown_edition
from publisher.site.editions import Editions

if TYPE_CHECKING:
    from publisher.site.weasy import Pdf

Maker = Callable[[Printable, Mapping[str, bytes]], "Pdf"]

LIBRARIES = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
FONTS = "fonts-noto-core fonts-noto-cjk"
"""Packages of Debian and Ubuntu; with fonts of other names a theme names them."""


def issue_pdf(
    site: Editions, revision: IssueRevision, edition: str, make: Maker | None = None
) -> Pdf:
    """The PDF of an issue in one edition of its bulletin.

    Raises UsageError for an edition that the bulletin has not, and where the extra ``pdf`` or its
    libraries are missing; ThemeError where a template fails.
    """
    refuse_unknown_edition(site, revision.issue.bulletin, edition)
    make = make or maker()
    images = attached.images(site.library, revision.issue)
    to = site.views(edition, absolute=True).links.absolute_to
    given = {to(f"/{path}"): data for path, data in images.items()}
    return make(issue_on_paper(site, revision, edition), given)


def issue_on_paper(site: Editions, revision: IssueRevision, edition: str) -> Printable:
    """The HTML and the styles of which the PDF is made; raises ThemeError."""
    views = site.views(edition, absolute=True)
    near = site.near_issue(edition, revision)
    view = views.issue(revision, site.library.entries_of(revision), near)
    theme = site.theme_of(site.theme_name(revision.issue.bulletin))
    return printable(theme, views, view, site.generator)


def _weasy() -> Maker:
    from publisher.site.weasy import make_pdf

    return make_pdf


def maker(load: Callable[[], Maker] = _weasy) -> Maker:
    """What makes PDFs; raises UsageError, with the lines to type, where it cannot be loaded."""
    try:
        # It prints a text of its own before it fails.
        with contextlib.redirect_stdout(io.StringIO()):
            return load()
    except ImportError as error:
        raise UsageError("a PDF needs WeasyPrint, which is not installed", _remedy()) from error
    except OSError as error:
        lacking = str(error).splitlines()[0]
        raise UsageError(
            f"a PDF needs Pango, which cannot be loaded ({lacking})", _remedy()
        ) from error


def _remedy() -> str:
    return (
        "install it with `pip install 'publisher[pdf]'` and, on Debian or Ubuntu, "
        f"`apt-get install --no-install-recommends {LIBRARIES} {FONTS}`"
    )
