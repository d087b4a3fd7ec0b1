"""An issue as a PDF, in one edition of its bulletin: asked for once, or beside its page."""

from __future__ import annotations

import contextlib
import hashlib
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import TYPE_CHECKING

from publisher.errors import UsageError
from publisher.issue.issue import Issue, IssueRevision
from publisher.render import paths
from publisher.site import attached
from publisher.site.beside import Job
from publisher.site.editions import Editions
from publisher.site.fonts import FOLDERS, digest_of_fonts
from publisher.site.program import installed

if TYPE_CHECKING:
    from publisher.render.pdf import Printable
    from publisher.site.weasy import Pdf

_NOT_INSTALLED = "a PDF needs WeasyPrint, which is not installed"
Maker = Callable[["Printable", Mapping[str, bytes]], "Pdf"]

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
    site.refuse_unknown(revision.issue.bulletin, edition)
    make = make or maker()
    return make(issue_on_paper(site, revision, edition), _images(site, revision, edition))


def _images(site: Editions, revision: IssueRevision, edition: str) -> dict[str, bytes]:
    """The images of an issue, by their addresses."""
    to = site.views(edition, absolute=True).links.absolute_to
    found = attached.images(site.library, revision.issue)
    return {to(f"/{path}"): data for path, data in found.items()}


def issue_on_paper(site: Editions, revision: IssueRevision, edition: str) -> Printable:
    """The HTML and the styles of which the PDF is made; raises ThemeError."""
    from publisher.render.pdf import printable

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
        raise UsageError(_NOT_INSTALLED, _remedy()) from error
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


# Beside the page of an issue ---------------------------------------------------------------------


def _release() -> str:
    found = installed("weasyprint")
    return found and f"WeasyPrint {found}"


def _in_a_process(
    found: Printable, files: Mapping[str, bytes], told: Callable[[str], None]
) -> bytes:
    from publisher.site import paper_process  # no publication without PDFs needs it

    return paper_process.make(found, files, told)


def _refuse() -> bytes:
    raise UsageError(_NOT_INSTALLED, _remedy())


@dataclass
class Paper:
    """PDFs as files beside issues (`publisher.site.beside`): `make` makes one.

    `release` says which WeasyPrint is installed; "" where none is.
    """

    make: Callable[[Printable, Mapping[str, bytes], Callable[[str], None]], bytes] = _in_a_process
    release: Callable[[], str] = _release
    fonts: tuple[str, ...] = FOLDERS
    name: str = field(default="pdf", init=False)
    _unknown: set[str] = field(default_factory=set, init=False)

    def is_asked(self, issue: Issue) -> bool:
        """Whether the bulletin had PDFs when the issue was frozen: its readers may have links."""
        return issue.settings.pdf

    def path(self, edition: str, bulletin: str, name: str) -> str:
        """Its path on the site."""
        return paths.pdf(edition, bulletin, name)

    def tools(self) -> str:
        """The version of WeasyPrint, and a digest of what fonts there are."""
        return self._tools

    @cached_property
    def _tools(self) -> str:
        release = self.release()
        return f"{release}, fonts {digest_of_fonts(self.fonts)}" if release else ""

    def job(self, site: Editions, revision: IssueRevision, edition: str) -> Job:
        """The PDF of an issue, to be made; raises ThemeError where a template fails."""
        if not self.tools():
            return Job("", _refuse)
        found = issue_on_paper(site, revision, edition)
        images = _images(site, revision, edition)
        drawn = {address: hashlib.sha256(data).hexdigest() for address, data in images.items()}
        key = _digest([self.tools(), found, sorted(drawn.items())])
        return Job(key, partial(self.make, found, images, self._unknown.update))

    def notes(self) -> list[str]:
        """What an operator should know of those that were made."""
        if not self._unknown:
            return []
        some = "".join(sorted(self._unknown)[:20])
        return [f"no font of this machine has “{some}”, which PDFs show as boxes: {_remedy()}"]


def _digest(told: object) -> str:
    return hashlib.blake2b(repr(told).encode(), digest_size=16).hexdigest()
